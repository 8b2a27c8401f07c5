"""MediaPipe itself: imported when it is needed, kept quiet, and shown pictures that are large enough."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np

from motionkit.interfaces import PluginError

INSTALL = "python -m motionkit_mediapipe.install"


def solution(name: str, model: str, detector: str) -> ModuleType:
    """MediaPipe's solution of that name.

    Raises:
        PluginError: mediapipe is not installed, or does not carry the ``model``; says what ``detector`` needs.
    """
    try:
        with silence():  # its messages, which are older than protobuf 5, are told of there
            module = importlib.import_module(f"mediapipe.python.solutions.{name}")
            _speak_todays_protobuf(importlib.import_module("mediapipe.python.packet_getter"))
    except ImportError as error:
        raise PluginError(f"The detector {detector} needs its library ({error}): {INSTALL}") from error
    if not (Path(module.__file__ or "").parents[2] / "modules" / model).is_file():
        raise PluginError(
            f"The installed mediapipe does not carry its models; install the version that does: {INSTALL}"
        )
    return module


def _speak_todays_protobuf(packet_getter: ModuleType) -> None:
    """MediaPipe 0.10.14 has the class of a message from a method that protobuf 5 left out; another gives the same."""
    from google.protobuf import descriptor_pool, message_factory

    database = SimpleNamespace(pool=descriptor_pool.Default(), GetPrototype=message_factory.GetMessageClass)
    packet_getter.symbol_database = SimpleNamespace(Default=lambda: database)  # a name in MediaPipe's file alone


def enlarged(image_HWC: np.ndarray, shorter_side: int) -> np.ndarray:
    """The picture, enlarged if its shorter side has fewer pixels: the networks look for people, not for thumbnails."""
    import cv2  # mediapipe brings it

    height, width = image_HWC.shape[:2]
    scale = shorter_side / min(height, width)
    if scale <= 1:
        return np.ascontiguousarray(image_HWC)
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(image_HWC, size, interpolation=cv2.INTER_CUBIC))


@contextmanager
def silence() -> Iterator[None]:
    """MediaPipe's and protobuf's C++ write straight to file descriptor 2; nothing else can hold their notes back."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)
