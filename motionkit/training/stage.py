"""A stage: an objective as the training loop plays it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from motionkit.interfaces import ClipDataset, Clips, ConfigError, Objective, Phase
from motionkit.numerics.compiling import compile_network
from motionkit.windows import Windows


class Stage:
    """The optimisers of an objective, and a step of its game.

    Args:
        name: of the stage, as the run folder's files have it.
        objective: with fresh networks.
    """

    def __init__(self, name: str, objective: Objective) -> None:
        self.name, self.objective, self.config = name, objective, objective.config
        self.generator_optimizer, self.discriminator_optimizer = (
            # Fused, a step is one pass over each weight, and not nine.
            torch.optim.Adam(networks.parameters(), weight_decay=self.config.weight_decay, fused=True)
            for networks in (objective.learners, objective.critics)
        )

    @property
    def cpu_threads(self) -> int | None:
        """How many threads a step can use on a CPU; None for all that torch has."""
        # Networks of keypoints are so small that two threads wait for each other longer than they work.
        return 1 if self.objective.image_size is None else None

    def prepare(self, accelerator: Accelerator) -> None:
        """Put the networks on their device.

        They are not wrapped for several devices: gradients are averaged after each backward pass instead, so that an
        objective may call its networks as it likes. All processes begin with the same weights, a function of the seed.

        Raises:
            ConfigError: a batch can't be shared evenly by so many devices.
        """
        self.check_share(accelerator.num_processes)
        self.accelerator = accelerator
        self.objective.to(accelerator.device)

    def compile(self) -> None:
        """Compile what draws. Motion is left: its networks are so small that calling compiled code costs what it saves.

        Of a network, calls alone are compiled; copies, such as averaged weights, are not.
        """
        if self.objective.image_size is not None:
            compile_network(self.objective.generator)

    def check_share(self, devices: int) -> None:
        """Raises ConfigError unless so many devices can share every batch evenly."""
        for phase in self.objective.phases:
            if phase.batch % devices:
                raise ConfigError(
                    f"a batch of {phase.batch} clips can't be shared by {devices} devices; "
                    f"set {self.name}_objective.batch"
                )

    def phase(self, step: int) -> tuple[Phase, int | None]:
        """The phase that a step belongs to, and the number of the first step after it; None if there is none."""
        end = 0
        for phase in self.objective.phases:
            if phase.steps is None:
                return phase, None
            end += phase.steps
            if step < end:
                return phase, end
        raise ConfigError(f"the last phase of the {self.name} stage ends; its steps should be None")

    def windows(self, dataset: ClipDataset, seed: int, phase: Phase | None = None) -> Windows:
        """The real clips that the stage learns from in a phase, by default the last."""
        phase = phase or self.objective.phases[-1]
        return Windows(dataset, phase.frames, self.objective.fps, seed, self.objective.image_size)

    def step(self, real: Clips, rng: torch.Generator, step: int) -> dict[str, Tensor]:
        """One update of the critics, if they learn, then one of the generator, both on the same generated clips.

        Args:
            real: this device's share of the clips of a step.
            rng: for whatever is random.
            step: number of the step, from 0.

        Returns:
            Losses to show, by name: the sum of the critics', and each of the generator's.
        """
        objective, accelerator = self.objective, self.accelerator
        self._set_pace(step)
        with accelerator.autocast():
            made = objective.generate(real, rng, step)
            critics = objective.critics_losses(real, made, rng)
        shown = {}
        if critics:
            shown["critics"] = self._descend(critics, self.discriminator_optimizer, objective.critics)
        objective.critics.requires_grad_(False)
        with accelerator.autocast():
            losses = objective.generator_losses(real, made, rng)
        self._descend(losses, self.generator_optimizer, objective.learners)
        objective.critics.requires_grad_(True)
        return shown | {name: loss.detach() for name, loss in losses.items()}

    @contextmanager
    def learners(self, others: nn.ModuleDict) -> Iterator[None]:
        """Lets the objective play with other weights for a while, such as averaged ones."""
        latest, self.objective.learners = self.objective.learners, others
        try:
            yield
        finally:
            self.objective.learners = latest

    def calibrate(self, batches: list[Clips], rng: torch.Generator) -> None:
        """Estimate the running statistics of the generator anew, for the noise that it will be asked for.

        Args:
            batches: real clips of the last phase's shape.
            rng: for whatever is random.
        """
        if self.config.average_decay:  # without it the weights are the latest, and so are the running statistics
            update_bn([[batch] for batch in batches], _Rehearsal(self.objective, rng))

    def memory(self) -> dict[str, Tensor]:
        """What the objective remembers from step to step, which every device does for itself: that of all of them."""
        buffers = self.objective.named_buffers(recurse=False)
        return {name: self.accelerator.gather(value) for name, value in buffers}

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        """Give this device its share of what :meth:`memory` returned, back when there were as many devices."""
        for name, values in memory.items():
            shares = values.split(len(getattr(self.objective, name)))
            getattr(self.objective, name).copy_(shares[self.accelerator.process_index % len(shares)])

    def _set_pace(self, step: int) -> None:
        phase, _ = self.phase(step)
        for optimizer, rate in (
            (self.generator_optimizer, phase.generator_rate),
            (self.discriminator_optimizer, phase.discriminator_rate),
        ):
            for group in optimizer.param_groups:
                group["lr"], group["betas"] = rate, phase.betas

    def _descend(self, losses: Mapping[str, Tensor], optimizer: torch.optim.Optimizer, networks: nn.Module) -> Tensor:
        """Descend the sum of the losses, which is returned."""
        loss = torch.stack(list(losses.values())).sum()
        optimizer.zero_grad()
        self.accelerator.backward(loss)
        self._share_gradients(networks)
        optimizer.step()
        return loss.detach()

    def _share_gradients(self, networks: nn.Module) -> None:
        """Average the gradients over all devices."""
        if self.accelerator.num_processes == 1:
            return
        gradients = [it.grad for it in networks.parameters() if it.grad is not None]
        mean = self.accelerator.reduce(torch.cat([it.reshape(-1) for it in gradients]), "mean")
        for gradient, part in zip(gradients, mean.split([it.numel() for it in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))


class _Rehearsal(nn.Module):
    """An objective's samples as a function of real clips, the form that torch's re-estimation of statistics calls."""

    def __init__(self, objective: Objective, rng: torch.Generator) -> None:
        super().__init__()
        self.objective, self.rng = objective, rng

    def forward(self, real: Clips) -> None:
        self.objective.samples(real, self.rng)
