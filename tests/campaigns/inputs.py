"""What is damaged, how, and the commands that then read it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from campaigns.damage import BYTES, Damage, a_word, json_value, lines_in_disorder
from campaigns.tensors import safetensors_header, safetensors_value, state_value
from campaigns.workspace import BENCH, CAMERA, MADE, MOTION, PREPARE

Words = Sequence[object]

GENERATE = ("generate", "run", "-n", "1", "--seconds", "0.3", "--out", "made")
RESUME = ("train", "--resume", "run")
INSPECT = ("inspect", "clips", "-n", "2", "--show", "2", "--out", "page")
LEARN = ("train", "--data", "clips", "--stage", "motion", "--steps", "1", "--out", "new", *MOTION)
RECONSTRUCT = (*GENERATE, "--motion-from", "photos/film.mp4", "--appearance-from", "photos/face.png")

WEIGHTS = ("run/*.safetensors",)
TRAINED = (*WEIGHTS, "run/*.state.pt", "run/run.json", "run/samples/*", "run/events/*")
"""What a training that goes on writes anew."""


@dataclass(frozen=True)
class Input:
    """A file that is damaged.

    Attributes:
        kind: for the counts.
        files: of the workspace, one of which is damaged.
        damages: one of which is done.
        commands: one of which reads it.
        changes: what those write anew when they succeed.
        notes: what they may write whether they succeed or not.
    """

    kind: str
    files: tuple[str, ...]
    damages: list[Damage]
    commands: tuple[Words, ...]
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


JSON = [*BYTES, *[json_value] * 12]
SAFETENSORS = [*BYTES, *[safetensors_value] * 5, *[safetensors_header] * 5]

INPUTS = (
    Input("video", ("videos/ann_wave.mp4",), BYTES, (PREPARE, [*PREPARE[:2], "--out", "more", *PREPARE[4:]]),
          notes=("clips/dataset.json",)),
    Input("picture or video to read noise from", ("photos/film.mp4", "photos/face.png"), BYTES, (RECONSTRUCT,)),
    Input("sidecar", ("videos/ann_wave.keypoints.json", "videos/bob_walk.keypoints.json"), JSON,
          ([*PREPARE[:2], "--out", "more", *PREPARE[4:]],)),
    Input("BVH", ("captures/body.bvh",), [*BYTES, *[a_word] * 8, *[lines_in_disorder] * 4],
          (("prepare", "captures", "--layout", "mocap", "--out", "more", "--size", "16", *CAMERA),)),
    Input("DeepMimic", ("captures/humanoid.txt",), JSON,
          (("prepare", "captures", "--layout", "mocap", "--out", "more", "--size", "16", *CAMERA),)),
    Input("run.json", ("run/run.json",), JSON, (GENERATE, RESUME, ("train", "--from", "run", "--steps", "1", "--out",
          "new")), TRAINED),
    Input("weights", ("run/motion.safetensors", "run/renderer.safetensors", "run/motion_encoder.safetensors"),
          SAFETENSORS, (GENERATE, ("train", "--from", "run", "--steps", "1", "--out", "new"))),
    Input("training state", ("run/motion.state.pt", "run/render.state.pt"), [*BYTES, *[state_value] * 12],
          (RESUME,), TRAINED, ("run/motion*", "run/samples/*", "run/events/*")),
    Input("clip", ("clips/clips/ann_wave.mp4/000.safetensors", "clips/clips/bob_walk.mp4/000.safetensors"),
          SAFETENSORS, (INSPECT, LEARN, (*GENERATE, "--motion-from", "clips:0"))),
    Input("dataset.json", ("clips/dataset.json",), JSON, (INSPECT, LEARN, PREPARE), ("clips/dataset.json",)),
    Input("settings", ("settings.yaml",), [*BYTES, *[a_word] * 6, *[lines_in_disorder] * 4],
          (("train", "--config", "settings.yaml", "--steps", "1", "--out", "new"),)),
    Input("benchmark", ("report/bench.json", "report/scores/motion-ode-seed0.json", "report/results.json"), JSON,
          (BENCH,), ("report/*",)),
)  # fmt: skip

VALUES = (
    *("null", "true", "-1", "0", "1e308", "1e400", ".nan", ".inf", "9" * 400, "'text'", "[]", "{}", "[1,[2]]", "''"),
    *(
        "!!python/object/apply:os.getcwd []",
        "&a [*a]",
        "{a: {b: 1}}",
        "2026-01-01",
        "!!binary aGk=",
        "\ud800",
        "[8",
        "*b",
    ),
    *("{name: ode}", "=", "ode", "0x10", "1_0", "[-1, 0]", "1.5"),
)
KEYS = (
    *("motion", "motion.hidden", "motion.width", "renderer.widths", "renderer.image_size", "motion_objective.batch"),
    *("motion_objective.frames", "render_objective.first", "data.clips", "data.seconds", "loop.checkpoint_every"),
    *("motion.name", "motion_encoder.widths", "motion_objective.generator_rate", "", ".", "a.b.c", "motion.hiden"),
    *(
        "video_discriminator.frame_widths",
        "motion_objective.average_decay",
        "motion..hidden",
        "loop",
        "\u200bmotion.hidden",
    ),
)
CURVES = (
    *("", "1", "0", "-1", "nan", "inf", "1e400", "0:1", "0:1,1:1", "1:1,0:1", "0:1,0:2", "0:1,0.5:0.25,1:1", "a", ":"),
    *(
        "0:1,1:1e30",
        "0:1e-30,1:1",
        "1e-9",
        "1e9",
        "0:1:1",
        "0:1,,1:1",
        "0:nan,1:1",
        "nan:1,1:1",
        "0:1,1:inf",
        "\ud800",
        "\u0661",
    ),
    *("0.1:1,0.2:3", "0:1, 1:2", "0:1;1:2", "1e30", "5e-324", "0:5e-324,1:1e308"),
)


def spoken(kind: str, rng: random.Random) -> Words:
    """Words of a command line that no careful person writes."""
    if kind == "overrides":
        settings = [f"{rng.choice(KEYS)}={rng.choice(VALUES)}" for _ in range(rng.choice([1, 1, 2]))]
        return ["train", "--steps", "1", "--out", "new", *MADE, *(word for it in settings for word in ("-o", it))]
    curve = rng.choice(CURVES) if rng.random() < 0.7 else _mixed(rng)
    return [*GENERATE, "--speed", curve]


def _mixed(rng: random.Random) -> str:
    return "".join(rng.choice("0123456789.,:-e ") for _ in range(rng.randint(1, 12)))


SPOKEN = ("overrides", "speed curve")


def allowed(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
