"""The layouts of datasets as they are published, one file each."""

from motionkit.preparation.layouts.anything import ANYTHING
from motionkit.preparation.layouts.folders import FOLDERS
from motionkit.preparation.layouts.kth import KTH
from motionkit.preparation.layouts.layout import EVERYTHING, Layout, LayoutConfig
from motionkit.preparation.layouts.mocap import MOCAP
from motionkit.preparation.layouts.mug import MUG
from motionkit.preparation.layouts.ucf import UCF
from motionkit.preparation.layouts.uva_nemo import UVA_NEMO
from motionkit.preparation.layouts.weizmann import WEIZMANN

LAYOUTS: dict[str, Layout] = {
    layout.name: layout for layout in (ANYTHING, FOLDERS, KTH, MOCAP, MUG, UCF, UVA_NEMO, WEIZMANN)
}
"""The layouts by name."""

__all__ = ["ANYTHING", "EVERYTHING", "LAYOUTS", "MOCAP", "Layout", "LayoutConfig"]
