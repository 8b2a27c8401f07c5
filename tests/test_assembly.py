import itertools
import shutil
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import motionkit
from motionkit.assembly import ComponentRef, dataset_ref, load
from motionkit.datasets.actions import Actions
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.encoders.trajectory import TrajectoryEncoder
from motionkit.interfaces import (
    COCO17,
    Clips,
    ComponentConfig,
    ConfigError,
    MotionGenerator,
    PluginError,
    RunError,
    Skeleton,
)
from motionkit.interfaces.seeding import seeded
from motionkit.io.manifest import Manifest, Settings, write_manifest
from motionkit.motion.ode import OdeMotion
from motionkit.objectives.motion_variational import MotionVariational
from motionkit.rendering.compose import ComposeRenderer
from motionkit.testing.toys.generator import ToyGenerator
from motionkit.training.experiment import Experiment
from motionkit.two_stages import TwoStageGenerator
from motionkit.windows import Windows, collate


@pytest.fixture
def generator() -> TwoStageGenerator:
    torch.manual_seed(0)
    config = ComposeRenderer.Config(image_size=16, widths=(16, 16, 8, 8), style_size=8)
    return TwoStageGenerator(OdeMotion(OdeMotion.Config(hidden=8, width=16), COCO17), ComposeRenderer(config, COCO17))


def test_shared_times_are_the_same_frames_at_any_frame_rate(generator: TwoStageGenerator) -> None:
    slow = generator.sample(3, times=motionkit.frame_times(2, 15), seed=4)
    fast = generator.sample(3, times=motionkit.frame_times(2, 60), seed=4)
    torch.testing.assert_close(fast.keypoints_BTK2[:, 3::4], slow.keypoints_BTK2, atol=1e-5, rtol=0)
    torch.testing.assert_close(fast.video_BTCHW[:, 3::4], slow.video_BTCHW, atol=1e-4, rtol=0)
    assert fast.keypoints_BTK2.std() > 0


@pytest.mark.parametrize(("first", "interval"), [(1 / 30, 1 / 30), (0.0, 0.37), (0.01, 0.013), (1.7, 1.7)])
def test_an_endless_clip_has_the_frames_of_one_that_ends(
    generator: TwoStageGenerator, first: float, interval: float
) -> None:
    noise = generator.eval().noise(2, seed=4)
    times_T = (first + torch.arange(int(3 / interval), dtype=torch.float64) * interval).float()
    whole = Clips.joined(list(generator.pieces(noise, times_T)))
    endless, pieces = generator.endless(noise, first, interval), []
    while sum(len(piece.times) for piece in pieces) < len(times_T):
        pieces.append(next(endless))
    joined = Clips.joined(pieces).frames(slice(len(times_T)))
    torch.testing.assert_close(joined.times, times_T)
    torch.testing.assert_close(joined.keypoints_BTK2, whole.keypoints_BTK2, atol=1e-5, rtol=0)
    torch.testing.assert_close(joined.video_BTCHW, whole.video_BTCHW, atol=1e-4, rtol=0)


def test_a_clip_depends_on_its_number_not_on_its_company(generator: TwoStageGenerator) -> None:
    times = motionkit.frame_times(1, 16)
    few, many = generator.sample(2, times=times, seed=1), generator.sample(5, times=times, seed=1)
    torch.testing.assert_close(many.video_BTCHW[:2], few.video_BTCHW, atol=1e-4, rtol=0)
    assert (few.video_BTCHW[0] - few.video_BTCHW[1]).abs().max() > 1e-3
    other = generator.sample(2, times=times, seed=2)
    assert (few.video_BTCHW - other.video_BTCHW).abs().max() > 1e-3


def test_rendering_in_pieces_changes_nothing(generator: TwoStageGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    times = motionkit.frame_times(1, 30)
    whole = generator.sample(2, times=times)
    monkeypatch.setattr(TwoStageGenerator, "CHUNK", 7)
    torch.testing.assert_close(generator.sample(2, times=times).video_BTCHW, whole.video_BTCHW, atol=1e-4, rtol=0)


def test_its_own_keypoints_are_drawn_as_its_own_frames(generator: TwoStageGenerator) -> None:
    clips = generator.sample(1, times=motionkit.frame_times(0.5, 16), seed=1)
    noise = generator.noise(1, 1)
    assert generator.draws_poses
    drawn = generator.draw(noise, Clips(clips.times, clips.keypoints))
    torch.testing.assert_close(drawn.video_BTCHW, clips.video_BTCHW, atol=1e-4, rtol=0)
    moved = generator.draw(noise, Clips(clips.times, clips.keypoints_BTK2 + 0.3))
    assert (moved.video_BTCHW - clips.video_BTCHW).abs().max() > 1e-3
    assert TwoStageGenerator(generator.motion).draw(noise, clips) is clips  # keypoints alone
    with pytest.raises(ConfigError, match="can't draw a pose"):
        ToyGenerator(ToyGenerator.Config()).draw({}, clips)


@pytest.fixture
def clip_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip folder called faces in the folder that we are in."""
    monkeypatch.chdir(tmp_path)
    Path("faces").mkdir()
    settings = Settings(size=8, detector="toy", distribution="toys 1", detector_config={}, gate={})
    write_manifest(Path("faces"), Manifest(skeleton=COCO17, settings=settings))


def test_a_name_that_fits_a_dataset_and_a_clip_folder_is_refused(clip_folder: None) -> None:
    with pytest.raises(ConfigError, match=r"write motionkit:faces for the dataset, or \./faces for the folder"):
        dataset_ref("faces", "small", {})
    assert dataset_ref("motionkit:faces", "small", {}).name == "faces"
    folder = dataset_ref("./faces", "small", {})
    assert (folder.name, folder.config["path"]) == ("folder", str(Path("faces").resolve()))
    Path("faces").rename("mine")
    assert dataset_ref("mine", "small", {}).name == "folder"
    assert dataset_ref("faces", "small", {}).name == "faces"
    Path("faces").mkdir()  # which is no clip folder
    assert dataset_ref("faces", "small", {}).name == "faces"
    with pytest.raises(PluginError, match=r"no folder \./fases"):
        dataset_ref("./fases", "small", {})


def test_the_default_data_are_the_dataset_whatever_folders_there_are(clip_folder: None) -> None:
    Path("faces").rename("actions")
    assert Experiment.settle(("motion",), {}, "small", {}, 0, "32").components["data"].name == "actions"


@pytest.mark.parametrize("widths", [[9], [-8]])
def test_settings_of_which_nothing_can_be_made_are_told_in_a_line(widths: list[int]) -> None:
    ref = ComponentRef.of("encoder", "picture", None, {"widths": widths}, where="appearance_encoder")
    with pytest.raises(ConfigError, match=r"^the encoder picture can't be made with these settings: "):
        ref.build(COCO17, 4)


def test_two_skeletons_are_not_joined() -> None:
    other = Skeleton("dot", ("dot",), (), (0,))
    with pytest.raises(RunError, match=r"dot.*coco-17"):
        TwoStageGenerator(
            OdeMotion(OdeMotion.Config(hidden=8, width=16), other),
            ComposeRenderer(ComposeRenderer.Config(image_size=4, widths=(4, 4)), COCO17),
        )


def test_load_gives_a_ready_generator_wherever_the_run_lies(tiny_run: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(tiny_run, tmp_path / "elsewhere")
    times = motionkit.frame_times(1, 16)
    here, there = motionkit.load(tiny_run), motionkit.load(moved)
    assert torch.equal(here.sample(2, times=times).video_BTCHW, there.sample(2, times=times).video_BTCHW)  # type: ignore[arg-type]


def test_a_run_that_does_not_fit_its_description_is_told(tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text.replace('"hidden": 8', '"hidden": 9'))
    with pytest.raises(RunError, match=r"motion\.safetensors belongs to another run"):
        load(run)
    (run / "run.json").write_text(text.replace('"joints"', '"points"'))
    with pytest.raises(RunError, match="does not describe"):
        load(run)


class Clockwork(MotionGenerator):
    """A motion model that learns in seconds: a network of the noise and of waves in time."""

    Config = ComponentConfig
    continuous, stochastic, noise_size = True, False, 16

    def __init__(self, config: ComponentConfig, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.layers = nn.Sequential(nn.Linear(24, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 34))

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        return noise_BD

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        angles_BTF = times.expand(len(noise_BD), -1)[..., None] * torch.tensor([2.0, 4.0, 6.0, 8.0])
        noise_BTD = noise_BD[:, None].expand(-1, angles_BTF.shape[1], -1)
        return self.layers(torch.cat([noise_BTD, angles_BTF.sin(), angles_BTF.cos()], -1)).unflatten(-1, (17, 2))


@pytest.mark.parametrize("fps", [8.0, 16.0])
def test_a_coded_clip_plays_in_phase_with_its_source(fps: float) -> None:
    """What was learnt of jumping people is nearest to them at the very times that the generator's clock tells."""
    torch.manual_seed(0)
    motion = Clockwork(ComponentConfig(), COCO17)
    critics = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(frame_width=8, sequence_widths=(8, 8)), COCO17)
    encoder = TrajectoryEncoder(TrajectoryEncoder.Config(widths=(64, 64)), COCO17, motion.noise_size)
    frames = int(fps)
    config = MotionVariational.Config(frames=frames, fps=fps, batch=16, adversarial=0.0, bones=0.0, code_price=0.0)
    game = MotionVariational(config, motion, critics, encoder)
    windows = Windows(Actions(Actions.Config(actions=("jack",), clips=16)), frames, fps, seed=0)
    real = collate([windows[index] for index in range(16)])
    optimizer = torch.optim.Adam(game.learners.parameters(), 3e-3)
    for step in range(150):
        rng = seeded(step)
        loss = game.generator_losses(real, game.generate(real, rng, step), rng)["reconstruction"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    generator = TwoStageGenerator(motion, encoders={"motion": encoder}, fps=fps)
    code = generator.encode(Clips(real.times, real.keypoints_BTK2))
    late = torch.tensor([-1.0, -0.5, 0.0, 0.5, 1.0]) / fps
    played = [generator.keypoints(code, generator.clock(real.times_BT) + shift) for shift in late]
    distances = torch.stack([(keypoints - real.keypoints_BTK2).abs().mean() for keypoints in played])
    assert int(distances.argmin()) == 2
    assert distances[2] < 0.75 * distances[[0, 4]].min()


def test_a_run_tells_its_clock(tiny_run: Path) -> None:
    torch.testing.assert_close(load(tiny_run).clock(torch.tensor([0.0, 0.5])), torch.tensor([0.0625, 0.5625]))


def test_what_clips_do_not_show_is_not_encoded(tiny_run: Path) -> None:
    generator = load(tiny_run)
    assert generator.encodes == ("motion", "appearance")
    times, keypoints, video = torch.arange(3) / 16, torch.zeros(2, 3, 17, 2), torch.zeros(2, 3, 3, 16, 16)
    assert generator.encode(Clips(times, keypoints)).keys() == {"motion"}
    assert generator.encode(Clips(times, keypoints, video)).keys() == {"motion", "appearance"}
    assert generator.encode(Clips(times, keypoints, video).frames(slice(1))).keys() == {"appearance"}
    with pytest.raises(ConfigError, match="these clips lack what shows it"):
        generator.encode(Clips(times, video=video))


def test_a_generator_without_encoders_says_so(generator: TwoStageGenerator) -> None:
    assert generator.encodes == ()
    with pytest.raises(ConfigError, match="trained without an encoder"):
        generator.encode(Clips(torch.arange(3) / 16, torch.zeros(1, 3, 17, 2)))


def test_a_fitted_motion_comes_nearer_and_goes_on_the_same_way(tiny_run: Path) -> None:
    generator = load(tiny_run)
    windows = Windows(Actions(Actions.Config(clips=2)), 16, 16.0, seed=0)
    real = collate([windows[index] for index in range(2)])
    motion = Clips(real.times, real.keypoints)
    code = generator.encode(motion)
    steps: list[tuple[int, int]] = []
    fitted = generator.fit(code, motion, lambda done, of: steps.append((done, of)))
    assert steps[-1] == (len(steps), len(steps))
    times = generator.clock(real.times_BT)
    told, found = (
        (generator.keypoints(noise, times) - real.keypoints_BTK2).abs().mean((1, 2, 3)) for noise in (code, fitted)
    )
    assert (found < 0.8 * told).all()

    noise = generator.noise(2, 0) | fitted
    asked_T = torch.arange(1, 41) / 16
    made = Clips.joined(list(generator.pieces(noise, asked_T)))
    endless = Clips.joined(list(itertools.islice(generator.endless(noise, 1 / 16, 1 / 16), 3)))
    torch.testing.assert_close(endless.keypoints[:, :40], made.keypoints, rtol=0, atol=1e-5)
    torch.testing.assert_close(generator(noise, asked_T), made.video)


def test_motion_with_noise_on_its_way_is_left_as_it_was_coded() -> None:
    motion = Clockwork(ComponentConfig(), COCO17)
    clips = Clips(torch.arange(4) / 16, torch.zeros(1, 4, 17, 2))
    noise = {"motion": torch.zeros(1, 16)}
    assert TwoStageGenerator(motion).fit(noise, clips) == noise
