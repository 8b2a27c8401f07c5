"""Temporary: moves to pictures."""

import numpy as np

from motionkit.io.pictures import contact_sheet, overlay, to_picture


def compare(kinds, skeleton):
    def seen(clips):
        if clips.video is not None:
            return to_picture(clips.video)
        return np.stack([overlay(None, k.float(), skeleton, size=128) for k in clips.keypoints_BTK2])

    rows = [seen(clips) for clips in kinds.values()]
    return contact_sheet(np.stack(rows, 1).reshape(-1, *rows[0].shape[1:]))
