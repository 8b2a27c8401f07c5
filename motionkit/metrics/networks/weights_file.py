"""Weights of the networks that measure, and whose they are: a score means nothing without them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor, nn

from motionkit.interfaces import ConfigError, DataError
from motionkit.io.atomic import replacing
from motionkit.io.torch_file import read_torch_file

SHIPPED = Path(__file__).parent / "weights"
"""Where the weights lie that come with motionkit."""


class WeightsFile:
    """A file of weights, read once, so that what is hashed is what is loaded.

    Attributes:
        path: of the file.
        content: its bytes.
        sha256: of its bytes, 64 lower-case hexadecimal digits.

    Args:
        path: of the file.
        sha256: what its SHA-256 has to be; None for any.

    Raises:
        DataError: there is no such file, or it is another one than ``sha256`` says.
    """

    def __init__(self, path: Path, sha256: str | None = None) -> None:
        try:
            self.content = path.expanduser().read_bytes()
        except OSError as error:
            raise DataError(f"{path}: the weights cannot be read: {error.strerror}") from None
        self.path, self.sha256 = path, hashlib.sha256(self.content).hexdigest()
        if sha256 is not None and sha256.lower() != self.sha256:
            raise DataError(f"{path}: its SHA-256 is {self.sha256}, not {sha256} as asked for; is it the right file?")

    @property
    def provenance(self) -> dict[str, str]:
        """Name and SHA-256, for who stores a score."""
        return {"weights": self.path.name, "sha256": self.sha256}

    def trained(self, network: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The tensors that :func:`save_weights` wrote, as float32, and how they came to be.

        Args:
            network: what they have to be of, such as ``pose reader``.

        Raises:
            DataError: the file was not written by :func:`save_weights`, or is of another network.
        """
        try:
            tensors = safetensors.torch.load(self.content)
            header = json.loads(self.content[8 : 8 + int.from_bytes(self.content[:8], "little")])
            story = dict(json.loads(header["__metadata__"]["motionkit"]))
        except (SafetensorError, KeyError, TypeError, ValueError, RecursionError):
            raise DataError(f"{self.path}: is not a safetensors file that motionkit's training scripts wrote") from None
        if story.get("network") != network:
            raise DataError(f"{self.path}: is for the network '{story.get('network')}', not '{network}'")
        return {name: tensor.float() for name, tensor in tensors.items()}, story

    def state_dict(self) -> Mapping[str, Any]:
        """The contents of a ``torch.save`` file of tensors and plain containers, which can run no code.

        Raises:
            DataError: the file is damaged, or holds something that could run code.
        """
        try:
            content = read_torch_file(self.content)
        except ValueError:
            content = None
        if not isinstance(content, Mapping):
            raise DataError(f"{self.path}: is not a file of tensors alone, as torch.save writes a state_dict")
        return content


def fill(network: nn.Module, tensors: Mapping[str, Any], file: WeightsFile, what: str) -> None:
    """Load tensors into a network.

    Raises:
        DataError: they are of another network.
    """
    try:
        network.load_state_dict(tensors)
    except (RuntimeError, TypeError, AttributeError):
        expected = network.state_dict()
        missing = [name for name in expected if name not in tensors]
        cause = f"it lacks {missing[0]}" if missing else "its names or shapes are others"
        raise DataError(f"{file.path}: does not hold the weights of {what}: {cause}") from None


def save_weights(path: Path, network: nn.Module, story: Mapping[str, Any]) -> None:
    """Write a network's weights with how they came to be, for :meth:`WeightsFile.trained`.

    Floats are stored in half precision, which halves the file; measure what they are worth as they are stored.

    Args:
        path: of the file.
        network: whose weights.
        story: JSON; ``network`` in it says what they are of.
    """
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in network.state_dict().items()
    }
    with replacing(path) as temporary:
        temporary.write_bytes(safetensors.torch.save(tensors, {"motionkit": json.dumps(story)}))


def chosen_file(weights: Path | None, sha256: str | None, shipped: str) -> WeightsFile:
    """The user's weights, or those of that name that come with motionkit.

    Raises:
        ConfigError: a SHA-256 is given for weights that are not.
        DataError: as :class:`WeightsFile`.
    """
    if weights is None and sha256 is not None:
        raise ConfigError("sha256 is set, but weights is not; say which file should have it")
    return WeightsFile(weights or SHIPPED / shipped, sha256)
