"""Every picture that people look at."""
