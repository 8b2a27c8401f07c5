"""The detector ``rtmpose``, with small networks that are made here: they see bright spots, not people."""

import json
from pathlib import Path

import numpy as np
import pytest

from motionkit import registry
from motionkit.cli import cli
from motionkit.interfaces import COCO17, ConfigError, DataError, Frame, PluginError
from motionkit.testing import check_detector

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
from motionkit_rtmpose.detector import RtmposeDetector  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

WIDTH, HEIGHT = 48, 64


def written(path: Path, nodes, shape, outputs, **constants) -> Path:
    """A network of one picture in a file."""
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, kind, size) for name, kind, size in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return brightest(tmp_path_factory.mktemp("models") / "pose.onnx")


def brightest(path: Path, joints: int = 17) -> Path:
    """An RTMPose all of whose keypoints lie at the brightest red, which is as sure as it is bright."""
    nodes = [
        helper.make_node("Gather", ["picture", "red"], ["plane"], axis=1),
        helper.make_node("Sigmoid", ["plane"], ["bright"]),
    ]
    for name, axis in (("across", 2), ("down", 3)):
        nodes += [
            helper.make_node("ReduceMax", ["bright"], [f"{name}_line"], axes=[1, axis], keepdims=0),
            helper.make_node("Unsqueeze", [f"{name}_line", "last"], [f"{name}_first"]),
            helper.make_node("Mul", [f"{name}_first", "less"], [f"{name}_second"]),
            helper.make_node("Concat", [f"{name}_first", f"{name}_second"], [f"{name}_both"], axis=2),
            helper.make_node("Reshape", [f"{name}_both", f"{name}_shape"], [f"{name}_bins"]),
            helper.make_node("Expand", [f"{name}_bins", f"{name}_all"], [name]),
        ]
    outputs = [(name, TensorProto.FLOAT, (1, joints, 2 * size)) for name, size in (("across", WIDTH), ("down", HEIGHT))]
    return written(
        path, nodes, (1, 3, HEIGHT, WIDTH), outputs,
        red=np.array([0]), last=np.array([2]), less=np.float32([[[0.9]]]),
        across_shape=np.array([1, 1, 2 * WIDTH]), down_shape=np.array([1, 1, 2 * HEIGHT]),
        across_all=np.array([1, joints, 2 * WIDTH]), down_all=np.array([1, joints, 2 * HEIGHT]),
    )  # fmt: skip


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detector of two people: left, narrow, as sure as blue is there; right, wide, likewise."""
    nodes = [
        helper.make_node("Gather", ["picture", "blue"], ["plane"], axis=1),
        helper.make_node("Div", ["plane", "most"], ["bright"]),
        helper.make_node("Split", ["bright"], ["left", "right"], axis=3),
        helper.make_node("ReduceMax", ["left"], ["left_score"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("ReduceMax", ["right"], ["right_score"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Concat", ["left_score", "right_score"], ["scores"], axis=0),
        helper.make_node("Reshape", ["scores", "column"], ["scores_121"]),
        helper.make_node("Concat", ["boxes", "scores_121"], ["dets"], axis=2),
        helper.make_node("Identity", ["classes"], ["labels"]),
    ]
    outputs = [("dets", TensorProto.FLOAT, (1, 2, 5)), ("labels", TensorProto.INT64, (1, 2))]
    return written(
        tmp_path_factory.mktemp("models") / "people.onnx", nodes, (1, 3, 64, 64), outputs,
        blue=np.array([0]), most=np.float32(255), column=np.array([1, 2, 1]), classes=np.array([[0, 0]]),
        boxes=np.float32([[[4, 8, 24, 40], [34, 4, 62, 44]]]),
    )  # fmt: skip


def picture(*spots: tuple[int, int, tuple[int, int, int]]) -> np.ndarray:
    """96 pixels down and 128 across, black but for spots of a colour."""
    image_HWC = np.zeros((96, 128, 3), np.uint8)
    for x, y, colour in spots:
        image_HWC[y - 2 : y + 3, x - 2 : x + 3] = np.array(colour) * 0.6
        image_HWC[y, x] = colour
    return image_HWC


def found(images, **settings):
    """Where in pixels each frame's keypoints are; None where there is no pose."""
    detector = RtmposeDetector(RtmposeDetector.Config(**settings))
    poses = list(detector.detect((Frame(index / 25, it) for index, it in enumerate(images)), Path("a.mp4")))
    return [None if it is None else ((it.keypoints_K2[0] + 1) * [64, 48] - 0.5).tolist() for it in poses]


WHITE, RED, BLUE = (255, 255, 255), (255, 0, 0), (0, 0, 255)
NEAR = 128 * 1.25 / WIDTH
"""A pixel of the network's picture of a whole frame, in the frame's pixels."""


def test_motionkit_finds_it_and_it_keeps_its_contract(model, people):
    assert registry.load("detector", "rtmpose") is RtmposeDetector
    check_detector(RtmposeDetector, RtmposeDetector.Config(model=model, people=people))


@pytest.mark.parametrize(("x", "y"), [(20, 30), (100, 70), (64, 48)])
def test_keypoints_are_where_the_peaks_are(model, x, y):
    (place,) = found([picture((x, y, RED))], model=model)
    np.testing.assert_allclose(place, [x, y], atol=NEAR)


def test_a_box_of_its_own_makes_it_sharper_and_the_largest_is_followed_to_where_it_is(model, people):
    both = picture((20, 40, WHITE), (100, 50, WHITE))
    left, right = picture((20, 40, WHITE)), picture((100, 50, WHITE))
    places = found([both, both, left, both, right, picture()], model=model, people=people)
    expected = [[100, 50], [100, 50], [20, 40], [20, 40], [100, 50]]  # it stays with whom it saw last
    np.testing.assert_allclose(places[:5], expected, atol=1.5)
    assert places[5] is None


def test_people_who_are_not_sure_do_not_count(model, people):
    dim = picture((20, 40, (255, 0, 100)))
    assert found([dim], model=model, people=people) == [None]
    assert found([dim], model=model, people=people, min_person_score=0.3) != [None]


def test_colours_are_red_green_and_blue_for_the_pose_and_the_other_way_for_people(model, people):
    (place,) = found([picture((20, 30, BLUE), (100, 70, RED))], model=model)
    np.testing.assert_allclose(place, [100, 70], atol=NEAR)
    assert found([picture((100, 50, RED))], model=model, people=people) == [None]


def test_models_are_known_by_their_digest(model, tmp_path):
    config = RtmposeDetector.Config(model=model)
    assert len(config.model_sha256) == 64 and config.people_sha256 == ""
    with pytest.raises(ValueError, match="is another file, its sha256 is"):
        RtmposeDetector.Config(model=brightest(tmp_path / "b.onnx", joints=18), model_sha256=config.model_sha256)
    with pytest.raises(ValueError, match="there is no file"):
        RtmposeDetector.Config(model=tmp_path / "c.onnx")


def test_what_is_no_such_model_is_told(model, people, tmp_path):
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(DataError, match=r"text\.onnx: is not a network in ONNX"):
        found([picture()], model=tmp_path / "text.onnx")
    with pytest.raises(DataError, match=r"people\.onnx: the model gives"):
        found([picture()], model=people)
    with pytest.raises(DataError, match=r"b\.onnx: the model gives .* an RTMPose of 17 keypoints gives \(17, 96\)"):
        found([picture()], model=brightest(tmp_path / "b.onnx", joints=18))


def test_prepare_keeps_the_digest_and_says_which_setting_is_missing(model, tmp_path):
    from motionkit.io.video import write_video

    write_video(tmp_path / "a.mp4", [picture((64, 48, RED))] * 20, 25)
    words = ["prepare", str(tmp_path / "a.mp4"), "--out", str(tmp_path / "clips"), "--detector", "rtmpose"]
    with pytest.raises(ConfigError, match="model"):
        cli.main(words, prog_name="motionkit", standalone_mode=False)
    with pytest.raises(DataError):  # a figure of 17 keypoints in one place is no body
        cli.main([*words, "-o", f"detector.model={model}"], prog_name="motionkit", standalone_mode=False)
    settings = json.loads((tmp_path / "clips" / "dataset.json").read_text())["settings"]
    assert settings["detector_config"]["model_sha256"] == RtmposeDetector.Config(model=model).model_sha256


def test_without_onnx_runtime_the_error_says_how_to_install_it(model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(PluginError, match="pip install onnxruntime"):
        found([picture()], model=model)


def test_it_finds_a_person_as_coco_has_one():
    assert RtmposeDetector.skeleton is COCO17 and RtmposeDetector.noisy
