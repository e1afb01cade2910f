"""What a process sets up that will hold a hundred thousand rows for days."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from typing import Any, TypeVar

_M_MMAP_THRESHOLD = -3
_LARGE = 256 * 1024
"""Bytes. A list of 100,000 takes three times as much, the rows of a window by id twenty times."""
_TURN = 0.001
"""Seconds that a thread goes on while another one waits: a key takes many turns, and megabytes are read beside the screen."""


_NEVER = 1_000_000
_NOW_AND_THEN, _OFTEN = 500, 2_500
"""Looks at two thousand new objects before one through everything: when nobody is there, and at all."""
_NOBODY_IS_THERE = 10.0
"""Seconds without a key."""

_untrack: Any = None
with contextlib.suppress(AttributeError):
    _untrack = ctypes.pythonapi.PyObject_GC_UnTrack
    _untrack.argtypes, _untrack.restype = [ctypes.py_object], None

T = TypeVar("T", list[Any], dict[Any, Any], set[Any])


def untracked(container: T) -> T:
    """Return a list, dictionary or set that is in no cycle, kept from the collector; it may still grow.

    A poll makes some anew, and while they are young each look for garbage goes through all of their 100,000 entries, which takes
    longer than the poll. They are freed as ever when nobody holds them.
    """
    if _untrack is not None:
        _untrack(container)
    return container


def in_no_cycle(*values: object) -> None:
    """Keep frozen values of ours from the collector: nothing that they hold leads back to them.

    A list of 100,000 rows is made of 300,000 such objects. To go through them stops the screen for a third of a second; and what
    is told never to be looked at again is never freed either when it turns out to be part of a cycle: a dashboard that was left.
    """
    if _untrack is not None:
        for value in values:
            if gc.is_tracked(value):
                _untrack(value)


def expect_many_rows() -> None:
    """Look for garbage a little at a time, give large blocks back as soon as they are free, and let the screen have its turn."""
    spare_the_collector()
    _return_large_blocks()
    sys.setswitchinterval(_TURN)


def spare_the_collector() -> None:
    """Look for garbage in cycles less often, and never among what the start has loaded, which stays.

    What is new is looked at a thousand objects at a time, and then two thousand at a time once more, which takes milliseconds;
    everything only when nobody is there (`look_when_nobody_is_there`). Rows are in no cycle and not looked at (`in_no_cycle`):
    everything is a few ten thousand objects, however long the list.
    """
    gc.freeze()
    gc.set_threshold(1_000, 2, _NEVER)
    gc.enable()


def look_when_nobody_is_there(rest: float) -> None:
    """Look through everything that is not left alone, if it is time and nobody has pressed a key for `rest` seconds.

    Once in a while it is done whoever is there: cycles pile up until then.
    """
    small_looks = gc.get_count()[2]
    if small_looks >= (_OFTEN if rest < _NOBODY_IS_THERE else _NOW_AND_THEN):
        gc.collect()


def put_off_the_collector() -> None:
    """Look for no garbage before `spare_the_collector`: a start makes little, and to look for it takes a tenth of the time."""
    gc.disable()


def collect_what_was_left() -> None:
    """Look for garbage now: a dashboard that was left is full of cycles. The screen stops for some hundredths of a second."""
    if gc.isenabled():
        gc.collect()


def _return_large_blocks() -> None:
    """By itself glibc keeps blocks of such sizes once the first was freed, and each poll tears new holes beside them."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
