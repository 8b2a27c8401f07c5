"""Many workers: the same bytes, and what happens when one is killed, or the cluster is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import wait
from pathlib import Path

import pytest
from deadly import Deadly
from films import FRAMES, contents, films, prepared

from motionkit.interfaces import ConfigError
from motionkit.io.manifest import read_manifest
from motionkit.workers import HERE, KILLED, Workers


def test_two_workers_give_the_bytes_of_one(tmp_path, monkeypatch):
    films(tmp_path / "in", "a", "b", "c")
    (tmp_path / "in" / "empty.mp4").touch()
    monkeypatch.chdir(tmp_path)
    told = []
    prepared(Path("in"), tmp_path / "one")
    prepared(Path("in"), Path("two"), Workers(2), told=lambda *words: told.append(words))
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert [done for _, done, _ in told][-1] == 3 * FRAMES and len(told) == 4


def test_a_video_that_kills_its_worker_costs_that_video(tmp_path):
    films(tmp_path / "in", "a", "b-deadly", "c", "d-once")
    before = tmp_path / "out" / "clips" / "c.mp4" / ".000.1.tmp.safetensors"
    before.parent.mkdir(parents=True)
    before.touch()  # what an earlier process left when it was killed
    videos = {video.source: video for video in prepared(tmp_path / "in", tmp_path / "out", Workers(2), Deadly).videos}
    assert videos["b-deadly.mp4"].problem == KILLED and not videos["b-deadly.mp4"].clips
    assert {name for name, video in videos.items() if video.clips} == {"a.mp4", "c.mp4", "d-once.mp4"}
    (tmp_path / "in" / "b-deadly.mp4").rename(tmp_path / "in" / "b.mp4")
    (tmp_path / "in" / "b-deadly.keypoints.json").rename(tmp_path / "in" / "b.keypoints.json")
    prepared(tmp_path / "in", tmp_path / "out", Workers(2), Deadly)
    (tmp_path / "in" / "d-once.killed").touch()
    prepared(tmp_path / "in", tmp_path / "undisturbed", HERE, Deadly)
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")


def children(process):
    return [int(word) for word in open(f"/proc/{process}/task/{process}/children").read().split()]


def running(process):
    """Whether it is there, and not only its entry in the table of processes."""
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ctrl_c_ends_all_workers_at_once(tmp_path):
    films(tmp_path / "in", "a", "b-slow", "c-slow")
    code = (
        "import sys; from motionkit.detectors import sidecar; from deadly import Deadly; "
        "sidecar.SidecarDetector = Deadly; from motionkit.cli import main; main()"
    )
    words = ["prepare", "in", "--out", "out", "--detector", "sidecar", "--size", "16", "--workers", "2"]
    paths = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while process.poll() is None and not (tmp_path / "out" / "dataset.json").exists():
        time.sleep(0.01)
    workers = children(process.pid)
    assert len(workers) >= 2
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    errors = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130 and errors.strip().splitlines() == [
        "motionkit: interrupted; what was saved before is intact"
    ]
    deadline = time.monotonic() + 20  # far less than what the slow videos would take
    while any(running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [worker for worker in workers if running(worker)]
    assert [video.source for video in read_manifest(tmp_path / "out").videos] == ["a.mp4"]
    assert not [name for name in contents(tmp_path / "out") if "tmp" in name]


def test_ctrl_c_waits_for_what_a_pool_does_and_is_heard_from_any_thread(tmp_path, monkeypatch):
    """In the midst of a pool's work it would leave a lock taken; another thread's does not end the wait by itself."""
    films(tmp_path / "in", "a", "b-slow")
    undisturbed = []

    def interrupted(*words):
        another = threading.Thread(target=lambda: signal.raise_signal(signal.SIGINT))
        another.start()
        another.join()
        undisturbed.append(wait(*words))
        return undisturbed[-1]

    monkeypatch.setattr("motionkit.workers.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepared(tmp_path / "in", tmp_path / "out", Workers(2), Deadly)
    assert undisturbed and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not (tmp_path / "out" / "clips" / "b-slow.mp4").exists()  # nobody waited for it


def test_what_a_worker_raises_ends_the_work(tmp_path):
    films(tmp_path / "in", "a", "b")
    (tmp_path / "out" / "clips").mkdir(parents=True)
    (tmp_path / "out" / "clips" / "a.mp4").write_text("a file where a folder should be")
    with pytest.raises(OSError, match=r"a\.mp4"):
        prepared(tmp_path / "in", tmp_path / "out", Workers(2))


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    settings = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with settings, distributed.LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        yield cluster


def test_a_cluster_gives_the_bytes_of_one_process_whatever_worker_is_lost(tmp_path, cluster, monkeypatch):
    films(tmp_path / "in", "a", "b-once", "c")
    (tmp_path / "in" / "empty.mp4").touch()
    monkeypatch.chdir(tmp_path)
    there = Workers(scheduler=cluster.scheduler_address)
    prepared(Path("in"), Path("out"), there, Deadly)
    assert (tmp_path / "in" / "b-once.killed").exists()
    prepared(Path("in"), Path("one"), HERE, Deadly)
    assert contents(tmp_path / "out") == contents(tmp_path / "one")


def test_a_video_that_kills_every_worker_of_a_cluster_costs_that_video(tmp_path, cluster):
    films(tmp_path / "in", "a", "b-deadly")
    first, second = prepared(
        tmp_path / "in", tmp_path / "out", Workers(scheduler=cluster.scheduler_address), Deadly
    ).videos
    assert first.clips and second.problem == KILLED


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://127.0.0.1:notaport"])
def test_no_scheduler_there(tmp_path, address, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("motionkit.workers.SECONDS_TO_ANSWER", 0.5)
    films(tmp_path / "in", "a")
    with pytest.raises(ConfigError, match="no Dask scheduler answers there"):
        prepared(tmp_path / "in", tmp_path / "out", Workers(scheduler=address))


def test_dask_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    films(tmp_path / "in", "a")
    with pytest.raises(ConfigError, match=r"pip install 'motionkit\[dask\]'"):
        prepared(tmp_path / "in", tmp_path / "out", Workers(scheduler="tcp://127.0.0.1:8786"))
