"""Poses of people and of faces for motionkit, found by MediaPipe."""
