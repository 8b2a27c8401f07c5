"""The formats in which programs exchange keypoints, one file each."""
