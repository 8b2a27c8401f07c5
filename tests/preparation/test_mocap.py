"""Motion capture to clips: names to keypoints, cameras, views, and what is drawn."""

import json

import numpy as np
import pytest
import torch
from captures import BIOVISION, MOTIONBUILDER, body_bvh, deepmimic_frame

from motionkit.cli.prepare import prepare
from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import COCO17, ConfigError, DataError
from motionkit.io.bvh import read_bvh
from motionkit.io.clips import ClipFile
from motionkit.io.deepmimic import read_deepmimic
from motionkit.io.manifest import Manifest, Settings
from motionkit.preparation.camera import Camera, CameraConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.humanoid import SYNTHESISED, coco17_joints, front
from motionkit.preparation.layouts import MOCAP, LayoutConfig
from motionkit.preparation.mocap import prepare_mocap

AT = COCO17.index


def lifting(frame: int) -> float:
    """Degrees of the left arm: 30 up in a second and back."""
    return 60 + 30 * np.sin(2 * np.pi * frame / 30)


def prepared(source, out, size=16, **camera) -> Manifest:
    settings = Settings(
        size=size,
        detector="mocap",
        distribution="x",
        detector_config=CameraConfig(**camera).model_dump(mode="json"),
        gate=GateConfig(**GateConfig.presets["mocap"]).model_dump(mode="json"),
        layout="mocap",
        synthesised=SYNTHESISED,
    )
    return prepare_mocap(source, out, settings)


def poses(out, record) -> tuple[np.ndarray, np.ndarray]:
    return ClipFile(out / record.file).poses(np.arange(record.frames))


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("names", [MOTIONBUILDER, BIOVISION])
def test_names_and_units_do_not_matter(tmp_path, names, unit):
    path = body_bvh(tmp_path / "a.bvh", lifting, names, unit=unit)
    reference = coco17_joints(read_bvh(body_bvh(tmp_path / "b.bvh", lifting)), path)
    joints_TK3 = coco17_joints(read_bvh(path), path)
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
    expected = coco17_joints(read_bvh(path), path)
    path.write_text(path.read_text().replace(old, new))
    np.testing.assert_allclose(coco17_joints(read_bvh(path), path), expected)


def test_names_that_are_unknown_are_listed(tmp_path):
    path = body_bvh(tmp_path / "a.bvh")
    path.write_text(path.read_text().replace("RightLeg", "Bone7").replace("Head", "Top"))
    with pytest.raises(DataError, match=r"known as right knee, head; it has Hips, .*Bone7") as caught:
        coco17_joints(read_bvh(path), path)
    assert "\n" not in str(caught.value)


def test_the_head_is_in_front_and_above_and_keeps_its_size(tmp_path):
    path = body_bvh(tmp_path / "a.bvh", lifting, turn=90)  # now it looks along +x
    joints_TK3 = coco17_joints(read_bvh(path), path)
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
    joints_TK3 = coco17_joints(read_deepmimic(path), path)
    np.testing.assert_allclose(front(joints_TK3)[0], (1, 0, 0), atol=1e-9)
    assert 0.35 < joints_TK3[0, AT("nose"), 1] - joints_TK3[0, AT("left hip"), 1] < 0.45
    assert joints_TK3[1, AT("left wrist"), 0] > joints_TK3[0, AT("left wrist"), 0] + 0.1


POINT = np.array([[[1.0, 2.0, 3.0]]])


@pytest.mark.parametrize(
    ("azimuth", "elevation", "expected"),
    [(0, 0, (1, -2)), (90, 0, (-3, -2)), (180, 0, (-1, -2)), (0, 90, (1, 3)), (90, 90, (-3, 1))],
)
def test_a_camera_sees_known_points(azimuth, elevation, expected):
    camera = Camera(np.deg2rad(azimuth), np.deg2rad(elevation))
    np.testing.assert_allclose(camera.project(POINT)[0, 0], expected, atol=1e-12)


def test_a_camera_never_lengthens_what_it_sees():
    generator = np.random.default_rng(0)
    points = generator.normal(size=(50, 1, 3))
    for azimuth, elevation in generator.uniform(-3, 3, (20, 2)):
        camera = Camera(azimuth, elevation)
        assert camera.right_3 @ camera.up_3 == pytest.approx(0, abs=1e-12)
        seen = np.linalg.norm(camera.project(points), axis=-1)
        assert (seen <= np.linalg.norm(points, axis=-1) + 1e-12).all()


def test_seen_from_the_front_the_body_is_as_tall_as_asked_for_and_its_left_is_right(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", lifting, turn=35)
    (video,) = prepared(
        tmp_path / "in", tmp_path / "out", azimuth=(0, 0), elevation=(0, 0), views=1, stature=1.2
    ).videos
    keypoints_TK2, confidence_TK = poses(tmp_path / "out", video.clips[0])
    left, right = keypoints_TK2[:, AT("left shoulder")], keypoints_TK2[:, AT("right shoulder")]
    assert (left[:, 0] > right[:, 0]).all()
    np.testing.assert_allclose(left[:, 0], -right[:, 0], atol=1e-5)  # in the middle
    leg = keypoints_TK2[:, AT("left ankle"), 1] - keypoints_TK2[:, AT("left hip"), 1]
    np.testing.assert_allclose(leg, 1.2 * (0.245 + 0.246 + 0.288) * 0.86 / 1.36, rtol=1e-3)
    assert set(confidence_TK[:, :5].ravel()) == {0.5} and set(confidence_TK[:, 5:].ravel()) == {1.0}


def test_ninety_degrees_sees_its_left_side(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", turn=-50)
    (video,) = prepared(tmp_path / "in", tmp_path / "out", azimuth=(90, 90), elevation=(0, 0), views=1).videos
    keypoints_TK2, _ = poses(tmp_path / "out", video.clips[0])
    np.testing.assert_allclose(keypoints_TK2[:, AT("left shoulder")], keypoints_TK2[:, AT("right shoulder")], atol=1e-4)
    assert (keypoints_TK2[:, AT("nose"), 0] < -0.05).all()  # it looks to the picture's left


def test_the_camera_keeps_pace_and_joints_outside_the_picture_are_unsure(tmp_path):
    path = body_bvh(tmp_path / "in" / "a.bvh", lambda frame: 180)
    head, motion = path.read_text().split("Frame Time")
    time, *rows = motion.splitlines()
    rows = [f"{0.05 * number} 0.9 0 " + row.split(" ", 3)[3] for number, row in enumerate(rows)]  # 1.5 units a second
    path.write_text("\n".join([f"{head}Frame Time{time}", *rows]))
    (video,) = prepared(path, tmp_path / "out", elevation=(0, 0), views=1, stature=1.9).videos
    keypoints_TK2, confidence_TK = poses(tmp_path / "out", video.clips[0])
    np.testing.assert_allclose(keypoints_TK2, np.tile(keypoints_TK2[0], (len(keypoints_TK2), 1, 1)), atol=1e-4)
    assert keypoints_TK2[0, AT("left wrist"), 1] < -1 and confidence_TK[0, AT("left wrist")] == 0


def test_every_view_is_a_clip_and_the_same_call_makes_the_same_bytes(tmp_path):
    body_bvh(tmp_path / "in" / "01_02.bvh", lifting)
    manifest = prepared(tmp_path / "in", tmp_path / "out", views=3)
    again = prepared(tmp_path / "in", tmp_path / "again", views=3)
    other = prepared(tmp_path / "in", tmp_path / "other", views=3, seed=1)
    assert manifest == again and (manifest.videos[0].subject, len(manifest.videos[0].clips)) == ("01", 3)
    first, second, third = (
        [(tmp_path / out / clip.file).read_bytes() for clip in made.videos[0].clips]
        for out, made in (("out", manifest), ("again", again), ("other", other))
    )
    assert first == second and len(set(first)) == 3 and not set(first) & set(third)
    assert manifest.settings.synthesised == COCO17.joints[:5]


def test_the_figure_is_drawn_where_the_keypoints_are(tmp_path):
    body_bvh(tmp_path / "a.bvh", lifting)
    prepared(tmp_path / "a.bvh", tmp_path / "out", size=32, views=1)
    dataset = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False, test_fraction=0))
    window = dataset[0].window(torch.zeros(1, dtype=torch.float64), 32)
    differs_HW = (window.video_TCHW[0] - window.video_TCHW[0, :, :, :1]).abs().amax(0) > 0.1
    x, y = ((window.keypoints_TK2[0] + 1) * 16).long().clamp(0, 31).T
    assert differs_HW[y, x].float().mean() > 0.8 and differs_HW.float().mean() < 0.4


def test_a_fast_capture_is_thinned_and_a_body_at_rest_before_the_motion_is_dropped(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", lambda frame: 180 if frame == 0 else 20, frames=121, fps=120)
    (video,) = prepared(tmp_path / "in", tmp_path / "out", views=1, fps=30).videos
    assert (video.frames, video.kept, video.dropped) == (121, 120, {"jump": 1})
    file = ClipFile(tmp_path / "out" / video.clips[0].file)
    np.testing.assert_allclose(file.times_T, np.arange(30) / 30, atol=1e-5)
    assert file.info.start == pytest.approx(1 / 120, abs=1e-5)


def test_labels_are_those_of_names_and_folders(tmp_path):
    for name in ("humanoid3d_spin_kick.txt", "walk/01_02.bvh", "walk/07_11.bvh", "dance/me.bvh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{")
    (tmp_path / "readme.txt").write_text("Thank you")
    found = MOCAP.recordings(tmp_path, LayoutConfig())
    assert [(recording.label, recording.subject) for recording in found] == [
        ("dance", ""), ("spin_kick", ""), ("walk", "01"), ("walk", "07")
    ]  # fmt: skip


def test_one_bad_file_costs_that_file(tmp_path):
    body_bvh(tmp_path / "in" / "good.bvh")
    (tmp_path / "in" / "bad.bvh").write_text("HIERARCHY\nROOT Hips\n")
    bad, good = prepared(tmp_path / "in", tmp_path / "out", views=1).videos
    assert "line 2: the file ends too early" in bad.problem and len(good.clips) == 1


def test_on_the_command_line(motionkit, tmp_path):
    body_bvh(tmp_path / "in" / "01_01.bvh", lifting)
    words = ("prepare", tmp_path / "in", "--layout", "mocap", "--out", tmp_path / "out", "--size", 16)
    done = motionkit(*words, "-o", "camera.views=2", "-o", "camera.azimuth=[-90,90]")
    assert "2 clips" in done.stdout
    settings = json.loads((tmp_path / "out" / "dataset.json").read_text())["settings"]
    assert settings["detector_config"]["azimuth"] == [-90, 90] and settings["gate"]["max_speed"] == 50


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--layout", "mocap", "--detector", "sidecar"), "takes no --detector"),
        (("--layout", "mocap", "-o", "camera.azimuth=[20,10]"), "must ascend, but goes from 20 to 10"),
        (("--layout", "mocap", "-o", "detector.size=3"), "detector has no settings here"),
        (("--detector", "sidecar", "-o", "camera.views=3"), "camera has no settings here"),
        ((), "--detector is missing"),
    ],
)
def test_wrong_words_are_told_before_anything_is_made(tmp_path, words, told):
    body_bvh(tmp_path / "in" / "a.bvh")
    with pytest.raises(ConfigError, match=told) as caught:
        prepare.main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), *words], standalone_mode=False)
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()
