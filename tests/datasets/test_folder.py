"""The dataset ``folder``: splits, mirrors, windows."""

import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from motionkit.config import build_config
from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import COCO17, ConfigError, DataError
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.exclusions import exclude
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord, read_manifest, write_manifest
from motionkit.windows import Windows

FRAMES, SIZE, FPS = 20, 16, 25
SETTINGS = Settings(size=SIZE, detector="toy", distribution="toys 1", detector_config={}, gate={})


@pytest.fixture
def folder(tmp_path):
    """Five videos of two clips each, and one that gave none."""
    generator = np.random.default_rng(0)
    videos = [VideoRecord(source="nobody.avi", sha256="0", frames=9, dropped={"no figure": 9})]
    for video in range(5):
        clips = []
        for number in range(2):
            name = f"{video}-{number}.safetensors"
            write_clip(
                tmp_path / name,
                ClipInfo("coco-17", "wave", f"{video}.avi"),
                generator.integers(0, 256, (FRAMES, SIZE, SIZE, 3), np.uint8),
                generator.uniform(-1, 1, (FRAMES, 17, 2)),
                generator.uniform(0, 1, (FRAMES, 17)),
                np.arange(FRAMES) / FPS,
            )
            clips.append(ClipRecord(file=name, label="wave", seconds=(FRAMES - 1) / FPS, frames=FRAMES))
        videos.append(VideoRecord(source=f"{video}.avi", sha256="0", frames=2 * FRAMES, kept=2 * FRAMES, clips=clips))
    write_manifest(tmp_path, Manifest(skeleton=COCO17, settings=SETTINGS, videos=videos))
    return tmp_path


def dataset(folder, split="train", **settings) -> ClipFolder:
    return ClipFolder(ClipFolder.Config(path=folder, **settings), split)


def sources(clips: ClipFolder) -> set[str]:
    return {clips[index].source.removesuffix(" mirrored") for index in range(len(clips))}


@pytest.mark.parametrize(("fraction", "held_out"), [(0.0, 0), (0.1, 1), (0.4, 2), (0.99, 4)])
def test_no_video_is_in_both_splits_and_one_is_left_to_train_on(folder, fraction, held_out):
    train, test = (dataset(folder, split, test_fraction=fraction) for split in ("train", "test"))
    assert sources(train).isdisjoint(sources(test))
    assert sources(train) | sources(test) == {f"{video}.avi" for video in range(5)}
    assert (len(sources(test)), len(test)) == (held_out, 2 * held_out)
    assert sources(dataset(folder, "test", test_fraction=fraction)) == sources(test)


def test_the_digest_says_which_clips_these_are_wherever_they_lie(folder, tmp_path_factory):
    digest = dataset(folder).digest
    moved = shutil.copytree(folder, tmp_path_factory.mktemp("elsewhere") / "data")
    assert dataset(moved).digest == digest
    assert len({digest, dataset(folder, "test").digest, dataset(folder, mirror=False).digest}) == 3
    manifest = read_manifest(moved)
    placed = tuple(video.model_copy(update={"folder": "/videos"}) for video in manifest.videos)
    write_manifest(moved, manifest.model_copy(update={"videos": placed}))
    assert dataset(moved).digest == digest
    others = tuple(video.model_copy(update={"sha256": "1"}) for video in manifest.videos)
    write_manifest(moved, manifest.model_copy(update={"videos": others}))
    assert dataset(moved).digest != digest


def with_subjects(folder, *subjects):
    """The folder with its five videos done by these, and the second clip of each video called a jump."""
    manifest = read_manifest(folder)
    videos = [manifest.videos[0]]
    for video, subject in zip(manifest.videos[1:], subjects, strict=True):
        clips = (video.clips[0], video.clips[1].model_copy(update={"label": "jump"}))
        videos.append(video.model_copy(update={"subject": subject, "clips": clips}))
    write_manifest(folder, manifest.model_copy(update={"videos": tuple(videos)}))
    return folder


def test_where_subjects_are_known_nobody_is_in_both_splits(folder):
    with_subjects(folder, "ann", "ann", "bob", "bob", "cy")
    people = {"0.avi": "ann", "1.avi": "ann", "2.avi": "bob", "3.avi": "bob", "4.avi": "cy"}
    for fraction, held_out in ((0.1, 1), (0.4, 2), (0.99, 2)):
        train, test = (sources(dataset(folder, split, test_fraction=fraction)) for split in ("train", "test"))
        assert len({people[name] for name in test}) == held_out
        assert {people[name] for name in train} == set(people.values()) - {people[name] for name in test}
        assert train | test == set(people)
    by_video = dataset(folder, "test", split_by="video", test_fraction=0.2)
    assert len(sources(by_video)) == 1
    assert sources(dataset(folder, "test", test_subjects=("cy", "ann"))) == {"0.avi", "1.avi", "4.avi"}


def test_one_unknown_subject_makes_it_a_split_by_videos(folder):
    with_subjects(folder, "ann", "ann", "ann", "ann", "")
    assert len(sources(dataset(folder, "test", test_fraction=0.4))) == 2
    for settings in ({"split_by": "subject"}, {"test_subjects": ("ann",)}):
        with pytest.raises(DataError, match=r"not known who is in 4\.avi"):
            dataset(folder, **settings)


def test_labels_choose_clips(folder):
    with_subjects(folder, "ann", "ann", "bob", "bob", "cy")
    jumps = dataset(folder, labels=("jump",), mirror=False, test_fraction=0)
    assert len(jumps) == 5 and {jumps[index].label for index in range(5)} == {"jump"}
    assert len(dataset(folder, labels=("jump", "wave"), mirror=False, test_fraction=0)) == 10
    with pytest.raises(DataError, match="has no label 'jmp'; it has jump, wave"):
        dataset(folder, labels=("jmp",))
    with pytest.raises(DataError, match="has no subject 'dan'; it has ann, bob, cy"):
        dataset(folder, test_subjects=("dan",))
    with pytest.raises(ConfigError, match="split_by is video"):
        dataset(folder, split_by="video", test_subjects=("ann",))


def test_only_training_clips_are_mirrored(folder):
    assert len(dataset(folder)) == 2 * len(dataset(folder, mirror=False)) == 16
    assert len(dataset(folder, "test")) == len(dataset(folder, "test", mirror=False)) == 2


def test_the_mirrored_copy_is_the_mirror_image(folder):
    clips = dataset(folder)
    times_T = torch.arange(4, dtype=torch.float64) / FPS
    plain, mirrored = clips[1].window(times_T, SIZE), clips[1 + len(clips) // 2].window(times_T, SIZE)
    torch.testing.assert_close(mirrored.video_TCHW, plain.video_TCHW.flip(-1))
    left, right = COCO17.index("left wrist"), COCO17.index("right wrist")
    torch.testing.assert_close(mirrored.keypoints_TK2[:, left, 0], -plain.keypoints_TK2[:, right, 0])
    torch.testing.assert_close(mirrored.keypoints_TK2[:, left, 1], plain.keypoints_TK2[:, right, 1])
    torch.testing.assert_close(mirrored.confidence_TK[:, left], plain.confidence_TK[:, right])
    torch.testing.assert_close(mirrored.keypoints_TK2[:, 0, 0], -plain.keypoints_TK2[:, 0, 0])


def test_a_window_has_the_true_times_of_the_nearest_frames(folder):
    clip = dataset(folder)[0]
    window = clip.window(torch.tensor([0.055, 0.31, clip.seconds], dtype=torch.float64), SIZE)
    torch.testing.assert_close(window.times_T, torch.tensor([0.04, 0.32, 0.76], dtype=torch.float64))
    alone = clip.window(torch.tensor([0.32], dtype=torch.float64), SIZE)
    torch.testing.assert_close(alone.video_TCHW[0], window.video_TCHW[1])
    torch.testing.assert_close(alone.keypoints_TK2[0], window.keypoints_TK2[1])
    assert window.video_TCHW.dtype == window.keypoints_TK2.dtype == window.confidence_TK.dtype == torch.float32
    assert window.times_T.dtype == torch.float64
    assert window.video_TCHW.min() >= -1 and window.video_TCHW.max() <= 1


def test_pixels_are_read_only_when_asked_for_and_resized(folder):
    clip, times_T = dataset(folder)[0], torch.zeros(1, dtype=torch.float64)
    assert clip.window(times_T).video_TCHW is None
    whole = clip.window(times_T, SIZE).video_TCHW
    half = clip.window(times_T, SIZE // 2).video_TCHW
    torch.testing.assert_close(half, whole.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).mean((3, 5)))
    assert clip.window(times_T, 3 * SIZE).video_TCHW.shape == (1, 3, 3 * SIZE, 3 * SIZE)


def test_more_moments_than_frames_is_refused(folder):
    clip = dataset(folder)[0]
    assert (clip.window(torch.linspace(0, clip.seconds, FRAMES, dtype=torch.float64)).times_T.diff() > 0).all()
    with pytest.raises(DataError, match="has 20 frames, but 21 moments"):
        clip.window(torch.linspace(0, clip.seconds, 21, dtype=torch.float64))


def test_index_outside(folder):
    clips = dataset(folder)
    for index in (-1, len(clips)):
        with pytest.raises(IndexError):
            clips[index]


def test_a_damaged_clip_is_told_when_it_is_read(folder):
    for path in folder.glob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:2000])
    clips = dataset(folder)
    with pytest.raises(DataError, match=r"\.safetensors.*damaged"):
        clips[0].window(torch.zeros(1, dtype=torch.float64))


def test_a_folder_without_clips(folder):
    write_manifest(folder, Manifest(skeleton=COCO17, settings=SETTINGS))
    with pytest.raises(DataError, match="holds no clips"):
        dataset(folder)


def test_config_refuses_and_round_trips(folder):
    with pytest.raises(ConfigError, match="mirror"):
        build_config(ClipFolder.Config, overrides={"path": folder, "miror": False}, where="data")
    config = ClipFolder.Config(path=folder, test_fraction=0.25)
    assert ClipFolder.Config.model_validate_json(config.model_dump_json()) == config


def test_clips_that_are_left_out_are_in_no_split_and_move_nobody_to_another(folder):
    before = {split: sources(dataset(folder, split)) for split in ("train", "test")}
    digest, count = dataset(folder).digest, len(dataset(folder))
    manifest = read_manifest(folder)
    left_out = next(video for video in manifest.videos if video.source in before["train"]).clips[0].file
    exclude(folder, manifest, left_out)
    assert len(dataset(folder)) == count - 2  # and its mirrored copy
    assert dataset(folder).digest != digest
    for video in manifest.videos:
        if video.source in before["test"]:
            for clip in video.clips:
                exclude(folder, manifest, clip.file)
    assert (sources(dataset(folder)), len(dataset(folder, "test"))) == (before["train"], 0)
    exclude(folder, manifest, left_out, excluded=False)
    assert dataset(folder).digest == digest


def test_a_folder_whose_clips_are_all_left_out_says_so(folder):
    manifest = read_manifest(folder)
    for video in manifest.videos:
        for clip in video.clips:
            exclude(folder, manifest, clip.file)
    with pytest.raises(DataError, match=r"all its clips are left out by excluded\.json"):
        dataset(folder)


def test_a_clip_that_was_read_can_be_sent_to_another_process(folder):
    clip, times_T = dataset(folder)[9], torch.zeros(1, dtype=torch.float64)
    before, after = clip.window(times_T, SIZE), pickle.loads(pickle.dumps(clip)).window(times_T, SIZE)
    assert torch.equal(before.video_TCHW, after.video_TCHW)
    assert torch.equal(before.keypoints_TK2, after.keypoints_TK2)


def test_frames_that_are_no_bytes_are_refused(folder):
    for path in folder.glob("*.safetensors"):
        tensors = load_file(path)
        with safe_open(path, framework="numpy") as file:
            save_file(tensors | {"frames": tensors["frames"].astype(np.float32)}, path, file.metadata())
    with pytest.raises(DataError, match="frames should be bytes, U8, but are F32"):
        dataset(folder)[0].window(torch.zeros(1, dtype=torch.float64))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_folder_need_not_fit_in_memory(tmp_path):
    """96 MB are read, and a tenth of that is never held."""
    frames, pixels = 100, 200
    clip = VideoRecord(source="a", sha256="0", frames=frames, kept=frames)
    videos = []
    for number in range(8):
        write_clip(
            tmp_path / f"{number}.safetensors",
            ClipInfo("coco-17"),
            np.full((frames, pixels, pixels, 3), number, np.uint8),
            np.zeros((frames, 17, 2)),
            np.ones((frames, 17)),
            np.arange(frames) / FPS,
        )
        record = ClipRecord(file=f"{number}.safetensors", label="", seconds=(frames - 1) / FPS, frames=frames)
        videos.append(clip.model_copy(update={"source": str(number), "clips": (record,)}))
    write_manifest(tmp_path, Manifest(skeleton=COCO17, settings=SETTINGS, videos=tuple(videos)))
    windows = Windows(dataset(tmp_path), 2, FPS, 0, pixels)

    def held_mb():
        status = Path("/proc/self/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    windows[0]
    before, most, seen = held_mb(), 0.0, set()
    for index in range(600):
        window = windows[index]
        seen |= {(int(window.pixels_TCHW[0, 0, 0, 0]), float(it)) for it in window.times_T}
        most = max(most, held_mb())
    assert len(seen) > 0.6 * 8 * frames
    assert most - before < 10
