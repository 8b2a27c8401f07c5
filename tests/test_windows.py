import torch

from motionkit.testing.toys import ToyDataset
from motionkit.windows import Windows


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
