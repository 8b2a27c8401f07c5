"""The detector ``rtmpose``: COCO-17 poses from RTMPose models that lie on this machine."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pydantic
from pydantic import Field

from motionkit.interfaces import COCO17, ComponentConfig, DataError, Detector, Frame, Pose
from motionkit_rtmpose.network import Network, sha256_of
from motionkit_rtmpose.people import Subject, everything, people_in
from motionkit_rtmpose.pose import pose_in


class RtmposeDetector(Detector):
    """One person of several, by RTMPose models in ONNX that lie on this machine.

    Of several people the largest is followed from where it was to where it is. A keypoint's confidence is the height of
    its SimCC peak.

    Raises (from :meth:`detect`):
        PluginError: ONNX Runtime is not installed.
        DataError: a model is no network in ONNX, of another kind, or of other keypoints.
    """

    skeleton = COCO17

    class Config(ComponentConfig):
        """Which models are used. Each is known by its digest, which a clip folder keeps."""

        model: Path
        """An RTMPose of the 17 COCO keypoints in ONNX: (1, 3, height, width) in, SimCC out."""
        people: Path | None = None
        """A person detector, YOLOX in ONNX as MMDeploy exports it; without one, a person should fill the picture."""
        min_person_score: float = Field(0.5, ge=0, le=1)
        """How sure the person detector must be that somebody is there."""
        model_sha256: str = ""
        """Filled in; where it is given, the model must be that one."""
        people_sha256: str = ""
        """Likewise."""

        @pydantic.model_validator(mode="before")
        @classmethod
        def _known_by_digest(cls, values: object) -> object:
            if not isinstance(values, dict):
                return values
            values = dict(values)
            for name in ("model", "people"):
                if not isinstance(path := values.get(name), (str, Path)):
                    continue
                if not Path(path).is_file():
                    raise ValueError(f"{name}: there is no file {path}")
                digest = sha256_of(Path(path))
                if values.get(f"{name}_sha256") not in (None, "", digest):
                    raise ValueError(f"{name}: {path} is another file, its sha256 is {digest}")
                values[f"{name}_sha256"] = digest
            return values

    config: Config

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """One pose, or None where nobody is found, for each frame in turn."""
        model, find, subject = Network(self.config.model, outputs=2), everything, Subject()
        if self.config.people is not None:
            people = Network(self.config.people, outputs=2)
            find = partial(people_in, network=people, surest=self.config.min_person_score)
        for frame in frames:
            box_4 = subject.among(find(frame.image_HWC))
            try:
                yield None if box_4 is None else pose_in(box_4, frame.image_HWC, model, self.skeleton.size)
            except DataError as error:
                raise DataError(f"{self.config.model}: {error}") from None
