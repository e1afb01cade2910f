"""Faults run side by side, each in a process of its own: parsing what a terminal gets takes a processor."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.faults.groups import GROUPS
from tests.faults.plays import play
from tests.faults.verdict import CannotRun, Judge, Verdict

Key = tuple[str, int]
"""A fault, by its group and its place in it: a fault itself does not go from one process to another."""


def chosen(names: Sequence[str]) -> list[Key]:
    """Return the faults that are meant by groups' names and by parts of faults' names; all when nothing is named."""
    every = [(group, place) for group, faults in GROUPS.items() for place in range(len(faults))]
    if not names:
        return every
    found = [key for key in every if any(_is_meant(name.lower(), key) for name in names)]
    if not found:
        raise SystemExit(f"no fault is called {' or '.join(names)}; the groups are {', '.join(GROUPS)}")
    return found


def _is_meant(name: str, key: Key) -> bool:
    group, place = key
    return name == group.lower() or name in GROUPS[group][place].name.lower()


def run(keys: Sequence[Key], side: int, *, told: Callable[[Verdict], None]) -> list[Verdict]:
    """Return the verdicts in the order of `keys`, `told` of each as it comes. Those that take longest begin first."""
    patience = {key: GROUPS[key[0]][key[1]].patience for key in keys}
    verdicts: dict[Key, Verdict] = {}
    with ThreadPoolExecutor(side) as pool:
        waiting = {pool.submit(_apart, key): key for key in sorted(keys, key=lambda key: -patience[key])}
        for done in as_completed(waiting):
            verdicts[waiting[done]] = done.result()
            told(done.result())
    return [verdicts[key] for key in keys]


def _apart(key: Key) -> Verdict:
    """Try one fault in a new process. A pool that replaces its own processes stands still for ever now and then (Python 3.11)."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(tried, key).result()


def tried(key: Key) -> Verdict:
    """Try one fault in a directory of its own."""
    group, place = key
    fault = GROUPS[group][place]
    verdict, begun = Verdict(group, fault.name), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="odps-tui-fault-", ignore_cleanup_errors=True) as directory:
        try:
            play(fault, Path(directory), verdict)
        except CannotRun as error:
            verdict.not_run = str(error)
        except Exception as error:  # a broken stage is no survival
            verdict.find(Judge.CRASH, f"the trial broke: {error!r}"[:300], is_good=False)
    verdict.seconds = time.monotonic() - begun
    return verdict
