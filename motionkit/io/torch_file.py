"""Files that ``torch.save`` wrote, read without running anything in them and without believing what they promise."""

import io
import zipfile
from pathlib import Path
from typing import Any

import torch


def read_torch_file(source: Path | bytes) -> Any:
    """The tensors, numbers and plain containers of a file, on the CPU.

    Args:
        source: the file, or its bytes.

    Raises:
        ValueError: the file is missing or damaged, holds something that could run code, or is packed so that it would
            be larger in memory than on the disk; the message names the cause.
    """
    try:
        with open(source, "rb") if isinstance(source, Path) else io.BytesIO(source) as file:
            _refuse_bombs(file)
            return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file leads torch's unpickler to almost any of them
        first_line = (str(error) or "it breaks off").partition("\n")[0]
        raise ValueError(first_line) from None


def _refuse_bombs(file: Any) -> None:
    """Torch compresses nothing, so that a file that is compressed, or names its bytes twice, is no file of torch's."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
        size = file.seek(0, io.SEEK_END)
        if any(it.compress_type != zipfile.ZIP_STORED for it in entries) or sum(it.file_size for it in entries) > size:
            raise ValueError("it is packed, as torch packs no file")
    file.seek(0)
