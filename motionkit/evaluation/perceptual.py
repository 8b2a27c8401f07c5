"""Perceptual distance (LPIPS), and its import beside a torch without a GPU.

lpips imports torchvision, whose compiled operators are built for one kind of torch. Beside another kind, such as a
CPU-only torch, they fail to load, and torchvision then fails to import because it describes operators that are not
there. lpips uses none of them, so declaring them is enough.
"""

import importlib
import sys
from types import ModuleType

import torch

OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
"""What torchvision describes while it is imported, and cannot do without."""

_declared: list[torch.library.Library] = []  # a declaration lives as long as its Library


def import_lpips() -> ModuleType:
    """The package ``lpips``; where torchvision's operators can't be loaded, they are declared first.

    An installation whose torchvision imports as it is stays untouched. Afterwards ``import lpips`` works anywhere in
    the process.

    Raises:
        ImportError: lpips or torchvision is not installed.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name, schema in OPERATORS.items():
            if not hasattr(torch.ops.torchvision, name):
                library.define(schema)
        _declared.append(library)
    return importlib.import_module("lpips")
