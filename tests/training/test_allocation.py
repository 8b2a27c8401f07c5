"""Keeping memory is an offer to the system that has it, and nothing elsewhere."""

import ctypes
import sys
from types import SimpleNamespace

import pytest

from motionkit.training.allocation import M_MMAP_MAX, M_TRIM_THRESHOLD, keep_freed_memory


def test_glibc_is_asked_to_keep_memory(monkeypatch: pytest.MonkeyPatch):
    asked = {}
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=asked.__setitem__))
    keep_freed_memory()
    assert asked == {M_MMAP_MAX: 0, M_TRIM_THRESHOLD: 2**31 - 1}


def test_a_library_without_the_call_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    keep_freed_memory()


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("no such library is looked for"))
    keep_freed_memory()
