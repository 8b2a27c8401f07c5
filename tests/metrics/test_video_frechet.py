import hashlib
from pathlib import Path

import pytest
import torch
from torch import Tensor

from motionkit.datasets.actions import Actions
from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.interfaces.seeding import seeded
from motionkit.metrics.networks.weights_file import SHIPPED
from motionkit.metrics.video_frechet import VideoFrechet
from motionkit.windows import Windows

CLIPS = 224


def metric(**settings: object) -> VideoFrechet:
    return VideoFrechet(VideoFrechet.Config.model_validate(settings), COCO17)


def sample(video_BTCHW: Tensor) -> Clips:
    return Clips(torch.arange(1, video_BTCHW.shape[1] + 1) / 16, video=video_BTCHW)


def videos(seed: int, number: int = CLIPS, **settings: object) -> Tensor:
    windows = Windows(Actions(Actions.Config.model_validate(settings), "test"), 16, 16.0, seed, 64)
    found = [windows[index].video_TCHW for index in range(number)]
    return torch.stack([video for video in found if video is not None])


@pytest.fixture(scope="module")
def trained() -> VideoFrechet:
    return metric()


@pytest.fixture(scope="module")
def real() -> Tensor:
    return videos(1)


@pytest.fixture(scope="module")
def other() -> Tensor:
    return videos(2)


@pytest.fixture(scope="module")
def rows(trained: VideoFrechet, real: Tensor) -> Tensor:
    return trained.features(sample(real))


@pytest.fixture(scope="module")
def floor(trained: VideoFrechet, rows: Tensor, other: Tensor) -> float:
    return trained.score(rows, trained.features(sample(other)))


def frozen(video_BTCHW: Tensor) -> Tensor:
    return video_BTCHW[:, :1].expand_as(video_BTCHW)


def shuffled(video_BTCHW: Tensor) -> Tensor:
    frames = video_BTCHW.shape[1]
    orders = [torch.randperm(frames, generator=seeded("order", clip)) for clip in range(len(video_BTCHW))]
    return torch.stack([video_TCHW[order] for video_TCHW, order in zip(video_BTCHW, orders, strict=True)])


def noise(video_BTCHW: Tensor) -> Tensor:
    return torch.rand(video_BTCHW.shape, generator=seeded("noise")) * 2 - 1


def one_action(video_BTCHW: Tensor) -> Tensor:
    return videos(2, len(video_BTCHW), actions=("wave1",))


@pytest.mark.parametrize("spoilt", [frozen, shuffled, noise, one_action])
def test_what_is_wrong_is_further_from_real_than_other_real_clips(
    trained: VideoFrechet, rows: Tensor, floor: float, other: Tensor, spoilt: object
) -> None:
    assert trained.score(rows, trained.features(sample(spoilt(other)))) > 1.3 * floor  # type: ignore[operator]


def test_clips_are_at_no_distance_from_themselves(trained: VideoFrechet, rows: Tensor, floor: float) -> None:
    assert trained.score(rows, rows) == pytest.approx(0, abs=1e-6)
    assert floor > 0.01


def test_a_clip_of_twice_the_pixels_is_the_same_clip(trained: VideoFrechet, real: Tensor) -> None:
    small = real[:4]
    large = small.repeat_interleave(2, -1).repeat_interleave(2, -2)
    torch.testing.assert_close(trained.features(sample(large)), trained.features(sample(small)))


@pytest.mark.parametrize("frames", [1, 5, 33])
def test_clips_of_any_length_have_as_many_features(trained: VideoFrechet, real: Tensor, frames: int) -> None:
    video_BTCHW = real[:2].repeat(1, 3, 1, 1, 1)[:, :frames]
    features = trained.features(sample(video_BTCHW))
    assert features.shape == (2, 96)
    assert features.isfinite().all()


def test_a_picture_that_stands_still_has_features_of_no_length(trained: VideoFrechet, real: Tensor) -> None:
    """All but the ends of a clip look alike to convolutions in time, so their weight falls as clips grow."""
    still = real[:2, :1]
    short, long, longer = (trained.features(sample(still.expand(-1, t, -1, -1, -1))) for t in (16, 64, 256))
    assert (longer - long).norm() < (long - short).norm() / 2


def test_provenance_is_the_file_s(trained: VideoFrechet) -> None:
    content = (SHIPPED / "actions-classifier.safetensors").read_bytes()
    assert len(content) < 1_000_000
    assert trained.provenance() == {
        "extractor": "trained",
        "weights": "actions-classifier.safetensors",
        "sha256": hashlib.sha256(content).hexdigest(),
        "trained on": "actions",
    }


def test_the_header_says_how_it_was_trained_and_what_it_is_worth(trained: VideoFrechet) -> None:
    story = trained.extractor.story
    assert story["command"].startswith("python benchmarks/train_extractor.py")
    assert {"seed", "steps", "split", "held-out windows", "versions"} <= story.keys()
    windows = Windows(Actions(Actions.Config(), "test"), 16, 16.0, 0, 64)
    network, labels = trained.extractor.network, story["labels"]
    with torch.no_grad():
        chosen = [int(network(windows[i].video_TCHW[None]).argmax()) for i in range(100)]
    right = [labels[c] == windows.dataset[windows.place(i)[0]].label for i, c in enumerate(chosen)]
    assert sum(right) / 100 == pytest.approx(story["named rightly"], abs=0.12)


def test_a_sha256_without_a_file_is_refused() -> None:
    with pytest.raises(ConfigError, match="weights is not"):
        metric(sha256="0" * 64)


def test_a_sha256_has_64_digits() -> None:
    with pytest.raises(ValueError, match="sha256"):
        metric(weights=Path("x"), sha256="abc")
