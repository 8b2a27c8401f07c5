"""Which clips of a dataset: those to learn from, or those that are held out."""

from typing import Literal

Split = Literal["train", "test"]
