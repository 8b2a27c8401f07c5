"""A benchmark in its report folder: train what is missing, measure everything, write down what was found."""

import hashlib
import json
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter

from motionkit.assembly import join, load
from motionkit.bench.plan import Plan
from motionkit.bench.results import Found, Outcome, Results
from motionkit.bench.systems import ROLES, System, Trial
from motionkit.bench.trials import Trained, existing, train_trial, trained
from motionkit.config import build_config
from motionkit.evaluation.choice import choose_metrics
from motionkit.evaluation.environment import environment
from motionkit.evaluation.evaluation import Evaluation, Protocol
from motionkit.interfaces import ClipDataset, ConfigError, MotionkitError, RunError, VideoGenerator
from motionkit.interfaces.progress import OnProgress
from motionkit.io.atomic import replacing
from motionkit.io.hold import contents, held
from motionkit.io.run import RunFolder
from motionkit.registry import plugins
from motionkit.training.sections import SECTIONS
from motionkit.training.session import Stop

Tell = Callable[[str], None]

KEPT_SCORES, PLOTS = "scores", "plots"
"""Folders of the report: what was measured of each system and seed, and the pictures."""

SCORES = TypeAdapter(dict[str, Found])


class Bench:
    """A plan and its folder. Made again for the same folder and plan, it goes on where it was.

    Args:
        plan: what is compared.
        folder: of the report; it may already hold ``runs/`` with trials that were trained elsewhere.

    Raises:
        ConfigError, PluginError: the plan contradicts itself, or its candidate can't be had.
        RunError: the folder is of another benchmark, or one of its trials is another experiment.
        BusyError: another process is about to claim the folder.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        plan.check()
        self.plan, self.folder = plan, folder
        new = self._is_new()
        self.errors: dict[Trial, str] = {}
        self.experiments = {}
        for trial in plan.trials():
            try:
                self.experiments[trial] = plan.experiment(trial)
            except MotionkitError as error:
                if trial in plan.candidate.trials(trial.seed):
                    raise
                self.errors[trial] = str(error)
        self._refuse_unused_settings()
        for trial in self.experiments:
            existing(plan, trial, self.path(trial))
        self._choose_metrics()
        if new:
            self._claim()

    def held(self) -> AbstractContextManager[None]:
        """Be the only process that writes to the folder, its trials apart, until the block ends.

        Raises:
            BusyError: another process holds it.
            OSError: it can't be made or written.
        """
        return held(self.folder, KEPT_SCORES, PLOTS)

    def path(self, trial: Trial) -> Path:
        """A trial's run folder."""
        return self.folder / "runs" / trial.name

    def train(self, tell: Tell) -> Stop | None:
        """Train all trials that are not finished; one that fails is remembered, and the rest goes on.

        Returns:
            Where the training was stopped by Ctrl-C or a polite kill, or None.
        """
        for number, trial in enumerate(self.experiments, 1):
            tell(f"[{number}/{len(self.experiments)}] {trial.name}")
            if stop := self.train_one(trial):
                return stop
            if trial in self.errors:
                tell(f"{trial.name} failed: {self.errors[trial]}")
        return None

    def train_one(self, trial: Trial) -> Stop | None:
        """Train a trial if it is not finished; why it failed, if it did, is remembered.

        Returns:
            Where the training was stopped by Ctrl-C or a polite kill, or None.
        """
        try:
            return train_trial(self.plan, trial, self.path(trial))
        except Exception as error:
            self.errors[trial] = self._failure(trial.name, error)
            return None

    def evaluate(self, tell: Tell, on_progress: OnProgress | None = None) -> Results:
        """Measure every system and seed by the same clips; one that fails is a row that says why."""
        outcomes = []
        for system, seed in self.measurements():
            tell(f"measuring {called(system, seed)}")
            outcomes.append(self.outcome(system, seed, on_progress))
        return self.results(outcomes)

    def measurements(self) -> list[tuple[System, int | None]]:
        """What is measured: each system with each seed, and each run that exists with none."""
        return [
            (system, seed)
            for system in self.plan.systems
            for seed in ([None] if system.run else range(self.plan.seeds))
        ]

    def results(self, outcomes: list[Outcome]) -> Results:
        """All that was found, and what it takes to find it again.

        Args:
            outcomes: of all :meth:`measurements`, in their order.
        """
        outcomes = outcomes + [Outcome(system=name, seed=None, error=reason) for name, reason in self.plan.left_out]
        return Results(
            plan=self.plan.model_dump(mode="json"),
            protocol=self._evaluation.protocol.model_dump(mode="json"),
            metrics={
                name: choice.model_dump(include={"distribution", "version", "config"})
                for name, choice in self.choices.items()
            },
            experiments={trial.name: it.model_dump(mode="json") for trial, it in self.experiments.items()},
            left_out=self.metrics_left_out,
            environment=environment(),
            systems=list(dict.fromkeys(outcome.system for outcome in outcomes)),
            outcomes=outcomes,
        )

    def dataset(self, split: Any) -> ClipDataset:
        """The data of all systems."""
        return next(iter(self.experiments.values())).dataset(split)

    def generator(self, system: System, seed: int | None) -> VideoGenerator:
        """A trained system.

        Raises:
            MotionkitError: it failed in training, or a run folder is damaged.
        """
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        if system.run or seed is None:
            return load(system.run or "", device)
        trials = {trial.stage: trial for trial in system.trials(seed)}
        for trial in trials.values():
            if trial in self.errors:
                raise RunError(f"{trial.name}: {self.errors[trial]}")
        if "video" in trials:
            return load(self.path(trials["video"]), device)
        return (
            join({ROLES[stage]: RunFolder.open(self.path(trial)) for stage, trial in trials.items()}).to(device).eval()
        )

    def _runs(self, system: System, seed: int | None) -> list[Path]:
        return [Path(system.run)] if system.run else [self.path(trial) for trial in system.trials(seed or 0)]

    def outcome(self, system: System, seed: int | None, on_progress: OnProgress | None = None) -> Outcome:
        """What is found of a system; or why nothing is."""
        training: list[Trained] = []
        try:
            training = [
                it for path in self._runs(system, seed) if path.exists() for it in trained(RunFolder.open(path))
            ]
            generator = self.generator(system, seed)
            scores = self._scores(system, seed, generator, on_progress)
        except Exception as error:
            name = system.name if seed is None else f"{system.name}-seed{seed}"
            return Outcome(system=system.name, seed=seed, training=training, error=self._failure(name, error))
        return Outcome(system=system.name, seed=seed, training=training, scores=scores)

    def _scores(
        self,
        system: System,
        seed: int | None,
        generator: VideoGenerator,
        on_progress: OnProgress | None,
    ) -> dict[str, Found]:
        """The system's scores, from the file that keeps them where the same weights were measured before."""
        evaluation = self._evaluation
        metrics = {name: metric.config.model_dump(mode="json") for name, metric in evaluation.metrics.items()}
        digest = hashlib.sha256(json.dumps([metrics, evaluation.protocol.model_dump(mode="json")]).encode())
        for run in self._runs(system, seed):
            for file in sorted(run.glob("*.safetensors")):
                digest.update(file.read_bytes())
        name = "-".join(run.name for run in self._runs(system, seed))
        file = self.folder / KEPT_SCORES / f"{name}.json"
        found = _kept_scores(file, digest.hexdigest())
        if found is None:
            found = evaluation.scores(generator, on_progress)
            kept = {"of": digest.hexdigest(), "scores": SCORES.dump_python(found, mode="json")}
            file.parent.mkdir(exist_ok=True)
            with replacing(file) as temporary:
                temporary.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return found

    @cached_property
    def _evaluation(self) -> Evaluation:
        return Evaluation(self.dataset("train"), self.dataset("test"), self.metrics, self._protocol())

    def _protocol(self) -> Protocol:
        """The plan's protocol; the size of real video is that of the candidate's frames."""
        protocol = self.plan.protocol
        if self.plan.stage == "both" and protocol.get("size") is None:
            trial = next(trial for trial in self.experiments if trial.stage == "render")
            renderer = self.experiments[trial].stage("render", self.dataset("train").skeleton).objective.generator
            protocol = protocol | {"size": renderer.image_size}
        return build_config(Protocol, overrides=protocol, where="protocol")

    def _choose_metrics(self) -> None:
        plan = self.plan
        names = {plugin.name for plugin in plugins("metric")}
        settings = {section: values for section, values in plan.settings.items() if section in names}
        self.choices, self.metrics, self.metrics_left_out = choose_metrics(
            plan.metrics, settings, self.dataset("test").skeleton, plan.read
        )
        if plan.metrics is None and plan.stage == "motion":
            self.metrics = {name: it for name, it in self.metrics.items() if it.needs == "keypoints"}
            self.choices = {name: self.choices[name] for name in self.metrics}

    def _refuse_unused_settings(self) -> None:
        """Raises ConfigError where a section of the settings means nothing to any trial; none may have failed."""
        sections = list(dict.fromkeys(section for it in self.experiments.values() for section in it.sections))
        for section in self.plan.settings:
            if section in SECTIONS and section not in sections and not self.errors:
                raise ConfigError(f"{section} is no part of this benchmark, which has: {', '.join(sections)}")

    def _is_new(self) -> bool:
        """Whether the folder is free for this plan; raises RunError where it is another's."""
        file = self.folder / "bench.json"
        if file.exists():
            try:
                same = json.loads(file.read_bytes()) == self._document
            except (ValueError, RecursionError):
                raise RunError(f"{file} is damaged; move {self.folder} away") from None
            if not same:
                raise RunError(f"{self.folder} holds another benchmark than this command's; choose another --out")
            return False
        if self.folder.is_file() or contents(self.folder) - {"runs"}:
            raise RunError(f"{self.folder} is there already, and no benchmark; choose another --out")
        return True

    def _claim(self) -> None:
        with self.held():
            if self._is_new():  # still
                with replacing(self.folder / "bench.json") as temporary:
                    temporary.write_text(json.dumps(self._document, indent=2) + "\n", encoding="utf-8")

    @property
    def _document(self) -> dict[str, Any]:
        """What bench.json says: whose the folder is."""
        return {"format": 1, "plan": self.plan.model_dump(mode="json")}

    def _failure(self, name: str, error: Exception) -> str:
        """What went wrong in one line; of an error that is no user's its traceback goes to a file."""
        if isinstance(error, MotionkitError):
            return str(error)
        file = self.folder / "errors" / f"{name.replace(':', '-')}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        return f"{type(error).__name__}: {' '.join(str(error).split())} (see {file})"


def called(system: System, seed: int | None) -> str:
    """A measurement, for people."""
    return system.name if seed is None else f"{system.name}, seed {seed}"


def _kept_scores(file: Path, digest: str) -> dict[str, Found] | None:
    """What a file of scores holds; None where there is none, it is damaged, or it is of other weights."""
    try:
        kept = json.loads(file.read_bytes())
        return SCORES.validate_python(kept["scores"]) if kept["of"] == digest else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
