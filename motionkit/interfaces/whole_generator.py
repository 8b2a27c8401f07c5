"""The interface of whole generators: video generators that are trained in one stage, by a recipe of their own."""

from typing import ClassVar

from motionkit.interfaces import objective
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.generator import VideoGenerator


class WholeGenerator(VideoGenerator):
    """A video generator that is one component, and names the objective that trains it.

    A published system is a recipe: its generator, its critics, their losses and its rates belong together, and only the
    whole is a baseline.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        Objective: the :class:`~motionkit.interfaces.Objective` that trains it, made of its config and the generator.
    """

    Config: ClassVar[type[ComponentConfig]]
    Objective: ClassVar[type[objective.Objective]]

    def __init__(self, config: ComponentConfig) -> None:
        super().__init__()
        self.config = config
