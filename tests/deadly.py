"""A detector that kills the process it works in; where other processes can import it."""

import os
import signal
import time

from motionkit.detectors.sidecar import SidecarDetector


class Deadly(SidecarDetector):
    """A video's name says what it does: ``deadly`` kills, ``once`` kills the first time, ``slow`` takes a minute."""

    def detect(self, frames, source):
        before = source.with_suffix(".killed")
        if "deadly" in source.stem or ("once" in source.stem and not before.exists()):
            before.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in source.stem:
            time.sleep(60)
        return super().detect(frames, source)
