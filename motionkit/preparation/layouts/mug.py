"""The layout ``mug``: the MUG facial expressions (Aifanti, Papachristou, Delopoulos, WIAMIS 2010)."""

import re
from pathlib import Path

from motionkit.interfaces import DataError
from motionkit.io.files import files_in
from motionkit.io.image_folder import is_image
from motionkit.preparation.layouts.layout import Layout

EXPECTED = "subject/expression/takeN with img_*.jpg in it"


def takes_in(root: Path) -> list[Path]:
    """The folders that directly hold images called ``img_*.jpg``, or of another format.

    Raises:
        DataError: there are none.
    """
    takes = sorted({path.parent for path in files_in(root) if path.name.startswith("img_") and is_image(path)})
    if not takes:
        found = next(iter(sorted(path.name for path in root.iterdir())), "nothing")
        raise DataError(f"{root}: does not look like mug: expected {EXPECTED}, found {found}")
    return takes


MUG = Layout(
    "mug",
    expected=EXPECTED,
    pattern=re.compile(r"(?:.*/)?(?P<subject>[^/]+)/(?P<label>[^/]+)/take\d+"),
    fps=19,
    candidates=takes_in,
)
