"""The roster: everything known of every instance so far. Answers go in, rows come out; no request is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from itertools import count

from odps_tui.models import Instance, QueueingInfo
from odps_tui.monitor.instance_row import Ending, InstanceRow, InstanceState
from odps_tui.monitor.shared_rows import SharedRows
from odps_tui.monitor.snapshot import Step

_STATES = count()
"""Numbers for the states of all rosters, so that a step of one is never taken for a step of another."""
_DRAWER = 60.0
"""Seconds of start times that share a drawer."""


class Roster:
    """Joins the live queue, the history and single answers by instance id.

    A row object is replaced only when something about it changed, and a Terminated instance never lives again: a late answer that
    still says Running is dropped.
    """

    def __init__(self) -> None:
        self._rows = SharedRows()
        self._queued: set[str] = set()
        self._live: set[str] = set()
        self._counts: Counter[InstanceState] = Counter()
        self._state = next(_STATES)
        self._touched: set[str] = set()
        self._ended: dict[int, list[str]] = {}
        """Ids of ended instances by the minute of their start: what leaves the window is found without looking at all rows."""

    @property
    def rows(self) -> Mapping[str, InstanceRow]:
        """All rows as they are now, by id, in no order."""
        return self._rows.hand_out()

    def step(self) -> Step:
        """Return what was touched since this was last asked; to be sent along with the rows."""
        begin, self._state = self._state, next(_STATES)
        touched, self._touched = self._touched, set()
        return Step(begin, self._state, touched)

    @property
    def counts(self) -> Mapping[InstanceState, int]:
        """How many instances are in each state."""
        return {state: count for state, count in self._counts.items() if count}

    def row(self, instance_id: str) -> InstanceRow | None:
        """Return what is known of one instance."""
        return self._rows.get(instance_id)

    @property
    def unaccounted(self) -> frozenset[str]:
        """Ids of instances last known alive that the queue no longer holds: they may have ended."""
        return frozenset(self._live - self._queued)

    def note_queue(self, infos: Iterable[QueueingInfo]) -> None:
        """Take in the whole live queue."""
        whole = list(infos)
        self.note_queued(whole)
        self.note_left({info.instance_id for info in whole})

    def note_queued(self, infos: Iterable[QueueingInfo]) -> None:
        """Take in a part of the live queue."""
        for info in infos:
            instance_id = info.instance_id
            self._queued.add(instance_id)
            row = self._rows.get(instance_id)
            if row is None:
                self._put(InstanceRow(instance_id, info=info, is_queued=True))
            elif row.info != info or not row.is_queued:
                self._put(replace(row, info=info, is_queued=True))

    def note_left(self, queued: Set[str]) -> None:
        """Take in that the live queue is `queued` and nothing else."""
        for instance_id in self._queued - queued:
            self._put(replace(self._rows[instance_id], is_queued=False))
        self._queued &= queued

    def note_instances(self, instances: Iterable[Instance]) -> None:
        """Take in instances from a list or from single answers."""
        for instance in instances:
            row = self._rows.get(instance.id)
            if row is None:
                self._put(InstanceRow(instance.id, instance))
            elif row.instance != instance and not (_is_ended(row.instance) and not instance.is_terminated):
                self._put(replace(row, instance=instance))

    def note_ending(self, instance_id: str, ending: Ending) -> None:
        """Remember how a terminated instance ended."""
        row = self._rows.get(instance_id)
        if row is not None and row.ending != ending:
            self._put(replace(row, ending=ending))

    def note_stop_requested(self, instance_id: str, at: datetime) -> None:
        """Remember that the service took our stop at `at`."""
        row = self._rows.get(instance_id) or InstanceRow(instance_id)
        self._put(replace(row, stop_requested_at=at))

    def forget(self, instance_id: str) -> None:
        """Drop an instance that the service no longer knows."""
        row = self._rows.pop(instance_id)
        if row is not None:
            self._counts[row.state] -= 1
            self._touched.add(instance_id)
        self._queued.discard(instance_id)
        self._live.discard(instance_id)

    def forget_before(self, start: datetime, keep: Set[str] = frozenset()) -> None:
        """Drop ended instances that started before `start`, for they have left the window; `keep` are kept nevertheless."""
        last = _drawer(start)
        for drawer in [drawer for drawer in self._ended if drawer <= last]:
            ids = self._ended.pop(drawer)
            for instance_id in ids:
                row = self._rows.get(instance_id)
                if row is not None and not row.is_live and row.start_time is not None and row.start_time < start:
                    if instance_id not in keep:
                        self.forget(instance_id)
                    elif drawer < last:
                        self._ended.setdefault(drawer, []).append(instance_id)
            if drawer == last:
                self._ended[last] = [instance_id for instance_id in ids if self._rows.get(instance_id)]

    def _put(self, row: InstanceRow) -> None:
        before = self._rows.get(row.id)
        if before is not None:
            self._counts[before.state] -= 1
        self._rows.put(row)
        self._counts[row.state] += 1
        self._touched.add(row.id)
        if row.is_live:
            self._live.add(row.id)
        else:
            self._live.discard(row.id)
            self._file(before, row)

    def _file(self, before: InstanceRow | None, row: InstanceRow) -> None:
        """Put an instance that has ended into its drawer. A drawer may hold ids that are gone: they are looked at again."""
        is_filed = before is not None and not before.is_live and before.start_time == row.start_time
        if row.start_time is not None and not is_filed:
            self._ended.setdefault(_drawer(row.start_time), []).append(row.id)


def _is_ended(instance: Instance | None) -> bool:
    return instance is not None and instance.is_terminated


def _drawer(start: datetime) -> int:
    return int(start.timestamp() // _DRAWER)
