"""Discovery: shown with metadata folders as installers write them, and with fake plugins for the choice among them."""

import importlib.metadata
import sys
import textwrap
import warnings
import zipfile
from pathlib import Path

import pytest

from motionkit import registry
from motionkit.interfaces import MotionGenerator, PluginError
from motionkit.registry import Plugin, allowed, call_name, choose, discover, family, staged


def install(folder: Path, name: str, entry_points: str | bytes, version: str = "1.0") -> None:
    """Writes the metadata that an installer would write."""
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    content = entry_points if isinstance(entry_points, bytes) else textwrap.dedent(entry_points).encode()
    (metadata / "entry_points.txt").write_bytes(content)


def fake(name: str, distribution: str = "outsider", group: str = "motion") -> Plugin:
    return Plugin(group, name, distribution, "1.0", "nowhere:Nothing")


def found_in(*folders: Path, group: str = "motion") -> dict[str, Plugin]:
    return {f"{p.distribution}:{p.name}": p for p in discover([group], [str(folder) for folder in folders])}


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(registry.ALLOWED, raising=False)
    return tmp_path


def test_the_built_in_plugins_come_through_the_same_door() -> None:
    ours = {(p.group, p.name) for p in registry.plugins() if p.distribution == "motionkit"}
    assert {("motion", "ode"), ("renderer", "compose"), ("dataset", "actions"), ("detector", "sidecar")} <= ours
    assert issubclass(registry.load("motion", "ode"), MotionGenerator)


def test_a_plugin_says_who_declares_it(tmp_path: Path) -> None:
    install(tmp_path, "Motion.Kit_Toy", "[motionkit.motion]\nsway = toy.parts:Sway [extra]\n", version="2.1")
    plugin = found_in(tmp_path)["motion-kit-toy:sway"]
    assert plugin == Plugin("motion", "sway", "motion-kit-toy", "2.1", "toy.parts:Sway")


def test_groups_do_not_mix(tmp_path: Path) -> None:
    install(
        tmp_path,
        "toy",
        "[motionkit.motion]\na = toy:A\n[motionkit.renderer]\nb = toy:B\n[console_scripts]\nc = toy:c\n",
    )
    assert found_in(tmp_path, group="motion").keys() == {"toy:a"}
    assert found_in(tmp_path, group="renderer").keys() == {"toy:b"}


def test_discovery_agrees_with_importlib_metadata(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    install(first, "one", "[motionkit.motion]\na = one:A\nb = one.deep:B.Inner\n")
    install(first, "two", "[motionkit.motion]\na = two:A\n[other]\nx = y:z\n")
    install(second, "Two", "[motionkit.motion]\nshadowed = two:A\n", version="0.9")
    install(second, "three", "[motionkit.renderer]\nc = three:C\n")
    path = [str(first), str(second), *sys.path]
    ours = {(p.group, p.name, p.target) for p in discover(list(registry.GROUPS), path)}
    visible: dict[str, importlib.metadata.Distribution] = {}
    for distribution in importlib.metadata.distributions(path=path):
        visible.setdefault(registry.normal(distribution.metadata["Name"]), distribution)
    theirs = {
        (group, entry.name, entry.value)
        for distribution in visible.values()
        for entry in distribution.entry_points
        for group in registry.GROUPS
        if entry.group == f"motionkit.{group}"
    }
    assert ours == theirs
    assert ("motion", "a", "two:A") in ours and ("motion", "ode", "motionkit.motion.ode:OdeMotion") in ours


def test_the_first_of_two_installations_counts(tmp_path: Path) -> None:
    install(tmp_path / "new", "my-toy", "[motionkit.motion]\nsway = toy:New\n", version="2.0")
    install(tmp_path / "old", "my_toy", "[motionkit.motion]\nsway = toy:Old\nleft = toy:Out\n", version="1.0")
    assert [p.target for p in found_in(tmp_path / "new", tmp_path / "old").values()] == ["toy:New"]


def test_an_installation_without_plugins_hides_an_older_one_with(tmp_path: Path) -> None:
    install(tmp_path / "new", "toy", "[console_scripts]\ntoy = toy:main\n", version="2.0")
    install(tmp_path / "old", "toy", "[motionkit.motion]\nsway = toy:Old\n", version="1.0")
    assert not found_in(tmp_path / "new", tmp_path / "old")


def test_a_zip_file_on_the_path_is_read_too(tmp_path: Path) -> None:
    install(tmp_path / "in", "toy", "[motionkit.motion]\nsway = toy:Sway\n")
    with zipfile.ZipFile(tmp_path / "toy.zip", "w") as archive:
        for file in (tmp_path / "in").rglob("*"):
            archive.write(file, file.relative_to(tmp_path / "in"))
    assert found_in(tmp_path / "toy.zip")["toy:sway"].version == "1.0"


@pytest.mark.parametrize("entry", ["missing", "broken.zip", "file.txt"])
def test_what_is_no_folder_holds_no_plugins(tmp_path: Path, entry: str) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (tmp_path / "file.txt").write_text("no folder")
    assert discover(["motion"], [str(tmp_path / entry)]) == []


DAMAGED = {
    "duplicate key": ("[motionkit.motion]\nbad = bad:A\nbad = bad:B\n", "already exists"),
    "duplicate key elsewhere": ("[motionkit.motion]\nbad = bad:A\n[other]\nx = y:z\nx = y:z\n", "already exists"),
    "percent": ("[motionkit.motion]\nbad = bad:%A\n", "'%' must be followed"),
    "no section": ("stray = line\n[motionkit.motion]\nbad = bad:A\n", "no section headers"),
    "not UTF-8": (b"[motionkit.motion]\nbad = bad:A\n# \xff\n", "UnicodeDecodeError"),
    "unreadable target": ("[motionkit.motion]\nbad = two words\n", "Couldn't parse entry point spec: 'two words'"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_distribution_is_listed_and_the_others_are_found(tmp_path: Path, damage: str) -> None:
    content, cause = DAMAGED[damage]
    install(tmp_path, "aaa", "[motionkit.motion]\ngood = aaa:A\n")
    install(tmp_path, "bad-one", content, version="3.0")
    install(tmp_path, "zzz", "[motionkit.motion]\ngood = zzz:Z\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = found_in(tmp_path)
    assert found.keys() == {"aaa:good", "bad-one:bad", "zzz:good"}
    assert found["aaa:good"].error is None and found["zzz:good"].error is None
    broken = found["bad-one:bad"]
    assert broken.version == "3.0"
    assert broken.error is not None and cause in broken.error and "\n" not in broken.error
    with pytest.raises(PluginError, match=r"^motion 'bad' of bad-one 3.0 is broken: "):
        broken.load()


def test_the_cause_names_the_file_that_is_damaged(tmp_path: Path) -> None:
    install(tmp_path, "bad", "[motionkit.motion]\nbad = bad:A\nbad = bad:B\n")
    error = found_in(tmp_path)["bad:bad"].error
    assert error is not None and str(tmp_path / "bad-1.0.dist-info" / "entry_points.txt") in error


def test_beside_an_unreadable_target_the_rest_of_its_distribution_works(tmp_path: Path) -> None:
    install(tmp_path, "toy", "[motionkit.motion]\nbad = two words\ngood = toy:Good\n")
    found = found_in(tmp_path)
    assert found["toy:bad"].error and found["toy:good"].error is None


def test_damage_in_a_stranger_that_has_no_plugins_is_not_our_business(tmp_path: Path) -> None:
    install(tmp_path, "stranger", "[console_scripts]\na = b:c\na = b:c\n")
    install(tmp_path, "toy", "[motionkit.motion]\nsway = toy:Sway\n")
    assert found_in(tmp_path).keys() == {"toy:sway"}


def test_what_pip_could_not_remove_is_not_there(tmp_path: Path) -> None:
    install(tmp_path, "~oy", "[motionkit.motion]\nsway = toy:Sway\n")
    assert not found_in(tmp_path)


def test_listing_imports_nothing_and_loading_does(on_path: Path) -> None:
    (on_path / "sideeffect.py").write_text("from motionkit.testing.toys import ToyMotion\n")
    install(on_path, "toy", "[motionkit.motion]\nlazy = sideeffect:ToyMotion\n")
    assert registry.find("motion", "lazy").error is None
    assert "sideeffect" not in sys.modules
    assert registry.load("motion", "lazy").__name__ == "ToyMotion"
    assert sys.modules.pop("sideeffect")


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("module_that_is_missing:A", "cannot be imported .* ModuleNotFoundError: No module named"),
        ("exits:A", "cannot be imported .* SystemExit: no licence"),
        ("motionkit.testing.toys:Missing", "cannot be imported .* AttributeError: .*Missing"),
        ("motionkit.testing.toys:ToyRenderer", "is not a subclass of MotionGenerator"),
        ("motionkit.testing.toys:TOY", "is not a subclass of MotionGenerator"),
        ("motionkit.testing.toys", "is not a subclass of MotionGenerator"),
    ],
)
def test_what_fails_on_use_says_whose_it_is_on_one_line(on_path: Path, target: str, cause: str) -> None:
    (on_path / "exits.py").write_text("import sys\nsys.exit('no licence')\n")
    install(on_path, "toy", f"[motionkit.motion]\nfails = {target}\n")
    with pytest.raises(PluginError, match=rf"^motion 'fails' of toy 1.0 .*{cause}") as caught:
        registry.load("motion", "fails")
    assert "\n" not in str(caught.value)


def test_a_built_in_wins_a_clash_with_a_warning() -> None:
    ours, theirs = fake("ode", "motionkit"), fake("ode", "intruder")
    with pytest.warns(UserWarning, match="'ode' is motionkit's own; the other is called intruder:ode"):
        assert choose([theirs, ours], "motion", "ode") is ours
    assert choose([theirs, ours], "motion", "intruder:ode") is theirs
    assert choose([theirs, ours], "motion", "motionkit:ode") is ours


def test_two_outsiders_of_one_name_must_be_called_in_full() -> None:
    one, two = fake("sway", "one"), fake("sway", "second-one")
    with pytest.raises(PluginError, match="say one:sway or second-one:sway"):
        choose([one, two], "motion", "sway")
    assert choose([one, two], "motion", "Second_One:sway") is two


def test_call_names_find_what_they_name() -> None:
    found = [fake("ode", "motionkit"), fake("ode", "one"), fake("sway", "one"), fake("sway", "two"), fake("rnn", "two")]
    names = [call_name(plugin, found) for plugin in found]
    assert names == ["ode", "one:ode", "one:sway", "two:sway", "rnn"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [choose(found, "motion", name) for name in names] == found


def test_a_name_stands_for_its_component_of_a_stage_where_there_is_one(on_path: Path) -> None:
    install(on_path, "toy", "[motionkit.objective]\ncalm.motion = toy:A\ncalm.render = toy:B\nloud = toy:C\n")
    assert staged("objective", "calm", "motion") == "calm.motion"
    assert staged("objective", "toy:calm", "render") == "toy:calm.render"
    assert staged("objective", "calm.motion", "motion") == "calm.motion"
    assert staged("objective", "loud", "motion") == "loud"
    assert staged("objective", "other:calm", "motion") == "other:calm"
    assert staged("encoder", "calm", "motion") == "calm"


def test_a_family_is_what_a_name_stands_for_in_all_stages() -> None:
    found = [fake(name) for name in ("calm.motion", "calm.render", "calm", "calmer.motion", "not.calm.motion")]
    assert [p.name for p in family(found, "calm")] == ["calm.motion", "calm.render"]
    assert [p.name for p in family(found, "Outsider:calm")] == ["calm.motion", "calm.render"]
    assert family(found, "another:calm") == [] and family(found, "loud") == []


def test_an_unknown_name_is_answered_with_the_nearest_and_all() -> None:
    found = [fake("ode", "motionkit"), fake("sway", "one"), fake("rnn", "motionkit")]
    with pytest.raises(PluginError, match=r"no motion 'swya'; did you mean sway\? Installed: ode, rnn, sway$"):
        choose(found, "motion", "swya")
    with pytest.raises(PluginError, match=r"no motion 'two:sway'; did you mean sway\? "):
        choose(found, "motion", "two:sway")
    with pytest.raises(PluginError, match=r"no motion 'qqq'; Installed: ode"):
        choose(found, "motion", "qqq")
    with pytest.raises(PluginError, match="is motionkit installed"):
        choose([], "motion", "ode")


def test_an_unknown_group_is_answered_with_the_groups() -> None:
    with pytest.raises(PluginError, match="no group 'motions' of plugins; the groups are motion, renderer"):
        registry.plugins("motions")


def test_the_allowed_distributions_compare_in_normal_form() -> None:
    found = [fake("a", "motionkit"), fake("b", "my-toy"), fake("c", "other")]
    assert [p.name for p in allowed(found, None)] == ["a", "b", "c"]
    assert [p.name for p in allowed(found, "My_Toy")] == ["a", "b"]
    assert [p.name for p in allowed(found, " other , my.toy")] == ["a", "b", "c"]
    assert [p.name for p in allowed(found, "")] == ["a"]


def test_the_environment_allows(on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(on_path, "toy", "[motionkit.motion]\nsway = toy:Sway\n")
    assert registry.find("motion", "sway").distribution == "toy"
    monkeypatch.setenv("MOTIONKIT_PLUGINS", "other")
    with pytest.raises(PluginError, match="MOTIONKIT_PLUGINS is set and may hide others"):
        registry.find("motion", "sway")
    assert registry.find("motion", "ode").distribution == "motionkit"


def test_a_byte_order_mark_hides_no_plugin(tmp_path: Path) -> None:
    install(tmp_path, "marked", "\ufeff[motionkit.motion]\na = marked:A\n".encode())
    install(tmp_path, "toy", "[motionkit.motion]\nb = toy:B\n")
    found = found_in(tmp_path)
    assert found.keys() == {"marked:a", "toy:b"} and found["marked:a"].error is None
