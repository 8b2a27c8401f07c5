"""Datasets as they are published: who does what is read from a tree that each test makes."""

import json
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from motionkit import registry
from motionkit.datasets.folder import ClipFolder
from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import ConfigError, DataError, PluginError
from motionkit.io.clips import ClipFile
from motionkit.io.manifest import Manifest
from motionkit.io.video import write_video
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.layouts import ANYTHING, LAYOUTS, MOCAP, LayoutConfig
from motionkit.preparation.layouts.kth import read_sequences
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job

FPS = 25


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def told(root: Path, layout: str, *labels: str) -> list[tuple[str, str, str]]:
    recordings = LAYOUTS[layout].recordings(root, LayoutConfig(labels=labels))
    return [(recording.name, recording.label, recording.subject) for recording in recordings]


def keypoints_beside(path: Path, frames: int, fps: float) -> None:
    """A figure that stands still, as the detector sidecar reads it."""
    points = [[x, y, 1.0] for x, y in np.random.default_rng(0).uniform(8, 24, (17, 2)).tolist()]
    entries = [{"time": index / fps, "keypoints": points} for index in range(frames)]
    document = {"skeleton": "coco-17", "frames": entries}
    path.with_name(f"{path.stem}.keypoints.json").write_text(json.dumps(document))


def film(path: Path, frames: int) -> None:
    """A video whose frame number n is grey at level 2 n, with a figure in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path.with_suffix(".mp4"), [np.full((32, 32, 3), 2 * n, np.uint8) for n in range(frames)], FPS)
    path.with_suffix(".mp4").rename(path)  # what is inside decides, not the ending
    keypoints_beside(path, frames, FPS)


def prepared(root: Path, out: Path, layout: str, *labels: str) -> Manifest:
    settings = VideoSettings(size=16, detector="sidecar", distribution="x", layout=LAYOUTS[layout])
    detector = SidecarDetector(SidecarDetector.Config())
    return fill(video_job(root, detector, settings, LayoutConfig(labels=labels)), out)


def test_weizmann_counts_repetitions_but_wave1_and_wave2_are_actions(tmp_path):
    names = ("daria_bend.avi", "lena_walk1.avi", "lena_walk2.avi", "ido_wave1.avi", "ido_wave2.avi", "x/eli_pjump.avi")
    assert told(tree(tmp_path, *names), "weizmann") == [
        ("daria_bend.avi", "bend", "daria"),
        ("ido_wave1.avi", "wave1", "ido"),
        ("ido_wave2.avi", "wave2", "ido"),
        ("lena_walk1.avi", "walk", "lena"),
        ("lena_walk2.avi", "walk", "lena"),
        ("x/eli_pjump.avi", "pjump", "eli"),
    ]


def test_uva_nemo(tmp_path):
    names = ("001_deliberate_smile_2.mp4", "videos/014_spontaneous_smile_1.mp4", "Details.txt")
    assert told(tree(tmp_path, *names), "uva-nemo") == [
        ("001_deliberate_smile_2.mp4", "deliberate", "001"),
        ("videos/014_spontaneous_smile_1.mp4", "spontaneous", "014"),
    ]


def test_ucf_has_classes_and_groups_and_folders_only_classes(tmp_path):
    tree(tmp_path / "ucf", "UCF-101/HandstandPushups/v_HandStandPushups_g07_c02.avi", "Archery/v_Archery_g25_c01.avi")
    assert [words[1:] for words in told(tmp_path / "ucf", "ucf")] == [("Archery", "g25"), ("HandstandPushups", "g07")]
    tree(tmp_path / "own", "jump/day 1/a.mp4", "run/b.mov")
    assert told(tmp_path / "own", "folders") == [("jump/day 1/a.mp4", "jump", ""), ("run/b.mov", "run", "")]


SEQUENCES = """The ranges of the frames, counted from 1

person01_boxing_d1\t\tframes\t1-20, 21-40
person02_boxing_d1\t\tframes\t6-25
person01_walking_d1\t\tframes\t1-20
person13_handclapping_d3\t*missing*
"""


def test_each_range_of_kth_is_a_clip_of_its_own(tmp_path):
    for name in ("boxing/person01_boxing_d1", "boxing/person02_boxing_d1", "walking/person01_walking_d1"):
        film(tmp_path / "kth" / f"{name}_uncomp.avi", 45)
    (tmp_path / "kth" / "00sequences.txt").write_text(SEQUENCES)
    manifest = prepared(tmp_path / "kth", tmp_path / "out", "kth")
    assert [(video.label, video.subject) for video in manifest.videos] == [
        ("boxing", "person01"),
        ("boxing", "person02"),
    ]
    first, second = manifest.videos
    assert [clip.frames for clip in first.clips] == [20, 20] and first.dropped == {"out of range": 5}
    assert [clip.frames for clip in second.clips] == [20] and second.dropped == {"out of range": 25}
    for video, clip, number in ((first, 0, 0), (first, 1, 20), (second, 0, 5)):
        file = ClipFile(tmp_path / "out" / video.clips[clip].file)
        assert file.info.start == pytest.approx(number / FPS, abs=1e-4) and file.info.label == "boxing"
        assert file.frames(np.array([0])).mean() == pytest.approx(2 * number, abs=2)


def test_other_actions_of_kth_are_asked_for(tmp_path):
    tree(tmp_path, "person01_boxing_d1_uncomp.avi", "person01_walking_d1_uncomp.avi")
    (tmp_path / "00sequences.txt").write_text(SEQUENCES)
    assert [words[1] for words in told(tmp_path, "kth")] == ["boxing"]
    assert [words[1] for words in told(tmp_path, "kth", "walking", "boxing")] == ["boxing", "walking"]
    with pytest.raises(ConfigError, match=r"nothing in .* is called 'boxng'; there is boxing, walking"):
        told(tmp_path, "kth", "boxng")


def test_the_sequences_of_kth(tmp_path):
    path = tmp_path / "00sequences.txt"
    path.write_text(SEQUENCES + "person03_running_d2 frames 1-10, 10-20\n")
    ranges = read_sequences(path)
    assert ranges["person01_boxing_d1"] == ((0, 20), (20, 40))
    assert ranges["person03_running_d2"] == ((0, 10), (10, 20))  # no frame twice
    assert "person13_handclapping_d3" not in ranges
    path.write_text("person01_boxing_d1 frames 9-3\n")
    with pytest.raises(DataError, match=r"line 1: 9-3 is no range"):
        read_sequences(path)


def test_kth_without_its_ranges(tmp_path):
    tree(tmp_path, "person09_boxing_d1_uncomp.avi")
    with pytest.raises(DataError, match=r"has no 00sequences\.txt"):
        told(tmp_path, "kth")
    (tmp_path / "00sequences.txt").write_text(SEQUENCES)
    with pytest.raises(DataError, match=r"no frame ranges for person09_boxing_d1_uncomp\.avi"):
        told(tmp_path, "kth")


def test_a_take_of_mug_is_a_folder_of_images_at_19_a_second(tmp_path):
    take = tmp_path / "mug" / "001" / "happiness" / "take000"
    take.mkdir(parents=True)
    frames = 14
    for number in range(frames):  # 10 comes after 9, whatever the alphabet says
        Image.fromarray(np.full((32, 32, 3), 10 * number, np.uint8)).save(take / f"img_{number}.jpg")
    (take / "notes.txt").touch()
    keypoints_beside(take, frames, 19)
    (video,) = prepared(tmp_path / "mug", tmp_path / "out", "mug").videos
    assert (video.source, video.label, video.subject) == ("001/happiness/take000", "happiness", "001")
    file = ClipFile(tmp_path / "out" / video.clips[0].file)
    np.testing.assert_allclose(file.times_T, np.arange(frames) / 19)
    levels_T = file.frames(np.arange(frames)).mean((1, 2, 3))
    np.testing.assert_allclose(levels_T, 10 * np.arange(frames), atol=3)
    (take / "img_13.jpg").write_bytes(b"not an image")
    (video,) = prepared(tmp_path / "mug", tmp_path / "again", "mug").videos
    assert (video.frames, video.kept) == (13, 13) and "img_13.jpg: is damaged" in video.problem


@pytest.mark.parametrize(
    ("layout", "name", "message"),
    [
        ("weizmann", "daria_dance.avi", "expected person_action.avi.*found daria_dance.avi"),
        ("kth", "a.avi", "expected personNN_action_dN_uncomp.avi.*found a.avi"),
        ("uva-nemo", "001_smile.mp4", "expected NNN_deliberate_smile_N.mp4.*found 001_smile.mp4"),
        ("ucf", "Archery/a.avi", "expected Class/v_Class_gNN_cNN.avi, found Archery/a.avi"),
        ("folders", "a.avi", "expected class/anything.mp4, found a.avi"),
        ("mug", "readme.txt", r"expected subject/expression/takeN with img_\*.jpg in it, found readme.txt"),
        ("mug", "x/img_0.jpg", "expected subject/expression/takeN.*found x"),
        ("mocap", "readme.txt", "holds no motion capture; looked for .bvh"),
        ("weizmann", "readme.txt", "holds no videos"),
    ],
)
def test_a_tree_that_is_laid_out_in_another_way_is_told_in_one_line(tmp_path, layout, name, message):
    with pytest.raises(DataError, match=message) as caught:
        told(tree(tmp_path, name), layout)
    assert "\n" not in str(caught.value)


def test_a_subject_is_in_one_split_of_what_was_prepared(tmp_path):
    names = [f"{person}_{action}" for person in ("ann", "bob", "cy") for action in ("bend", "walk1", "walk2")]
    for name in names:
        film(tmp_path / "in" / f"{name}.avi", 16)
    prepared(tmp_path / "in", tmp_path / "out", "weizmann")

    def shown(split: str, **settings) -> list[str]:
        clips = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False, **settings), split)
        return [clips[index].source for index in range(len(clips))]

    assert shown("test", test_subjects=("bob",)) == ["bob_bend.avi", "bob_walk1.avi", "bob_walk2.avi"]
    assert len({name.partition("_")[0] for name in shown("test")}) == 1 and len(shown("test")) == 3
    assert shown("train", labels=("bend",), test_subjects=("ann",)) == ["bob_bend.avi", "cy_bend.avi"]


def test_labels_of_videos_that_are_called_anything(tmp_path):
    def labels(*names: str) -> list[str]:
        folder = tmp_path / names[0].replace("/", "-")
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        return [recording.label for recording in ANYTHING.recordings(folder, LayoutConfig())]

    assert labels("ann_jack.avi", "bob_wave1.AVI") == ["jack", "wave1"]
    assert labels("jump/a.mp4", "jump/b_c.mp4", "run/a.mov") == ["jump", "jump", "run"]
    assert labels("IMG_2034.mov", "IMG_2035.mov") == ["", ""]
    assert labels("p_walk.mp4", "holiday.mp4") == ["", ""]


def test_mocap_labels_are_those_of_names_and_folders(tmp_path):
    for name in ("humanoid3d_spin_kick.txt", "walk/01_02.bvh", "walk/07_11.bvh", "dance/me.bvh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{")
    (tmp_path / "readme.txt").write_text("Thank you")
    found = MOCAP.recordings(tmp_path, LayoutConfig())
    assert [(recording.label, recording.subject) for recording in found] == [
        ("dance", ""), ("spin_kick", ""), ("walk", "01"), ("walk", "07")
    ]  # fmt: skip


def test_real_clips_of_weizmann(tmp_path):
    folder = Path(os.environ.get("MOTIONKIT_TEST_DATA", "/nowhere")) / "weizmann"
    if not folder.is_dir():
        pytest.skip("MOTIONKIT_TEST_DATA does not name a folder that holds weizmann/")
    recordings = LAYOUTS["weizmann"].recordings(folder, LayoutConfig())
    assert {recording.label for recording in recordings} <= {"bend", "jack", "wave1", "wave2"}
    try:
        pytest.importorskip("mediapipe")
        detector_class = registry.load("detector", "mediapipe")
    except PluginError as error:
        pytest.skip(str(error))
    settings = VideoSettings(detector="m", distribution="x", layout=LAYOUTS["weizmann"])
    wave = next(recording for recording in recordings if recording.label == "wave2")
    (video,) = fill(video_job(wave.path, detector_class(detector_class.Config()), settings), tmp_path / "out").videos
    assert (video.label, video.subject) == ("wave2", wave.subject) and video.kept > video.frames / 2


@pytest.mark.parametrize("ending", ["MTS", "m2ts", "3gp", "flv", "mp4", "WMV", "vob"])
def test_many_endings_are_those_of_videos(tmp_path, ending):
    assert told(tree(tmp_path, f"a.{ending}"), "any") == [(f"a.{ending}", "", "")]


def test_what_is_left_out_of_a_folder_is_counted_and_named(tmp_path):
    ours = ("a.mp4", "a.keypoints.json", ".DS_Store", "._a.mp4", "Thumbs.db")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told(tree(tmp_path, *ours), "any")
    with pytest.warns(UserWarning, match=r"1 file is left out, being no videos by the ending: b\.braw$"):
        told(tree(tmp_path, "b.braw"), "any")
    with pytest.warns(
        UserWarning, match=r"7 files are left out, .*: b\.braw, c/1\.x, c/2\.x, c/3\.x, c/4\.x and 2 more$"
    ):
        told(tree(tmp_path, *(f"c/{number}.x" for number in range(1, 7))), "any")
    with pytest.warns(UserWarning, match=r"1 file is left out, being no motion capture: b\.fbx$"):
        told(tree(tmp_path / "capture", "a.bvh", "b.fbx"), "mocap")
