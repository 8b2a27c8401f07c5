"""What figures depend on beside the code: the machine and the versions."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch


def environment() -> dict[str, Any]:
    """Hardware and versions, for the JSON file that holds figures."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
            if "model name" in line
        ]
        if (cpuinfo.exists())
        else [platform.processor()]
    )
    packages = ("motionkit", "torch", "torchdiffeq", "torchsde", "numpy", "scipy", "scikit-image")
    return {
        "hardware": {
            "cpu": models[0] if models else platform.machine(),
            "cores": os.cpu_count(),
            "threads": torch.get_num_threads(),
            "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }
