"""Decoded frames as they would be shown: without combs, of square pixels, upright, mirrored where the file says so."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from motionkit.interfaces import Frame

ASPECTS = (0.1, 10.0)
"""Widths of a pixel, as multiples of its height, that can be meant; any other is a damaged header's."""

LEANING = 0.01
"""Of a display matrix, for numbers that were rounded."""

HDR = {16: "PQ", 18: "HLG"}
"""Transfer characteristics (ITU-T H.273) of high dynamic range."""


def shown(frame: VideoFrame, time: float, stream: VideoStream) -> Frame:
    """A frame with square pixels, as many as its own and more along the longer side, turned as the file asks."""
    aspect = float(stream.sample_aspect_ratio or 1)
    if not ASPECTS[0] <= aspect <= ASPECTS[1]:
        aspect = 1.0
    height, width = round(frame.height * max(1, 1 / aspect)), round(frame.width * max(1, aspect))
    image_HWC: np.ndarray = frame.to_ndarray(format="rgb24", width=width, height=height)
    coded_HW = (frame.height, frame.width)
    turn_22 = _turn(frame)
    if turn_22[0, 0] == 0:
        image_HWC, coded_HW = image_HWC.swapaxes(0, 1), coded_HW[::-1]
    along_x, along_y = turn_22.sum(axis=1)
    image_HWC = np.ascontiguousarray(image_HWC[::along_y, ::along_x])
    return Frame(time, image_HWC, None if coded_HW == image_HWC.shape[:2] else coded_HW)


def mirrored(frame: VideoFrame) -> bool:
    """Whether the file asks for a frame to be shown as in a mirror."""
    return bool(np.linalg.det(_turn(frame)) < 0)


def whole(frames: Iterator[VideoFrame], stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames without the combs of interlacing, as many as there were; those that are whole already stay as they are.

    Raises what ``frames`` raises, after all frames that came before.
    """
    weaver: _Weaver | None = None
    try:
        for frame in frames:
            if weaver is None and frame.interlaced_frame:
                weaver = _Weaver(stream)
            yield from [frame] if weaver is None else weaver.push(frame)
    except av.FFmpegError:
        if weaver is not None:
            yield from weaver.push(None)
        raise
    if weaver is not None:
        yield from weaver.push(None)


def colours(stream: VideoStream) -> str:
    """What is to be said of a video's colours, in a sentence; "" for the usual ones."""
    kind = HDR.get(stream.codec_context.color_trc)
    return f"is HDR ({kind}), read as it is: its colours are paler than they are shown" if kind else ""


def _turn(frame: VideoFrame) -> np.ndarray:
    """Where the file's display matrix leads x and y: a matrix of 0, 1 and -1, (2, 2); that of no turn if it has none.

    FFmpeg keeps it as QuickTime does, ``a b u c d v x y w``: x becomes a x + c y, and y becomes b x + d y. Matrices
    that lean, which nobody's camera writes, are taken for none.
    """
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is not None:
        a, b, _, c, d = np.frombuffer(memoryview(data), np.uint8)[:36].view("i4")[:5].astype(float)
        turn_22 = np.array([[a, c], [b, d]]) / (max(map(abs, (a, b, c, d))) or 1)
        whole_22 = turn_22.round()
        if np.abs(turn_22 - whole_22).max() < LEANING and abs(np.linalg.det(whole_22)) == 1:
            return whole_22.astype(int)
    return np.eye(2, dtype=int)


class _Weaver:
    """FFmpeg's filter that makes one whole frame of each interlaced one; it holds frames back to look at the next."""

    def __init__(self, stream: VideoStream) -> None:
        graph = Graph()
        self._graph, self._source, self._sink = graph, graph.add_buffer(template=stream), graph.add("buffersink")
        weave = graph.add("bwdif", "mode=send_frame:deint=interlaced")
        self._source.link_to(weave)
        weave.link_to(self._sink)
        graph.configure()

    def push(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """The frames that are done when ``frame`` is known; None ends them."""
        self._source.push(frame)
        while True:
            try:
                done = self._sink.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(done, VideoFrame)
            yield done
