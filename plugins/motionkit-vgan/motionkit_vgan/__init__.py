"""VGAN: video as a moving foreground over a static background."""
