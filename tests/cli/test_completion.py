"""TAB: names of components and settings, told without importing any of them."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from motionkit.cli import cli
from motionkit.cli.declared_settings import settings
from motionkit.motion.ode import OdeMotion
from motionkit.objectives.render_variational import RenderVariational
from motionkit.training.loop import LoopConfig


def completed(words: str) -> list[str]:
    done = BashComplete(cli, {}, "motionkit", "_MOTIONKIT_COMPLETE")
    *before, last = words.split(" ")
    return [item.value for item in done.get_completions(before, last)]


def test_settings_are_completed_without_heavy_libraries() -> None:
    program = "import atexit, sys; sys.argv = ['motionkit']; from motionkit.cli import main\n"
    program += "atexit.register(lambda: print(sorted({'torch', 'numpy', 'pydantic'} & sys.modules.keys()))); main()"
    asked = {"COMP_WORDS": "motionkit train -o motion.wid", "COMP_CWORD": "3", "_MOTIONKIT_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | asked, timeout=120
    )
    assert done.stdout.splitlines() == ["plain,motion.width=", "[]"], done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("train --motion s", ["sde"]),
        ("train --motion-objective ", ["adversarial", "variational"]),
        ("train -o motion", ["motion.", "motion_discriminator.", "motion_encoder.", "motion_objective."]),
        ("train -o rendere", [f"renderer.{name}=" for name in ("image_size", "widths", "noise_size", "style_size",
                                                               "sigma", "limb_sigma")]),
        ("train --motion rnn -o motion.f", ["motion.fps="]),
        ("train --motion ode -o motion.f", []),
        ("train -o motion_objective.di", ["motion_objective.discriminator_rate="]),
        ("train --motion-objective adversarial -o motion_objective.div", ["motion_objective.diversity="]),
        ("train --preset paper -o motion_objective.div", ["motion_objective.diversity="]),
        ("train --stage motion -o r", []),
        ("train --data ./mine -o data.m", ["data.mirror="]),
        ("train -o loop.w", ["loop.workers="]),
        ("train --motion unheard -o motion.", []),
        ("train -o motion.width=1", []),
    ],
)  # fmt: skip
def test_what_can_follow_depends_on_the_options_before(words: str, expected: list[str]) -> None:
    assert completed(words) == expected


@pytest.mark.parametrize(
    ("target", "config"),
    [
        ("motionkit.motion.ode:OdeMotion", OdeMotion.Config),
        ("motionkit.objectives.render_variational:RenderVariational", RenderVariational.Config),
        ("motionkit.training.loop:LoopConfig", LoopConfig),
    ],
)
def test_source_text_tells_what_the_class_has(target: str, config: type[OdeMotion.Config]) -> None:
    assert set(settings(target)) == config.model_fields.keys()


def test_bases_are_followed_through_modules_that_are_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "outsider/__init__.py": "raise SystemExit('this was run')",
        "outsider/base.py": """
            class Base:
                class Config(Elsewhere):
                    presets: ClassVar[dict] = {}
                    far: int = 1
            """,
        "outsider/parts.py": """
            from . import base
            from .base import Base as Renamed
            class Own(Renamed):
                class Config(Renamed.Config):
                    near: int = 2
                    plain = 3
            class Same(base.Base):
                pass
            """,
        "outsider/broken.py": "class (",
        "outsider/ring.py": "from outsider.ring import Ring",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert settings("outsider.parts:Own") == ["near", "far"]
    assert settings("outsider.parts:Same") == ["far"]
    for untold in ("parts:Missing", "broken:Any", "ring:Ring", "missing:Any", "missing.deeper:Any"):
        assert settings(f"outsider.{untold}") == []
    assert "outsider" not in sys.modules
