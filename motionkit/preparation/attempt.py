"""One recording's trouble is its own: whatever it causes becomes a line of the report."""

import errno
from collections.abc import Callable
from pathlib import Path

from motionkit.interfaces import ConfigError, MotionkitError, PluginError
from motionkit.io.manifest import VideoRecord
from motionkit.preparation.task import Task

Make = Callable[[Task, Callable[[], None]], VideoRecord]
"""Writes a recording's clips, tells of each frame, and returns the recording's record."""


def attempt(make: Make, task: Task, on_frame: Callable[[], None]) -> VideoRecord:
    """What ``make`` returns, or the record of what went wrong.

    Raises:
        ConfigError, PluginError: the settings, or the detector's library, are wrong for every recording.
        OSError: the clip folder cannot be written.
    """
    try:
        return make(task, on_frame)
    except (ConfigError, PluginError):
        raise
    except MotionkitError as error:
        return task.failed(str(error))
    except Exception as error:
        if isinstance(error, OSError) and _is_of_folder(error, task.folder):
            raise
        return task.failed(f"{task.recording.path}: {type(error).__name__}: {error}")


def _is_of_folder(error: OSError, folder: Path) -> bool:
    """Whether an error is the clip folder's own, such as a full disk; a name that is too long is the recording's."""
    named = error.filename if isinstance(error.filename, (str, Path)) else ""
    return Path(named).is_relative_to(folder) and error.errno != errno.ENAMETOOLONG
