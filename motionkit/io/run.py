"""A run folder: all that a training run leaves behind, none of which can execute code.

run.json                what was trained: components, settings, seed, data, versions
motion.safetensors      averaged weights of a generator, ready for use; renderer.safetensors likewise, and the encoders
motion.state.pt         all that training needs to go on, tensors and plain containers; render.state.pt likewise
events/                 what trackers keep: curves and pictures, by default TensorBoard's
samples/                pictures drawn as training went
"""

import hashlib
import io
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from motionkit.interfaces.errors import RunError
from motionkit.io.atomic import replacing
from motionkit.io.hold import contents, held, tidy
from motionkit.io.hub import PREFIX as HUB
from motionkit.io.pretrained import is_pretrained, located

if TYPE_CHECKING:  # so that a list of runs does not wait for torch
    from torch import Tensor

FORMAT = 2

SAMPLES = "samples"
"""The folder of the pictures."""

CLIPS = "clips"
"""The entry of run.json that says which clips were learnt from, wherever they lie; absent for made ones."""


OF_A_SESSION = ("budget", "track")
"""The entries of run.json that are asked of one session, and change nothing of what is learnt."""


class RunFolder:
    """A run folder on disk.

    Attributes:
        path: of the folder.
        document: the contents of run.json.
    """

    def __init__(self, path: Path, document: dict[str, Any]) -> None:
        self.path, self.document = path, document

    @classmethod
    def create(cls, path: str | Path, document: Mapping[str, Any]) -> "RunFolder":
        """Make a new run folder.

        Raises:
            RunError: something is there already, or it would be among the pretrained runs.
            BusyError: another process is making it.
            OSError: the folder can't be made or written.
        """
        _refuse_pretrained(path)
        run = cls.planned(path, document)
        run._refuse_what_is_there()
        with run.held():
            run._refuse_what_is_there()  # or came there meanwhile
            run.write_document()
        return run

    def _refuse_what_is_there(self) -> None:
        if self.path.is_file() or contents(self.path):
            raise RunError(
                f"{self.path} is there already; continue it with --resume {self.path}, or choose another --out"
            )

    @classmethod
    def planned(cls, path: str | Path, document: Mapping[str, Any]) -> "RunFolder":
        """A run folder that is not on the disk yet; another process makes it."""
        return cls(Path(path), {"format": FORMAT, **document})

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Read an existing run folder, or the pretrained run that ``pretrained:NAME`` or ``hub:OWNER/NAME`` is.

        Raises:
            RunError: it is missing, or its run.json is missing, damaged or of another format.
        """
        path = located(path)
        file = path / "run.json"
        if not file.is_file():
            what = "it has no run.json" if path.exists() else "there is no such folder"
            if len(path.parts) == 2 and not path.parent.exists():
                what += f"; a repository of the Hub is written {HUB}{path.as_posix()}"
            raise RunError(f"{path} is not a run folder: {what}")
        try:
            document = json.loads(file.read_bytes())
            if document["format"] != FORMAT:
                raise RunError(
                    f"{file} has format {document['format']}, but this motionkit reads format {FORMAT}; "
                    "train it anew, or use the motionkit that made it"
                )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RunError(f"{file} is damaged: {error}") from None
        return cls(path, document)

    @property
    def fingerprint(self) -> str:
        """Identifies what is trained here; weights carry it, so that files of two runs are not mixed up.

        It holds neither what was asked of one session, nor where the data lie if run.json says which clips they are.
        """
        lasting = {key: value for key, value in self.document.items() if key not in OF_A_SESSION}
        if CLIPS in lasting:
            lasting["components"] = {role: it for role, it in lasting["components"].items() if role != "data"}
        return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:16]

    def write_document(self) -> None:
        """Write run.json.

        Raises:
            RunError: the run is pretrained.
            OSError: the folder can't be written.
        """
        _refuse_pretrained(self.path)
        with replacing(self.path / "run.json") as temporary:
            temporary.write_text(json.dumps(self.document, indent=2) + "\n", encoding="utf-8")

    def held(self) -> AbstractContextManager[None]:
        """Be the only process that writes to it until the block ends; what a killed one left half-written goes.

        Raises:
            BusyError: another process holds it.
            OSError: it can't be made or written.
        """
        return held(self.path, SAMPLES)

    def tidy(self) -> None:
        """Remove what a killed process left half-written, unless another one holds it, or it is read-only."""
        tidy(self.path, SAMPLES)

    def folder(self, name: str) -> Path:
        """A subfolder, made if it is missing."""
        (self.path / name).mkdir(exist_ok=True)
        return self.path / name

    def save_weights(self, role: str, weights: Mapping[str, "Tensor"], step: int) -> None:
        """Write the weights of the component in ``role`` after ``step`` steps."""
        from safetensors.torch import save

        # One key, because safetensors writes several in no certain order, and equal runs should be equal bytes.
        metadata = {"motionkit": json.dumps({"role": role, "run": self.fingerprint, "step": step})}
        content = save({name: value.contiguous().cpu() for name, value in weights.items()}, metadata)
        with replacing(self.path / f"{role}.safetensors") as temporary:
            temporary.write_bytes(content)

    def load_weights(self, role: str) -> dict[str, "Tensor"]:
        """The weights of the component in ``role``; those in half precision, as pretrained runs have them, in single.

        Raises:
            RunError: the file is missing, damaged, of another component or of another run, or not finite.
        """
        import torch

        file = self.path / f"{role}.safetensors"
        if not file.is_file():
            raise RunError(f"{file} is missing; train this stage, or bring the file back from where the run came from")
        try:
            with safe_open(file, framework="pt") as reader:
                label = dict(json.loads((reader.metadata() or {}).get("motionkit", "{}")))
                weights = {name: reader.get_tensor(name) for name in reader.keys()}  # noqa: SIM118 - not a mapping
        except (SafetensorError, OSError, ValueError, TypeError, RecursionError) as error:
            raise RunError(f"{file} is damaged: {error}") from None
        if label.get("role") != role:
            raise RunError(f"{file} holds the weights of {label.get('role', 'something else')}, not of {role}")
        if label.get("run") != self.fingerprint:
            raise RunError(f"{file} belongs to another run than {self.path / 'run.json'}; put its own file back")
        if not all(bool(weight.isfinite().all()) for weight in weights.values()):
            raise RunError(f"{file} holds weights that are infinite or NaN; train this stage anew, with lower rates")
        return {name: it.float() if it.dtype == torch.float16 else it for name, it in weights.items()}

    def trained_steps(self, role: str) -> int:
        """How many steps the weights in ``role`` were trained; reads none of them.

        Raises:
            RunError: the file is missing, or damaged so that it does not say.
        """
        file = self.path / f"{role}.safetensors"
        try:
            with safe_open(file, framework="np") as reader:
                return int(json.loads(reader.metadata()["motionkit"])["step"])
        except (SafetensorError, OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise RunError(f"{file} is missing or damaged: {error}") from None

    def checksums(self) -> dict[str, str]:
        """The SHA-256 of each file of weights, by its name."""
        files = sorted(self.path.glob("*.safetensors"))
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def save_state(self, stage: str, state: Mapping[str, Any]) -> None:
        """Write all that a stage's training needs to go on: tensors, numbers and text in plain containers."""
        import torch

        # By way of memory, because torch's own writer does not say that a disk is full.
        content = io.BytesIO()
        torch.save({"run": self.fingerprint, **state}, content)
        with replacing(self.path / f"{stage}.state.pt") as temporary:
            temporary.write_bytes(content.getbuffer())

    def load_state(self, stage: str) -> dict[str, Any] | None:
        """What :meth:`save_state` wrote, or None if nothing was written yet.

        Raises:
            RunError: the file is damaged, or belongs to another run.
        """
        from motionkit.io.torch_file import read_torch_file

        file = self.path / f"{stage}.state.pt"
        if not file.is_file():
            return None
        try:
            state: dict[str, Any] = read_torch_file(file)
        except ValueError as error:
            raise RunError(f"{file} is damaged and training cannot go on from it: {error}") from None
        if not isinstance(state, dict) or state.get("run") != self.fingerprint:
            raise RunError(f"{file} belongs to another run than {self.path / 'run.json'}; put its own file back")
        return state


def _refuse_pretrained(path: str | Path) -> None:
    """Raises RunError where a run is pretrained."""
    if is_pretrained(path):
        raise RunError(
            f"{path} is a pretrained run, and nothing is written to it; "
            "train a new run that starts from it: motionkit train --from pretrained:NAME --out FOLDER"
        )
