"""A detector that fails as a video's name asks for; where other processes can import it."""

import builtins

from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import ConfigError


class Failing(SidecarDetector):
    """A video called as an exception raises it."""

    def detect(self, frames, source):
        if source.stem == "ConfigError":
            raise ConfigError("there is no such model")
        if source.stem == "UnicodeEncodeError":
            "\udce9".encode()
        if source.stem.endswith("Error"):
            raise getattr(builtins, source.stem)("for\na reason")
        return super().detect(frames, source)
