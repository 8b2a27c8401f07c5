import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio

from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.frame_similarity import FramePsnr, FrameSsim, frame_psnr, frame_ssim

VIDEO = torch.rand(2, 5, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
STILL = VIDEO[:, :1].repeat(1, 5, 1, 1, 1)


def test_still_clips_have_a_similarity_of_1_and_the_ratio_of_8_bits() -> None:
    assert frame_ssim(STILL[0]) == pytest.approx(1)
    assert frame_psnr(STILL).tolist() == pytest.approx([FramePsnr.span[1]] * 2)
    assert FramePsnr.span[1] == pytest.approx(58.92, abs=0.01)


def test_noise_is_alike_by_neither() -> None:
    assert abs(frame_ssim(VIDEO[0])) < 0.1
    assert float(frame_psnr(VIDEO).max()) < 10


def test_the_ratio_is_the_formula() -> None:
    clip = VIDEO[0].double().numpy()
    error = np.mean((clip[1:] - clip[:-1]) ** 2)
    assert float(frame_psnr(VIDEO)[0]) == pytest.approx(10 * np.log10(4 / error))
    pair = VIDEO[:, :2]
    library = peak_signal_noise_ratio(pair[0, 0].numpy(), pair[0, 1].numpy(), data_range=2)
    assert float(frame_psnr(pair)[0]) == pytest.approx(library, rel=1e-5)


def test_what_is_too_small_or_too_short_is_told() -> None:
    ssim, psnr = (metric(metric.Config(), COCO17) for metric in (FrameSsim, FramePsnr))
    with pytest.raises(ConfigError, match="frames of 7 pixels"):
        ssim.features(Clips(torch.arange(5.0), video=VIDEO[..., :4, :4]))
    with pytest.raises(ConfigError, match="two frames"):
        psnr.features(Clips(torch.arange(1.0), video=VIDEO[:, :1]))
