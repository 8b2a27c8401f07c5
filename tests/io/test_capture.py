"""Motion capture files: forward kinematics of poses whose truth is known by hand, and files that are wrong."""

import json

import numpy as np
import pytest
from captures import body_bvh, deepmimic_frame

from motionkit.interfaces import DataError
from motionkit.io.bvh import read_bvh
from motionkit.io.deepmimic import read_deepmimic

ARM = """HIERARCHY
ROOT Shoulder
{{
  OFFSET 0 0 0
  CHANNELS {root}
  JOINT Elbow {{
    OFFSET 2 0 0
    CHANNELS {elbow}
    End Site
    {{
      OFFSET 1 0 0
    }}
  }}
}}
MOTION
Frames: {count}
Frame Time: 0.5
{values}
"""


def arm(path, *frames, root="3 Zrotation Yrotation Xrotation", elbow="3 Zrotation Yrotation Xrotation"):
    values = "\n".join(" ".join(map(str, frame)) for frame in frames)
    path.write_text(ARM.format(root=root, elbow=elbow, count=len(frames), values=values))
    return read_bvh(path)


def test_two_bones_at_known_angles(tmp_path):
    capture = arm(tmp_path / "a.bvh", [0] * 6, [90, 0, 0, 0, 0, 0], [90, 0, 0, -90, 0, 0], [0, 90, 0, 0, 0, 0])
    assert capture.names == ("Shoulder", "Elbow", "Elbow end") and capture.parents == (-1, 0, 1)
    np.testing.assert_allclose(capture.times_T, [0, 0.5, 1, 1.5])
    expected = [
        [(0, 0, 0), (2, 0, 0), (3, 0, 0)],
        [(0, 0, 0), (0, 2, 0), (0, 3, 0)],
        [(0, 0, 0), (0, 2, 0), (1, 2, 0)],
        [(0, 0, 0), (0, 0, -2), (0, 0, -3)],
    ]
    np.testing.assert_allclose(capture.joints(), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # The first channel is outermost: the last one turns first. 90 degrees about z and about y of (2, 0, 0):
        ("Zrotation Yrotation", (0, 0, -2)),  # y takes x to -z, which z leaves alone
        ("Yrotation Zrotation", (0, 2, 0)),  # z takes x to y, which y leaves alone
        ("Xrotation Zrotation", (0, 0, 2)),
        ("Zrotation Xrotation", (0, 2, 0)),
        ("Xrotation Yrotation", (0, 2, 0)),
        ("Yrotation Xrotation", (0, 0, -2)),
    ],
)
def test_rotations_apply_in_the_order_of_the_channels(tmp_path, order, expected):
    capture = arm(tmp_path / "a.bvh", [90, 90, 0, 0, 0], root=f"2 {order}")
    np.testing.assert_allclose(capture.joints()[0, 1], expected, atol=1e-12)


def test_positions_stand_in_for_the_offset(tmp_path):
    six = "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
    capture = arm(tmp_path / "a.bvh", [5, 6, 7, 0, 0, 0, 4, 0, 0, 0, 0, 0], root=six, elbow=six)
    np.testing.assert_allclose(capture.joints()[0], [(5, 6, 7), (9, 6, 7), (10, 6, 7)])


def test_bones_keep_their_lengths_whatever_the_pose(tmp_path):
    angles = np.random.default_rng(0).uniform(-180, 180, (20, 6)).round(3)
    joints_TJ3 = arm(tmp_path / "a.bvh", *angles).joints()
    lengths = np.linalg.norm(np.diff(joints_TJ3, axis=1), axis=-1)
    np.testing.assert_allclose(lengths, np.tile([2.0, 1.0], (20, 1)))


def test_a_whole_body_is_read(tmp_path):
    capture = read_bvh(body_bvh(tmp_path / "a.bvh", lambda frame: 90))
    places = dict(zip(capture.names, capture.joints()[3], strict=True))
    np.testing.assert_allclose(places["LeftHand"], (0.2 + 0.59, 1.4, 0), atol=1e-6)
    np.testing.assert_allclose(places["RightHand"], (-0.2, 1.4 - 0.59, 0), atol=1e-6)
    np.testing.assert_allclose(places["Head end"], (0, 1.7, 0), atol=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("HIERARCHY", "<html>", "line 1: expected HIERARCHY, found '<html>'"),
        ("OFFSET 2 0 0", "OFFSET 2 0", "line 7: expected OFFSET.* found 'OFFSET 2 0'"),
        ("OFFSET 2 0 0", "OFFSET 2 0 nan", "line 7: holds numbers that are not finite"),
        ("3 Zrotation", "4 Zrotation", "line 5: says 4 channels and names 3"),
        ("Zrotation", "Wrotation", "line 5: expected OFFSET, CHANNELS"),
        ("Frames: 1", "Frames: 2", "the file ends too early"),
        ("Frame Time: 0.5", "Frame Time: 0", "are no motion"),
        ("Frame Time: 0.5", "Frame Time: soon", "line 17: expected numbers, found 'soon'"),
        ("0 0 0 0 0 0", "0 0 0 0 0", "line 18: has 5 numbers, but the joints have 6 channels"),
    ],
)
def test_a_bvh_file_that_is_wrong_is_told_with_its_line(tmp_path, old, new, message):
    path = tmp_path / "a.bvh"
    arm(path, [0] * 6)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=message) as caught:
        read_bvh(path)
    assert "a.bvh" in str(caught.value) and "\n" not in str(caught.value)


def humanoid(path, *frames):
    path.write_text(json.dumps({"Loop": "wrap", "Frames": frames}))
    capture = read_deepmimic(path)
    return capture, [dict(zip(capture.names, places, strict=True)) for places in capture.joints()]


def test_the_humanoid_at_known_angles(tmp_path):
    half = np.sqrt(0.5)
    capture, (rest, bent, turned) = humanoid(
        tmp_path / "a.txt",
        deepmimic_frame(),
        deepmimic_frame(0.25, left_elbow=[np.pi / 2], right_knee=[-np.pi / 2]),
        deepmimic_frame(0.0, root=(1, 2, 3, half, 0, half, 0)),  # a quarter about y: x to -z, z to x
    )
    np.testing.assert_allclose(capture.times_T, [0, 1 / 30, 1 / 30 + 0.25])
    np.testing.assert_allclose(rest["left ankle"], (0, 0.9 - 0.421546 - 0.40987, -0.084887))
    np.testing.assert_allclose(rest["left wrist"] - rest["left elbow"], (0, -0.258947, 0))
    # Knees bend backwards and elbows forwards.
    np.testing.assert_allclose(bent["left wrist"] - bent["left elbow"], (0.258947, 0, 0), atol=1e-12)
    np.testing.assert_allclose(bent["right ankle"] - bent["right knee"], (-0.40987, 0, 0), atol=1e-12)
    np.testing.assert_allclose(turned["root"], (1, 2, 3))
    np.testing.assert_allclose(turned["right hip"], (1 + 0.084887, 2, 3), atol=1e-12)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("not JSON", "JSON"),
        ({"Motion": []}, "Frames: Field required"),
        ({"Frames": []}, "Frames: "),
        ({"Frames": [[0.1] * 20]}, "frame 0 has 20 numbers; the humanoid's has 44"),
        ({"Frames": [deepmimic_frame(0.0), deepmimic_frame()]}, "frame 0 has no length"),
        ({"Frames": [deepmimic_frame(root=(0, 0, 0, 0, 0, 0, 0))]}, "quaternion of length 0"),
    ],
)
def test_a_deepmimic_file_that_is_wrong_is_told(tmp_path, document, message):
    (tmp_path / "a.txt").write_text(document if isinstance(document, str) else json.dumps(document))
    with pytest.raises(DataError, match=message) as caught:
        read_deepmimic(tmp_path / "a.txt")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("read", [read_bvh, read_deepmimic])
def test_a_file_that_is_not_there(tmp_path, read):
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "nowhere")
