import pytest
import torch

from motionkit.numerics.pose_maps import gaussian_heatmaps, heatmap_pyramid, limb_maps, pixel_centres, pose_pyramid


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


def test_a_limb_map_falls_with_the_distance_to_its_bone() -> None:
    keypoints = torch.tensor([[[-0.5, -0.2], [0.4, 0.3], [0.4, 0.3]]]).repeat(9, 1, 1)  # the second bone is a point
    maps = limb_maps(keypoints, [(0, 1), (1, 2)], 16, sigma=0.2)
    centres = pixel_centres(16)
    pixels = torch.stack(torch.meshgrid(centres, centres, indexing="xy"), dim=-1)
    along = torch.linspace(0, 1, 2001)[:, None]
    start, end = keypoints[0, 0], keypoints[0, 1]
    for limb, points in enumerate([start + along * (end - start), end[None]]):
        distance = torch.cdist(pixels.view(-1, 2), points).amin(1).view(16, 16)
        wanted = torch.exp(-distance.square() / (2 * 0.2**2)).expand(9, -1, -1)
        torch.testing.assert_close(maps[:, limb], wanted, rtol=0, atol=1e-5)


def test_limb_maps_are_differentiable_wherever_the_joints_are() -> None:
    keypoints = torch.tensor([[[0.2, 0.1], [0.6, 0.5], [0.6, 0.5]]], requires_grad=True)
    limb_maps(keypoints, [(0, 1), (1, 2)], 8, sigma=0.1)[..., 7].sum().backward()
    assert keypoints.grad is not None
    assert keypoints.grad.isfinite().all()
    assert keypoints.grad[0, 1, 0] > 0  # moving right brightens the rightmost column


def test_no_map_holds_numbers_that_processors_are_slow_at() -> None:
    keypoints = torch.rand(3, 5, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    for maps in pose_pyramid(keypoints, [(0, 1), (2, 3)], [4, 64], 64, sigma=0.05, limb_sigma=0.02):
        assert maps.min() >= torch.finfo(torch.float32).tiny
