"""Clips: the one container that datasets give, generators make, discriminators judge and metrics measure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Clips:
    """B clips of T frames each, with keypoints, with video, or with both.

    Attributes:
        times: seconds of the frames, ascending, (T,) for all clips or (B, T) for each.
        keypoints: (B, T, K, 2): (x, y) in [-1, 1], y down; or None where there are none.
        video: (B, T, 3, H, W): frames in [-1, 1]; or None where there are none.
    """

    times: Tensor
    keypoints: Tensor | None = None
    video: Tensor | None = None

    @property
    def times_BT(self) -> Tensor:
        """Seconds of each clip's frames, (B, T)."""
        return self.times.expand(len(self), -1)

    @property
    def keypoints_BTK2(self) -> Tensor:
        """The keypoints; raises ValueError where there are none."""
        if self.keypoints is None:
            raise ValueError("these clips have no keypoints")
        return self.keypoints

    @property
    def video_BTCHW(self) -> Tensor:
        """The video; raises ValueError where there is none."""
        if self.video is None:
            raise ValueError("these clips have no video")
        return self.video

    def __len__(self) -> int:
        """B, the number of clips."""
        part = self.keypoints if self.video is None else self.video
        if part is None:
            raise ValueError("these clips have neither keypoints nor video")
        return len(part)

    def __getitem__(self, clips: slice) -> "Clips":
        """Some of the clips."""
        return self._each(lambda part: part[clips], lambda times: times[clips] if times.ndim == 2 else times)

    def frames(self, frames: slice | Tensor) -> "Clips":
        """Some frames of every clip; of a tensor those of its numbers."""
        return self._each(lambda part: part[:, frames], lambda times: times[..., frames])

    def chunks(self, frames: int) -> Iterator["Clips"]:
        """The clips in pieces of so many frames, each the continuation of the last."""
        for start in range(0, self.times.shape[-1], frames):
            yield self.frames(slice(start, start + frames))

    def to(self, device: torch.device | str) -> "Clips":
        """The same clips on a device."""
        return self._each(lambda part: part.to(device))

    def detach(self) -> "Clips":
        """The same clips, cut off from what made them."""
        return self._each(lambda part: part.detach())

    @staticmethod
    def cat(parts: Sequence["Clips"]) -> "Clips":
        """These clips and those and those; each must have the same parts and as many frames."""
        keypoints, video = Clips._parts(parts, axis=0)
        return Clips(torch.cat([it.times_BT for it in parts]), keypoints, video)

    @staticmethod
    def joined(pieces: Sequence["Clips"]) -> "Clips":
        """Clips whose pieces follow each other in time."""
        keypoints, video = Clips._parts(pieces, axis=1)
        return Clips(torch.cat([it.times for it in pieces], dim=-1), keypoints, video)

    @staticmethod
    def _parts(pieces: Sequence["Clips"], axis: int) -> tuple[Tensor | None, Tensor | None]:
        """Keypoints and video of all, one after the other along an axis; None for what the first has not."""
        first = pieces[0]
        return (
            None if first.keypoints is None else torch.cat([it.keypoints_BTK2 for it in pieces], axis),
            None if first.video is None else torch.cat([it.video_BTCHW for it in pieces], axis),
        )

    def __repr__(self) -> str:
        return f"Clips({', '.join(f'{name}: {value}' for name, value in self._facts().items())})"

    def _repr_html_(self) -> str:
        """What a notebook shows; :func:`motionkit.show` plays them."""
        rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in self._facts().items())
        return f"<table>{rows}</table>"

    def _facts(self) -> dict[str, str]:
        """How many there are of what; numbers alone, which need no escaping."""
        parts = [part for part in (self.keypoints, self.video) if part is not None]
        times = self.times.detach().float()
        return {
            "clips": str(len(parts[0])) if parts else "0",
            "frames": str(times.shape[-1]),
            "seconds": f"{float(times.min()):.3g} to {float(times.max()):.3g}" if times.numel() else "none",
            "keypoints": "none" if self.keypoints is None else str(self.keypoints.shape[-2]),
            "pixels": "none" if self.video is None else f"{self.video.shape[-1]} x {self.video.shape[-2]}",
        }

    def _each(
        self, change: Callable[[Tensor], Tensor], change_times: Callable[[Tensor], Tensor] | None = None
    ) -> "Clips":
        keypoints, video = (None if part is None else change(part) for part in (self.keypoints, self.video))
        return Clips((change_times or change)(self.times), keypoints, video)
