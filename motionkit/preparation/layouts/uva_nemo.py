"""The layout ``uva-nemo``: the UvA-NEMO smiles (Dibeklioglu, Salah, Gevers, ECCV 2012)."""

import re

from motionkit.preparation.layouts.layout import Layout

UVA_NEMO = Layout(
    "uva-nemo",
    expected="NNN_deliberate_smile_N.mp4 or NNN_spontaneous_smile_N.mp4",
    pattern=re.compile(r"(?:.*/)?(?P<subject>\d+)_(?P<label>deliberate|spontaneous)_smile_\d+\.mp4"),
)
