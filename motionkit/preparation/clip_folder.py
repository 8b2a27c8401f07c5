"""A clip folder filled recording by recording, so that work that was stopped goes on where it was."""

import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from motionkit.interfaces import ConfigError, DataError
from motionkit.interfaces.progress import OnProgress
from motionkit.io.hold import held
from motionkit.io.manifest import NAME, ClipRecord, Manifest, VideoRecord, read_manifest, write_manifest
from motionkit.io.text import as_path, printable, spelled
from motionkit.preparation.attempt import Make, attempt
from motionkit.preparation.recording import Recording
from motionkit.preparation.task import CLIPS, Task, clips_of
from motionkit.workers import HERE, KILLED, Workers


@dataclass(frozen=True)
class Job:
    """Recordings, and how they become clips.

    Attributes:
        source: where the recordings are from, for messages.
        recordings: what the clip folder should hold.
        fresh: the manifest that a new folder begins with.
        make: does one recording; can be pickled, where other processes do the work.
        expected: how many frames a recording should have; 0 where that cannot be told beforehand.
    """

    source: Path
    recordings: Sequence[Recording]
    fresh: Manifest
    make: Make
    expected: Callable[[Recording], int]


def fill(job: Job, out: Path, progress: OnProgress = lambda *_: None, workers: Workers = HERE) -> Manifest:
    """Add recordings to a clip folder.

    Each recording's clips are written before ``dataset.json`` names them, and it is renewed after each recording:
    whatever stops the work, what was finished stays, and the same call goes on from there. A recording that is in the
    folder already, with the same name and contents, is not done again unless its file was damaged; one whose contents
    changed is done again with a warning, and keeps its clips where nothing can be read of it now, but one of the same
    name from elsewhere is refused; one that was renamed is
    there under its new name alone, so that no scene is there twice. Whoever does the work, and in whatever order, the
    folder's bytes are the same. Whatever goes wrong with one recording is in its record, and the others are done.

    Args:
        job: the recordings, and how they become clips.
        out: the clip folder; made if it is missing.
        progress: told after each frame, or each recording.
        workers: who does the work.

    Returns:
        What the folder holds now.

    Raises:
        DataError: nothing in any of the recordings could be used; what became of each is in ``dataset.json`` all the
            same.
        ConfigError: the folder was made with other settings, or holds another recording of the same name, or there is
            no Dask cluster where it should be.
        BusyError: another process is filling the folder.
        OSError: the folder cannot be written.
    """
    with held(out, CLIPS):
        return _filled(job, out, progress, workers)


def _filled(job: Job, out: Path, progress: OnProgress, workers: Workers) -> Manifest:
    manifest = _opened(out, job.fresh)
    digests = {recording.name: recording.sha256() for recording in job.recordings}
    done = {(video.source, video.sha256) for video in manifest.videos if not video.problem}
    tasks = [
        Task(out.absolute(), recording, digests[recording.name])
        for recording in job.recordings
        if (recording.name, digests[recording.name]) not in done
    ]

    root = spelled((job.source.parent if job.source.is_file() else job.source).resolve())
    _check_namesakes(out, manifest, root, tasks)

    def renamed(video: VideoRecord, digest: str) -> bool:
        return video.sha256 == digest and video.source not in digests

    counter = _Counter(progress, sum(_expected(job, task) for task in tasks))
    with closing(_records(partial(attempt, job.make), tasks, workers, counter)) as records:
        for told in records:
            record = told.model_copy(update={"folder": root})
            if not record.clips and record.problem and _clips_of(record.source, manifest):
                warnings.warn(f"{record.problem}; the clips that {record.source} had before stay", stacklevel=3)
                continue
            others = [v for v in manifest.videos if v.source != record.source and not renamed(v, record.sha256)]
            manifest = manifest.model_copy(update={"videos": tuple(sorted([*others, record], key=lambda v: v.source))})
            write_manifest(out, manifest)
            _tidy(out, record)
    if not any(video.clips for video in manifest.videos):
        raise DataError(_nothing_usable(job.source, manifest))
    return manifest


def _clips_of(source: str, manifest: Manifest) -> tuple[ClipRecord, ...]:
    return next((video.clips for video in manifest.videos if video.source == source), ())


def _check_namesakes(out: Path, manifest: Manifest, root: str, tasks: Sequence[Task]) -> None:
    """Warns of a recording that changed where it lies; refuses one that only has the name of another folder's."""
    known = {video.source: video for video in manifest.videos if video.clips}
    for task in tasks:
        video = known.get(task.recording.name)
        if video is None or video.sha256 == task.sha256:
            continue
        if video.folder not in ("", root):
            raise ConfigError(
                f"{out}: holds clips of another {video.source}, from {video.folder}; rename one of the two, prepare "
                f"a folder that both folders are in, or choose another --out"
            )
        warnings.warn(f"{video.source} is another than before, and is done again", stacklevel=2)


def _records(
    make: Make, tasks: list[Task], workers: Workers, counter: "_Counter"
) -> Generator[VideoRecord, None, None]:
    """The record of each task, as soon as it is done."""
    if workers.here:
        for task in tasks:
            yield make(task, counter.named(task.recording.name))
        return
    # The workers of a cluster have folders of their own to start from; people know the path that they gave.
    given = {task.recording.path.absolute(): task.recording.path for task in tasks}
    away = [replace(task, recording=replace(task.recording, path=task.recording.path.absolute())) for task in tasks]
    with closing(workers.each(partial(_counted, make), away)) as results:
        for task, done in results:
            record, frames = done or (task.failed(KILLED), 0)
            counter.add(task.recording.name, frames)
            absolute, short = (printable(str(path)) for path in (task.recording.path, given[task.recording.path]))
            problem = record.problem.replace(absolute, short)
            yield record.model_copy(update={"problem": problem})


def _expected(job: Job, task: Task) -> int:
    try:
        return job.expected(task.recording)
    except Exception:  # whatever is wrong with it shows when it is done
        return 0


def _counted(make: Make, task: Task) -> tuple[VideoRecord, int]:
    """The record, and the number of frames that were told of."""
    counter = _Counter(lambda *_: None, 0)
    record = make(task, counter.named(task.recording.name))
    return record, counter.done


def _tidy(out: Path, record: VideoRecord) -> None:
    """Remove what a killed process, or an earlier version of the recording, left among its clips."""
    kept = {out / as_path(clip.file) for clip in record.clips}
    for path in clips_of(out, record.source).glob("*.safetensors"):
        if path not in kept:
            path.unlink()


class _Counter:
    """Counts frames over all recordings, for the progress bar."""

    def __init__(self, progress: OnProgress, expected: int) -> None:
        self.progress, self.expected, self.done = progress, expected, 0

    def named(self, name: str) -> Callable[[], None]:
        return partial(self.add, name, 1)

    def add(self, name: str, frames: int) -> None:
        self.done += frames
        self.progress(name, self.done, max(self.expected, self.done))


def _opened(out: Path, fresh: Manifest) -> Manifest:
    """What the folder holds already, or the fresh manifest; refuses to mix clips that were made differently."""
    if not (out / NAME).exists():
        return fresh
    manifest = read_manifest(out)
    if manifest.skeleton != fresh.skeleton:
        raise ConfigError(
            f"{out}: holds clips of {manifest.skeleton.name}, not {fresh.skeleton.name}; choose another folder"
        )
    before, now = manifest.settings.model_dump(), fresh.settings.model_dump()
    differing = [f"{key} was {before[key]}, now {now[key]}" for key in now if before[key] != now[key]]
    if differing:
        raise ConfigError(f"{out}: was made with other settings ({'; '.join(differing)}); choose another folder")
    return manifest


def _nothing_usable(source: Path, manifest: Manifest) -> str:
    if len(manifest.videos) == 1 and manifest.videos[0].problem:
        return manifest.videos[0].problem
    causes = [f"{video.source}: {video.problem or _most(video.dropped)}" for video in manifest.videos[:3]]
    more = f"; and {len(manifest.videos) - 3} more" if len(manifest.videos) > 3 else ""
    return f"{source}: nothing in {len(manifest.videos)} videos could be used ({'; '.join(causes)}{more})"


def _most(dropped: dict[str, int]) -> str:
    return max(dropped, key=lambda reason: dropped[reason], default="no frames")
