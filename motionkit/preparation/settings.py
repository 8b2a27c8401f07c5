"""What decides how a video becomes clips."""

from pydantic import Field

from motionkit.interfaces import ComponentConfig, Detector
from motionkit.io.manifest import Settings
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.layouts import ANYTHING, Layout
from motionkit.preparation.smoothing import SmoothConfig


class VideoSettings(ComponentConfig):
    """How videos become clips, and what their detector is called."""

    detector: str
    """The name of what finds the keypoints."""
    distribution: str
    """What that was installed as, with its version."""
    size: int = Field(default=64, ge=1)
    """Height and width of the clips in pixels."""
    layout: Layout = ANYTHING
    """How the videos lie in their folder."""
    gate: GateConfig = GateConfig()
    """Which poses are trusted."""
    crop: CropConfig = CropConfig()
    """Which square of a frame a clip shows."""
    smooth: SmoothConfig = SmoothConfig()
    """How the keypoints are smoothed."""

    def recorded(self, detector: Detector) -> Settings:
        """The settings as a clip folder keeps them; ``detector`` is the one that is used."""
        return Settings(
            size=self.size,
            detector=self.detector,
            distribution=self.distribution,
            detector_config=detector.config.model_dump(mode="json"),
            gate=self.gate.model_dump(mode="json"),
            layout=self.layout.name,
            crop=self.crop.model_dump(mode="json") if self.crop.follow else {},
            smooth=self.smooth.model_dump(mode="json") if self.smooth.method != "none" else {},
        )
