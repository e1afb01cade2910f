"""The roster: everything known of every instance so far. Answers go in, rows come out; no request is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from odps_tui.models import Instance, QueueingInfo
from odps_tui.monitor.instance_row import Ending, InstanceRow, InstanceState


class Roster:
    """Joins the live queue, the history and single answers by instance id.

    A row object is replaced only when something about it changed, and a Terminated instance never lives again: a late answer that
    still says Running is dropped.
    """

    def __init__(self) -> None:
        self._rows: dict[str, InstanceRow] = {}
        self._queued: set[str] = set()
        self._live: set[str] = set()
        self._counts: Counter[InstanceState] = Counter()

    @property
    def rows(self) -> Mapping[str, InstanceRow]:
        """A copy of all rows by id, in no order."""
        return dict(self._rows)

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
        queued: set[str] = set()
        for info in infos:
            queued.add(info.instance_id)
            row = self._row(info.instance_id)
            if row.info != info or not row.is_queued:
                self._put(replace(row, info=info, is_queued=True))
        for instance_id in self._queued - queued:
            self._put(replace(self._rows[instance_id], is_queued=False))
        self._queued = queued

    def note_instances(self, instances: Iterable[Instance]) -> None:
        """Take in instances from a list or from single answers."""
        for instance in instances:
            row = self._row(instance.id)
            ended = row.instance is not None and row.instance.is_terminated
            if row.instance != instance and not (ended and not instance.is_terminated):
                self._put(replace(row, instance=instance))

    def note_ending(self, instance_id: str, ending: Ending) -> None:
        """Remember how a terminated instance ended."""
        row = self._rows.get(instance_id)
        if row is not None and row.ending != ending:
            self._put(replace(row, ending=ending))

    def note_stop_requested(self, instance_id: str, at: datetime) -> None:
        """Remember that the service took our stop at `at`."""
        self._put(replace(self._row(instance_id), stop_requested_at=at))

    def forget(self, instance_id: str) -> None:
        """Drop an instance that the service no longer knows."""
        row = self._rows.pop(instance_id, None)
        if row is not None:
            self._counts[row.state] -= 1
        self._queued.discard(instance_id)
        self._live.discard(instance_id)

    def forget_before(self, start: datetime) -> None:
        """Drop ended instances that started before `start`: they have left the window."""
        old = [id_ for id_, row in self._rows.items() if not row.is_live and row.start_time and row.start_time < start]
        for instance_id in old:
            self.forget(instance_id)

    def _row(self, instance_id: str) -> InstanceRow:
        return self._rows.get(instance_id) or InstanceRow(instance_id)

    def _put(self, row: InstanceRow) -> None:
        before = self._rows.get(row.id)
        if before is not None:
            self._counts[before.state] -= 1
        self._rows[row.id] = row
        self._counts[row.state] += 1
        (self._live.add if row.is_live else self._live.discard)(row.id)
