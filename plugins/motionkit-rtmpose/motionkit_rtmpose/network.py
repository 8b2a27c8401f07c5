"""A network in an ONNX file on this machine, run by ONNX Runtime."""

import hashlib
from pathlib import Path

import numpy as np

from motionkit.interfaces import DataError, PluginError


def sha256_of(path: Path) -> str:
    """The digest of a file's contents, by which it is known wherever it lies."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class Network:
    """A network of one picture, (1, 3, height, width).

    Attributes:
        width: of the picture, in pixels.
        height: likewise.

    Raises:
        PluginError: ONNX Runtime is not installed.
        DataError: the file is no such network.
    """

    def __init__(self, path: Path, outputs: int) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise PluginError(f"The detector rtmpose needs its library ({error}): pip install onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has a class of its own for each way in which a file is none
            raise DataError(f"{path}: is not a network in ONNX ({' '.join(str(error).split())[:200]})") from None
        (self._input, *others), found = self._session.get_inputs(), len(self._session.get_outputs())
        *_, height, width = self._input.shape if len(self._input.shape) == 4 else (None, None)
        if others or found != outputs or not (isinstance(height, int) and isinstance(width, int)):
            raise DataError(
                f"{path}: should be a network of one picture of a fixed size with {outputs} outputs; it has "
                f"{1 + len(others)} inputs, the first of shape {self._input.shape}, and {found} outputs"
            )
        self.width, self.height = width, height

    def __call__(self, picture_HWC: np.ndarray) -> list[np.ndarray]:
        """Its outputs for a picture, float (height, width, 3), without the axis of the batch."""
        batch = np.ascontiguousarray(picture_HWC.transpose(2, 0, 1)[None], np.float32)
        return [np.asarray(output)[0] for output in self._session.run(None, {self._input.name: batch})]
