"""The layout ``folders``: a folder for each class, with its videos in it and in the folders within."""

import re

from motionkit.preparation.layouts.layout import Layout

FOLDERS = Layout("folders", expected="class/anything.mp4", pattern=re.compile(r"(?P<label>[^/]+)/.+", re.DOTALL))
"""The uppermost folder is the label, whatever folders lie within; no subjects are known."""
