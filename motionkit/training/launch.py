"""Which of several processes this is, if torch's launcher started it.

Its variables may be left over from something else, or be set by a cluster for every program: only with those that
torch's launcher alone sets, and only as a whole, do they mean this process.
"""

import os

NUMBERS = ("RANK", "LOCAL_RANK", "WORLD_SIZE")
TORCH = (*NUMBERS, "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
"""What torch's launcher tells the processes that it starts."""

OTHERS = ("ACCELERATE_*", "FSDP_*", "PMI_*", "OMPI_COMM_WORLD_*", "MV2_COMM_WORLD_*", "MPI_LOCAL*")
"""What other launchers tell theirs."""


def launched() -> bool:
    """Whether torch's launcher started this process."""
    told = os.environ.get
    return bool(told("TORCHELASTIC_RUN_ID") and told("MASTER_ADDR")) and all(
        told(name, "").isdecimal() for name in (*NUMBERS, "MASTER_PORT")
    )


def rank() -> int:
    """The number of this process, the first of which speaks and writes for all; 0 of one that is alone."""
    return int(os.environ["RANK"]) if launched() else 0


def processes() -> int:
    """How many processes train together."""
    return int(os.environ["WORLD_SIZE"]) if launched() else 1


def foreign() -> tuple[str, ...]:
    """The variables, with wildcards, that say nothing about this process."""
    return OTHERS if launched() else (*TORCH, *OTHERS)
