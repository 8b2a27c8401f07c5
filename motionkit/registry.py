"""Names to classes: reads which plugins the installed distributions declare, and imports one when it is used.

Built-in components and those of other distributions come through the same door: an entry point in the group
``motionkit.<group>``, such as ``toy = toyplugin:ToyMotion`` under ``[motionkit.motion]``. Listing reads metadata only.
"""

import codecs
import os
import re
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, PathDistribution, requires
from pathlib import Path
from typing import Any

import entrypoints  # type: ignore[import-untyped, unused-ignore]

from motionkit import interfaces
from motionkit.interfaces import PluginError

GROUPS: Mapping[str, str] = {
    "motion": "MotionGenerator",
    "renderer": "Renderer",
    "discriminator": "Discriminator",
    "encoder": "Encoder",
    "objective": "Objective",
    "generator": "WholeGenerator",
    "dataset": "ClipDataset",
    "detector": "Detector",
    "metric": "Metric",
}
"""The kinds of plugin, each with the name of its classes' interface, so that a list does not wait for torch."""

BUILT_IN = "motionkit"
"""The distribution whose plugins win a name clash and are always allowed."""

ALLOWED = "MOTIONKIT_PLUGINS"
"""The environment variable that names, with commas between, the only distributions whose plugins are used."""

MetadataFolder = Path | zipfile.Path


@dataclass(frozen=True)
class Plugin:
    """One component that an installed distribution declares. Nothing of it is imported yet.

    Attributes:
        group: one of :data:`GROUPS`.
        name: as declared; two distributions may declare the same one (see :func:`find`).
        distribution: who declares it, in PEP 503's normal form.
        version: the distribution's.
        target: where the class is, ``module:Class``.
        error: why the declaration itself cannot be used, on one line; None if it can. That its import fails shows
            only in :meth:`load`.
    """

    group: str
    name: str
    distribution: str
    version: str
    target: str
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.group} '{self.name}' of {self.distribution} {self.version}"

    def load(self) -> type[Any]:
        """Imports the class.

        Raises:
            PluginError: the declaration is broken, the import fails, or the object does not implement its interface.
        """
        if self.error:
            raise PluginError(f"{self} is broken: {self.error}")
        try:
            component = entrypoints.EntryPoint.from_string(self.target, self.name).load()
        except (Exception, SystemExit) as error:  # whatever a stranger's module does when imported
            raise PluginError(f"{self} cannot be imported from {self.target}: {_cause(error)}") from error
        interface = getattr(interfaces, GROUPS[self.group])
        if not (isinstance(component, type) and issubclass(component, interface)):
            raise PluginError(f"{self} is broken: {self.target} is not a subclass of {interface.__name__}")
        return component


def plugins(group: str | None = None) -> list[Plugin]:
    """The plugins of one group, or of all, that :data:`ALLOWED` allows. Imports none of them.

    A distribution whose metadata is damaged is there too, its plugins with their ``error`` set.
    """
    return allowed(discover(_groups(group), sys.path), os.environ.get(ALLOWED))


def find(group: str, name: str) -> Plugin:
    """The plugin of that name, which may be ``name`` or ``distribution:name``.

    A built-in wins a clash, with a warning. Between two others the distribution must be said.

    Raises:
        PluginError: there is no such group or name, or the name is ambiguous.
    """
    return choose(plugins(group), group, name)


def load(group: str, name: str) -> type[Any]:
    """The class of that name, imported now: :func:`find`, then :meth:`Plugin.load`."""
    return find(group, name).load()


def choose(found: Sequence[Plugin], group: str, name: str) -> Plugin:
    """The one plugin among ``found`` that ``name`` means; see :func:`find`."""
    matches = named(found, name)
    if not matches:
        raise PluginError(unknown(found, group, name))
    if len(matches) == 1:
        return matches[0]
    qualified = " or ".join(f"{p.distribution}:{p.name}" for p in matches if p.distribution != BUILT_IN)
    for plugin in matches:
        if plugin.distribution == BUILT_IN:
            warnings.warn(f"{group} '{name}' is motionkit's own; the other is called {qualified}", stacklevel=3)
            return plugin
    raise PluginError(f"{group} '{name}' is declared by {len(matches)} distributions; say {qualified}")


def named(found: Iterable[Plugin], name: str) -> list[Plugin]:
    """Those among ``found`` that are called ``name``, which may be ``name`` or ``distribution:name``."""
    distribution, _, plain = name.rpartition(":")
    return [p for p in found if p.name == plain and (not distribution or p.distribution == normal(distribution))]


def unknown(found: Sequence[Plugin], kind: str, name: str) -> str:
    """The message for a name that is not among ``found``: what would bring it, the nearest names, and what there is."""
    names = sorted({call_name(plugin, found) for plugin in found})
    if not names:
        return f"there is no {kind} '{name}', nor any other: is motionkit installed, rather than only on the path?"
    near = get_close_matches(name, names) or get_close_matches(name.rpartition(":")[2], names)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    if brought_by_extra(name):
        hint = f"pip install '{BUILT_IN}[{name}]' brings it. "
    limit = f" ({ALLOWED} is set and may hide others)" if ALLOWED in os.environ else ""
    return f"there is no {kind} '{name}'; {hint}Installed: {', '.join(names)}{limit}"


def brought_by_extra(name: str) -> bool:
    """Whether motionkit has an extra of that name, which brings another distribution of plugins."""
    try:
        required = requires(BUILT_IN) or []
    except PackageNotFoundError:  # it is on the path, not installed
        return False
    return any(it.startswith(f"{BUILT_IN}-") and it.endswith(f'extra == "{name}"') for it in required)


def staged(group: str, name: str, stage: str) -> str:
    """The full name of what ``name`` means in a stage: ``name.stage`` where a plugin is called so, else ``name``.

    Some names stand for a component of each stage: ``variational`` is ``variational.motion`` in stage ``motion``, and
    ``variational.render`` in stage ``render``. A ``distribution:`` in front stays.
    """
    full = f"{name}.{stage}"
    return full if named(plugins(group), full) else name


def family(found: Iterable[Plugin], name: str) -> list[Plugin]:
    """The plugins among ``found`` that ``name`` stands for in one stage or another (see :func:`staged`)."""
    return [plugin for plugin in found if named([plugin], f"{name}.{plugin.name.rpartition('.')[2]}")]


def call_name(plugin: Plugin, found: Iterable[Plugin]) -> str:
    """What to call a plugin among ``found``: its name, or ``distribution:name`` where the name alone means another."""
    rivals = [p for p in found if (p.group, p.name) == (plugin.group, plugin.name) and p != plugin]
    return f"{plugin.distribution}:{plugin.name}" if rivals and plugin.distribution != BUILT_IN else plugin.name


def allowed(found: Iterable[Plugin], names: str | None) -> list[Plugin]:
    """Those of motionkit and of the distributions named, with commas between; all of them if ``names`` is None."""
    if names is None:
        return list(found)
    kept = {BUILT_IN, *(normal(name.strip()) for name in names.split(","))}
    return [plugin for plugin in found if plugin.distribution in kept]


def discover(groups: Sequence[str], path: Iterable[str]) -> list[Plugin]:
    """All plugins on an import path, by group, then built-ins first, then by name.

    Of a distribution that is on the path twice only the first counts, as it does for ``import``.
    """
    result: list[Plugin] = []
    shadowed: set[str] = set()
    for folder in path:
        installed = distributions(folder)
        for group in declared_groups(installed.values(), groups):
            result += [p for p in plugins_in(folder, group, installed) if p.distribution not in shadowed]
        shadowed |= installed.keys()
    return sorted(result, key=lambda p: (groups.index(p.group), p.distribution != BUILT_IN, p.name, p.distribution))


def distributions(folder: str) -> dict[str, MetadataFolder]:
    """The distributions in one entry of the import path, a folder or a zip file: normal name to metadata folder."""
    try:
        root: MetadataFolder = zipfile.Path(folder) if zipfile.is_zipfile(folder) else Path(folder)
        # pip leaves "~oy-1.0.dist-info" behind where it could not remove toy 1.0.
        names = sorted(child.name for child in root.iterdir() if not child.name.startswith("~"))
    except (OSError, zipfile.BadZipFile):
        return {}
    # The last of two equal keys stays: dist-info, which entrypoints reads before egg-info.
    inside = [root / name for suffix in (".egg-info", ".dist-info") for name in names if name.endswith(suffix)]
    return {name_of(child): child for child in inside}


def declared_groups(installed: Iterable[MetadataFolder], groups: Sequence[str]) -> list[str]:
    """Those of the groups that any of the distributions mentions; most mention none, which is soon seen."""
    texts = b"\n".join(map(_entry_points, installed))
    return [group for group in groups if f"motionkit.{group}".encode() in texts]


def plugins_in(folder: str, group: str, installed: Mapping[str, MetadataFolder]) -> list[Plugin]:
    """The plugins of one group in one entry of the import path.

    ``entrypoints`` gives up on the whole entry when one distribution in it is damaged, and only warns, without a name,
    of a target that it cannot read. After either, each distribution is asked alone, so that only the damaged suffer.
    """
    entries, trouble = ask(group, folder)
    if trouble:
        return [plugin for name, metadata in installed.items() for plugin in plugins_of(name, metadata, group)]
    named = [(normal(entry.distro.name), entry) for entry in entries]
    return [
        Plugin(group, entry.name, name, version_of(installed[name]), target(entry))
        for name, entry in named
        if name in installed
    ]


def plugins_of(distribution: str, metadata: MetadataFolder, group: str) -> list[Plugin]:
    """The plugins of one group in one distribution, those that cannot be used with their ``error``."""
    content = _entry_points(metadata).removeprefix(codecs.BOM_UTF8)
    specs = declared(content.decode(errors="replace"), group)
    if not specs:
        return []
    with tempfile.TemporaryDirectory() as alone:
        copy = Path(alone, f"{distribution}.dist-info")
        copy.mkdir()
        (copy / "entry_points.txt").write_bytes(content)
        entries, trouble = ask(group, alone)
    good = {entry.name for entry in entries}
    cause = trouble.replace(str(copy), str(metadata)) if trouble else "its metadata is damaged"
    version = version_of(metadata)
    return [
        Plugin(group, name, distribution, version, spec, None if name in good else cause)
        for name, spec in specs.items()
    ]


def _entry_points(metadata: MetadataFolder) -> bytes:
    try:
        return (metadata / "entry_points.txt").read_bytes()
    except (OSError, KeyError):
        return b""


def ask(group: str, folder: str) -> tuple[list[Any], str | None]:
    """What ``entrypoints`` finds in one entry of the import path, and what troubled it, on one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            entries = entrypoints.get_group_all(f"motionkit.{group}", path=[folder])
        except Exception as error:  # configparser's, a text that is no UTF-8, a damaged zip file
            return [], _cause(error)
    return entries, _one_line(str(caught[0].message)) if caught else None


def declared(text: str, group: str) -> dict[str, str]:
    """Name to target in one group of an ``entry_points.txt``, however damaged the rest of it is."""
    specs: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip().strip("[]")
        elif section == f"motionkit.{group}" and re.match(r"[^\s#;]", line):
            name, _, spec = line.partition("=")
            specs[name.strip()] = spec.strip()
    return specs


def target(entry: Any) -> str:
    """``module:Class`` of an entry point."""
    return f"{entry.module_name}:{entry.object_name}" if entry.object_name else entry.module_name


def normal(name: str) -> str:
    """A distribution's name in PEP 503's normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(metadata: MetadataFolder) -> str:
    """``toy``, in its normal form, of the folder ``toy-1.0.dist-info`` or ``toy.egg-info``."""
    return normal(metadata.name.rpartition(".")[0].partition("-")[0])


def version_of(metadata: MetadataFolder) -> str:
    """What the metadata says; an empty text if it does not."""
    try:
        return PathDistribution(metadata).metadata["Version"] or ""
    except UnicodeDecodeError:
        return ""


def _groups(group: str | None) -> list[str]:
    if group is None:
        return list(GROUPS)
    if group not in GROUPS:
        raise PluginError(f"there is no group '{group}' of plugins; the groups are {', '.join(GROUPS)}")
    return [group]


def _cause(error: BaseException) -> str:
    return _one_line(f"{type(error).__name__}: {error}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
