"""Why a generator can't have a metric."""

from motionkit.evaluation.moments import Moments
from motionkit.evaluation.score import Unavailable
from motionkit.interfaces import Metric, VideoGenerator


def obstacle(metric: Metric, moments: Moments, generator: VideoGenerator, size: int | None) -> Unavailable | None:
    """What is in the way of measuring a generator, or None if nothing is.

    Args:
        metric: what is to be measured.
        moments: when it looks.
        generator: whose clips it would look at.
        size: height and width of real video in pixels.
    """
    seconds = float(moments.generated_T[-1])
    if metric.needs != "video" and generator.skeleton is None:
        return Unavailable("the generator knows no keypoints")
    if metric.needs != "video" and generator.skeleton != metric.skeleton:
        theirs = "other" if generator.skeleton is None else generator.skeleton.name
        return Unavailable(f"the generator's keypoints are {theirs}, those of the data {metric.skeleton.name}")
    if metric.needs != "keypoints" and generator.image_size is None:
        return Unavailable("the generator makes no video")
    if metric.needs != "keypoints" and generator.image_size != size:
        return Unavailable(
            f"the generator's frames have {generator.image_size} pixels a side, those of the data {size}"
        )
    if generator.max_seconds is not None and seconds > generator.max_seconds + 1e-6:
        return Unavailable(
            f"the generator makes clips of {generator.max_seconds:g} s at most, but {seconds:g} s are compared"
        )
    return None
