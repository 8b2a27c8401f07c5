"""The errors that motionkit raises for people.

Each message is one sentence or two that say what was wrong, where, and what would be right. The command line prints
the message of any of them on one line and exits with status 1; a traceback from motionkit is a defect.
"""


class MotionkitError(Exception):
    """Base of every error that a user can put right."""


class ConfigError(MotionkitError):
    """A setting is unknown, has the wrong type, or is out of range."""


class PluginError(MotionkitError):
    """A component's name is unknown or ambiguous, or its plugin could not be imported."""


class DataError(MotionkitError):
    """A video, a clip or a dataset is missing, damaged, or not what it says it is."""


class RunError(MotionkitError):
    """A run folder is missing, damaged, incomplete, or does not belong together."""


class BusyError(MotionkitError):
    """A folder is being written by another process."""


class ContractError(MotionkitError):
    """A component broke the contract of its interface."""


class NonFiniteError(MotionkitError):
    """Numbers became infinite or NaN where the computation cannot go on."""
