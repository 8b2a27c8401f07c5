"""The detector ``sidecar``: poses from a file beside the video."""

import json

import numpy as np
import pytest

from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import DataError, Frame

IMAGE = np.zeros((48, 64, 3), np.uint8)
POINT = [0.0, 0.0, 0.5]


def detect(tmp_path, contents, times=(0.0, 0.04, 0.08)):
    text = contents if isinstance(contents, str) else json.dumps(contents)
    (tmp_path / "a.keypoints.json").write_text(text)
    frames = (Frame(time, IMAGE) for time in times)
    return list(SidecarDetector(SidecarDetector.Config()).detect(frames, tmp_path / "a.mp4"))


def entry(time, x=0.0, y=0.0):
    return {"time": time, "keypoints": [[x, y, 0.5]] * 17}


def test_pixels_become_the_unit_square_at_pixel_centres(tmp_path):
    poses = detect(
        tmp_path, {"skeleton": "coco-17", "frames": [entry(0, 0, 0), entry(0.04, 31.5, 23.5), entry(0.08, 63, 47)]}
    )
    np.testing.assert_allclose(poses[0].keypoints_K2[3], [-1 + 1 / 64, -1 + 1 / 48], atol=1e-6)
    np.testing.assert_allclose(poses[1].keypoints_K2[3], [0, 0], atol=1e-6)
    np.testing.assert_allclose(poses[2].keypoints_K2[3], [1 - 1 / 64, 1 - 1 / 48], atol=1e-6)
    assert poses[0].confidence_K.tolist() == [0.5] * 17


def test_entries_meet_frames_within_half_a_frame(tmp_path):
    frames = [entry(0.095, 4), entry(0.005, 1), {"time": 0.04, "keypoints": None}]
    poses = detect(tmp_path, {"skeleton": "coco-17", "frames": frames}, times=(0.0, 0.04, 0.08, 0.12))
    assert [pose is not None for pose in poses] == [True, False, True, False]


def test_a_sparse_file_gives_only_what_it_has(tmp_path):
    poses = detect(tmp_path, {"skeleton": "coco-17", "frames": [entry(0.08)]}, times=(0.0, 0.04, 0.08, 0.12))
    assert [pose is not None for pose in poses] == [False, False, True, False]
    assert detect(tmp_path, {"skeleton": "coco-17", "frames": []}) == [None] * 3


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ("{", "JSON"),
        ({"frames": []}, "skeleton"),
        ({"skeleton": "face-13", "frames": []}, "'face-13'; it should be 'coco-17'"),
        (
            {"skeleton": "coco-17", "frames": [{"time": 0.04, "keypoints": [POINT] * 16}]},
            "at 0.04 s there are 16 keypoints",
        ),
        ({"skeleton": "coco-17", "frames": [{"time": 0, "keypoints": [[0, 0]] * 17}]}, r"frames\.0\.keypoints\.0"),
        ({"skeleton": "coco-17", "frames": [{"time": 0, "keypoints": [[0, 0, 7]] * 17}]}, "less than or equal to 1"),
        ('{"skeleton": "coco-17", "frames": [{"time": NaN, "keypoints": null}]}', "time"),
    ],
)
def test_a_spoilt_file_is_told_by_its_field(tmp_path, contents, told):
    with pytest.raises(DataError, match=rf"a\.keypoints\.json.*{told}"):
        detect(tmp_path, contents)


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"a\.keypoints\.json: is missing"):
        list(SidecarDetector(SidecarDetector.Config()).detect(iter([]), tmp_path / "a.mp4"))
