"""A skeleton of three joints."""

from motionkit.interfaces import Skeleton

TOY = Skeleton("toy-3", ("head", "left hand", "right hand"), bones=((0, 1), (0, 2)), mirror=(0, 2, 1))
"""A head and two hands."""
