"""What happened between two snapshots, instance by instance. Pure: snapshots go in, transitions come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter

from odps_tui.monitor.instance_row import InstanceRow, InstanceState
from odps_tui.monitor.snapshot import Snapshot

_OVERLAP = timedelta(minutes=2)
"""An instance may come into the history a little after its start; what started longer before the last read is not new, it came
into sight because the window grew or a pin was looked up."""
_NOT_AT_WORK = frozenset({InstanceState.WAITING, InstanceState.COMPILING, InstanceState.UNKNOWN})


class Change(StrEnum):
    """What can happen to an instance, in the words of the log."""

    NEW = "new"
    STARTED = "started running"
    WAITS = "waits again"
    SUSPENDED = "suspended"
    RESUMED = "goes on"
    STOP_REQUESTED = "stop requested"
    ENDED = "ended"
    LEARNED = "outcome known"
    """How an instance ended that was seen to end before."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one instance, seen at `at`; `row` is what it is since then."""

    at: datetime
    change: Change
    row: InstanceRow


@dataclass(frozen=True, slots=True)
class Look:
    """What a snapshot brought: the ids to look at again, and what happened. `is_first` when there was nothing to compare with."""

    snapshot: Snapshot
    touched: Iterable[str]
    transitions: tuple[Transition, ...]
    is_first: bool = False


class Comparison:
    """Compares each snapshot with the one before. Costs what was touched; everything, when a snapshot was lost on its way."""

    def __init__(self) -> None:
        self._last: Snapshot | None = None

    def look(self, snapshot: Snapshot) -> Look | None:
        """Return what this snapshot brought; None before the first whole list, which nothing can be compared with."""
        before = self._last
        if before is None:
            if not snapshot.complete:
                return None
            self._last = snapshot
            return Look(snapshot, snapshot.rows.keys(), (), is_first=True)
        self._last = snapshot
        touched = _touched(before, snapshot)
        return Look(snapshot, touched, tuple(_transitions(before, snapshot, touched)))


def _touched(before: Snapshot, after: Snapshot) -> Iterable[str]:
    if before.step is not None and after.step is not None and before.step.end == after.step.begin:
        return after.step.touched
    changed = [id_ for id_, row in after.rows.items() if before.rows.get(id_) is not row]
    return [*changed, *(before.rows.keys() - after.rows.keys())]


def _transitions(before: Snapshot, after: Snapshot, touched: Iterable[str]) -> Iterator[Transition]:
    found: list[tuple[str, Transition]] = []
    for id_ in touched:
        old, new = before.rows.get(id_), after.rows.get(id_)
        if new is None or old is new:
            continue
        changes = _arrival(new, before.read_at) if old is None else _changes(old, new)
        found += [(id_, Transition(after.read_at, change, new)) for change in changes]
    found.sort(key=itemgetter(0))  # ids begin with the time of their start
    return (transition for _, transition in found)


def _arrival(row: InstanceRow, last_read: datetime) -> Iterator[Change]:
    """A short job may have begun and ended between two looks."""
    if row.start_time is not None and row.start_time < last_read - _OVERLAP:
        return
    yield Change.NEW
    if row.status is not None and not row.is_live:
        yield Change.ENDED


def _changes(old: InstanceRow, new: InstanceRow) -> Iterator[Change]:
    if old.stop_requested_at is None and new.stop_requested_at is not None:
        yield Change.STOP_REQUESTED
    if not new.is_live:
        if old.is_live:
            yield Change.ENDED
        elif old.outcome is None and new.outcome is not None:
            yield Change.LEARNED
    elif old.state is not new.state:
        yield from _of_states(old.state, new.state)


def _of_states(old: InstanceState, new: InstanceState) -> Iterator[Change]:
    match new:
        case InstanceState.SUSPENDED:
            yield Change.SUSPENDED
        case InstanceState.RUNNING if old is InstanceState.SUSPENDED:
            yield Change.RESUMED
        case InstanceState.RUNNING if old in _NOT_AT_WORK:
            yield Change.STARTED
        case InstanceState.WAITING if old in (InstanceState.RUNNING, InstanceState.SUSPENDED):
            yield Change.WAITS
