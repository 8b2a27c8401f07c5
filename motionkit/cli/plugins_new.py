"""``motionkit plugins new``: a small complete distribution to start a component from."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from motionkit import registry
from motionkit.interfaces import ConfigError

FILES = {
    "setup.cfg": "setup.cfg",
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "tests/test_contract.py": "test_contract.py",
    "$module.py": "$group.py",
}
"""What a distribution consists of: each file, and its template below templates/."""

USES = {
    "motion": "motionkit train --motion $name --stage motion",
    "renderer": "motionkit train --renderer $name --stage render",
    "discriminator": "motionkit train --motion-discriminator $name --stage motion",
    "encoder": "motionkit train --motion-encoder $name --stage motion",
    "objective": "motionkit train --motion-objective $name --stage motion",
    "generator": "motionkit train --generator $name",
    "dataset": "motionkit train --data $name",
    "detector": "motionkit prepare VIDEOS --out clips --detector $name",
    "metric": "motionkit evaluate RUN --metrics $name",
}
"""The command that a component of each group is for."""


@click.command()
@click.argument("name")
@click.option("--group", type=click.Choice(list(registry.GROUPS)), required=True, help="What kind of component it is.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make; the default is motionkit-NAME.")
def new(name: str, group: str, out: Path | None) -> None:
    """Make a distribution that holds the component NAME, small and correct, for its author to change.

    Example: motionkit plugins new glide --group motion
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
        raise ConfigError(f"'{name}' can't be a component's name; take a-z first, then a-z, 0-9, and single - between")
    found = registry.plugins(group)
    if any(it.distribution == registry.BUILT_IN for it in registry.named(found, name) + registry.family(found, name)):
        raise ConfigError(f"{group} '{name}' is motionkit's own, which would win; choose another name")
    out = out or Path(f"motionkit-{name}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out} is there already; choose another --out")

    words = {"name": name, "group": group, "distribution": f"motionkit-{name}"}
    words["module"] = words["distribution"].replace("-", "_")
    stem = "".join(part.capitalize() for part in re.split("[-_]", name))
    words |= {"cls": f"{stem.removesuffix(group.capitalize())}{group.capitalize()}", "objective": f"{stem}Objective"}
    words["use"] = Template(USES[group]).substitute(words)
    templates = files("motionkit.cli") / "templates"
    for target, source in FILES.items():
        path = out / Template(target).substitute(words)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (templates / f"{Template(source).substitute(words)}.template").read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(words), encoding="utf-8")
    click.echo(f"made: {out}")
    click.echo(f"next: pip install --editable {out}")
    click.echo(f"      motionkit plugins check {name} --group {group}")
