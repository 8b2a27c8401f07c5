"""The procedural actions: their truth at any time, their smoothness, their variety, and where they are drawn."""

import dataclasses
import hashlib
import subprocess
import sys

import numpy as np
import pydantic
import pytest
import torch

from motionkit.datasets.actions import Actions
from motionkit.datasets.body import Body
from motionkit.datasets.choreography import ACTIONS, Style
from motionkit.datasets.figure import Figure
from motionkit.interfaces import COCO17

SECOND = torch.arange(64, dtype=torch.float64) / 16
LIMBS = [(a, b) for a, b in COCO17.bones if min(a, b) >= 5]


def dataset(**settings):
    split = settings.pop("split", "train")
    return Actions(Actions.Config(**settings), split)


def clip_of(action, index=0, **settings):
    return dataset(actions=(action,), **settings)[index]


def joints(action, times_T, body=None, **style):
    """Places in three dimensions, (T, 17, 3), of an average body."""
    style = Style(**{"tempo": 1.0, "phase": 0.3, "amplitude": 1.0, "sway_phase": 0.1, **style})
    return (body or Body()).joints(ACTIONS[action].pose(np.asarray(times_T), style)).transpose(2, 1, 0)


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


# Bodies and motion.


@pytest.mark.parametrize("action", ACTIONS)
def test_bones_keep_their_length_in_space(action):
    places_TK3 = joints(action, SECOND)
    for a, b in LIMBS:
        if {a, b} & {5, 6} and {a, b} & {11, 12}:
            continue  # from shoulder to hip a trunk that twists is no bone
        length_T = np.linalg.norm(places_TK3[:, a] - places_TK3[:, b], axis=-1)
        assert np.ptp(length_T) < 1e-12
    wrist = np.linalg.norm(
        places_TK3[:, COCO17.index("left wrist")] - places_TK3[:, COCO17.index("left elbow")], axis=-1
    )
    assert np.allclose(wrist, Body().forearm)


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


@pytest.mark.parametrize("tempo", [0.8, 1.1])
def test_half_a_stride_later_the_walker_is_its_own_mirror_image(tempo):
    now, half, whole = (joints("walk", SECOND + part / tempo, tempo=tempo) for part in (0, 0.5, 1))
    assert np.allclose(now, whole, atol=1e-12)
    assert np.allclose(now, half[:, list(COCO17.mirror)] * [-1, 1, 1], atol=1e-12)
    assert not np.allclose(now, half, atol=0.05)


@pytest.mark.parametrize("action", ACTIONS)
def test_motion_is_smooth(action):
    """Central differences converge to the velocity at second order everywhere; at a kink they would not."""

    def velocity(step):
        return (joints(action, SECOND + step) - joints(action, SECOND - step)) / (2 * step)

    coarse, middle, fine = (velocity(step) for step in (4e-3, 2e-3, 1e-3))
    assert np.abs(coarse - middle).max() / np.abs(middle - fine).max() == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"jack"}))
def test_a_foot_is_always_on_the_floor(action):
    heights_T = joints(action, SECOND)[:, [15, 16], 1].max(-1)
    assert np.abs(heights_T + Body().ankle).max() < 0.02  # statures; the weight passes smoothly between the feet


def test_a_jump_leaves_the_floor():
    assert np.ptp(joints("jack", SECOND)[:, 15, 1]) > 0.04


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


# The picture.

BLACK = (0.0, 0.0, 0.0)


def silhouette(clip, times_T, size):
    """Which pixels the figure covers, (T, H, W): the clip drawn on black in bright clothes."""
    bright = dict.fromkeys(("skin", "hair", "shirt", "trousers", "shoes"), (1.0, 1.0, 1.0))
    look = dataclasses.replace(clip.figure.look, wall=BLACK, floor=BLACK, **bright)
    figure = Figure(look, clip.placement.stature, clip.placement.facing)
    return figure.draw(clip.window(times_T).keypoints_TK2.double().numpy(), size).max(1) > 0


def at(places, size):
    """The index of the pixel that holds a coordinate in [-1, 1]."""
    return np.floor((places + 1) / 2 * size).astype(int)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_figure_covers_its_bones_and_nothing_far_from_them(action):
    size, clip = 64, clip_of(action)
    mask_THW = silhouette(clip, SECOND[::8], size)
    keypoints_TK2 = clip.window(SECOND[::8]).keypoints_TK2.numpy()
    for mask_HW, keypoints_K2 in zip(mask_THW, keypoints_TK2, strict=True):
        for a, b in LIMBS:
            for share in np.linspace(0, 1, 9):
                x, y = at(keypoints_K2[a] + share * (keypoints_K2[b] - keypoints_K2[a]), size)
                assert mask_HW[y, x]
        rows, columns = np.nonzero(mask_HW)
        margin = 0.13 * clip.placement.stature * clip.figure.look.build + 2 / size
        low, high = keypoints_K2.min(0) - margin, keypoints_K2.max(0) + margin
        assert (at(low, size) <= [columns.min(), rows.min()]).all() and (
            at(high, size) >= [columns.max(), rows.max()]
        ).all()


@pytest.mark.parametrize("action", ACTIONS)
def test_the_hand_in_front_has_the_colour_of_skin(action):
    size = 128
    for index in range(5):
        clip = clip_of(action, index)
        window = clip.window(SECOND[::8], size)
        near = "right wrist" if clip.figure.facing > 0 else "left wrist"
        x, y = at(window.keypoints_TK2[:, COCO17.index(near)].numpy(), size).T
        pixels_T3 = window.video_TCHW.numpy()[np.arange(8), :, y, x]
        assert np.abs((pixels_T3 + 1) / 2 - clip.figure.look.skin).max() < 0.1


def test_half_the_size_is_the_average_of_four_pixels():
    for index in range(10):
        clip = dataset()[index]
        small, large = (clip.window(SECOND[:4], size).video_TCHW for size in (64, 128))
        difference = (small - torch.nn.functional.avg_pool2d(large, 2)).abs()
        assert difference.mean() < 0.01 and difference.max() < 0.4


def test_a_figure_moved_by_a_pixel_is_the_picture_moved_by_a_pixel():
    size, clip = 64, clip_of("walk")
    plain = dataclasses.replace(clip.figure.look, wall=BLACK, floor=BLACK)
    figure = Figure(plain, clip.placement.stature, clip.placement.facing)
    keypoints_TK2 = clip.window(SECOND[:2]).keypoints_TK2.double().numpy()
    here, there = figure.draw(keypoints_TK2, size), figure.draw(keypoints_TK2 + np.array([2 / size, 0]), size)
    np.testing.assert_allclose(there[..., 1:], here[..., :-1], atol=1e-3)


def test_a_figure_outside_the_picture_leaves_the_background():
    clip = clip_of("walk")
    away = clip.window(SECOND[:2]).keypoints_TK2.double().numpy() + 9.0
    video_TCHW = clip.figure.draw(away, 32)
    assert np.array_equal(video_TCHW, np.broadcast_to(video_TCHW[:1, :, :, :1], video_TCHW.shape))


def test_clothes_and_skin_stand_out_from_the_wall():
    gaps = []
    for index in range(200):
        look = dataset()[index].figure.look
        gaps.append(
            min(np.linalg.norm(np.subtract(look.wall, part)) for part in (look.skin, look.shirt, look.trousers))
        )
    assert np.mean(np.array(gaps) >= 0.35) > 0.95
