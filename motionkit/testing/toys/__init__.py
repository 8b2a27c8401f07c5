"""Small correct components: to test tools with, and to copy when writing a first plugin. They learn nothing useful."""

from motionkit.testing.toys.dataset import ToyClip, ToyDataset
from motionkit.testing.toys.detector import ToyDetector
from motionkit.testing.toys.discriminators import ToyDiscriminator, ToyVideoDiscriminator
from motionkit.testing.toys.encoders import ToyEncoder, ToyPictureEncoder
from motionkit.testing.toys.generator import ToyGenerator
from motionkit.testing.toys.metric import ToyMetric
from motionkit.testing.toys.motion import ToyMotion
from motionkit.testing.toys.objectives import ToyMotionObjective, ToyObjective, ToyRenderObjective
from motionkit.testing.toys.renderer import ToyRenderer
from motionkit.testing.toys.skeleton import TOY

__all__ = [
    "TOY",
    "ToyClip",
    "ToyDataset",
    "ToyDetector",
    "ToyDiscriminator",
    "ToyEncoder",
    "ToyGenerator",
    "ToyMetric",
    "ToyMotion",
    "ToyMotionObjective",
    "ToyObjective",
    "ToyPictureEncoder",
    "ToyRenderObjective",
    "ToyRenderer",
    "ToyVideoDiscriminator",
]
