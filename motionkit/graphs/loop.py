"""The graph of a motion that steps from knot to knot: torch's graphs of one step, in a loop as long as the times need.

Torch follows no loop whose length depends on values. So three short pieces are followed, noise to the first state, a
state to the next, and a state to keypoints somewhere in the interval after it, and joined here:

    states = [begin(noise)]
    repeat max(1, ceil(n * last time)) times: states.append(step(states[-1]))
    keypoints(t) = read(states[floor(n * t)], n * t - floor(n * t))
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from motionkit.graphs.trace import Axes, Graph, follow, named
from motionkit.interfaces import MotionGenerator
from motionkit.numerics.knots import KnotGrid, OneInterval

if TYPE_CHECKING:
    import onnx


@runtime_checkable
class SteppingMotion(Protocol):
    """A motion model that steps from knot to knot, and can go on from the state at any of them."""

    @property
    def knots_per_second(self) -> int: ...

    def flow_on(self, grid: KnotGrid, state_BD: Tensor) -> tuple[Tensor, Tensor]:
        """Keypoints (B, T, K, 2) at the grid's times, and the state at the last of them."""


class _Begin(nn.Module):
    def __init__(self, motion: Any) -> None:
        super().__init__()
        self.motion = motion

    def forward(self, noise_BD: Tensor) -> Tensor:
        state_BD: Tensor = self.motion.initial_value(noise_BD)
        return state_BD


class _Step(_Begin):
    def forward(self, state_BD: Tensor) -> Tensor:
        _, next_BD = self.motion.flow_on(OneInterval(torch.ones(1), self.motion.knots_per_second), state_BD)
        return next_BD


class _Read(_Begin):
    def forward(self, state_BD: Tensor, part_B: Tensor) -> Tensor:  # type: ignore[override]
        keypoints_B1K2, _ = self.motion.flow_on(OneInterval(part_B, self.motion.knots_per_second), state_BD)
        return keypoints_B1K2[:, 0]


def looped(motion: MotionGenerator, inputs: Axes, outputs: Axes) -> Graph:
    """The graph of a :class:`SteppingMotion`: ``noise`` (clips, D) and ``times`` (frames,) to ``keypoints``.

    Raises:
        ConfigError: torch cannot follow one of its steps, such as those of an adaptive solver.
    """
    assert isinstance(motion, SteppingMotion)
    from onnx import TensorProto, helper, numpy_helper

    size = motion.initial_value(torch.zeros(1, motion.noise_size)).shape[1]
    state: list[int | str] = ["clips", size]
    pieces: list[tuple[nn.Module, Axes, Axes]] = [
        (_Begin(motion), {"noise": inputs["noise"]}, {"first": state}),
        (_Step(motion), {"state": state}, {"next": state}),
        (_Read(motion), {"state": state, "part": ["clips"]}, {"poses": ["clips", motion.skeleton.size, 2]}),
    ]
    begin, step, read = (_Piece(follow(module, named(motion), *axes).model) for module, *axes in pieces)
    body = helper.make_graph(
        [helper.make_node("Identity", ["state"], ["before"]), *step.nodes({"state": "state"}, "after"),
         helper.make_node("Identity", ["going"], ["goes_on"])],
        "step",
        [helper.make_tensor_value_info("knot", TensorProto.INT64, []),
         helper.make_tensor_value_info("going", TensorProto.BOOL, []),
         helper.make_tensor_value_info("state", TensorProto.FLOAT, state)],
        [helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("after", TensorProto.FLOAT, state),
         helper.make_tensor_value_info("before", TensorProto.FLOAT, state)],
    )  # fmt: skip

    nodes = begin.nodes({"noise": "noise"}, "first")
    numbers: dict[str, np.ndarray] = {}

    def op(kind: str, operands: Sequence[str | np.ndarray], output: str, **attributes: Any) -> str:
        for number, operand in enumerate(operands):
            if isinstance(operand, np.ndarray):
                numbers[f"{output}.{number}"] = operand
        names = [name if isinstance(name, str) else f"{output}.{number}" for number, name in enumerate(operands)]
        nodes.append(helper.make_node(kind, names, [output], **attributes))
        return output

    # In float64, so that the last of ten minutes' frames is placed as exactly as the first, as KnotGrid does it.
    seconds_T = op("Cast", ["times"], "seconds", to=TensorProto.DOUBLE)
    position_T = op("Mul", [seconds_T, np.array(motion.knots_per_second, np.float64)], "position")
    last = op("Ceil", [op("ReduceMax", [position_T], "furthest", keepdims=0)], "last_knot")
    steps = op("Max", [last, np.array(1, np.float64)], "steps")
    count = op("Cast", [steps], "count", to=TensorProto.INT64)
    nodes.append(helper.make_node("Loop", [count, "", "first"], ["final", "states"], body=body))

    before_T = op("Floor", [position_T], "knot_before")
    knot_T = op("Min", [before_T, op("Sub", [steps, np.array(1, np.float64)], "last_interval")], "interval")
    part_T = op("Cast", [op("Sub", [position_T, knot_T], "exact_part")], "part", to=TensorProto.FLOAT)
    index_T = op("Cast", [knot_T], "index", to=TensorProto.INT64)
    states_TBD = op("Gather", ["states", index_T], "states_of_frames")
    states_ND = op("Reshape", [states_TBD, np.array([-1, size])], "all_states")
    frames_clips = op("Shape", [states_TBD], "frames_and_clips", start=0, end=2)
    part_T1 = op("Unsqueeze", [part_T, np.array([1])], "part_of_frames")
    part_N = op("Reshape", [op("Expand", [part_T1, frames_clips], "part_of_all"), np.array([-1])], "all_parts")
    nodes += read.nodes({"state": states_ND, "part": part_N}, "all_poses")
    shape = op("Concat", [frames_clips, np.array([motion.skeleton.size, 2])], "shape", axis=0)
    op("Transpose", [op("Reshape", ["all_poses", shape], "poses"), ], "keypoints", perm=[1, 0, 2, 3])  # fmt: skip

    graph = helper.make_graph(
        nodes,
        "motion",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes) for name, sizes in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes) for name, sizes in outputs.items()],
    )
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in numbers.items())
    for piece in (begin, step, read):
        graph.initializer.extend(piece.weights)
    model = helper.make_model(graph, opset_imports=begin.model.opset_import, ir_version=begin.model.ir_version)
    return Graph(model, inputs, outputs)


class _Piece:
    """A followed graph that becomes part of another, under names that meet no others there."""

    def __init__(self, model: "onnx.ModelProto") -> None:
        self.model = model
        self.prefix = f"{model.graph.output[0].name}."

    @property
    def weights(self) -> "list[onnx.TensorProto]":
        for tensor in self.model.graph.initializer:
            tensor.name = self.prefix + tensor.name.removeprefix(self.prefix)
        return list(self.model.graph.initializer)

    def nodes(self, inputs: dict[str, str], output: str) -> "list[onnx.NodeProto]":
        """Its nodes, fed by the names that are given for its inputs, and giving ``output``."""
        names = {**inputs, self.model.graph.output[0].name: output, "": ""}
        nodes = []
        for node in self.model.graph.node:
            copy = type(node)()
            copy.CopyFrom(node)
            copy.name = self.prefix + node.name
            copy.input[:] = [names.get(name, self.prefix + name) for name in node.input]
            copy.output[:] = [names.get(name, self.prefix + name) for name in node.output]
            nodes.append(copy)
        return nodes
