"""The detector ``sidecar``: poses from a file beside the video."""

import json
import pickle
import tracemalloc

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
        (
            {"skeleton": "coco-17", "frames": [{"time": 0, "keypoints": [[0, 0, 7]] * 17}]},
            "is 7, but 1 is the highest; cut",
        ),
        (
            {"skeleton": "coco-17", "frames": [{"time": 0, "keypoints": [*[POINT] * 16, [9, 9, 1.086]]}]},
            "is 1.086, but",
        ),
        (
            {"skeleton": "coco-17", "frames": [{"time": 0, "keypoints": [[9, 9, 2]] * 17}]},
            "write COCO's visibility flags",
        ),
        (
            {"skeleton": "coco-17", "frames": [{"time": t, "keypoints": [POINT] * 17} for t in (0, 0.04, 0.04)]},
            "two entries have the time 0.04 s",
        ),
        ('{"skeleton": "coco-17", "frames": [{"time": NaN, "keypoints": null}]}', "time"),
    ],
)
def test_a_spoilt_file_is_told_by_its_field(tmp_path, contents, told):
    with pytest.raises(DataError, match=rf"a\.keypoints\.json.*{told}") as caught:
        detect(tmp_path, contents)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "unseen",
    [[0, 0, 0], [float("nan"), 3, 0.9], [None, None, 0], [3, 3, None], None, [3, 3, -1], [float("inf"), 3, 0.9]],
)
def test_one_unseen_joint_costs_that_joint(tmp_path, unseen):
    frames = [{"time": 0.0, "keypoints": [unseen, *[[3, 3, 0.5]] * 16]}]
    pose, *_ = detect(tmp_path, {"skeleton": "coco-17", "frames": frames})
    assert np.isnan(pose.keypoints_K2[0]).all() and np.isfinite(pose.keypoints_K2[1:]).all()
    assert pose.confidence_K.tolist() == [0] + [0.5] * 16


def test_a_rounded_confidence_is_one(tmp_path):
    frames = [{"time": 0.0, "keypoints": [[3, 3, 1.0000001]] * 17}]
    pose, *_ = detect(tmp_path, {"skeleton": "coco-17", "frames": frames})
    assert pose.confidence_K.tolist() == [1] * 17


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"a\.keypoints\.json: is missing"):
        list(SidecarDetector(SidecarDetector.Config()).detect(iter([]), tmp_path / "a.mp4"))


def test_pixels_are_those_of_the_file_where_they_are_not_square(tmp_path):
    (tmp_path / "a.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": [entry(0, 15.5, 23.5)]}))
    frames = [Frame(0.0, IMAGE, coded_HW=(48, 32))]
    (pose,) = SidecarDetector(SidecarDetector.Config()).detect(frames, tmp_path / "a.mp4")
    np.testing.assert_allclose(pose.keypoints_K2, 0, atol=1e-6)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_trouble(tmp_path, encoding):
    text = json.dumps({"skeleton": "coco-17", "frames": [entry(0)]})
    (tmp_path / "a.keypoints.json").write_text(text, encoding=encoding)
    (pose,) = SidecarDetector(SidecarDetector.Config()).detect([Frame(0.0, IMAGE)], tmp_path / "a.mp4")
    assert pose is not None
    (tmp_path / "a.keypoints.json").write_bytes(b"caf\xe9")
    with pytest.raises(DataError, match=r"a\.keypoints\.json: is not text in UTF-8"):
        list(SidecarDetector(SidecarDetector.Config()).detect([], tmp_path / "a.mp4"))


def test_two_videos_of_one_name_but_for_the_ending_each_want_a_file_of_their_own(tmp_path):
    for name in ("a.mp4", "a.avi", "a.txt", "a.jpg", "b.MP4", "a.keypoints.json"):
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"could be of a\.mp4 or of a\.avi; call it a\.mp4\.keypoints\.json"):
        SidecarDetector.file_of(tmp_path / "a.mp4")
    with pytest.raises(DataError, match=r"could be of a\.jpg or of a\.avi"):
        SidecarDetector.file_of(tmp_path / "a.jpg")
    (tmp_path / "a.avi.keypoints.json").touch()  # so that the other can only be of the other
    assert SidecarDetector.file_of(tmp_path / "a.avi").name == "a.avi.keypoints.json"
    assert SidecarDetector.file_of(tmp_path / "a.mp4").name == "a.keypoints.json"
    assert SidecarDetector.file_of(tmp_path / "b.MP4").name == "b.keypoints.json"


def figures_of(moments, xs, size=1.0):
    """AlphaPose's list of figures at places of the picture."""
    shape_K2 = np.random.default_rng(0).uniform(-4, 4, (17, 2)) * size + [0, 24]
    return [
        {"image_id": f"{moment}.jpg", "keypoints": [v for x, y in shape_K2 for v in (x + at, y, 0.9)], "idx": 0.0}
        for moment, at in zip(moments, xs, strict=True)
    ]


def test_frame_numbers_are_those_of_the_frames_in_turn(tmp_path):
    found = figures_of((0, 3), (20, 40))
    with pytest.warns(UserWarning, match=r"a\.keypoints\.json has keypoints up to frame 3.*and the video 3 frames"):
        poses = detect(tmp_path, found, times=(0.0, 0.5, 0.6))
    assert [pose is not None for pose in poses] == [True, False, False]
    poses = detect(tmp_path, found, times=(0.0, 0.5, 0.6, 5.0))
    assert [pose is not None for pose in poses] == [True, False, False, True]
    expected = (2 * found[1]["keypoints"][0] + 1) / 64 - 1
    np.testing.assert_allclose(poses[3].keypoints_K2[0, 0], expected, atol=1e-6)


def test_of_several_one_is_followed_and_what_is_left_out_is_told(tmp_path):
    found = [*figures_of((0, 1, 2), (40, 41, 42), size=0.5), *figures_of((0, 1, 2), (20, 21, 22))]
    with pytest.warns(UserWarning, match=r"of up to 2 figures at once .* one is followed, and 3 poses of others"):
        poses = detect(tmp_path, found)
    pixels = [(pose.keypoints_K2[0, 0] + 1) * 32 - 0.5 for pose in poses]
    np.testing.assert_allclose(pixels, [it["keypoints"][0] for it in found[3:]], atol=1e-4)


def test_pictures_of_another_size_are_another_videos(tmp_path):
    found = {
        "images": [{"id": 1, "file_name": "0.png", "width": 1920, "height": 1080}],
        "annotations": [{"image_id": 1, "keypoints": [9, 9, 2] * 17}],
    }
    with pytest.raises(DataError, match="of pictures of 1920 x 1080 pixels, but the video's are 64 x 48"):
        detect(tmp_path, found)


def test_a_skeleton_of_ones_own(tmp_path):
    (tmp_path / "dots.yaml").write_text("name: dots\njoints: [a, b]\nbones: [[a, b]]\n")
    detector = SidecarDetector(SidecarDetector.Config(skeleton=tmp_path / "dots.yaml"))
    entries = [{"time": 0, "keypoints": [[1, 2, 0.9], [3, 4, 0.8]]}]
    (tmp_path / "a.keypoints.json").write_text(json.dumps({"skeleton": "dots", "frames": entries}))
    (pose,) = pickle.loads(pickle.dumps(detector)).detect([Frame(0.0, IMAGE)], tmp_path / "a.mp4")
    assert pose.confidence_K.tolist() == pytest.approx([0.9, 0.8]) and detector.skeleton.bones == ((0, 1),)
    config = SidecarDetector.Config.model_validate_json(detector.config.model_dump_json())
    assert config == detector.config  # without the file


def test_a_long_file_is_little_larger_in_memory(tmp_path):
    """As lists of numbers it would be many times as large."""
    frames = 2000
    entries = [{"time": index / 25, "keypoints": [[index / 7, joint + 0.1, 0.9] for joint in range(17)]}
               for index in range(frames)]  # fmt: skip
    detect(tmp_path, {"skeleton": "coco-17", "frames": entries})  # what is imported and compiled once
    detected = SidecarDetector(SidecarDetector.Config()).detect(
        [Frame(0.0, IMAGE), Frame(1.0, IMAGE)], tmp_path / "a.mp4"
    )
    tracemalloc.start()
    try:
        next(detected)
        now, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 600 * frames and highest < 5 * (tmp_path / "a.keypoints.json").stat().st_size
