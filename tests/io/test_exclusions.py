import pytest

from motionkit.interfaces import COCO17, BusyError, DataError
from motionkit.io.exclusions import NAME, exclude, read_exclusions, without
from motionkit.io.hold import held
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord

SETTINGS = Settings(size=16, detector="toy", distribution="toys 1", detector_config={}, gate={})


def manifest(sha256="0"):
    clips = [ClipRecord(file=f"clips/ann.mp4/{n:03d}.safetensors", label="", seconds=1, frames=9) for n in range(2)]
    return Manifest(skeleton=COCO17, settings=SETTINGS, videos=[VideoRecord(source="ann", sha256=sha256, clips=clips)])


def test_a_clip_is_left_out_and_taken_in_again(tmp_path):
    first, second = manifest().videos[0].clips
    exclude(tmp_path, manifest(), second.file, reason="two people")
    exclude(tmp_path, manifest(), second.file, reason="two people")
    assert [(it.file, it.reason) for it in read_exclusions(tmp_path)] == [(second.file, "two people")]
    assert [video.clips for video in without(manifest().videos, read_exclusions(tmp_path))] == [(first,)]
    exclude(tmp_path, manifest(), first.file)
    assert without(manifest().videos, read_exclusions(tmp_path)) == []
    exclude(tmp_path, manifest(), second.file, excluded=False)
    assert [video.clips for video in without(manifest().videos, read_exclusions(tmp_path))] == [(second,)]


def test_the_clip_of_a_video_that_took_its_place_is_another(tmp_path):
    exclude(tmp_path, manifest(), manifest().videos[0].clips[0].file)
    assert len(without(manifest("1").videos, read_exclusions(tmp_path))[0].clips) == 2


def test_a_clip_that_there_is_not_and_a_folder_that_is_filled_are_refused(tmp_path):
    with pytest.raises(DataError, match="has no clip clips/bob"):
        exclude(tmp_path, manifest(), "clips/bob")
    with held(tmp_path), pytest.raises(BusyError):
        exclude(tmp_path, manifest(), manifest().videos[0].clips[0].file)


@pytest.mark.parametrize("text", ["[]", "{", '{"version": 2}', '{"clips": [{"file": 1}]}', "\udcff"])
def test_a_damaged_file_is_refused_by_its_name(tmp_path, text):
    (tmp_path / NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError, match=NAME):
        read_exclusions(tmp_path)
