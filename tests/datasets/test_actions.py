"""The procedural actions: their truth at any time, and their variety."""

import hashlib
import subprocess
import sys

import pydantic
import pytest
import torch

from motionkit.datasets.actions import Actions
from motionkit.datasets.choreography import ACTIONS
from motionkit.interfaces import COCO17

SECOND = torch.arange(64, dtype=torch.float64) / 16


def dataset(**settings):
    split = settings.pop("split", "train")
    return Actions(Actions.Config(**settings), split)


def clip_of(action, index=0, **settings):
    return dataset(actions=(action,), **settings)[index]


def digest(window):
    return hashlib.sha256(window.keypoints_TK2.numpy().tobytes() + window.video_TCHW.numpy().tobytes()).hexdigest()


# The truth at any time.


def test_a_window_is_at_exactly_the_times_asked_for():
    times_T = torch.tensor([0.0, 0.1234567890123, 1.7, 3.99], dtype=torch.float64)
    window = dataset()[3].window(times_T, size=16)
    assert torch.equal(window.times_T, times_T) and window.times_T.dtype == torch.float64
    assert window.keypoints_TK2.shape == (4, 17, 2) and window.keypoints_TK2.dtype == torch.float32
    assert torch.equal(window.confidence_TK, torch.ones(4, 17))
    assert window.video_TCHW.shape == (4, 3, 16, 16) and window.video_TCHW.dtype == torch.float32
    assert window.video_TCHW.abs().max() <= 1


def test_without_a_size_nothing_is_drawn():
    assert dataset()[0].window(SECOND).video_TCHW is None


@pytest.mark.parametrize("action", ACTIONS)
def test_dense_and_sparse_times_agree(action):
    dense, sparse = (clip_of(action).window(times, size=32) for times in (SECOND, SECOND[5::7]))
    torch.testing.assert_close(dense.keypoints_TK2[5::7], sparse.keypoints_TK2, rtol=0, atol=1e-6)
    torch.testing.assert_close(dense.video_TCHW[5::7], sparse.video_TCHW, rtol=0, atol=1e-4)


def test_asking_leaves_the_times_alone():
    times_T = SECOND.clone()
    dataset()[0].window(times_T)
    assert torch.equal(times_T, SECOND)


@pytest.mark.parametrize("action", ["wave1", "wave2", "jack"])
def test_arms_that_move_across_the_body_keep_their_length_in_the_picture(action):
    clip = clip_of(action)
    keypoints_TK2 = clip.window(SECOND).keypoints_TK2
    for upper, lower, length in ((5, 7, clip.body.upper_arm), (6, 8, clip.body.upper_arm), (7, 9, clip.body.forearm)):
        if action == "wave1" and (lower == 9) == clip.placement.mirrored:
            continue  # the hanging forearm is bent a little towards the viewer
        length_T = (keypoints_TK2[:, upper] - keypoints_TK2[:, lower]).norm(dim=-1)
        torch.testing.assert_close(length_T, torch.full((64,), clip.placement.stature * length), rtol=2e-3, atol=0)


@pytest.mark.parametrize("action", ACTIONS)
def test_no_limb_is_longer_in_the_picture_than_in_space(action):
    clip = clip_of(action)
    keypoints_TK2 = clip.window(SECOND).keypoints_TK2
    for joint, length in ((7, clip.body.upper_arm), (13, clip.body.thigh), (15, clip.body.shank)):
        above = {7: 5, 13: 11, 15: 13}[joint]
        assert (
            (keypoints_TK2[:, joint] - keypoints_TK2[:, above]).norm(dim=-1) < clip.placement.stature * length + 1e-5
        ).all()


def test_everybody_stays_in_the_frame():
    keypoints = torch.stack([clip.window(SECOND).keypoints_TK2 for clip in map(dataset().__getitem__, range(300))])
    assert keypoints.abs().max() < 1


def traits(clip):
    """What a viewer would tell the actions by, in statures, seen over some repetitions."""
    times_T = torch.arange(200, dtype=torch.float64) / 40
    places_TK2 = clip.window(times_T).keypoints_TK2 / clip.placement.stature
    joint = {name: places_TK2[:, k] for k, name in enumerate(COCO17.joints)}
    wrists_T2y = torch.stack([joint["left wrist"], joint["right wrist"]], 1)[..., 1] - joint["nose"][:, None, 1]
    shoulder_T1 = (joint["left shoulder"] + joint["right shoulder"])[:, None, 1] / 2 - joint["nose"][:, None, 1]
    raised = (wrists_T2y < shoulder_T1).float().mean(0)
    apart_T = (joint["left wrist"] - joint["right wrist"])[:, 0].abs()
    ankles_T = (joint["left ankle"] - joint["right ankle"])[:, 0]
    return {
        "most raised": float(raised.max()),
        "least raised": float(raised.min()),
        "bow": float(joint["nose"][:, 1].max() - joint["nose"][:, 1].min()),
        "steps": float(ankles_T.max() - ankles_T.min()),
        "passes": bool(ankles_T.min() * ankles_T.max() < 0),
        "meet": float(apart_T.min()),
        "part": float(apart_T.max()),
    }


TELL = {
    "wave1": lambda t: t["most raised"] == 1 and t["least raised"] == 0,
    "wave2": lambda t: t["least raised"] > 0.6 and t["steps"] < 0.05,
    "jack": lambda t: t["steps"] > 0.1 and not t["passes"],
    "bend": lambda t: t["bow"] > 0.15,
    "walk": lambda t: t["steps"] > 0.1 and t["passes"],
    "box": lambda t: t["steps"] < 0.05 and t["most raised"] < 0.9 and 0.2 < t["part"] < 0.5 and t["bow"] < 0.15,
    "clap": lambda t: t["meet"] < 0.15 and t["part"] > 0.5 and t["steps"] < 0.05,
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_can_be_told_from_the_others(action):
    for index in range(25):
        seen = traits(clip_of(action, index))
        assert [name for name, tell in TELL.items() if tell(seen)] == [action], seen


# Clips and splits.


def test_the_same_clip_has_the_same_bytes_in_any_process():
    code = (
        "import torch, hashlib; from motionkit.datasets.actions import Actions;"
        "w = Actions(Actions.Config(seed=5), 'test')[7].window(torch.arange(64, dtype=torch.float64) / 16, 32);"
        "print(hashlib.sha256(w.keypoints_TK2.numpy().tobytes() + w.video_TCHW.numpy().tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    here = [digest(dataset(seed=5, split="test")[7].window(SECOND, 32)) for _ in range(2)]
    assert here == [there, there]


def test_keypoints_do_not_depend_on_whether_the_clip_was_drawn():
    clip = dataset()[2]
    drawn = clip.window(SECOND, 16).keypoints_TK2
    assert torch.equal(drawn, dataset()[2].window(SECOND).keypoints_TK2)
    assert torch.equal(drawn, clip.window(SECOND).keypoints_TK2)


def test_no_two_clips_are_alike_in_or_across_splits_and_seeds():
    sets = [dataset(split="train"), dataset(split="test"), dataset(seed=1)]
    styles = [clips[index].style for clips in sets for index in range(500)]
    assert len(set(styles)) == len(styles)


def test_a_longer_split_begins_with_the_same_clips():
    assert dataset(clips=10)[9].style == dataset(clips=10_000)[9].style


def test_all_actions_are_done_about_equally_often():
    labels = [clip.label for clip in map(dataset().__getitem__, range(1400))]
    assert set(labels) == set(ACTIONS)
    assert all(150 < labels.count(action) < 250 for action in ACTIONS)  # 200 +- 3.8 standard deviations


def test_bodies_places_and_colours_vary():
    clips = [dataset()[index] for index in range(50)]
    for seen in (
        {clip.figure.look.shirt for clip in clips},
        {clip.figure.look.wall for clip in clips},
        {clip.placement.x for clip in clips},
        {clip.body.thigh for clip in clips},
    ):
        assert len(seen) == 50
    assert {clip.figure.look.blended for clip in clips} == {clip.placement.mirrored for clip in clips} == {True, False}


def test_a_clip_says_what_it_is():
    clip = dataset(actions=("bend", "box"), seconds=2.5, split="test")[4]
    assert clip.label in ("bend", "box") and clip.seconds == 2.5 and clip.source == "test clip 4"
    assert dataset().skeleton is COCO17 and len(dataset(clips=12)) == 12


@pytest.mark.parametrize("index", [-1, 12])
def test_an_index_outside_is_refused(index):
    with pytest.raises(IndexError, match=f"clip {index} .* 0 to 11"):
        dataset(clips=12)[index]


def test_unknown_actions_are_answered_with_the_known_ones():
    with pytest.raises(
        pydantic.ValidationError, match=r"unknown action 'wave3'; did you mean 'wave[12]'.*walk, box, clap"
    ):
        dataset(actions=("wave3",))
    with pytest.raises(pydantic.ValidationError, match="unknown action 'xyz'; the actions are wave1"):
        dataset(actions=("jack", "xyz"))
    with pytest.raises(pydantic.ValidationError, match="no action is named"):
        dataset(actions=())


@pytest.mark.parametrize("settings", [{"clips": 0}, {"seconds": 0.0}, {"seconds": -1.0}, {"speed": 2}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(pydantic.ValidationError):
        dataset(**settings)
