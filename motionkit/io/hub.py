"""Repositories of the Hugging Face Hub, each called ``hub:OWNER/NAME`` wherever a run is named."""

from pathlib import Path

from motionkit.interfaces.errors import RunError

PREFIX = "hub:"

FILES = ("run.json", "*.safetensors", "evaluation/scores.json")
"""What is fetched: none of it can run code, and nothing else is read."""


def fetched(repository: str) -> Path:
    """The folder of a repository, downloaded where the cache of ``huggingface_hub`` has not got it.

    The library's own settings hold, such as ``HF_HUB_OFFLINE`` and ``HF_HOME``.

    Args:
        repository: ``OWNER/NAME``, or ``OWNER/NAME@REVISION``.

    Raises:
        RunError: the library is not installed, or it does not get the repository.
    """
    name, _, revision = repository.partition("@")
    try:
        from huggingface_hub import snapshot_download  # here, because most runs are folders
    except ImportError:
        raise RunError(f"{PREFIX}{repository} needs the package huggingface_hub: pip install huggingface_hub") from None
    if name.count("/") != 1:
        raise RunError(f"{PREFIX}{repository} names no repository; write {PREFIX}OWNER/NAME")
    try:
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=list(FILES)))
    except Exception as error:  # the library's own, its HTTP client's, or the disk's
        cause = " ".join(str(error).split()) or type(error).__name__
        raise RunError(f"{PREFIX}{repository} can't be had: {cause}") from None


def is_fetched(folder: Path) -> bool:
    """Whether a folder is a repository's in the library's cache, wherever that is."""
    parents = folder.absolute().parents
    return len(parents) > 1 and parents[0].name == "snapshots" and parents[1].name.startswith("models--")
