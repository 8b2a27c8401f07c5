"""What decides how motion capture becomes clips."""

from pydantic import Field

from motionkit import __version__
from motionkit.interfaces import ComponentConfig
from motionkit.io.manifest import Settings
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.layouts import MOCAP
from motionkit.preparation.mocap.camera import CameraConfig
from motionkit.preparation.mocap.humanoid import SYNTHESISED


class MocapSettings(ComponentConfig):
    """How motion capture becomes clips."""

    size: int = Field(default=64, ge=1)
    """Height and width of the clips in pixels."""
    gate: GateConfig = GateConfig.model_validate(GateConfig.presets[MOCAP.name])
    """Which poses are trusted."""
    camera: CameraConfig = CameraConfig()
    """From where the bodies are seen."""

    def recorded(self) -> Settings:
        """The settings as a clip folder keeps them."""
        return Settings(
            size=self.size,
            detector=MOCAP.name,
            distribution=f"motionkit {__version__}",
            detector_config=self.camera.model_dump(mode="json"),
            gate=self.gate.model_dump(mode="json"),
            layout=MOCAP.name,
            synthesised=SYNTHESISED,
        )
