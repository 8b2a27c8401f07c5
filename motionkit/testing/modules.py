"""The rules of components that are networks: seeds, devices, weights and gradients."""

import abc
import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import safetensors.torch
import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase

from motionkit.interfaces import ComponentConfig, Skeleton
from motionkit.testing.declaration import check_round_trip
from motionkit.testing.rules import broken

Made = TypeVar("Made")
Module = TypeVar("Module", bound=torch.nn.Module)

TOLERANCE = 1e-4
"""What counts as float rounding, absolute and relative: 1/300 of a pixel at 64 px."""


@dataclass(frozen=True)
class Network(abc.ABC):
    """What the rules need of a group: how to build one component, and inputs for it.

    ``skeleton`` is None for a group whose components know none.
    """

    component: type[Any]
    config: ComponentConfig
    skeleton: Skeleton | None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the constructor takes after the config, in order, each by the attribute that keeps it."""
        return {} if self.skeleton is None else {"skeleton": self.skeleton}

    def raw(self, seed: int = 0) -> Any:
        """The component as its constructor leaves it."""
        return under_seed(seed, lambda: self.component(self.config, *self.arguments.values()))

    def make(self, seed: int = 0) -> Any:
        """The component in evaluation mode, each weight moved a little."""
        return moved(self.raw(seed), seed).eval()

    def trained(self) -> Any:
        """In evaluation mode, after a few calls in training mode: its running statistics are no longer the initial."""
        module = self.make().train()
        for seed in range(3):
            under_seed(seed, lambda seed=seed: self.outputs(module, self.inputs(seed=seed)))  # type: ignore[misc]
        return module.eval()

    @abc.abstractmethod
    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        """Arguments of ``forward`` for that many clips."""

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        """What ``forward`` returns, each tensor by a name for messages."""
        return {"the output": module(*inputs)}


def moved(module: Module, seed: int = 0) -> Module:
    """The module itself, each weight moved a little: a gate that starts at zero hides a fault."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.02 * torch.randn(parameter.shape, generator=generator))
    return module


def under_seed(seed: int, make: Callable[[], Made]) -> Made:
    """What ``make`` returns under a seed of torch's global generator, which is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def noise(batch: int, size: int, seed: int = 0) -> Tensor:
    """N(0, I) of shape (B, D)."""
    return torch.randn(batch, size, generator=torch.Generator().manual_seed(seed))


def same(one: Tensor, two: Tensor) -> bool:
    """Equal up to float rounding."""
    return one.shape == two.shape and torch.allclose(one, two, rtol=TOLERANCE, atol=TOLERANCE)


def gap(one: Tensor, two: Tensor) -> str:
    """The largest difference, for messages."""
    return f"{(one - two).abs().max().item():.2g}" if one.shape == two.shape else f"{(*one.shape,)} vs {(*two.shape,)}"


def construction(it: Network) -> None:
    """The same seed builds the same weights, and the component keeps its config, which survives JSON."""
    check_round_trip(it.config)
    module = it.raw()
    kept = {"config": it.config} | it.arguments
    if any(getattr(module, name, None) != value for name, value in kept.items()):
        names, given = " and ".join(f".{name}" for name in kept), ", ".join(kept)
        broken(f"expected {names} as given; call super().__init__({given}) first in __init__")
    twin = it.raw().state_dict()
    for name, value in module.state_dict().items():
        if not torch.equal(value, twin[name]):
            broken(
                f"expected the same weights from the same seed, but {name} differs; draw them from torch's generator, "
                "not from numpy's or Python's"
            )


def registered(it: Network) -> None:
    """Every tensor that it holds is a parameter or a buffer, so that it moves with the module."""
    check_registered(it.raw())


def check_registered(whole: torch.nn.Module) -> None:
    """Raises ContractError unless every tensor in a module is a parameter or a buffer."""
    for path, module in whole.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, Tensor):
                where = f"{path}.{name}" if path else name
                broken(f"expected every tensor to be registered, but {where} is a bare one; use register_buffer")


def devices(it: Network) -> None:
    """It runs on every device that is here."""
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        module = it.make().to(device)
        inputs = tuple(value if value is None else value.to(device) for value in it.inputs())
        for name, value in it.outputs(module, inputs).items():
            if value.device.type != device:
                broken(
                    f"expected {name} on {device}, but it is on {value.device}; make new tensors with device=x.device"
                )


@torch.no_grad()
def determinism(it: Network) -> None:
    """The same inputs give the same bytes, whatever torch's global generator holds."""
    module = it.make()
    one, two = (under_seed(seed, lambda: it.outputs(module, it.inputs())) for seed in (1, 2))
    for name, value in one.items():
        if not torch.equal(value, two[name]):
            broken(
                f"expected the same {name.removeprefix('the ')} from the same inputs, but it differs by "
                f"{gap(value, two[name])}; noise from the global generator, or dropout in evaluation mode?"
            )


@torch.no_grad()
def untouched(it: Network) -> None:
    """In evaluation mode a call changes neither its inputs nor the component's state."""
    module, inputs = it.make(), it.inputs()
    state, given = copy.deepcopy(module.state_dict()), copy.deepcopy(inputs)
    it.outputs(module, inputs)
    for position, (before, after) in enumerate(zip(given, inputs, strict=True)):
        if before is not None and after is not None and not torch.equal(before, after):
            broken(f"expected the inputs untouched, but argument {position} of forward changed; an operation in place?")
    for name, value in module.state_dict().items():
        if not torch.equal(value, state[name]):
            broken(
                f"expected the state untouched in evaluation mode, but {name} changed; update it only in training mode"
            )


@torch.no_grad()
def saved(it: Network) -> None:
    """Its weights, saved and loaded into a new one, give the same output."""
    module, other = it.make(seed=0), it.make(seed=1)
    state = {name: value.contiguous() for name, value in module.state_dict().items()}
    try:
        stored = safetensors.torch.load(safetensors.torch.save(state))
    except (RuntimeError, ValueError, TypeError) as error:
        cause = " ".join(str(error).split())
        broken(f"expected a state_dict of separate tensors, which safetensors can write, but it says: {cause}")
    other.load_state_dict(stored)
    before, after = it.outputs(module, it.inputs()), it.outputs(other, it.inputs())
    for name, value in before.items():
        if not torch.equal(value, after[name]):
            broken(
                f"expected the same {name.removeprefix('the ')} from loaded weights, but it differs by "
                f"{gap(value, after[name])}; something drawn at random in __init__ is not in the state_dict"
            )


def gradients(it: Network) -> None:
    """In training mode a gradient reaches every parameter."""
    module = it.make().train()
    if not list(module.parameters()):
        return
    generator = torch.Generator().manual_seed(0)
    values = under_seed(0, lambda: it.outputs(module, it.inputs()))
    # A random projection: a plain sum is blind to what a normalisation makes constant.
    torch.stack(
        [(value * torch.randn(value.shape, generator=generator)).sum() for value in values.values()]
    ).sum().backward()
    check_gradients(module)


def check_gradients(module: torch.nn.Module, whose: str = "") -> None:
    """Raises ContractError unless every parameter has a gradient that is finite and somewhere not zero."""
    for name, parameter in module.named_parameters(whose):
        if parameter.requires_grad and (parameter.grad is None or not parameter.grad.any()):
            broken(f"expected a gradient at every parameter, but {name} gets none; is it unused, or cut off by detach?")
        if parameter.grad is not None and not parameter.grad.isfinite().all():
            broken(f"expected finite gradients, but that of {name} is not; a division by zero, or sqrt at zero?")


@torch.no_grad()
def running_estimates(it: Network) -> None:
    """What training mode estimates from the data is kept in modules of torch's batch-norm family."""
    states = []
    for seed in (0, 1):
        module = it.make().train()
        under_seed(0, lambda module=module, seed=seed: it.outputs(module, it.inputs(seed=seed)))  # type: ignore[misc]
        states.append({name: value.clone() for name, value in module.named_buffers()})
    family = [path for path, part in module.named_modules() if isinstance(part, _NormBase)]
    for name, value in states[0].items():
        if not torch.equal(value, states[1][name]) and name.rpartition(".")[0] not in family:
            broken(
                f"expected running estimates in batch norm only, but buffer {name} depends on the data; "
                "the averaged weights are saved after batch-norm modules are estimated anew, and no others"
            )


STATE_RULES = (construction, registered, devices, determinism, untouched, saved)
"""What holds of every network."""

NETWORK_RULES = (*STATE_RULES, gradients)
"""And of one whose ``forward`` is all that it is trained by."""


def sampled_noise(it: Network) -> None:
    """Its noise is (B, D) float32, drawn on the CPU from the generator handed in."""
    module = it.make()
    size = module.noise_size
    if not isinstance(size, int) or size < 1:
        broken(f"expected noise_size to be a positive int, but it is {size!r}")
    for batch in (1, 3):
        draws = [
            under_seed(seed, lambda batch=batch: module.sample_noise(batch, torch.Generator().manual_seed(7)))  # type: ignore[misc]
            for seed in (1, 2)
        ]
        if draws[0].shape != (batch, size) or draws[0].dtype != torch.float32 or draws[0].device.type != "cpu":
            broken(
                f"expected noise of shape {(batch, size)}, float32, on the CPU, but got {(*draws[0].shape,)}, "
                f"{draws[0].dtype}, on {draws[0].device}"
            )
        if not torch.equal(*draws):
            broken("expected the same noise from the same generator; pass generator=generator to every random call")


def check_tensor(name: str, value: object, shape: tuple[int, ...], axes: str) -> None:
    """Raises ContractError unless ``value`` is a finite float32 tensor of that shape."""
    if not isinstance(value, Tensor):
        broken(f"expected {name} to be a tensor {axes}, but it is {type(value).__name__}")
    if value.shape != shape:
        broken(f"expected {name} of shape {axes} = {shape}, but got {(*value.shape,)}; a lost or swapped axis?")
    if value.dtype != torch.float32:
        broken(f"expected {name} in float32, but it is {value.dtype}; an input or a constant in another type?")
    if not value.isfinite().all():
        broken(f"expected finite numbers, but {name} holds infinity or NaN; a division by zero, or steps too long?")
