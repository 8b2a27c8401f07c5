"""Files of keypoints as other programs write them, read as one and the same figure."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motionkit.interfaces import COCO17, FACE13, DataError, Skeleton
from motionkit.io.keypoint_formats.format import Part, Wanted
from motionkit.io.keypoint_formats.orders import BODY_18, BODY_25, FACE13_OF_68, HALPE_26, HALPE_136, WHOLEBODY_133
from motionkit.io.keypoint_formats.reading import read_figures

FRAMES = 4
MOUSE = Skeleton("mouse", ("nose", "left ear", "right ear", "tail"), ((0, 1), (0, 2), (0, 3)), (0, 2, 1, 3))


def truth(count: int = 17) -> np.ndarray:
    """x, y and confidence of keypoints that move, (FRAMES, K, 3); keypoint 3 of frame 1 is not seen."""
    draw = np.random.default_rng(count)
    points_TK3 = np.concatenate([draw.uniform(5, 60, (FRAMES, count, 2)), draw.uniform(0.3, 1, (FRAMES, count, 1))], -1)
    points_TK3[1, 3] = 0
    return points_TK3


def in_order(points_TK3: np.ndarray, order: tuple[str, ...], joints: tuple[str, ...] = COCO17.joints) -> np.ndarray:
    """The same in another order; keypoints that the skeleton has not are at (1, 1)."""
    found = [joints.index(name) if name in joints else None for name in order]
    return np.stack([np.ones((FRAMES, 3)) if at is None else points_TK3[:, at] for at in found], 1)


def flat(points_K3: np.ndarray) -> list[float]:
    return [float(number) for number in points_K3.ravel()]


def person(points_K3: np.ndarray, **more: Any) -> dict[str, Any]:
    """A person of OpenPose's."""
    return {"person_id": [-1], "pose_keypoints_2d": flat(points_K3), "face_keypoints_2d": [], **more}


def openpose(folder: Path, points_TK3: np.ndarray) -> Path:
    path = folder / "a.keypoints"
    path.mkdir()
    for index, points_K3 in enumerate(points_TK3):
        document = {"version": 1.3, "people": [person(points_K3)]}
        (path / f"a_{index:012d}_keypoints.json").write_text(json.dumps(document))
    return path


def saved(folder: Path, document: Any) -> Path:
    path = folder / "a.keypoints.json"
    path.write_text(json.dumps(document))
    return path


def alphapose(folder: Path, points_TK3: np.ndarray) -> Path:
    figures = [
        {"image_id": f"{index}.jpg", "category_id": 1, "keypoints": flat(points_K3), "score": 2.9, "idx": [0.0]}
        for index, points_K3 in enumerate(points_TK3)
    ]
    return saved(folder, figures)


def instance(points_K3: np.ndarray) -> dict[str, Any]:
    """An instance of MMPose's."""
    return {
        "keypoints": points_K3[:, :2].tolist(), "keypoint_scores": points_K3[:, 2].tolist(),
        "bbox": [[0.0, 0.0, 9.0, 9.0]], "bbox_score": 0.9,
    }  # fmt: skip


def mmpose_demo(folder: Path, points_TK3: np.ndarray) -> Path:
    names = {str(index): joint.replace(" ", "_") for index, joint in enumerate(COCO17.joints)}
    frames = [{"frame_id": index + 1, "instances": [instance(it)]} for index, it in enumerate(points_TK3)]
    return saved(folder, {"meta_info": {"dataset_name": "coco", "keypoint_id2name": names}, "instance_info": frames})


def mmpose_inferencer(folder: Path, points_TK3: np.ndarray) -> Path:
    return saved(folder, [{"frame_id": index, "instances": [instance(it)]} for index, it in enumerate(points_TK3)])


def coco_results(folder: Path, points_TK3: np.ndarray) -> Path:
    return saved(
        folder,
        [
            {"image_id": index, "category_id": 1, "keypoints": flat(it), "score": 0.9}
            for index, it in enumerate(points_TK3)
        ],
    )


def coco(folder: Path, points_TK3: np.ndarray, joints: tuple[str, ...] = COCO17.joints) -> Path:
    category = {"id": 1, "name": "person", "keypoints": [joint.replace(" ", "_") for joint in joints], "skeleton": []}
    images = [
        {"id": 70 + index, "file_name": f"img/{index + 1:06d}.jpg", "width": 64, "height": 48} for index in range(4)
    ]
    annotations = [
        {"id": index, "image_id": 70 + index, "category_id": 1, "keypoints": flat(it), "bbox": [0, 0, 9, 9]}
        for index, it in enumerate(points_TK3)
    ]
    return saved(folder, {"images": images, "annotations": annotations, "categories": [category]})


def deeplabcut(
    folder: Path, points_TK3: np.ndarray, joints: tuple[str, ...] = COCO17.joints, animals: tuple[str, ...] = ()
) -> Path:
    """One animal, or the same figure for each of several."""
    path = folder / "aDLC_resnet50_reachMay1shuffle1_100000.csv"
    times = max(1, len(animals))
    names = [joint.replace(" ", "_") for joint in joints for _ in range(3)] * times
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["scorer", *["DLC_resnet50"] * len(names)])
        if animals:
            rows.writerow(["individuals", *(animal for animal in animals for _ in range(3 * len(joints)))])
        rows.writerow(["bodyparts", *names])
        rows.writerow(["coords", *["x", "y", "likelihood"] * (len(joints) * times)])
        for index, points_K3 in enumerate(points_TK3):
            rows.writerow([index, *flat(points_K3) * times])
    return path


def sleap_csv(folder: Path, points_TK3: np.ndarray) -> Path:
    path = folder / "a.keypoints.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        columns = (f"{joint.replace(' ', '_')}.{part}" for joint in COCO17.joints for part in ("x", "y", "score"))
        rows.writerow(["track", "frame_idx", "instance.score", *columns])
        for index, points_K3 in enumerate(points_TK3):
            cells = ["" if not point_3[2] else value for point_3 in points_K3.tolist() for value in point_3]
            rows.writerow(["track_0", index, 0.9, *cells])
    return path


def sleap_h5(folder: Path, points_TK3: np.ndarray, joints: tuple[str, ...] = COCO17.joints) -> Path:
    h5py = pytest.importorskip("h5py")
    path = folder / "a.analysis.h5"
    places_TK2 = np.where(points_TK3[..., 2:] > 0, points_TK3[..., :2], np.nan)
    with h5py.File(path, "w") as file:
        file["tracks"] = places_TK2.transpose(2, 1, 0)[None]
        file["point_scores"] = points_TK3[..., 2].T[None]
        file["node_names"] = [joint.encode() for joint in joints]
        file["track_names"] = [b"track_0"]
        file["track_occupancy"] = np.ones((len(points_TK3), 1), np.uint8)
    return path


def sidecar(folder: Path, points_TK3: np.ndarray) -> Path:
    frames = [{"time": index, "keypoints": points_K3.tolist()} for index, points_K3 in enumerate(points_TK3)]
    return saved(folder, {"skeleton": "coco-17", "frames": frames})


WRITERS: list[Callable[[Path, np.ndarray], Path]] = [
    alphapose, coco, coco_results, deeplabcut, mmpose_demo, mmpose_inferencer, sidecar, sleap_csv, sleap_h5,
]  # fmt: skip


def check(path: Path, points_TK3: np.ndarray, skeleton: Skeleton = COCO17, part: Part = "body") -> None:
    """The file holds these points, with the unseen one as NaN, NaN and 0."""
    figures = read_figures(path, Wanted(skeleton, part))
    expected_TK3 = np.where(points_TK3[..., 2:] > 0, points_TK3, [np.nan, np.nan, 0])
    assert figures.moments_N.tolist() == list(range(FRAMES)) and figures.joints == skeleton.joints
    np.testing.assert_allclose(figures.points_NK3, expected_TK3, atol=1e-6)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_every_format_gives_the_same_figure(write: Callable[[Path, np.ndarray], Path], tmp_path: Path) -> None:
    check(write(tmp_path, truth()), truth())


@pytest.mark.parametrize("order", [BODY_18, BODY_25, HALPE_26, HALPE_136, WHOLEBODY_133], ids=len)
def test_orders_without_names_are_known_by_their_length(order: tuple[str, ...], tmp_path: Path) -> None:
    check(openpose(tmp_path, in_order(truth(), order)), truth())
    check(alphapose(tmp_path, in_order(truth(), order)), truth())


def test_orders_are_those_that_are_published() -> None:
    assert (BODY_18[1], BODY_18[4], BODY_18[17]) == ("neck", "right wrist", "left ear")
    assert (BODY_25[8], BODY_25[11], BODY_25[14], BODY_25[18]) == (
        "middle of the hips", "right ankle", "left ankle", "left ear",
    )  # fmt: skip
    assert (HALPE_26[19], HALPE_26[25]) == ("middle of the hips", "right heel")
    assert (len(HALPE_136), len(WHOLEBODY_133)) == (136, 133)
    assert (HALPE_136[94], HALPE_136[115]) == ("left hand 0", "right hand 0")
    assert (WHOLEBODY_133[23], WHOLEBODY_133[91], WHOLEBODY_133[112]) == ("face 1", "left hand 0", "right hand 0")


def test_a_face_is_thirteen_of_its_landmarks(tmp_path: Path) -> None:
    points_TK3 = np.ones((FRAMES, 136, 3))
    points_TK3[:, [26 + number - 1 for number in FACE13_OF_68]] = truth(13)
    check(alphapose(tmp_path, points_TK3), truth(13), FACE13)
    (tmp_path / "hands").mkdir()
    people = [{"people": [person(np.zeros((25, 3)), face_keypoints_2d=flat(it[26:94]))]} for it in points_TK3]
    check(saved(tmp_path / "hands", people), truth(13), FACE13, "face")


def test_skeletons_of_ones_own_are_found_by_their_names(tmp_path: Path) -> None:
    joints = ("Tail", "EarL", "ear_right", "snout", "Nose")
    points_TK3 = in_order(truth(4), ("tail", "left ear", "right ear", "snout", "nose"), MOUSE.joints)
    check(deeplabcut(tmp_path, points_TK3, joints), truth(4), MOUSE)
    check(sleap_h5(tmp_path, points_TK3, joints), truth(4), MOUSE)
    check(coco(tmp_path, points_TK3, joints), truth(4), MOUSE)
    with pytest.raises(DataError, match=r"no keypoint for right ear.*it has nose.*detector\.skeleton=FILE"):
        read_figures(deeplabcut(tmp_path, truth(4), COCO17.joints[:4]), Wanted(COCO17))
    (tmp_path / "hands").mkdir()
    check(alphapose(tmp_path / "hands", truth(4)), truth(4), MOUSE)  # as many, without names: in the skeleton's order


def test_several_animals_are_told_apart(tmp_path: Path) -> None:
    path = deeplabcut(tmp_path, truth(4), MOUSE.joints, animals=("anna", "bert"))
    figures = read_figures(path, Wanted(MOUSE))
    assert figures.tracks == ("anna",) * 4 + ("bert",) * 4
    assert figures.moments_N.tolist() == [0, 1, 2, 3] * 2


def test_labels_that_people_set_are_sure(tmp_path: Path) -> None:
    path = tmp_path / "a.keypoints.csv"
    path.write_text(
        "scorer,,,Ann,Ann,Ann,Ann,Ann,Ann,Ann,Ann\n"
        "bodyparts,,,nose,nose,leftear,leftear,rightear,rightear,tail,tail\ncoords,,,x,y,x,y,x,y,x,y\n"
        "labeled-data,a,img0012.png,1,2,3,4,,,7,8\n"
    )
    figures = read_figures(path, Wanted(MOUSE))
    assert figures.moments_N.tolist() == [12] and figures.points_NK3[0, :, 2].tolist() == [1, 1, 0, 1]


def test_flags_are_confidences_and_scores_beyond_1_are_1(tmp_path: Path) -> None:
    points_TK3 = truth()
    points_TK3[..., 2] = 2
    points_TK3[:, 0, 2], points_TK3[:, 1] = 1, 0
    figures = read_figures(coco(tmp_path, points_TK3), Wanted(COCO17))
    assert figures.points_NK3[0, :3, 2].tolist() == [0.5, 0, 1] and np.isnan(figures.points_NK3[0, 1, 0])
    assert read_figures(alphapose(tmp_path, points_TK3), Wanted(COCO17)).points_NK3[0, :3, 2].tolist() == [1, 0, 1]
    points_TK3[..., 2] = 1  # who knows no 2 means what was seen
    assert read_figures(coco(tmp_path, points_TK3), Wanted(COCO17)).points_NK3[0, 0, 2] == 1


def test_a_video_without_anybody(tmp_path: Path) -> None:
    for document in ({"images": [], "annotations": []}, {"people": []}, {"instance_info": []}, [{"people": []}]):
        figures = read_figures(saved(tmp_path, document), Wanted(COCO17))
        assert figures.points_NK3.shape == (0, 17, 3) and len(figures.moments_N) == 0


def test_names_that_are_too_few(tmp_path: Path) -> None:
    document = json.loads(coco(tmp_path, truth()).read_text())
    document["categories"][0]["keypoints"].pop()
    with pytest.raises(DataError, match="names 16 keypoints, but its figures have 17"):
        read_figures(saved(tmp_path, document), Wanted(COCO17))


def test_images_say_which_frames_they_are(tmp_path: Path) -> None:
    path = coco(tmp_path, truth())
    assert read_figures(path, Wanted(COCO17)).size == (64, 48)
    document = json.loads(path.read_text())
    document["images"][3]["file_name"] = "img/000009.jpg"
    assert read_figures(saved(tmp_path, document), Wanted(COCO17)).moments_N.tolist() == [0, 1, 2, 8]
    document["images"][3]["file_name"] = "img/last.jpg"
    with pytest.raises(DataError, match="frame_id each, or numbers"):
        read_figures(saved(tmp_path, document), Wanted(COCO17))
    document["images"] = document["images"][:2]
    with pytest.raises(DataError, match="of image 72, which is not among its images"):
        read_figures(saved(tmp_path, document), Wanted(COCO17))


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"poses": []}, "in no known format; known are motionkit's sidecar, OpenPose"),
        ([], "in no known format"),
        ({"people": [{"pose_keypoints_2d": [1, 2]}]}, "2 numbers of keypoints are not x, y and confidence"),
        ({"people": [{"pose_keypoints_2d": ["x", "y", "c"]}]}, "keypoints should be numbers"),
        ({"people": [{"pose_keypoints_2d": [0.1, 0.2, 0.9] * 25}]}, "--keypoint_scale 0"),
        ({"people": [{"pose_keypoints_2d": [9, 9, 0.9] * 24}]}, "24 keypoints without names; coco-17 has 17"),
        ({"people": [], "annotations": [], "images": []}, "could be of OpenPose, COCO"),
        ({"people": 3, "frames": [], "skeleton": 3}, "skeleton"),
        (
            {"instance_info": [{"frame_id": 1, "instances": [{"keypoints": [[1, 2]], "keypoint_scores": []}]}]},
            "as many",
        ),
        ([{"image_id": "a.jpg", "keypoints": [1, 2, 0.5]}], "image a.jpg has no number"),
        (
            [{"image_id": 1, "keypoints": [1, 2, 0.5]}, {"image_id": 2, "keypoints": [1, 2, 0.5] * 2}],
            "1 and 2 keypoints",
        ),
        ([{"image_id": 1, "keypoints": [9, 9, 7] * 17}], "a confidence is 7"),
    ],
)
def test_a_spoilt_file_is_told_in_one_line(document: Any, told: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"a\.keypoints\.json.*{told}") as caught:
        read_figures(saved(tmp_path, document), Wanted(COCO17))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nose,tail\n1,2\n", "in no known format"),
        ("scorer,a\n0,1\n", "rows bodyparts and coords"),
        ("scorer,a,a\nbodyparts,nose,nose\ncoords,x,y\n0,1\n", "unequal numbers of columns"),
        ("scorer,a,a\nbodyparts,nose,nose\ncoords,x,y\nfirst,1,2\n", "begins with 'first'"),
        ("scorer,a,a\nbodyparts,nose,nose\ncoords,x,y\n0,1,two\n", "'two' should be a number"),
        ("frame,time,nose_x,nose_y\n0,0,1,2\n", "nose_confidence"),
        ("track,frame_idx,instance.score,nose.x\n", "nose.x, .y, .score"),
    ],
)
def test_a_spoilt_table_is_told_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.keypoints.csv").write_text(text)
    with pytest.raises(DataError, match=rf"a\.keypoints\.csv.*{told}") as caught:
        read_figures(tmp_path / "a.keypoints.csv", Wanted(COCO17))
    assert "\n" not in str(caught.value)


def test_hdf5_that_is_none_or_pickles_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "a.keypoints.h5"
    path.write_bytes(b"no")
    with pytest.raises(DataError, match="is damaged or not HDF5"):
        read_figures(path, Wanted(COCO17))
    with h5py.File(path, "w") as file:
        file["df_with_missing/table"] = np.zeros(3)
    with pytest.raises(DataError, match="pickled; give the CSV instead"):
        read_figures(path, Wanted(COCO17))
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(DataError, match=r"pip install 'motionkit\[h5\]'"):
        read_figures(path, Wanted(COCO17))
