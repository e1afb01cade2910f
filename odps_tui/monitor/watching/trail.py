"""How the progress of instances moved, as the live queue told it poll by poll: since when it stands, how long it may take."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.monitor.instance_row import InstanceRow, InstanceState

_KEPT = 24
_LEAST_STEPS = 3
_LEAST_TIME = timedelta(minutes=1)
_STANDS_AFTER = 3
"""Times the usual pause between two steps after which a pace is no longer a pace."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The earliest and the latest end that the pace so far leads to: of the whole way, and of its later half."""

    earliest: datetime
    latest: datetime


class Trail:
    """The steps of one instance's progress. Equal figures are one step: nothing that counts was finished between them."""

    def __init__(self) -> None:
        self._steps: deque[tuple[datetime, float]] = deque(maxlen=_KEPT)

    def take(self, at: datetime, progress: float) -> None:
        """Take in a figure of 0…1. One that fell begins a new way: the plan grew, or the task began anew."""
        if self._steps and progress == self._steps[-1][1]:
            return
        if self._steps and progress < self._steps[-1][1]:
            self._steps.clear()
        self._steps.append((at, progress))

    @property
    def stands_since(self) -> datetime | None:
        """When the latest figure was first seen."""
        return self._steps[-1][0] if self._steps else None

    def arrival(self, now: datetime) -> Arrival | None:
        """Return when it may end; None while there is no pace to go by, or no longer one."""
        if len(self._steps) < _LEAST_STEPS:
            return None
        (begin, first), (end, last) = self._steps[0], self._steps[-1]
        if end - begin < _LEAST_TIME or now - end > _STANDS_AFTER * (end - begin) / (len(self._steps) - 1):
            return None
        middle, half = self._steps[len(self._steps) // 2 - 1]
        ends = [end + (1 - last) * (end - since) / (last - figure) for since, figure in ((begin, first), (middle, half))]
        return Arrival(max(now, min(ends)), max(now, *ends))


class Trails:
    """The trails of the instances that somebody wants to know about."""

    def __init__(self) -> None:
        self._trails: dict[str, Trail] = {}

    def take(self, row: InstanceRow, at: datetime) -> None:
        """Follow a running instance; what ended or stopped running has no trail."""
        if row.state is not InstanceState.RUNNING:
            self._trails.pop(row.id, None)
        elif row.progress is not None:
            self._trails.setdefault(row.id, Trail()).take(at, row.progress)

    def of(self, instance_id: str) -> Trail | None:
        """Return an instance's trail."""
        return self._trails.get(instance_id)

    def forget(self, instance_id: str) -> None:
        """Drop one that is gone."""
        self._trails.pop(instance_id, None)
