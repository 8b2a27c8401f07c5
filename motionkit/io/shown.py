"""Decoded frames as they would be shown: without combs, of square pixels, upright."""

from collections.abc import Iterator

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from motionkit.interfaces import Frame

ASPECTS = (0.1, 10.0)
"""Widths of a pixel, as multiples of its height, that can be meant; any other is a damaged header's."""

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
    if frame.rotation % 90 == 0:
        image_HWC = np.ascontiguousarray(np.rot90(image_HWC, frame.rotation // 90))
        coded_HW = coded_HW if frame.rotation % 180 == 0 else coded_HW[::-1]
    return Frame(time, image_HWC, None if coded_HW == image_HWC.shape[:2] else coded_HW)


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
