"""Skeletons as files that people write."""

from pathlib import Path

import pytest

from motionkit.interfaces import COCO17, FACE13, ConfigError, Skeleton
from motionkit.io.skeletons import skeleton_of, write_skeleton

MOUSE = """name: mouse-4
joints: [nose, left ear, right ear, tail]
bones: [[nose, left ear], [nose, right ear], [nose, tail]]
mirror: [[left ear, right ear]]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "mouse.yaml").write_text(text, encoding="utf-8")
    return folder / "mouse.yaml"


def test_a_file_and_a_name(tmp_path: Path) -> None:
    assert skeleton_of(written(tmp_path, MOUSE)) == Skeleton(
        "mouse-4", ("nose", "left ear", "right ear", "tail"), ((0, 1), (0, 2), (0, 3)), (0, 2, 1, 3)
    )
    assert skeleton_of(written(tmp_path, "name: dots\njoints: [a, b]\n")) == Skeleton("dots", ("a", "b"), (), (0, 1))
    assert (skeleton_of("coco-17"), skeleton_of("face-13")) == (COCO17, FACE13)


@pytest.mark.parametrize("skeleton", [COCO17, FACE13, Skeleton("é: 1", ("yes", "1", "café"), ((0, 2),), (0, 1, 2))])
def test_what_is_written_is_read_again(skeleton: Skeleton, tmp_path: Path) -> None:
    write_skeleton(tmp_path / "skeleton.yaml", skeleton)
    assert skeleton_of(tmp_path / "skeleton.yaml") == skeleton


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: [", "is not YAML"),
        ("joints: [a]", "name: Field required"),
        ("name: a\njoints: [1, b]", "joints.0"),
        ("name: a\njoints: [a, b, a]", "joints: a is there twice"),
        ("name: a\njoints: [a, b]\nbones: [[a, c]]", "bones: c is no joint; there are a, b"),
        ("name: a\njoints: [a, b]\nbones: [[a, a]]", "bones: a is paired with itself"),
        ("name: a\njoints: [a, b, c]\nmirror: [[a, b], [b, c]]", "mirror: b is in two pairs"),
        ("name: a\njoints: [a, b]\nlimbs: []", "limbs"),
        ("name: !!python/object/apply:os.system [ls]\njoints: [a]", "is not YAML"),
    ],
)
def test_a_spoilt_file_is_told_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"mouse\.yaml.*{told}") as caught:
        skeleton_of(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no skeleton coco17: it should be coco-17 or face-13, or a YAML file"):
        skeleton_of("coco17")
