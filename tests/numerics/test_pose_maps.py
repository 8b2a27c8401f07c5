import pytest
import torch

from motionkit.numerics.pose_maps import gaussian_heatmaps, heatmap_pyramid, pixel_centres, pose_pyramid


def test_equals_equation_2_at_every_pixel() -> None:
    keypoints = torch.tensor([[[0.3, -0.4], [-1.2, 0.9]]])
    heatmaps = gaussian_heatmaps(keypoints, 16, sigma=0.1)
    for joint, (x, y) in enumerate(keypoints[0].tolist()):
        for row in (0, 4, 15):
            for column in (0, 10, 15):
                u, v = (2 * column + 1) / 16 - 1, (2 * row + 1) / 16 - 1
                truth = torch.exp(torch.tensor(-((u - x) ** 2 + (v - y) ** 2) / (2 * 0.1**2)))
                assert heatmaps[0, joint, row, column] == pytest.approx(truth.item(), abs=1e-6)


def test_a_keypoint_at_a_pixel_centre_peaks_there_with_1() -> None:
    centres = pixel_centres(32)
    heatmap = gaussian_heatmaps(torch.tensor([[[centres[20], centres[5]]]]), 32, sigma=0.1)[0, 0]
    assert heatmap.argmax() == 5 * 32 + 20  # row 5 is y, column 20 is x
    assert heatmap.max() == pytest.approx(1.0)


def test_the_pyramid_is_the_full_heatmap_averaged_over_areas() -> None:
    keypoints = torch.rand(3, 5, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    full = gaussian_heatmaps(keypoints, 64, sigma=0.1)
    for size, level in zip((4, 16, 64), heatmap_pyramid(keypoints, [4, 16, 64], 64, sigma=0.1), strict=True):
        torch.testing.assert_close(level, torch.nn.functional.adaptive_avg_pool2d(full, size))


def test_a_keypoint_between_coarse_pixels_does_not_vanish() -> None:
    coarse = heatmap_pyramid(torch.zeros(1, 1, 2), [2], 64, sigma=0.1)[0]
    assert coarse.sum() > 0.05  # Eq. 2 at the centres of 2 x 2 pixels would give 4e-22


def test_is_differentiable_in_the_keypoints() -> None:
    keypoints = torch.tensor([[[0.2, 0.1]]], dtype=torch.float64, requires_grad=True)
    towards = gaussian_heatmaps(keypoints, 8, sigma=0.3)[0, 0, :, 7].sum()
    towards.backward()
    assert keypoints.grad is not None
    assert keypoints.grad[0, 0, 0] > 0  # moving right brightens the rightmost column


def test_no_map_holds_numbers_that_processors_stumble_over() -> None:
    far_N22 = torch.tensor([[[-0.9, -0.9], [-0.9, -0.8]]])
    for pose in pose_pyramid(far_N22, [(0, 1)], [4, 64], 64, sigma=0.1, limb_sigma=0.05):
        assert pose.min() > torch.finfo(torch.float32).tiny
