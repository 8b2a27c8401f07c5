import pytest
import torch

from motionkit.config import build_config
from motionkit.interfaces import COCO17, ConfigError
from motionkit.rendering.compose import ComposeRenderer
from motionkit.testing import check_renderer


@pytest.fixture
def renderer() -> ComposeRenderer:
    torch.manual_seed(0)
    config = ComposeRenderer.Config(image_size=16, widths=(16, 16, 8, 8), style_size=8)
    return ComposeRenderer(config, COCO17)


def test_keeps_the_contract() -> None:
    check_renderer(ComposeRenderer)


def test_the_paper_preset_has_five_blocks_from_2_to_64_pixels() -> None:
    renderer = ComposeRenderer(ComposeRenderer.Config(), COCO17)
    assert renderer.sizes == [4, 8, 16, 32, 64]
    assert len(renderer.compose) == 5


def test_appearance_is_the_clips_and_pose_is_the_frames(renderer: ComposeRenderer) -> None:
    generator = torch.Generator().manual_seed(0)
    noise = renderer.sample_noise(2, generator)
    pose = torch.rand(1, 1, 17, 2, generator=generator) * 2 - 1
    renderer.eval()
    video = renderer(noise, pose.expand(2, 3, -1, -1))
    torch.testing.assert_close(video[:, 0], video[:, 2])  # one pose, one clip: one picture
    assert (video[0, 0] - video[1, 0]).abs().max() > 1e-3  # one pose, two appearances
    assert (renderer(noise, -pose.expand(2, 3, -1, -1)) - video).abs().max() > 1e-3  # two poses


@pytest.mark.parametrize("preset", [None, "small"])
def test_a_picture_of_any_size_has_the_widths_of_its_levels(preset: str | None) -> None:
    sizes = (16, 32, 64, 128)
    built = [
        build_config(ComposeRenderer.Config, preset=preset, overrides={"image_size": size}, where="renderer")
        for size in sizes
    ]
    assert [len(config.widths) for config in built] == [4, 5, 6, 7]
    assert all(config.widths == built[-1].widths[: len(config.widths)] for config in built)
    assert built[2] == build_config(ComposeRenderer.Config, preset=preset, where="renderer")  # 64 pixels by default


@pytest.mark.parametrize("size", [32, 128])
def test_draws_pictures_of_the_size_that_is_asked_for(size: int) -> None:
    config = build_config(ComposeRenderer.Config, preset="small", overrides={"image_size": size}, where="renderer")
    renderer = ComposeRenderer(config, COCO17).eval()
    generator = torch.Generator().manual_seed(0)
    video = renderer(renderer.sample_noise(1, generator), torch.rand(1, 2, 17, 2, generator=generator) * 2 - 1)
    assert video.shape == (1, 2, 3, size, size)


def test_too_few_widths_for_the_size_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"a picture of 64 pixels needs 6 widths, .* but there are 2"):
        build_config(ComposeRenderer.Config, overrides={"widths": [8, 8]}, where="renderer")
    with pytest.raises(ConfigError, match=r"a picture of 256 pixels needs 8 widths, .* but there are 7"):
        build_config(ComposeRenderer.Config, overrides={"image_size": 256}, where="renderer")
    with pytest.raises(ConfigError, match=r"image_size is 48: it must be a power of 2"):
        build_config(ComposeRenderer.Config, overrides={"image_size": 48}, where="renderer")
