"""What matplotlib draws. It is imported here first, so that nobody's settings of it matter.

It is slow to import, so the frames of clips, which are made without it, have files outside.

A notebook names a backend in MPLBACKEND that other programs may lack, a settings file may hold anything, and a folder
for settings that cannot be written is told of at each import.
"""

import logging
import os
from contextlib import suppress

from motionkit.interfaces.errors import ConfigError
from motionkit.surroundings import without

_log = logging.getLogger("matplotlib")
_level = _log.level
_log.setLevel(logging.ERROR)
try:
    with without("MPLBACKEND", "MATPLOTLIBRC"):
        import matplotlib
        import matplotlib.figure  # and with it the fonts
except UnicodeDecodeError as error:
    raise ConfigError(f"a file matplotlibrc, here or at home, is not UTF-8 text: {error}") from None
finally:
    _log.setLevel(_level)
if _backend := os.environ.get("MPLBACKEND"):
    with suppress(ValueError):  # what a notebook asked for it still gets for its own pictures
        matplotlib.rcParams["backend"] = _backend
