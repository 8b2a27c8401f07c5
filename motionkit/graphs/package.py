"""Which graphs a generator is written as, and the folder that holds them with what a program needs to know of them."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from torch import Tensor, nn

from motionkit import __version__
from motionkit.assembly import TwoStageGenerator
from motionkit.graphs.loop import SteppingMotion, looped
from motionkit.graphs.trace import Axes, Graph, follow, largest_difference, named, require_onnx
from motionkit.graphs.weights import shortened
from motionkit.interfaces import ConfigError, MotionGenerator, Renderer, VideoGenerator
from motionkit.io.output import OutputFolder

DESCRIPTION = "generator.json"

TRIED = {"clips": 3, "frames": 19}
"""Sizes at which a graph is compared with its module: others than it was made with."""


class Written(NamedTuple):
    """A graph that was written.

    Attributes:
        name: of its file.
        size: of the file, in bytes.
        difference: the most that it differed from torch where both were tried.
    """

    name: str
    size: int
    difference: float


def write_graphs(generator: VideoGenerator, folder: OutputFolder) -> list[Written]:
    """Write a generator as ONNX graphs, and beside them ``generator.json``, which says what goes in and comes out.

    A generator of two stages gives ``motion.onnx`` (noise and times to keypoints) and ``renderer.onnx`` (noise and
    keypoints to video): a page can draw the first frame before the second is known, and mix motions and appearances. A
    whole generator gives ``generator.onnx``, noise to video. Each graph is run and compared with torch before it is
    written.

    Args:
        generator: on the CPU.
        folder: where to; what a call before left there goes.

    Raises:
        ConfigError: ONNX's packages are not installed, or a part can't be a graph.
    """
    require_onnx()
    generator.eval()
    written, graphs = [], {}
    for name, part, made in _parts(generator):
        graph = made()
        shortened(graph.model)
        difference = largest_difference(graph, part, TRIED, named(part))
        content = graph.model.SerializeToString()
        with folder.file(f"{name}.onnx") as temporary:
            temporary.write_bytes(content)
        written.append(Written(f"{name}.onnx", len(content), difference))
        graphs[name] = {"file": f"{name}.onnx", "inputs": graph.inputs, "outputs": graph.outputs}
    with folder.file(DESCRIPTION) as temporary:
        temporary.write_text(json.dumps({**_described(generator), "graphs": graphs}, indent=2), encoding="utf-8")
    return written


def _parts(generator: VideoGenerator) -> Iterator[tuple[str, nn.Module, Callable[[], Graph]]]:
    """Of each graph its name, the module that it does the work of, and what makes it."""
    if isinstance(generator, TwoStageGenerator):
        motion, renderer = generator.motion, generator.renderer
        yield "motion", motion, lambda: motion_graph(motion)
        if renderer is not None:
            yield "renderer", renderer, lambda: renderer_graph(renderer)
    else:
        whole = _Whole(generator)
        yield "generator", whole, lambda: whole_graph(whole)


def motion_graph(motion: MotionGenerator) -> Graph:
    """The graph of a motion model: ``noise`` (clips, D) and ``times`` (frames,) in ascending seconds to ``keypoints``.

    Raises:
        ConfigError: it takes fresh noise, which is torch's own, or torch cannot follow it.
    """
    if motion.stochastic:
        raise ConfigError(
            f"{named(motion)} takes fresh noise at each step, which only torch's generator can draw; "
            "a motion model that its noise decides, such as ode, can be a graph"
        )
    inputs: Axes = {"noise": ["clips", motion.noise_size], "times": ["frames"]}
    outputs: Axes = {"keypoints": ["clips", "frames", motion.skeleton.size, 2]}
    if isinstance(motion, SteppingMotion):
        return looped(motion, inputs, outputs)
    return follow(motion, named(motion), inputs, outputs)


def renderer_graph(renderer: Renderer) -> Graph:
    """The graph of a renderer: ``noise`` (clips, D) and ``keypoints`` (clips, frames, K, 2) to ``video``.

    Raises:
        ConfigError: torch cannot follow it.
    """
    inputs: Axes = {
        "noise": ["clips", renderer.noise_size],
        "keypoints": ["clips", "frames", renderer.skeleton.size, 2],
    }
    outputs: Axes = {"video": ["clips", "frames", 3, renderer.image_size, renderer.image_size]}
    return follow(renderer, named(renderer), inputs, outputs)


class _Whole(nn.Module):
    """A whole generator that takes each part of its noise by itself, and the times; on a grid, all its frames."""

    def __init__(self, generator: VideoGenerator) -> None:
        super().__init__()
        self.generator, self.grid = generator, generator.grid
        self.parts = list(generator.noise_sizes)

    def forward(self, *inputs: Tensor) -> Tensor:
        times_T = inputs[-1] if self.grid is None else self.grid.times_T
        noise = dict(zip(self.parts, inputs[: len(self.parts)], strict=True))
        video_BTCHW: Tensor = self.generator(noise, times_T)
        return video_BTCHW


def whole_graph(whole: _Whole) -> Graph:
    """The graph of a whole generator: each part of its noise, such as ``motion_noise``, to ``video``.

    One whose frames lie on a grid gives all of them; another takes ``times`` (frames,) in ascending seconds too.

    Raises:
        ConfigError: torch cannot follow it.
    """
    sizes, pixels, grid = whole.generator.noise_sizes, whole.generator.image_size, whole.grid
    assert pixels is not None
    inputs: Axes = {f"{part}_noise": ["clips", sizes[part]] for part in whole.parts}
    if grid is None:
        inputs = {**inputs, "times": ["frames"]}
    outputs: Axes = {"video": ["clips", grid.frames if grid else "frames", 3, pixels, pixels]}
    return follow(whole, named(whole.generator), inputs, outputs)


def _described(generator: VideoGenerator) -> dict[str, Any]:
    """What no graph says: sizes, times, and what the keypoints are."""
    skeleton, grid = generator.skeleton, generator.grid
    return {
        "motionkit": __version__,
        "noise": dict(generator.noise_sizes),
        "image_size": generator.image_size,
        "fps": generator.trained_fps,
        "frames": None if grid is None else grid.frames,
        "skeleton": None if skeleton is None else dataclasses.asdict(skeleton),
    }
