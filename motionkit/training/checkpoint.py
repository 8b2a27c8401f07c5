"""What a training goes on from: weights, optimisers, what the objective remembers, and how long it took."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import torch
from pydantic import Field, FiniteFloat, TypeAdapter
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from motionkit.training.stage import Stage


class Spent(NamedTuple):
    """How long a stage was trained."""

    steps: Annotated[int, Field(ge=0, lt=1 << 62)]
    seconds: Annotated[FiniteFloat, Field(ge=0)]


def state_of(stage: Stage, average: AveragedModel, spent: Spent, memory: Mapping[str, Tensor]) -> dict[str, Any]:
    """The state of a stage, in plain containers.

    Args:
        stage: whose weights and optimisers they are.
        average: of its learners' weights.
        spent: how long it was trained.
        memory: what :meth:`Stage.memory` gave; empty for a stage that begins.
    """
    return {
        "objective": stage.objective.state_dict(),
        "generator_optimizer": stage.generator_optimizer.state_dict(),
        "discriminator_optimizer": stage.discriminator_optimizer.state_dict(),
        "average": average.state_dict(),
        **spent._asdict(),
        "memory": dict(memory),
    }


def restore(state: Mapping[str, Any], stage: Stage, average: AveragedModel) -> Spent:
    """Put back what :func:`state_of` gave.

    Raises:
        ValueError: the state is of another stage, or no state.
    """
    try:
        spent = TypeAdapter(Spent).validate_python((state["steps"], state["seconds"]), strict=True)
        stage.objective.load_state_dict(state["objective"])
        stage.remember(state["memory"])
        _restore_optimizer(stage.generator_optimizer, state["generator_optimizer"])
        _restore_optimizer(stage.discriminator_optimizer, state["discriminator_optimizer"])
        average.load_state_dict(state["average"])
    except Exception as error:  # torch says in many ways that a value is of another kind than it expects
        raise ValueError("the state does not fit") from error
    return spent


def fresh_state(stage: Stage) -> dict[str, Any]:
    """The state from which a stage's training begins with the weights that the stage has now."""
    return state_of(stage, average_of(stage), Spent(0, 0.0), {})


def average_of(stage: Stage) -> AveragedModel:
    """The average of the learners' weights, which begins as what they are."""
    return AveragedModel(stage.objective.learners, multi_avg_fn=averaging(stage.config.average_decay))


def averaging(limit: float) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """Exponential averages over about the last tenth of the steps so far, or over less where ``limit`` says so.

    A short training must forget soon what its first steps were like, and a long one gains by a long memory; the ramp
    (1 + t) / (10 + t), as TensorFlow's averages have it, suits both without knowing how long a training will be.

    Args:
        limit: the highest decay, in [0, 1); 0 keeps the latest weights.
    """

    def average(averages: Sequence[Tensor], latest: Sequence[Tensor], steps: Tensor | int) -> None:
        done = int(steps)
        get_ema_multi_avg_fn(min(limit, (1 + done) / (10 + done)))(averages, latest, steps)

    return average


def _restore_optimizer(optimizer: torch.optim.Adam, saved: Mapping[str, Any]) -> None:
    """Take the moments; rates and the like are the stage's own at each step."""
    optimizer.load_state_dict({**optimizer.state_dict(), "state": saved["state"]})
    for parameter, moments in optimizer.state.items():
        shapes = {name: tuple(value.shape) for name, value in moments.items()}
        if shapes != {"step": (), "exp_avg": tuple(parameter.shape), "exp_avg_sq": tuple(parameter.shape)}:
            raise ValueError(f"moments of shapes {shapes} for weights of shape {tuple(parameter.shape)}")
