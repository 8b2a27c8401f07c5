"""The written side is true: its commands run, its Python runs, its settings exist, its links lead somewhere.

The words after the language of a fenced block say what happens to it, page by page and in order:

- ``bash``: its commands are run in a temporary folder that holds a small ``runs/demo`` and two ``videos`` with
  keypoints beside them. They are made small first (:func:`shrunk`), so that each takes a second or two.
- ``bash no-test``: its commands need a GPU, a network or several machines. Their options and settings are parsed.
- ``python``: it is run, in one namespace for the page. ``json`` is read.
- any language and a path: it is written to that file.
"""

import importlib.util
import io
import itertools
import json
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import torch
from benchmarking import TINY as BENCH_TINY
from command_line import STAGES, TINY, parsed
from motionkit_rtmpose.detector import RtmposeDetector
from pydantic import BaseModel
from torch.distributed.run import get_args_parser

from motionkit.cli import cli
from motionkit.cli.training import PARTS
from motionkit.config import parse_assignments
from motionkit.datasets.actions import Actions
from motionkit.datasets.folder import ClipFolder
from motionkit.detectors.sidecar import SidecarDetector
from motionkit.encoders.picture import PictureEncoder
from motionkit.encoders.trajectory import TrajectoryEncoder
from motionkit.evaluation.evaluation import Protocol
from motionkit.io.video import write_video
from motionkit.objectives.motion_adversarial import MotionAdversarial
from motionkit.objectives.motion_variational import MotionVariational
from motionkit.objectives.render_adversarial import RenderAdversarial
from motionkit.objectives.render_variational import RenderVariational
from motionkit.pictures.picture import to_picture
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.layouts import LayoutConfig
from motionkit.preparation.mocap.camera import CameraConfig
from motionkit.preparation.smoothing import SmoothConfig
from motionkit.training.experiment import Experiment
from motionkit.training.loop import LoopConfig
from motionkit.training.sections import OBJECTIVES, TRAINED

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "PACKAGE.md", *sorted((ROOT / "docs").glob("*.md"))]
WRITTEN = [*PAGES, ROOT / "CHANGELOG.md", ROOT / "examples" / "README.md"]

FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


class Block(NamedTuple):
    """A fenced block: its language, the words after it, and its text."""

    language: str
    note: str
    text: str

    @property
    def commands(self) -> Iterator[list[str]]:
        for line in self.text.replace("\\\n", " ").splitlines():
            if words := shlex.split(line, comments=True):
                yield words


def blocks(page: Path) -> list[Block]:
    return [Block(language, note or "", text) for language, note, text in FENCE.findall(page.read_text())]


def shrunk(words: list[str]) -> list[str]:
    """A command that trains, makes or measures, made small; what the page sets goes before, but for the length."""
    command, *options = words
    if command in ("generate", "transfer"):
        return [*words, "-n", "1", "--seconds", "0.5"]
    if command == "mix":
        return [*words, "--rows", "2", "--cols", "2", "--seconds", "0.2"]
    if command == "evaluate":
        return [*words, "-n", "8", "-o", "protocol.searched=16", "-o", "protocol.resamples=5"]
    if command == "bench":
        settings = [word for setting in BENCH_TINY for word in ("-o", setting)]
        return ["bench", *settings, *options, "--steps", "2", "--seeds", "1", "-n", "6"]
    if command != "train" or "--dry-run" in options:
        return words
    if "--resume" in options:
        return [*words, "--steps", "8"]
    params = parsed(words).params
    if params["generator"] is not None:
        return ["train", "-o", "video_objective.batch=2", "-o", "loop.workers=0", *options, "--steps", "2"]
    settings = [setting for setting in TINY if applies(setting, params)]
    if str(params["origin"]).startswith("pretrained:"):  # whose networks are of their own sizes
        settings = [it for it in settings if it.partition(".")[0].endswith(("objective", "loop", "data"))]
    if params["motion_discriminator"] == "heatmap":
        settings += ["motion_discriminator.size=8", "motion_discriminator.widths=[8,8]"]
    if any(option.startswith("renderer.image_size=") for option in options):  # the widths follow from it
        settings = [setting for setting in settings if not setting.startswith("renderer.widths=")]
    return ["train", *(word for setting in settings for word in ("-o", setting)), *options, "--steps", "2"]


def applies(setting: str, params: dict[str, object]) -> bool:
    """Whether the parts that a command names have this setting."""
    section, _, key = setting.partition(".")
    stage = str(params["stage"])
    if stage != "both" and not section.startswith(STAGES[stage]):
        return False
    if key.startswith("first=") or section.endswith("encoder"):
        objective = "motion_objective" if section == "motion_encoder" else "render_objective"
        return (params[objective] or OBJECTIVES[str(params["preset"])]) == "variational"
    return {
        "motion": params["motion"] in (None, "ode", "rnn", "sde"),
        "motion_discriminator": params["motion_discriminator"] in (None, "trajectory"),
        "data": params["data"] == "actions",
    }.get(section, True)


class Place:
    """The folder in which a page's blocks are run, and where what it installs goes."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.site = folder, folder / "site"
        self.names: dict[str, object] = {}
        self.site.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.syspath_prepend(str(self.site))

    def run(self, block: Block) -> None:
        if block.language == "bash":
            for words in block.commands:
                print("$", *words)
                self.command(words)
        elif block.language == "json":
            json.loads(block.text)
        elif "." in block.note:
            (self.folder / block.note).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / block.note).write_text(block.text)
        elif block.language == "python":
            exec(compile(block.text, "a python block", "exec"), self.names)
        else:
            pytest.fail(f"nobody knows what to do with a block of {block.language} {block.note}")

    def command(self, words: list[str]) -> None:
        program, *options = words
        if ">" in options:
            *options, _, file = options
            with redirect_stdout(io.StringIO()) as printed:
                self.command([program, *options])
            (self.folder / file).write_text(printed.getvalue())
        elif program == "motionkit":
            cli.main(shrunk(options), prog_name="motionkit", standalone_mode=False)
        elif words[:3] == ["pip", "install", "--editable"]:
            how = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
            self.python("pip", "install", *how, "--target", str(self.site), *words[3:])
        elif program == "pytest":
            self.python("pytest", "-q", "-p", "no:cacheprovider", *options)
        else:
            pytest.fail(f"{program} is not run here; mark its block no-test")

    def python(self, module: str, *arguments: str) -> None:
        env = {**os.environ, "PYTHONPATH": str(self.site)}
        done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos of made figures, each with the file that the detector sidecar reads."""
    folder = tmp_path_factory.mktemp("given") / "videos"
    folder.mkdir()
    times_T = torch.arange(40, dtype=torch.float64) / 25
    for index, name in enumerate(("wave1", "jack")):
        clip = Actions(Actions.Config(actions=(name,)))[index]
        window = clip.window(times_T, 64)
        assert window.video_TCHW is not None
        write_video(folder / f"{name}.mp4", to_picture(window.video_TCHW), fps=25)
        pixels_TK2 = ((window.keypoints_TK2 + 1) * 64 - 1) / 2
        entries = [
            {"time": float(time), "keypoints": [[float(x), float(y), 1.0] for x, y in pose_K2]}
            for time, pose_K2 in zip(times_T, pixels_TK2, strict=True)
        ]
        document = {"skeleton": "coco-17", "frames": entries}
        (folder / f"{name}.keypoints.json").write_text(json.dumps(document))
    return folder


@each_page
def test_its_blocks_run(
    page: Path, tiny_run: Path, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_run, tmp_path / "runs" / "demo")
    shutil.copytree(videos, tmp_path / "videos")
    place = Place(tmp_path, monkeypatch)
    for block in blocks(page):
        if block.note != "no-test":
            place.run(block)
    sys.modules.pop("motionkit_sway", None)


@each_page
def test_what_is_not_run_could_be(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for block in blocks(page):
        for words in block.commands if block.note == "no-test" else ():
            while "=" in words[0]:  # an environment variable
                words = words[1:]
            if words[0] == "make":
                assert set(words[1:]) <= targets
                continue
            if words[:2] == ["pip", "install"]:
                assert set(words[2:]) <= known_distributions()
                continue
            if words[:2] == ["python", "-m"]:
                assert importlib.util.find_spec(words[2]) is not None
                continue
            if words[0] == "srun":  # which starts what follows on each machine of a cluster
                words = words[1:]
            if words[0] == "torchrun":
                launched = get_args_parser().parse_args(words[1:])
                assert launched.module
                words = [launched.training_script, *launched.training_script_args]
            words = list(itertools.takewhile(lambda word: word not in ("|", ">"), words))
            assert words[0] == "motionkit", f"nobody knows how to check {words[0]}"
            params = parsed(words[1:]).params
            if words[1] == "train" and params["resume"] is None:
                names = {"data": "actions"} | {part: params[part] for part in PARTS if params[part] is not None}
                settings = parse_assignments(params["override"])
                stages, preset = TRAINED[params["stage"]], params["preset"]
                Experiment.settle(stages, names, preset, settings, params["seed"], params["precision"])


def known_distributions() -> set[str]:
    """What such a line may name: motionkit, with one of its extras or none, and its plugins."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = {f"motionkit[{extra}]" for extra in config["options.extras_require"]}
    return {"motionkit", *extras, *(path.name for path in (ROOT / "plugins").glob("motionkit-*"))}


def keys(*configs: type[BaseModel]) -> set[str]:
    """The settings that these have, those within a setting with a dot: ``first.steps``."""
    found: set[str] = set()
    for config in configs:
        for name, field in config.model_fields.items():
            inner = field.annotation
            nested = isinstance(inner, type) and issubclass(inner, BaseModel)
            found |= {f"{name}.{key}" for key in keys(inner)} if nested else {name}
    return found


SETTINGS = {
    "data": keys(Actions.Config, ClipFolder.Config),
    "crop": keys(CropConfig),
    "smooth": keys(SmoothConfig),
    "detector": keys(SidecarDetector.Config, RtmposeDetector.Config),
    "gate": keys(GateConfig),
    "layout": keys(LayoutConfig),
    "camera": keys(CameraConfig),
    "loop": keys(LoopConfig),
    "protocol": keys(Protocol),
    "motion_objective": keys(MotionAdversarial.Config, MotionVariational.Config),
    "render_objective": keys(RenderAdversarial.Config, RenderVariational.Config),
    "motion_encoder": keys(TrajectoryEncoder.Config),
    "appearance_encoder": keys(PictureEncoder.Config),
}


@each_page
def test_the_settings_that_it_names_exist(page: Path) -> None:
    for section, key in re.findall(r"(?:`|-o )(\w+)\.([a-z_.]+)(?:=[^`\s]*)?(?=[`\s])", page.read_text()):
        if section in SETTINGS and key != "safetensors":  # which is a file's
            assert key in SETTINGS[section], f"{section} has no setting {key}"


@pytest.mark.parametrize(
    ("page", "sections"),
    [
        ("training.md", ["motion_objective", "render_objective", "loop"]),
        ("your-own-videos.md", ["gate", "crop", "smooth", "detector", "layout", "camera"]),
        ("evaluating.md", ["protocol"]),
    ],
)
def test_no_setting_is_left_out(page: str, sections: list[str]) -> None:
    named = set(re.findall(r"`([\w.]+)`", (ROOT / "docs" / page).read_text()))
    for section in sections:
        assert {key for key in SETTINGS[section] if not {key, f"{section}.{key}"} & named} == set()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_its_links_lead_to_files(page: Path) -> None:
    text = FENCE.sub("", page.read_text())
    links = [link for link in LINK.findall(text) if not link.startswith("http")]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []
    mentioned = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|md|cfg))`", text)
    made = {block.note for block in blocks(page)}
    assert [path for path in mentioned if path not in made and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_objects_that_it_names_exist(page: Path) -> None:
    for name in re.findall(r"`(motionkit\.\w+\.[\w.]+)`", page.read_text()):
        pkgutil.resolve_name(name)  # raises where there is none


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = {(ROOT / link).resolve() for link in LINK.findall((ROOT / "README.md").read_text())}
    assert set(WRITTEN[1:]) - linked == set()


def test_every_command_is_documented() -> None:
    text = "".join(page.read_text() for page in PAGES)
    assert [name for name in cli.list_commands(click.Context(cli)) if f"motionkit {name} " not in text] == []
