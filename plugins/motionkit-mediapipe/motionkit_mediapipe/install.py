"""``python -m motionkit_mediapipe.install`` installs MediaPipe itself, without what it asks for and does not need.

Version 0.10.14 is the last that ships its models. It asks for numpy below 2 and for protobuf below 5, which the rest of
motionkit has left behind, and for JAX, OpenCV with windows and a library of sound; to find people it needs none.
What it does need came with this distribution.
"""

import subprocess
import sys
from importlib.util import find_spec

MEDIAPIPE = "mediapipe==0.10.14"

PYTHONS = ((3, 10), (3, 12))
"""The first and the last Python that it was built for."""


def main() -> None:
    """Install it with pip into the Python that runs this; one line and status 1 where that can't be."""
    first, last = PYTHONS
    if not first <= sys.version_info[:2] <= last:
        sys.exit(
            f"{MEDIAPIPE} was built for Python {_dotted(first)} to {_dotted(last)}, and this is "
            f"{_dotted(sys.version_info[:2])}; other detectors: motionkit plugins list --group detector"
        )
    if find_spec("pip") is None:
        sys.exit(f"there is no pip in {sys.prefix}; install {MEDIAPIPE} with your own installer, without dependencies")
    print(f"installing {MEDIAPIPE} without its dependencies: those it needs are here, and others would take numpy back")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", MEDIAPIPE]
    if status := subprocess.run(command).returncode:
        sys.exit(status)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    main()
