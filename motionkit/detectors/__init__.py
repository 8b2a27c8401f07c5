"""Built-in detectors: video frames to poses."""
