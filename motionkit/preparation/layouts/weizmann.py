"""The layout ``weizmann``: the Weizmann actions (Blank, Gorelick, Shechtman, Irani, Basri, ICCV 2005)."""

import re

from motionkit.preparation.layouts.layout import Layout

ACTIONS = ("bend", "jack", "jump", "pjump", "run", "side", "skip", "walk", "wave1", "wave2")

WEIZMANN = Layout(
    "weizmann",
    expected="person_action.avi, such as daria_wave1.avi",
    pattern=re.compile(rf"(?:.*/)?(?P<subject>[^/_]+)_(?P<label>{'|'.join(ACTIONS)})\d*\.avi"),
)
"""A number after the action counts repetitions (``lena_walk2``), except in wave1 and wave2, which are two actions."""
