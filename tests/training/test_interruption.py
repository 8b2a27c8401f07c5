"""What a training hears, and where it hears nothing."""

import multiprocessing
import os
import threading

import pytest

from motionkit.training.interruption import Interruption


@pytest.mark.parametrize("started", [True, False])
def test_it_stops_when_the_process_that_started_it_to_train_is_gone(
    monkeypatch: pytest.MonkeyPatch, started: bool
) -> None:
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: object() if started else None)
    with Interruption() as interruption:
        assert not interruption.asked
        monkeypatch.setattr(os, "getppid", lambda: 1 << 40)
        assert interruption.asked == started


def test_in_a_thread_which_no_signal_reaches_it_trains_all_the_same() -> None:
    heard = []

    def train() -> None:
        with Interruption() as interruption:
            heard.append(interruption.asked)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert heard == [False]
