"""Exported graphs do what torch does, at any number of clips, frames and seconds, and say what they take."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from command_line import CommandLine, here
from onnx import TensorProto, helper, numpy_helper

import motionkit
from motionkit.graphs.package import motion_graph, write_graphs
from motionkit.graphs.trace import largest_difference
from motionkit.graphs.weights import shortened
from motionkit.interfaces import COCO17, ConfigError, MotionGenerator
from motionkit.io.output import output
from motionkit.motion.ode import OdeMotion
from motionkit.motion.rnn import RnnMotion
from motionkit.testing.toys import ToyGenerator, ToyMotion


def session(path: Path) -> "onnxruntime.InferenceSession":
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def folder(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs of the tiny run, whose renderer draws 16 pixels."""
    path = tmp_path_factory.mktemp("graphs")
    here("export", tiny_run, "--onnx", "--out", path)
    return path


@pytest.fixture(scope="module")
def generator(tiny_run: Path) -> "motionkit.TwoStageGenerator":
    generator = motionkit.load(tiny_run)
    assert isinstance(generator, motionkit.TwoStageGenerator)
    return generator


@pytest.mark.parametrize("clips", [1, 3])
@pytest.mark.parametrize(
    "times_T",
    [
        motionkit.frame_times(seconds=1, fps=30),
        motionkit.frame_times(seconds=7, fps=5),
        torch.tensor([0.0, 0.0, 1e-3, 1 / 24, 0.9, 0.9999, 1.0, 2.37]),
        torch.tensor([1e-4]),
        torch.tensor([60.0]),
    ],
    ids=["a second", "seven seconds", "uneven", "one moment", "a minute on"],
)
def test_motion_of_any_length(
    folder: Path, generator: "motionkit.TwoStageGenerator", clips: int, times_T: torch.Tensor
):
    noise_BD = generator.motion.sample_noise(clips, torch.Generator().manual_seed(clips))
    (found,) = session(folder / "motion.onnx").run(None, {"noise": noise_BD.numpy(), "times": times_T.numpy()})
    expected = generator.keypoints({"motion": noise_BD}, times_T)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)
    assert np.abs(found - found[:, :1]).max() > 1e-3 or len(times_T) == 1  # it moves


@pytest.mark.parametrize(("clips", "frames"), [(1, 1), (1, 20), (3, 7)])
def test_frames_of_any_number(folder: Path, generator: "motionkit.TwoStageGenerator", clips: int, frames: int):
    rng = torch.Generator().manual_seed(frames)
    assert generator.renderer is not None
    noise_BD = generator.renderer.sample_noise(clips, rng)
    keypoints_BTK2 = 2.4 * torch.rand(clips, frames, 17, 2, generator=rng) - 1.2
    fed = {"noise": noise_BD.numpy(), "keypoints": keypoints_BTK2.numpy()}
    (found,) = session(folder / "renderer.onnx").run(None, fed)
    with torch.no_grad():
        expected = generator.renderer(noise_BD, keypoints_BTK2)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)


def test_its_description_is_that_of_the_graphs(folder: Path) -> None:
    described = json.loads((folder / "generator.json").read_text(encoding="utf-8"))
    assert described["noise"] == {"motion": 64, "appearance": 128}
    assert described["skeleton"]["joints"][9] == "left wrist" and described["image_size"] == 16
    for graph in described["graphs"].values():
        opened = session(folder / graph["file"])
        assert {value.name: value.shape for value in opened.get_inputs()} == graph["inputs"]
        assert {value.name: value.shape for value in opened.get_outputs()} == graph["outputs"]


def test_nothing_of_this_machine_is_in_them(folder: Path) -> None:
    for path in folder.glob("*.onnx"):
        assert str(Path(motionkit.__file__).parent.parent).encode() not in path.read_bytes()
        assert b"site-packages" not in path.read_bytes()


def small_ode(**settings: object) -> OdeMotion:
    torch.manual_seed(0)
    overrides = {"width": 32, "hidden": 32, **settings}
    return OdeMotion(motionkit.build_config(OdeMotion.Config, overrides=overrides, where="motion"), COCO17).eval()


def test_weights_that_16_bits_hold_are_kept_in_16_and_once() -> None:
    exact, inexact = np.full((16, 32), 0.5, np.float32), np.full((16, 32), 1 / 3, np.float32)
    weights = {"exact": exact, "again": exact, "inexact": inexact, "bias": exact[0]}
    nodes = [helper.make_node("Sum", [*weights, "x"], ["y"])]
    values = [helper.make_tensor_value_info(name, 1, [16, 32]) for name in ("x", "y")]
    tensors = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    model = helper.make_model(helper.make_graph(nodes, "sum", values[:1], values[1:], tensors), ir_version=10)
    x = np.random.default_rng(0).random((16, 32), np.float32)
    expected = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
    shortened(model)
    assert [(kept.name, kept.data_type) for kept in model.graph.initializer] == [
        ("exact.half", TensorProto.FLOAT16),
        ("inexact", TensorProto.FLOAT),
        ("bias", TensorProto.FLOAT),
    ]
    np.testing.assert_array_equal(
        onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0], expected
    )


@pytest.mark.parametrize(
    ("motion", "message"),
    [
        (RnnMotion(RnnMotion.Config(), COCO17), "RnnMotion takes fresh noise at each step.*such as ode"),
        (small_ode(solver="dopri5"), "dopri5 chooses its steps by values.*rk4"),
    ],
)
def test_what_cannot_be_a_graph_is_refused(motion: MotionGenerator, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        motion_graph(motion.eval())
    assert "\n" not in str(refused.value)


def test_parts_of_others_are_followed(tmp_path: Path) -> None:
    motion = ToyMotion(ToyMotion.Config(), COCO17).eval()
    assert largest_difference(motion_graph(motion), motion, {"clips": 4, "frames": 5}, "toy") < 1e-5
    whole = ToyGenerator(ToyGenerator.Config(image_size=8))
    with output(tmp_path) as folder:
        assert [written.name for written in write_graphs(whole, folder)] == ["generator.onnx"]
    inputs = json.loads((tmp_path / "generator.json").read_text(encoding="utf-8"))["graphs"]["generator"]["inputs"]
    assert inputs == {"motion_noise": ["clips", 2], "appearance_noise": ["clips", 3], "times": ["frames"]}


def test_a_graph_that_differs_is_not_written(tmp_path: Path) -> None:
    class Forgetful(ToyMotion):
        """It does one thing when it is followed, and another when it is run."""

        def forward(self, noise_BD: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
            factor = 1 if torch.compiler.is_compiling() else 2
            return factor * super().forward(noise_BD, times)

    with (
        output(tmp_path) as folder,
        pytest.raises(ConfigError, match=r"the graph of Forgetful differs from it by 0\.\d"),
    ):
        write_graphs(motionkit.TwoStageGenerator(Forgetful(ToyMotion.Config(), COCO17)), folder)
    assert not list(tmp_path.glob("*.onnx"))


def test_clips_and_graphs_are_asked_for_apart(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    done = motionkit("export", tiny_run, "--onnx", "--fps", 30, "--out", tmp_path / "out", status=2)
    assert "it takes --out alone" in done.stderr
    assert not (tmp_path / "out").exists()
