"""A sort in slices: stable, and no slice of it takes much longer than a sort of a few thousand rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from odps_tui.large_heap import untracked
from odps_tui.monitor import slicing
from odps_tui.monitor.slicing import Steps

_SAMPLES = 32
"""Keys looked at in each run, to find where to cut."""

T = TypeVar("T")


def sort_in_slices(items: Sequence[T], key: Callable[[T], Any]) -> Steps[list[T]]:
    """Return `items` in the order of `key`; equal ones stay as they came.

    Runs of a few thousand are sorted one by one; then all are cut at the same keys, and what lies between two cuts is merged.
    """
    run = 2 * slicing.ASKED
    runs: list[list[T]] = []
    for start in range(0, len(items), run):
        if start:
            yield
        runs.append(untracked(sorted(items[start : start + run], key=key)))
    if len(runs) < 2:
        return runs[0] if runs else []
    merged: list[T] = untracked([])
    begins = [0] * len(runs)
    for cut, is_behind_ties in [*_cuts(runs, key), (None, False)]:
        yield
        seek = bisect_right if is_behind_ties else bisect_left
        ends = [len(one) if cut is None else seek(one, cut, begin, key=key) for one, begin in zip(runs, begins, strict=True)]
        piece = [item for one, begin, end in zip(runs, begins, ends, strict=True) for item in one[begin:end]]
        if not is_behind_ties:  # all that is equal to the cut is in order already
            piece.sort(key=key)
        merged += piece
        begins = ends
    return merged


def _cuts(runs: Sequence[Sequence[T]], key: Callable[[T], Any]) -> list[tuple[Any, bool]]:
    """Return as many keys as there are runs, evenly spread; one that comes often is followed by itself, to cut behind it too.

    Without that all that is equal would have to be sorted with what follows it, and that may be nearly everything.
    """
    sample = sorted(key(one[place * len(one) // _SAMPLES]) for one in runs for place in range(_SAMPLES))
    chosen = sample[_SAMPLES::_SAMPLES]
    cuts: list[tuple[Any, bool]] = []
    for cut in chosen:
        if not cuts or cuts[-1][0] != cut:
            cuts.append((cut, False))
        elif not cuts[-1][1]:
            cuts.append((cut, True))
    return cuts
