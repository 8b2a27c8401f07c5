"""What metrics of later moments share: the seconds of a motion at which the pieces begin that they look at."""

import itertools

import pydantic

from motionkit.interfaces import ComponentConfig, Metric


class LaterMetric(Metric):
    """A metric of pieces of a motion, each of which begins later than the last."""

    class Config(ComponentConfig):
        """Where the pieces begin."""

        starts: tuple[float, ...] = pydantic.Field((0.0, 1.0, 3.0, 9.0), min_length=1)
        """Seconds at which the pieces begin, ascending; ``[0,9,3600]`` looks an hour ahead."""

        @pydantic.field_validator("starts")
        @classmethod
        def _ascending(cls, starts: tuple[float, ...]) -> tuple[float, ...]:
            if starts[0] < 0 or any(late <= early for early, late in itertools.pairwise(starts)):
                raise ValueError("the pieces must begin at 0 s or later, each later than the last, as in [0,1,9]")
            return starts

    config: Config

    @property
    def starts(self) -> tuple[float, ...]:
        return self.config.starts
