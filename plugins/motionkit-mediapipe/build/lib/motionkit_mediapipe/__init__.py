"""Human poses for motionkit, found by MediaPipe's BlazePose."""
