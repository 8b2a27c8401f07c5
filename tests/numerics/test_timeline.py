import pytest
import torch

from motionkit.interfaces import ConfigError
from motionkit.numerics.timeline import SpeedCurve, after_start, frame_times


def test_two_frame_rates_share_their_shared_moments_to_the_last_bit() -> None:
    slow, fast = frame_times(3, 15), frame_times(3, 60)
    assert torch.equal(slow, fast[3::4])


def test_times_are_seconds_so_a_longer_clip_is_longer() -> None:
    short, long = frame_times(1, 16), frame_times(2, 16)
    assert torch.equal(long[:16], short)
    assert short[0] == 1 / 16
    assert long[-1] == 2


@pytest.mark.parametrize(
    ("seconds", "fps"), [(0, 30), (1, 0), (-1, 30), (0.01, 30), (float("nan"), 30), (1, float("inf"))]
)
def test_no_frame_is_an_error_in_words(seconds: float, fps: float) -> None:
    with pytest.raises(ConfigError, match="seconds"):
        frame_times(seconds, fps)


def test_constant_speed_scales_time() -> None:
    times = frame_times(2, 30)
    torch.testing.assert_close(SpeedCurve.parse("1").warp(times, 2), times)
    torch.testing.assert_close(SpeedCurve.parse("0.25").warp(times, 2), times / 4)


def test_the_warp_is_the_integral_of_the_speed() -> None:
    curve = SpeedCurve.parse("0:1,0.5:0.25,1:1")
    times = torch.tensor([0.0, 1.0, 2.0])
    # From 1 to 0.25 over one second of play passes the mean, 0.625 s.
    torch.testing.assert_close(curve.warp(times, 2), torch.tensor([0.0, 0.625, 1.25]))
    fine = torch.linspace(0, 2, 2001)
    speed = curve.warp(fine, 2).double().diff() / fine.double().diff()
    assert speed.min() == pytest.approx(0.25, abs=2e-3)
    assert speed[0] == pytest.approx(1, abs=2e-3)


def test_beyond_the_outer_points_the_speed_stays() -> None:
    curve = SpeedCurve.parse("0.5:2")
    torch.testing.assert_close(curve.warp(torch.tensor([1.0]), 1), torch.tensor([2.0]))


@pytest.mark.parametrize(
    "text", ["fast", "", "0:1,0.5", "0:1:2", "0.5:1,0.2:1", "0:1,1.5:1", "0", "-1", "0:1,1:0", "nan", "inf", "1e30"]
)
def test_malformed_curves_are_refused_in_words(text: str) -> None:
    with pytest.raises(ConfigError, match="speed curve"):
        SpeedCurve.parse(text)


def test_frames_of_a_real_clip_begin_at_its_first_moment() -> None:
    assert frame_times(0.5, 8, first=0).tolist() == [0, 0.125, 0.25, 0.375]


def test_a_real_clip_starts_one_training_frame_after_the_clock() -> None:
    assert after_start(torch.tensor([0.0, 0.5]), 16).tolist() == [0.0625, 0.5625]


def test_a_curve_shows_its_mean_speed_of_model_time() -> None:
    assert SpeedCurve.parse("0.25").mean == pytest.approx(0.25)
    assert SpeedCurve.parse("0:1,1:0.5").mean == pytest.approx(0.75)
