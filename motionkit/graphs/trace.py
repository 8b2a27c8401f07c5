"""Following a module of torch into a graph of ONNX, and the two side by side."""

import contextlib
import importlib
import io
import logging
import math
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn

from motionkit.interfaces import ConfigError, MotionkitError

if TYPE_CHECKING:
    import onnx

OPSET = 18
"""Version of ONNX's operators: the oldest that torch follows modules into, which the most runtimes know."""

TOLERANCE = 1e-4
"""Most that a graph may differ from its module. Keypoints and pixels lie in [-1, 1], and 1/128 is one level of 256."""


Axes = Mapping[str, list[int | str]]
"""By the name of an input or output, a size for each axis; a name, such as ``frames``, where any size is taken."""


class Graph(NamedTuple):
    """An ONNX model, and what goes in and comes out."""

    model: "onnx.ModelProto"
    inputs: Axes
    outputs: Axes


def require_onnx() -> None:
    """See that the packages are there.

    Raises:
        ConfigError: they are not installed.
    """
    try:
        for package in ("onnx", "onnxruntime", "onnxscript"):
            importlib.import_module(package)
    except ImportError as error:
        raise ConfigError(f"graphs need ONNX's packages ({error}): pip install 'motionkit[onnx]'") from None


def follow(module: nn.Module, what: str, inputs: Axes, outputs: Axes) -> Graph:
    """The graph of a module, for any sizes of the free axes.

    Args:
        module: on the CPU, in evaluation mode.
        what: words for it, for messages.
        inputs: in the order that the module takes them.
        outputs: in the order that it returns them.

    Raises:
        ConfigError: torch cannot follow it.
    """
    # Torch takes a size of 0 or 1 for one that will never change, and two that are equal for one.
    free = sorted({size for sizes in inputs.values() for size in sizes if isinstance(size, str)})
    example = {name: 2 + number for number, name in enumerate(free)}
    dimensions = {name: torch.export.Dim(name) for name in free}
    zeros = tuple(
        torch.zeros([example[size] if isinstance(size, str) else size for size in sizes]) for sizes in inputs.values()
    )
    shapes = tuple(
        {axis: dimensions[size] for axis, size in enumerate(sizes) if isinstance(size, str)}
        for sizes in inputs.values()
    )
    # By its values first, which is quick; where that takes a size for a number, as len() does, by its source.
    reason = ""
    for strict in (False, True):
        try:
            with _in_silence(), torch.no_grad():
                followed = torch.export.export(_Called(module), zeros, dynamic_shapes=(shapes,), strict=strict)
                program = torch.onnx.export(
                    followed,
                    (),
                    dynamo=True,
                    input_names=list(inputs),
                    output_names=list(outputs),
                    opset_version=OPSET,
                    verbose=False,
                )
        except MotionkitError:
            raise
        except Exception as error:  # torch has dozens of its own for what it cannot follow
            reason = reason or " ".join(str(error).split()).partition(". ")[0][:160]
        else:
            assert program is not None
            return Graph(_plain(program.model_proto, {**inputs, **outputs}), dict(inputs), dict(outputs))
    raise ConfigError(f"{what} cannot be followed into a graph: {reason}")


class _Called(nn.Module):
    """A module by its inputs in order, whatever it calls them: torch wants free axes told as the inputs are named."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Tensor) -> Tensor:
        output: Tensor = self.module(*inputs)
        return output


def _plain(model: "onnx.ModelProto", axes: Axes) -> "onnx.ModelProto":
    """A model with the names of the free axes, and without torch's remarks, which name the files of this machine."""
    for noted in (model, model.graph, *model.graph.node):
        del noted.metadata_props[:]
        noted.doc_string = ""
    del model.graph.value_info[:]
    for value in (*model.graph.input, *model.graph.output):
        del value.metadata_props[:]
        for dimension, size in zip(value.type.tensor_type.shape.dim, axes[value.name], strict=True):
            if isinstance(size, str):
                dimension.dim_param = size
    return model


def largest_difference(graph: Graph, module: nn.Module, sizes: Mapping[str, int], what: str) -> float:
    """The most that a graph's numbers differ from its module's, at other sizes than it was made with.

    Args:
        graph: to be tried.
        module: what it was made of, or what does the same; it takes the inputs in their order.
        sizes: of the free axes.
        what: words for it, for messages.

    Raises:
        ConfigError: the graph does not run, or differs by more than :data:`TOLERANCE`.
    """
    import onnxruntime

    rng = torch.Generator().manual_seed(0)
    given = {
        name: _tried(name, [sizes[size] if isinstance(size, str) else size for size in shape], rng)
        for name, shape in graph.inputs.items()
    }
    with torch.no_grad():
        expected = module(*given.values())
    try:
        session = onnxruntime.InferenceSession(graph.model.SerializeToString(), providers=["CPUExecutionProvider"])
        (found,) = session.run(None, {name: value.numpy() for name, value in given.items()})
    except Exception as error:  # each runtime's own
        raise ConfigError(f"the graph of {what} does not run: {' '.join(str(error).split())[:200]}") from error
    same_shape = found.shape == expected.shape
    difference = float((torch.from_numpy(found) - expected).abs().max()) if same_shape else math.inf
    if not difference <= TOLERANCE:
        raise ConfigError(f"the graph of {what} differs from it by {difference:.2g}, where {TOLERANCE:g} is allowed")
    return difference


def _tried(name: str, shape: list[int], rng: torch.Generator) -> Tensor:
    """Inputs such as come: even times, keypoints in and about the picture, noise."""
    if name == "times":
        return torch.arange(1, shape[0] + 1) / 15
    if name == "keypoints":
        return torch.rand(shape, generator=rng) * 2.2 - 1.1
    return torch.randn(shape, generator=rng)


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """Without the remarks that torch and its exporter make on their own work."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def named(what: Any) -> str:
    """A part as messages call it."""
    return type(what).__name__
