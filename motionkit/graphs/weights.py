"""The weights of a graph, as short as they can be kept without a change."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

WORTH = 256
"""Numbers from which on a tensor is worth a node of its own."""


def shortened(model: "onnx.ModelProto") -> None:
    """Keep each of a graph's tensors once, and in 16 bits where those hold every number exactly.

    They do for runs whose weights were rounded so, as those that come with motionkit. The graph computes with 32 bits
    whatever its weights are kept in.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    first: dict[tuple[int, tuple[int, ...], bytes], str] = {}
    same, kept, casts = {}, [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        key = (tensor.data_type, values.shape, values.tobytes())
        if key in first:
            same[tensor.name] = first[key]
            continue
        first[key] = tensor.name
        if values.dtype == np.float32 and values.size >= WORTH:
            with np.errstate(over="ignore"):
                half = values.astype(np.float16)
            if np.array_equal(half.astype(np.float32), values):
                short = f"{tensor.name}.half"
                casts.append(helper.make_node("Cast", [short], [tensor.name], to=TensorProto.FLOAT))
                kept.append(numpy_helper.from_array(half, short))
                continue
        kept.append(numpy_helper.from_array(values, tensor.name))
    nodes = [*casts, *graph.node]
    _rename(graph, same)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)


def _rename(graph: "onnx.GraphProto", names: dict[str, str]) -> None:
    """Take other tensors where these are taken, within loops too."""
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _rename(attribute.g, names)
