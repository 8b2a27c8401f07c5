"""The joints of captured bodies as keypoints, whatever the file calls them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from captures import BIOVISION, MOTIONBUILDER, body_bvh, deepmimic_frame

from motionkit.interfaces import COCO17, DataError
from motionkit.io.bvh import read_bvh
from motionkit.io.deepmimic import read_deepmimic
from motionkit.preparation.mocap.humanoid import coco17_joints, front
from motionkit.preparation.mocap.upright import TURNS

AT = COCO17.index


def joints_of(capture, path):
    return coco17_joints(capture, path)[0]


def lifting(frame: int) -> float:
    """Degrees of the left arm: 30 up in a second and back."""
    return 60 + 30 * np.sin(2 * np.pi * frame / 30)


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("names", [MOTIONBUILDER, BIOVISION])
def test_names_and_units_do_not_matter(tmp_path, names, unit):
    path = body_bvh(tmp_path / "a.bvh", lifting, names, unit=unit)
    reference = joints_of(read_bvh(body_bvh(tmp_path / "b.bvh", lifting)), path)
    joints_TK3 = joints_of(read_bvh(path), path)
    np.testing.assert_allclose(joints_TK3, reference, atol=1e-4)
    # Legs of 0.86 and a trunk of 0.5, which are 77.9 hundredths of a height.
    height = (0.86 + 0.5) / 0.779
    np.testing.assert_allclose(joints_TK3[0, AT("left hip")] * height, (0.12, 0.9, 0), atol=1e-3)
    elbow = np.array([0.2 + 0.33 * np.sin(np.pi / 3), 1.4 - 0.33 * np.cos(np.pi / 3), 0])
    np.testing.assert_allclose(joints_TK3[0, AT("left elbow")] * height, elbow, atol=1e-3)


@pytest.mark.parametrize(
    ("old", "new"), [("Left", "L_"), ("Left", "mixamorig:Left"), ("LeftFoot", "Left Ankle"), ("LeftHand", "leftwrist")]
)
def test_spellings_do_not_matter(tmp_path, old, new):
    path = body_bvh(tmp_path / "a.bvh")
    expected = joints_of(read_bvh(path), path)
    path.write_text(path.read_text().replace(old, new))
    np.testing.assert_allclose(joints_of(read_bvh(path), path), expected)


def test_names_that_are_unknown_are_listed(tmp_path):
    path = body_bvh(tmp_path / "a.bvh")
    path.write_text(path.read_text().replace("RightLeg", "Bone7").replace("Head", "Top"))
    with pytest.raises(DataError, match=r"known as right knee, head; it has Hips, .*Bone7") as caught:
        joints_of(read_bvh(path), path)
    assert "\n" not in str(caught.value)


def test_the_head_is_in_front_and_above_and_keeps_its_size(tmp_path):
    path = body_bvh(tmp_path / "a.bvh", lifting, turn=90)  # now it looks along +x
    joints_TK3 = joints_of(read_bvh(path), path)
    nose, left_ear, right_ear = (joints_TK3[:, AT(name)] for name in ("nose", "left ear", "right ear"))
    np.testing.assert_allclose(front(joints_TK3), np.tile([1.0, 0, 0], (30, 1)), atol=1e-6)
    assert (nose[:, 0] > left_ear[:, 0] + 0.05).all() and (left_ear[:, 2] < right_ear[:, 2] - 0.1).all()
    assert (nose[:, 1] > joints_TK3[:, AT("left shoulder"), 1] + 0.08).all()
    for a, b in COCO17.bones:
        lengths = np.linalg.norm(joints_TK3[:, a] - joints_TK3[:, b], axis=-1)
        np.testing.assert_allclose(lengths, lengths[0], rtol=1e-4)


def test_the_humanoid_has_a_human_face_and_stature(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(json.dumps({"Frames": [deepmimic_frame(), deepmimic_frame(0.0, left_elbow=[1.0])]}))
    joints_TK3 = joints_of(read_deepmimic(path), path)
    np.testing.assert_allclose(front(joints_TK3)[0], (1, 0, 0), atol=1e-9)
    assert 0.35 < joints_TK3[0, AT("nose"), 1] - joints_TK3[0, AT("left hip"), 1] < 0.45
    assert joints_TK3[1, AT("left wrist"), 0] > joints_TK3[0, AT("left wrist"), 0] + 0.1


@pytest.mark.parametrize("up", ["z", "-z", "-y"])
def test_the_axis_along_which_the_body_stands_is_up(tmp_path, up):
    path = body_bvh(tmp_path / "a.bvh", lifting)
    capture = read_bvh(path)
    expected, told = coco17_joints(capture, path)
    assert told == (
        "y is up; the left shoulder, elbow, wrist, hip, knee and ankle are "
        "LeftArm, LeftForeArm, LeftHand, LeftUpLeg, LeftLeg, LeftFoot"
    )
    back_33 = TURNS[up].T  # the same body in a world in which another axis is up
    vertical = {"z": [0, 0, 1], "-z": [0, 0, -1], "-y": [0, -1, 0]}[up]
    assert np.linalg.det(back_33) == 1 and (back_33 @ [0, 1, 0]).tolist() == vertical
    rotations_TJ33 = back_33 @ capture.rotations_TJ33 @ back_33.T
    turned = replace(
        capture,
        offsets_TJ3=capture.offsets_TJ3 @ back_33.T,
        rotations_TJ33=rotations_TJ33,
    )
    found, told = coco17_joints(turned, path)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert told.startswith(f"{up} is up")


def test_a_body_that_lies_for_half_of_the_time_is_not_turned(tmp_path):
    path = body_bvh(tmp_path / "a.bvh")
    capture = read_bvh(path)
    rotations_TJ33 = capture.rotations_TJ33.copy()
    rotations_TJ33[:15, 0] = TURNS["z"].T
    _, told = coco17_joints(replace(capture, rotations_TJ33=rotations_TJ33), path)
    assert told.startswith("y is up")
