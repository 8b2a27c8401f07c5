"""Fresh noise: a function of one clip's noise vector, whose prefix never changes."""

import torch

from motionkit.numerics.streams import fresh_normals


def noise(clips: int) -> torch.Tensor:
    return torch.randn(clips, 6, generator=torch.Generator().manual_seed(3))


def test_longer_streams_only_append():
    short_SBW = fresh_normals(noise(4), 5, 7, block=16)
    for steps in (6, 16, 17, 100):
        assert torch.equal(fresh_normals(noise(4), steps, 7, block=16)[:5], short_SBW)


def test_a_clip_has_the_same_stream_in_any_company():
    together_SBW = fresh_normals(noise(4), 20, 3, block=8)
    alone_SBW = fresh_normals(noise(4)[2:3], 20, 3, block=8)
    assert torch.equal(together_SBW[:, 2:3], alone_SBW)


def test_streams_differ_between_clips_and_between_steps():
    stream_SBW = fresh_normals(noise(4), 20, 3, block=8)
    assert len(stream_SBW.flatten().unique()) == stream_SBW.numel()


def test_streams_are_standard_normal():
    stream_SBW = fresh_normals(noise(200), 100, 10, block=16)
    n = stream_SBW.numel()
    assert abs(stream_SBW.mean()) < 5 / n**0.5
    assert abs(stream_SBW.var() - 1) < 5 * (2 / n) ** 0.5
    neighbours = (stream_SBW[1:] * stream_SBW[:-1]).mean()
    assert abs(neighbours) < 5 / n**0.5


def test_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    fresh_normals(noise(2), 5, 3, block=4)
    assert torch.equal(torch.get_rng_state(), before)
