import torch
from torch import Tensor

from motionkit.evaluation.moments import Moments, even_times
from motionkit.interfaces import Clips, ComponentConfig
from motionkit.metrics.offgrid import OffgridError
from motionkit.metrics.velocity import Velocity
from motionkit.testing.toys import TOY


class Late(Velocity):
    """Looks at two pieces, one of which begins within the other, of at least a second."""

    class Config(ComponentConfig):
        """No settings."""

    starts = (0.0, 0.3)
    seconds = 1.0


def late(frames: int, fps: float) -> Moments:
    return Moments.of(Late(Late.Config(), TOY), frames, fps)


def test_a_metric_that_asks_for_nothing_looks_at_the_frames() -> None:
    moments = Moments.of(Velocity(Velocity.Config(), TOY), 6, 8.0)
    assert torch.equal(moments.times_T, even_times(6, 8.0))
    assert torch.equal(moments.generated_T, even_times(6, 8.0))
    assert not moments.between
    assert moments.offsets_T[0] == 0
    assert Moments.of(OffgridError(OffgridError.Config(), TOY), 6, 8.0).between


def test_frames_go_on_to_the_seconds_that_a_metric_takes() -> None:
    assert torch.equal(late(4, 10.0).times_T, even_times(10, 10.0))
    assert torch.equal(late(20, 10.0).times_T, even_times(20, 10.0))


def test_pieces_that_overlap_share_their_frames() -> None:
    moments = late(10, 10.0)
    assert torch.allclose(moments.generated_T, even_times(13, 10.0))

    def place(times_T: Tensor) -> Tensor:
        return times_T[None, :, None, None].expand(2, -1, 3, 2)

    pieces = moments.pieces(Clips(moments.generated_T.float(), place(moments.generated_T)))
    for piece, start in zip(pieces, (0.0, 0.3), strict=True):
        assert torch.allclose(piece.keypoints_BTK2, place(start + even_times(10, 10.0)))
        assert torch.equal(piece.times, even_times(10, 10.0).float())
