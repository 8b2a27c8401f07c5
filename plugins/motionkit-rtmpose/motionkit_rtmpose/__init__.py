"""The detector ``rtmpose`` for motionkit."""
