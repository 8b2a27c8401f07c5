"""Reading and writing video: times, bytes, bad files."""

import io
import itertools
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from motionkit.interfaces import ConfigError, DataError
from motionkit.io.video import expected_frames, peculiarity, read_video, stream_video, write_video


def ramp(frames: int, height: int = 32, width: int = 48) -> list[np.ndarray]:
    """Frames that are told apart by their colour, with a bright top left corner."""
    images = []
    for index in range(frames):
        image = np.full((height, width, 3), (index * 6 % 256, 40, 200 - index), np.uint8)
        image[: height // 4, : width // 4] = 250
        images.append(image)
    return images


def lossless(path, images, pts, time_base=Fraction(1, 1000)):
    """A lossless video whose frames have the presentation times ``pts``."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "bgr0"
        stream.codec_context.time_base = time_base
        for image, when in zip(images, pts, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = when, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def until_error(path):
    """The frames that come before the error, and its message."""
    frames = []
    with pytest.raises(DataError) as caught:
        for frame in read_video(path):
            frames.append(frame)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return frames, message


def test_irregular_times_are_read_as_they_are_and_pixels_exactly(tmp_path):
    pts = [500, 540, 555, 700, 1300, 1301]
    lossless(tmp_path / "a.mkv", ramp(6), pts)
    frames = list(read_video(tmp_path / "a.mkv"))
    np.testing.assert_allclose([frame.time for frame in frames], (np.array(pts) - 500) / 1000, atol=1e-9)
    np.testing.assert_array_equal([frame.image_HWC for frame in frames], ramp(6))


@pytest.mark.parametrize("fps", [25, 29.97, 60])
def test_mp4_round_trip_keeps_colours_and_times(tmp_path, fps):
    path = tmp_path / "a.mp4"
    write_video(path, iter(ramp(30)), fps)
    frames = list(read_video(path))
    np.testing.assert_allclose([frame.time for frame in frames], np.arange(30) / fps, atol=1e-4)
    difference = np.abs(np.array([frame.image_HWC for frame in frames]).astype(int) - ramp(30))
    assert difference.mean() < 3
    assert expected_frames(path) == 30


def test_mp4_is_what_every_player_takes(tmp_path):
    path = tmp_path / "a.mp4"
    write_video(path, ramp(5), 25)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    contents = path.read_bytes()
    assert contents.index(b"moov") < contents.index(b"mdat")  # plays before it is all there


def test_a_stream_plays_a_second_behind_what_is_made():
    made = []

    def frames():
        for level in range(100):
            made.append(np.full((32, 33, 3), 2 * level, np.uint8))
            yield made[-1]

    begun, decoded = b"", []
    for part in stream_video(frames(), fps=12.5):
        begun += part
        if b"mdat" in begun:
            with av.open(io.BytesIO(begun)) as video:
                decoded = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in video.decode(video=0)]
        assert len(decoded) >= len(made) - 14  # 12.5, and the one that begins the next fragment
    assert [time for time, _ in decoded] == pytest.approx([index / 12.5 for index in range(100)])
    errors = [np.abs(image[:, :33].astype(int) - frame).max() for (_, image), frame in zip(decoded, made, strict=True)]
    assert max(errors) < 5


def test_mp4_at_irregular_times(tmp_path):
    times = np.array([0, 0.01, 0.2, 0.25, 1.0])
    write_video(tmp_path / "a.mp4", ramp(5), 25, times=times)
    np.testing.assert_allclose([frame.time for frame in read_video(tmp_path / "a.mp4")], times, atol=1e-4)


def test_odd_sizes_repeat_their_edge(tmp_path):
    write_video(tmp_path / "a.mp4", ramp(3, 33, 47), 25)
    frame = next(read_video(tmp_path / "a.mp4"))
    assert frame.image_HWC.shape == (34, 48, 3)
    assert np.abs(frame.image_HWC[:33, :47].astype(int) - ramp(1, 33, 47)[0]).mean() < 3


@pytest.mark.parametrize(("fps", "times"), [(0.001, None), (25, [0.0, 700.0]), (0.001, [0.0, 1.0])])
def test_a_gif_that_would_stand_still_for_too_long_is_refused(tmp_path, fps, times):
    with pytest.raises(ConfigError, match=r"at most 655\.35 s, not (1000|700) s"):
        write_video(tmp_path / "a.gif", ramp(2), fps, times)
    assert list(tmp_path.iterdir()) == []
    write_video(tmp_path / "a.gif", ramp(2), 25, [0.0, 655.35])


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_same_frames_same_bytes(tmp_path, name):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    for folder in "12":
        write_video(tmp_path / folder / name, ramp(10), 25)
    assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.parametrize("width", [48, 64])
def test_same_frames_same_bytes_whatever_the_memory_held_before(tmp_path, width):
    draw = np.random.default_rng(0)
    x, y, t = np.meshgrid(np.arange(width), np.arange(width), np.arange(30) / 3, indexing="xy")
    waves = np.stack([np.sin(x / 5 + t), np.cos(y / 7 + t), np.sin(x * y / 40 + t)])
    images = (128 + 100 * waves).astype(np.uint8).transpose(3, 1, 2, 0)
    videos = set()
    for _ in range(20):
        left_behind = [draw.integers(0, 256, size, np.uint8) for size in draw.integers(1, 200_000, 5)]
        write_video(tmp_path / "a.mp4", images, 25)
        videos.add((tmp_path / "a.mp4").read_bytes())
        del left_behind
    assert len(videos) == 1


@pytest.mark.parametrize("fps", [12, 30, 60])
def test_gif_plays_in_real_time_at_any_rate(tmp_path, fps):
    write_video(tmp_path / "a.gif", ramp(2 * fps), fps)
    with Image.open(tmp_path / "a.gif") as gif:
        delays = []
        for index in range(gif.n_frames):
            gif.seek(index)
            delays.append(gif.info["duration"])
        assert gif.info["loop"] == 0
    assert min(delays) >= 20
    assert sum(delays) == pytest.approx(2000, abs=25)


def test_a_gif_keeps_the_colours_of_what_is_small(tmp_path):
    shades_H11 = np.linspace(60, 180, 160)[:, None, None]
    grain_HW3 = np.random.default_rng(0).normal(0, 2, (160, 160, 3))
    frames, shirt, places = [], (255, 255, 0), (20, 60, 100)
    for x in places:
        frames.append((shades_H11 + grain_HW3).astype(np.uint8))
        frames[-1][80:84, x : x + 4] = shirt
    write_video(tmp_path / "a.gif", frames, fps=10)
    for x, read in zip(places, read_video(tmp_path / "a.gif"), strict=True):
        assert np.abs(read.image_HWC[82, x + 2].astype(int) - shirt).max() < 16


def encoded(path, images, pixel_aspect=None, options=None, transfer=None):
    """H.264 of 25 frames a second, whose header says what is asked for."""
    with av.open(f"file:{path}", "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1", **(options or {})})
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv444p" if options is None else "yuv420p"
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if transfer:
            stream.codec_context.color_trc = transfer
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(("aspect", "shape"), [((2, 1), (32, 96)), ((1, 2), (64, 48)), ((12, 11), (32, 52))])
def test_pixels_that_are_not_square_are_shown_as_wide_as_they_are(tmp_path, aspect, shape):
    encoded(tmp_path / "a.mp4", ramp(3), Fraction(*aspect))
    frames = list(read_video(tmp_path / "a.mp4"))
    assert {frame.image_HWC.shape for frame in frames} == {(*shape, 3)} and frames[0].coded_HW == (32, 48)
    corner = frames[0].image_HWC[: shape[0] // 4 - 2, : shape[1] // 4 - 2]
    assert corner.min() > 230 and frames[0].image_HWC[shape[0] // 4 + 2 :].max() < 230
    encoded(tmp_path / "b.mp4", ramp(1))
    assert next(read_video(tmp_path / "b.mp4")).coded_HW is None


def test_interlaced_frames_lose_their_combs_and_none_is_lost(tmp_path):
    images = np.zeros((8, 64, 96, 3), np.uint8)
    for index, image in enumerate(images):  # a bar that goes right, later in the second of the two fields
        image[0::2, 8 * index : 8 * index + 16] = 255
        image[1::2, 8 * index + 4 : 8 * index + 20] = 255
    encoded(tmp_path / "a.mkv", images, options={"x264-params": "tff=1"})
    encoded(tmp_path / "whole.mkv", images, options={})
    combed, shown = (list(read_video(tmp_path / name)) for name in ("whole.mkv", "a.mkv"))
    np.testing.assert_allclose([frame.time for frame in shown], np.arange(8) / 25, atol=1e-3)

    def combs(frames):
        return np.mean([np.abs(np.diff(frame.image_HWC.astype(float), axis=0)).mean() for frame in frames[1:-1]])

    assert len(shown) == 8 and combs(shown) < combs(combed) / 4


def test_high_dynamic_range_is_told(tmp_path):
    encoded(tmp_path / "pq.mp4", ramp(2), transfer=16)
    encoded(tmp_path / "usual.mp4", ramp(2))
    assert "is HDR (PQ)" in peculiarity(tmp_path / "pq.mp4") and peculiarity(tmp_path / "usual.mp4") == ""
    assert peculiarity(tmp_path / "nowhere.mp4") == ""


def test_the_film_is_read_and_not_the_preview_or_cover_before_it(tmp_path):
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        preview, film = container.add_stream("mjpeg", rate=1), container.add_stream("libx264", rate=25)
        for stream, (width, height), pixels in ((preview, (16, 16), "yuvj420p"), (film, (48, 32), "yuv420p")):
            stream.width, stream.height, stream.pix_fmt = width, height, pixels
        preview.codec_context.color_range = 2
        for index in range(10):
            frame = av.VideoFrame.from_ndarray(ramp(10)[index], format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(film.encode(frame))
        picture = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        container.mux(preview.encode(picture.reformat(format="yuvj420p")))
        for stream in (preview, film):
            container.mux(stream.encode(None))
    frames = list(read_video(tmp_path / "a.mkv"))
    assert len(frames) == 10 and frames[0].image_HWC.shape == (32, 48, 3)


def test_a_song_with_a_cover_is_no_film(tmp_path):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=16000, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 16
        cover.pix_fmt, cover.disposition = "yuvj420p", av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        container.mux(cover.encode(picture.reformat(format="yuvj420p")))
        for _ in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate = 16000
            container.mux(sound.encode(frame))
        for stream in (cover, sound):
            container.mux(stream.encode(None))
    assert "no pictures in it, only a cover, audio" in until_error(path)[1]


@pytest.mark.parametrize("name", ["take:1.mp4", "http:x.mp4", "concat:a|b.mp4", "a%03d?*.mp4"])
def test_a_name_is_no_address(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_video(name, ramp(3), 25)
    assert len(list(read_video(name))) == expected_frames(name) == 3


def test_a_last_frame_that_is_shown_for_long_is_no_break(tmp_path):
    images = [Image.fromarray(image) for image in ramp(4)]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], duration=[40, 40, 40, 3000])
    frames = list(read_video(tmp_path / "a.gif"))
    np.testing.assert_allclose([frame.time for frame in frames], [0, 0.04, 0.08, 0.12], atol=1e-6)


def test_zero_bytes(tmp_path):
    (tmp_path / "a.mp4").touch()
    frames, message = until_error(tmp_path / "a.mp4")
    assert not frames and "empty" in message


def test_text_called_mp4(tmp_path):
    (tmp_path / "a.mp4").write_text("This is not a video.\n" * 99)
    frames, message = until_error(tmp_path / "a.mp4")
    assert not frames and "not a video" in message


def test_missing_and_folder(tmp_path):
    for path in (tmp_path / "a.mp4", tmp_path):
        assert "no such video" in until_error(path)[1]


def test_sound_without_pictures(tmp_path):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        for _ in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate = 16000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "no pictures" in until_error(path)[1]


@pytest.mark.parametrize("name", ["a.avi", "a.mp4"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_a_truncated_file_gives_what_is_good_then_says_how_far_it_got(tmp_path, name, share):
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 256, (40, 32, 48, 3), np.uint8)
    if name.endswith("avi"):
        lossless(path, list(noise), list(range(40)), Fraction(1, 25))
    else:
        write_video(path, noise, 25)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    frames, message = until_error(path)
    assert len(frames) < 40
    assert f"{len(frames)} frames" in message
    assert len(frames) >= 40 * share - 8
    assert all(later.time > earlier.time for earlier, later in itertools.pairwise(frames))


def test_another_ending_is_refused_and_an_unwritable_folder_is_an_os_error(tmp_path):
    with pytest.raises(ConfigError, match=r"\.mp4 or \.gif"):
        write_video(tmp_path / "a.webp", ramp(2), 25)
    with pytest.raises(OSError, match="No such file"):
        write_video(tmp_path / "nowhere" / "a.mp4", ramp(2), 25)


def test_a_failure_while_frames_are_made_leaves_the_old_file(tmp_path):
    def frames():
        yield from ramp(3)
        raise RuntimeError("out of frames")

    (tmp_path / "a.mp4").write_text("old")
    with pytest.raises(RuntimeError):
        write_video(tmp_path / "a.mp4", frames(), 25)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
