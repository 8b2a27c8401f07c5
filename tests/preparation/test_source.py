"""Real clips by what people call them: a video, a picture, a clip of a clip folder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from real_people import FPS, person, picture_of, video_of
from still import Still, film, prepare

from motionkit.interfaces import COCO17, FACE13, ConfigError, DataError
from motionkit.io.clips import ClipFile
from motionkit.preparation.source import clips_from


def test_a_video_is_read_by_the_file_beside_it_in_a_square_about_the_figure(tmp_path: Path) -> None:
    window = person(seconds=1)
    clips = clips_from(video_of(window, tmp_path / "ann.mp4"), COCO17, 32)
    assert clips.keypoints_BTK2.shape == (1, FPS, 17, 2) and clips.video_BTCHW.shape == (1, FPS, 3, 32, 32)
    torch.testing.assert_close(clips.times_BT[0], torch.arange(FPS) / FPS, atol=1e-3, rtol=0)
    assert clips.keypoints_BTK2.abs().max() <= 1
    # The square holds the figure and goes with it, so distances within it are those of the video, all as much larger.
    ratio = _spread(clips.keypoints_BTK2[0]) / _spread(window.keypoints_TK2)
    torch.testing.assert_close(ratio, ratio.mean().expand(FPS), atol=0.02, rtol=0)


def _spread(keypoints_TK2: torch.Tensor) -> torch.Tensor:
    return (keypoints_TK2 - keypoints_TK2.mean(1, keepdim=True)).norm(dim=-1).mean(1)


def test_a_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    window = person(seconds=1 / FPS)
    clips = clips_from(picture_of(window, tmp_path / "ann.png"), COCO17, 48)
    assert clips.times_BT.tolist() == [[0.0]]
    assert clips.video_BTCHW.shape == (1, 1, 3, 48, 48) and -1 <= clips.video_BTCHW.min() < clips.video_BTCHW.max() <= 1


def test_a_picture_is_cut_about_its_figure(tmp_path: Path) -> None:
    """A white dot drawn where every joint is lies in the middle of the square."""
    image = np.zeros((40, 80, 3), np.uint8)
    image[8:12, 58:62] = 255
    Image.fromarray(image).save(tmp_path / "dot.png")
    spots = [[57.5 + 4 * (joint % 2), 7.5 + 4 * (joint // 9), 1.0] for joint in range(17)]
    (tmp_path / "dot.keypoints.json").write_text(
        f'{{"skeleton": "coco-17", "frames": [{{"time": 0, "keypoints": {spots}}}]}}'
    )
    video_CHW = clips_from(tmp_path / "dot.png", COCO17, 16).video_BTCHW[0, :, 0]
    assert video_CHW[0, 8, 8] > 0.9
    assert float((video_CHW.mean() + 1) / 2) == pytest.approx(1 / 1.5**2, abs=0.05)  # with the room that prepare leaves


def test_a_clip_of_a_folder_is_known_by_its_number_and_its_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        film(tmp_path / "in" / f"{name}.mp4", seed=ord(name))
    folder = tmp_path / "out"
    prepare(tmp_path / "in", folder, Still(), size=16)
    second, again = (clips_from(f"{folder}:{name}", COCO17, 16) for name in ("1", "b.mp4/000"))
    assert torch.equal(second.video_BTCHW, again.video_BTCHW) and torch.equal(second.times, again.times)
    file = ClipFile(folder / "clips" / "b.mp4" / "000.safetensors")
    wanted = file.frames(np.arange(len(file.times_T)))
    assert np.array_equal(((second.video_BTCHW[0] + 1) * 127.5).round().movedim(1, -1).numpy(), wanted)
    assert clips_from(f"{folder}:1", COCO17, 8).video_BTCHW.shape[-2:] == (8, 8)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    prepare(film(tmp_path / "a.mp4"), tmp_path / "out", Still())
    with pytest.raises(DataError, match="has no clip '7'; it has 1, from number 0 on"):
        clips_from(f"{tmp_path / 'out'}:7", COCO17, 16)
    with pytest.raises(DataError, match=r"did you mean a\.mp4/000"):
        clips_from(f"{tmp_path / 'out'}:a.mp4/001", COCO17, 16)
    with pytest.raises(DataError, match="there is no such video or picture"):
        clips_from(tmp_path / "nobody.jpg", COCO17, 16)
    with pytest.raises(DataError, match="clip folder is FOLDER:0"):
        clips_from(tmp_path / "out", COCO17, 16)


def test_another_skeleton_is_told(tmp_path: Path) -> None:
    video = video_of(person(1), tmp_path / "ann.mp4")
    with pytest.raises(DataError, match="its skeleton is 'coco-17'; it should be 'face-13'"):
        clips_from(video, FACE13, 16)
    prepare(film(tmp_path / "a.mp4"), tmp_path / "out", Still())
    with pytest.raises(DataError, match="its clips are of coco-17, but face-13 is needed"):
        clips_from(f"{tmp_path / 'out'}:0", FACE13, 16)


def test_nobody_there_and_nobody_to_look_are_told(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4")
    with pytest.raises(ConfigError, match=r"what should find the figure in it\? .* a\.keypoints\.json"):
        clips_from(video, COCO17, 16)
    (tmp_path / "a.keypoints.json").write_text('{"skeleton": "coco-17", "frames": []}')
    with pytest.raises(DataError, match=r"a\.mp4: the detector sidecar finds no figure in it"):
        clips_from(video, COCO17, 16)


def test_a_figure_that_nobody_is_sure_of_is_told(tmp_path: Path) -> None:
    picture = picture_of(person(1 / FPS), tmp_path / "ann.png")
    beside = tmp_path / "ann.keypoints.json"
    beside.write_text(beside.read_text().replace("1.0]", "0.2]"))
    with pytest.raises(DataError, match="the figure in it can't be trusted, because of: low confidence"):
        clips_from(picture, COCO17, 16)


@pytest.mark.parametrize(("name", "told"), [("ann.png", "not an image"), ("ann.mp4", "not a video")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_text("not what it says it is")
    with pytest.raises(DataError, match=rf"{name}.*{told}"):
        clips_from(tmp_path / name, COCO17, 16, "sidecar")
