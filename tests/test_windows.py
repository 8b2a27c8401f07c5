import warnings
from dataclasses import replace

import torch

from motionkit.testing.toys import ToyDataset
from motionkit.windows import Batch, Windows, collate


def windows() -> Windows:
    return Windows(ToyDataset(ToyDataset.Config()), frames=5, fps=8.0, seed=3)


def test_a_window_lies_where_its_place_says() -> None:
    for index in range(20):
        clip, start = windows().place(index)
        window = windows()[index]
        times_T = start + torch.arange(5, dtype=torch.float64) / 8
        assert torch.equal(window.times_T, times_T)
        assert torch.equal(window.keypoints_TK2, windows().dataset[clip].window(times_T).keypoints_TK2)
        assert 0 <= start <= 2 - 4 / 8


def test_other_moments_are_of_the_same_piece_and_stay_within_it() -> None:
    offsets_T = torch.tensor([0.0, 0.0625, 0.125, 0.5, 9.0], dtype=torch.float64)
    whole, seen = windows(), windows().at(offsets_T)
    for index in range(5):
        assert seen.place(index) == whole.place(index)
        assert torch.equal(seen[index].times_T[0], whole[index].times_T[0])
        assert torch.equal(seen[index].keypoints_TK2[2], whole[index].keypoints_TK2[1])
        assert torch.equal(seen[index].times_T[-1], whole[index].times_T[-1])
    assert len(whole.offsets_T) == 5 and whole.offsets_T[-1] == 0.5


class OfSeconds(ToyDataset):
    """Clips of these lengths."""

    lengths = (0.25, 0.75, 0.5, 2.5)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int):
        clip = super().__getitem__(index)
        clip.seconds = self.lengths[index]
        return clip


def test_every_moment_at_which_a_window_can_start_is_as_likely_as_any_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the clip that is shorter than a window
        windows = Windows(OfSeconds(ToyDataset.Config()), frames=5, fps=8.0, seed=0)
    places = [windows.place(index) for index in range(4000)]
    # 0.25 s and 2 s to spare; the clip that just fits counts as a fifth of a window, 0.1 s.
    for clip, seconds in enumerate((0, 0.25, 0.1, 2)):
        share = sum(number == clip for number, _ in places) / len(places)
        assert abs(share - seconds / 2.35) < 0.03
    starts = torch.tensor([start for number, start in places if number == 3])
    assert 0 <= starts.min() < 0.01 and 1.99 < starts.max() <= 2 and abs(starts.mean() - 1) < 0.05


def test_bytes_stay_bytes_until_they_are_clips_and_then_are_what_they_were() -> None:
    levels = torch.arange(256, dtype=torch.uint8).repeat(5, 3, 2).reshape(5, 3, 16, 32)
    drawn = [replace(windows()[index], pixels_TCHW=levels) for index in range(2)]
    batch = Batch.of(drawn)
    assert batch.pixels_BTCHW.dtype == torch.uint8
    video = batch.clips().video_BTCHW
    assert video.min() == -1 and video.max() == 1
    assert torch.equal(((video + 1) * 127.5).round().to(torch.uint8), batch.pixels_BTCHW)
    mixed = collate([drawn[0], replace(drawn[1], pixels_TCHW=drawn[1].video_TCHW)])
    assert torch.equal(mixed.video_BTCHW, video)
