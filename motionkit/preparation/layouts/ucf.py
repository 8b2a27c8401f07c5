"""The layout ``ucf``: UCF101 (Soomro, Zamir, Shah, 2012)."""

import re

from motionkit.preparation.layouts.layout import Layout

UCF = Layout(
    "ucf",
    expected="Class/v_Class_gNN_cNN.avi",
    pattern=re.compile(r"(?:.*/)?(?P<label>[^/]+)/v_[^/]+_(?P<subject>g\d+)_c\d+\.avi"),
)
"""A group holds videos of one person or one place, so it is the subject; UCF101's own splits hold out groups too."""
