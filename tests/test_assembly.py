import shutil
from pathlib import Path

import pytest
import torch

import motionkit
from motionkit.assembly import TwoStageGenerator, dataset_ref, load
from motionkit.interfaces import COCO17, ConfigError, PluginError, RunError, Skeleton
from motionkit.io.manifest import Manifest, Settings, write_manifest
from motionkit.motion.ode import OdeMotion
from motionkit.rendering.compose import ComposeRenderer
from motionkit.training.experiment import Experiment


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
