import pytest
import torch

from motionkit.numerics.pose_maps import pixel_centres
from motionkit.numerics.resize import resized

PICTURES = torch.rand(2, 3, 3, 12, 12, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_pictures_that_shrink_are_averaged_over_areas() -> None:
    truth = PICTURES.unflatten(-1, (4, 3)).unflatten(-3, (4, 3)).mean((-3, -1))
    torch.testing.assert_close(resized(PICTURES, 4), truth)
    assert float(resized(PICTURES, 5).mean()) == pytest.approx(float(PICTURES.mean()), abs=0.05)


def test_a_ramp_that_grows_stays_a_ramp_between_the_outer_pixels() -> None:
    ramp = pixel_centres(8).expand(1, 1, 8, 8)
    grown = resized(ramp, 24)[0, 0, 0]
    truth = pixel_centres(24)
    torch.testing.assert_close(grown, truth.clamp(-7 / 8, 7 / 8))


def test_one_picture_is_resized_as_it_is_among_others() -> None:
    for size in (7, 30):
        assert torch.equal(resized(PICTURES, size)[1, 2], resized(PICTURES[1, 2], size))


def test_pictures_of_the_size_are_left_as_they_are() -> None:
    assert resized(PICTURES, 12) is PICTURES


def test_a_wide_picture_becomes_square() -> None:
    assert torch.equal(resized(PICTURES[..., :6, :], 6)[..., 0], PICTURES[..., :6, :2].mean(-1))
