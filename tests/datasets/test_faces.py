"""The procedural faces: their truth at any time, and their variety."""

import hashlib
import itertools
import subprocess
import sys

import pydantic
import pytest
import torch

from motionkit.datasets.expressions import EXPRESSIONS
from motionkit.datasets.faces import Faces
from motionkit.interfaces import FACE13
from motionkit.testing import check_dataset

SECOND = torch.arange(64, dtype=torch.float64) / 16


def dataset(**settings):
    split = settings.pop("split", "train")
    return Faces(Faces.Config(**settings), split)


def clip_of(expression, index=0, **settings):
    return dataset(expressions=(expression,), **settings)[index]


def joint(keypoints_TK2, name):
    return keypoints_TK2[:, FACE13.index(name)]


def test_it_keeps_the_contract_of_datasets():
    check_dataset(Faces, Faces.Config(clips=8))


# The truth at any time.


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_dense_and_sparse_times_agree(expression):
    dense, sparse = (clip_of(expression).window(times, size=32) for times in (SECOND, SECOND[5::7]))
    torch.testing.assert_close(dense.keypoints_TK2[5::7], sparse.keypoints_TK2, rtol=0, atol=1e-6)
    torch.testing.assert_close(dense.video_TCHW[5::7], sparse.video_TCHW, rtol=0, atol=1e-4)


def test_the_same_clip_has_the_same_bytes_in_any_process():
    code = (
        "import torch, hashlib; from motionkit.datasets.faces import Faces;"
        "w = Faces(Faces.Config(seed=5), 'test')[7].window(torch.arange(9, dtype=torch.float64) / 16, 32);"
        "print(hashlib.sha256(w.keypoints_TK2.numpy().tobytes() + w.video_TCHW.numpy().tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    window = dataset(seed=5, split="test")[7].window(SECOND[:9], 32)
    assert (
        hashlib.sha256(window.keypoints_TK2.numpy().tobytes() + window.video_TCHW.numpy().tobytes()).hexdigest()
        == there
    )


def test_no_two_clips_are_alike_in_or_across_splits_and_seeds():
    sets = [dataset(split="train"), dataset(split="test"), dataset(seed=1)]
    manners = [clips[index].manner for clips in sets for index in range(300)]
    assert len(set(manners)) == len(manners)
    assert dataset(clips=10)[9].manner == dataset(clips=10_000)[9].manner


def test_all_expressions_are_shown_about_equally_often():
    labels = [clip.label for clip in map(dataset().__getitem__, range(1400))]
    assert set(labels) == set(EXPRESSIONS)
    assert all(150 < labels.count(name) < 250 for name in EXPRESSIONS)  # 200 +- 3.8 standard deviations


def test_faces_stay_in_the_frame_upright_and_the_right_way_round():
    keypoints = torch.cat([dataset()[index].window(SECOND).keypoints_TK2 for index in range(300)])
    assert keypoints.abs().max() < 1
    for part in ("jaw", "brow", "upper lid", "lower lid", "mouth corner"):  # the face's left is on the viewer's right
        assert (joint(keypoints, f"left {part}") > joint(keypoints, f"right {part}"))[:, 0].all()
    for side in ("left", "right"):
        column = [
            joint(keypoints, f"{side} {part}")[:, 1] for part in ("brow", "upper lid", "lower lid", "mouth corner")
        ]
        assert all((above <= below + 1e-5).all() for above, below in itertools.pairwise(column))
    column = [joint(keypoints, name)[:, 1] for name in ("upper lip", "lower lip", "chin")]
    assert all((above < below).all() for above, below in itertools.pairwise(column))


def test_unknown_expressions_are_answered_with_the_known_ones():
    with pytest.raises(pydantic.ValidationError, match="unknown expression 'joi'"):
        dataset(expressions=("joi",))
    with pytest.raises(pydantic.ValidationError, match="did you mean 'happiness'"):
        dataset(expressions=("happines",))
    with pytest.raises(pydantic.ValidationError, match="no expression is named"):
        dataset(expressions=())
