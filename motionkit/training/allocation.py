"""Memory that a training frees and takes again with every step."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
"""Of mallopt(3)."""


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, until it ends.

    By default glibc returns large blocks to the system at once, and every tensor of the next step is paid for again,
    page by page: a tenth of a training step's CPU time. What has been in use at one time stays; it does not grow.
    Elsewhere than on Linux with glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
