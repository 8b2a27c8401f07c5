"""A clip folder that is filled, stopped, gone on with, and not mixed."""

import shutil

import pytest
from films import contents
from still import Still, film, prepare

from motionkit.interfaces import BusyError, ConfigError, DataError
from motionkit.io.hold import held
from motionkit.io.manifest import read_manifest


def test_stopped_in_the_middle_and_resumed_gives_the_same_folder(tmp_path):
    for seed, name in enumerate("abc"):
        film(tmp_path / "in" / f"{name}.mp4", seed=seed)

    class Interrupted(Still):
        def pose(self, frame):
            if self.seen[-1] == "b.mp4" and frame.time > 0.5:
                raise KeyboardInterrupt
            return super().pose(frame)

    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "in", tmp_path / "out", Interrupted())
    assert [video.source for video in read_manifest(tmp_path / "out").videos] == ["a.mp4"]
    assert not [name for name in contents(tmp_path / "out") if "tmp" in name]
    resumed = Still()
    prepare(tmp_path / "in", tmp_path / "out", resumed)
    assert resumed.seen == ["b.mp4", "c.mp4"]
    prepare(tmp_path / "in", tmp_path / "whole", Still())
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    film(tmp_path / "in" / "b.mp4", seed=9)
    changed = Still()
    with pytest.warns(UserWarning, match=r"b\.mp4 is another than before"):
        prepare(tmp_path / "in", tmp_path / "out", changed)
    assert changed.seen == ["b.mp4"]


def test_a_video_that_cannot_be_read_any_more_keeps_its_clips(tmp_path):
    film(tmp_path / "in" / "a.mp4")
    film(tmp_path / "in" / "b.mp4", seed=1)
    manifest = prepare(tmp_path / "in", tmp_path / "out", Still())
    before = contents(tmp_path / "out")
    (tmp_path / "in" / "a.mp4").write_bytes(b"")
    with pytest.warns(UserWarning, match=r"a\.mp4: is empty \(0 bytes\); the clips that a\.mp4 had before stay"):
        assert prepare(tmp_path / "in", tmp_path / "out", Still()) == manifest
    assert contents(tmp_path / "out") == before


def test_two_videos_of_one_name_from_two_folders_are_not_taken_for_one(tmp_path):
    for seed, day in enumerate(("mon", "tue")):
        film(tmp_path / "cards" / day / "GOPR0001.MP4", seed=seed)
    prepare(tmp_path / "cards" / "mon", tmp_path / "out", Still())
    before = contents(tmp_path / "out")
    for source in (tmp_path / "cards" / "tue", tmp_path / "cards" / "tue" / "GOPR0001.MP4"):
        with pytest.raises(ConfigError, match=r"another GOPR0001\.MP4, from .*mon; rename"):
            prepare(source, tmp_path / "out", Still())
    assert contents(tmp_path / "out") == before
    manifest = prepare(tmp_path / "cards", tmp_path / "both", Still())
    assert [video.source for video in manifest.videos] == ["mon/GOPR0001.MP4", "tue/GOPR0001.MP4"]
    # The very same video from elsewhere is no other one.
    shutil.copytree(tmp_path / "cards" / "mon", tmp_path / "copies")
    again = Still()
    prepare(tmp_path / "copies", tmp_path / "out", again)
    assert again.seen == [] and contents(tmp_path / "out") == before


def test_a_folder_that_is_being_filled_is_not_filled_by_another(tmp_path):
    film(tmp_path / "a.mp4")
    with held(tmp_path / "out"), pytest.raises(BusyError, match="out is being written by process"):
        prepare(tmp_path / "a.mp4", tmp_path / "out", Still())


def test_a_renamed_video_is_there_once(tmp_path):
    film(tmp_path / "in" / "a.mp4")
    film(tmp_path / "in" / "copy.mp4")
    prepare(tmp_path / "in", tmp_path / "out", Still())
    (tmp_path / "in" / "a.mp4").rename(tmp_path / "in" / "b.mp4")
    manifest = prepare(tmp_path / "in", tmp_path / "out", Still())
    assert [video.source for video in manifest.videos] == ["b.mp4", "copy.mp4"]


def test_other_settings_are_not_mixed_in(tmp_path):
    film(tmp_path / "a.mp4")
    prepare(tmp_path / "a.mp4", tmp_path / "out", Still())
    before = contents(tmp_path / "out")
    with pytest.raises(ConfigError, match="size was 16, now 32"):
        prepare(tmp_path / "a.mp4", tmp_path / "out", Still(), size=32)
    assert contents(tmp_path / "out") == before


def test_nothing_usable_says_why_and_leaves_the_report(tmp_path):
    class Nobody(Still):
        def pose(self, frame):
            return None

    film(tmp_path / "in" / "a.mp4")
    (tmp_path / "in" / "b.mp4").touch()
    with pytest.raises(DataError, match=r"nothing in 2 videos.*a\.mp4: no figure; b\.mp4: .*empty"):
        prepare(tmp_path / "in", tmp_path / "out", Nobody())
    assert read_manifest(tmp_path / "out").videos[0].dropped == {"no figure": 30}


def test_progress_counts_frames_over_all_videos(tmp_path):
    film(tmp_path / "in" / "a.mp4", frames=20)
    film(tmp_path / "in" / "b.mp4", frames=30)
    told: list[tuple[str, int, int]] = []
    prepare(tmp_path / "in", tmp_path / "out", Still(), lambda *words: told.append(words))
    assert [done for _, done, _ in told] == list(range(1, 51))
    assert told[0] == ("a.mp4", 1, 50) and told[-1] == ("b.mp4", 50, 50)
