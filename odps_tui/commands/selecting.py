"""The dashboard's filters on a list that knows less than the dashboard: what is missing is asked, where a filter needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from odps_tui.errors import NoPermission, NoSuchObject, NoSuchProject
from odps_tui.models import Instance, QueueingInfo, Task
from odps_tui.monitor import Ending, InstanceRow, InstanceState, ending_of
from odps_tui.monitor.filtering import RowFilter
from odps_tui.monitor.filtering.terms import InState, Not, SaysInField, Term
from odps_tui.monitor.instance_row import OUTCOME_STATES


class HasClock(Protocol):
    """Who knows the service's clock."""

    @property
    def clock_offset(self) -> timedelta | None:
        """How far this machine's clock is behind the service's."""
        ...


class Selected(HasClock, Protocol):
    """The calls that selecting needs."""

    def list_instance_queueing_infos(self, *, only_owner: bool | None = None) -> AsyncIterator[QueueingInfo]:
        """Yield the live queue."""
        ...

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return the tasks by name."""
        ...


def service_time(service: HasClock) -> datetime:
    """Return the time by the service's clock: ages of what it says are counted in its own time, however wrong ours is."""
    return datetime.now(UTC) + (service.clock_offset or timedelta(0))


class Selecting:
    """Selects the instances that match. The list tells neither job, priority, place nor progress: the live queue does, and is
    read once. It does not tell how an instance ended either: its tasks do, one request for each that the other terms leave.
    """

    def __init__(self, service: Selected, row_filter: RowFilter | None, *, asks_outcomes: bool) -> None:
        terms = row_filter.terms if row_filter is not None else ()
        self._service = service
        self._filter = RowFilter(terms=terms)
        self._first = RowFilter(terms=tuple(term for term in terms if not _asks_how_it_ended(term)))
        self._asks_endings = asks_outcomes or self._first != self._filter
        self._queue: Mapping[str, QueueingInfo] | None = None if terms else {}

    async def select(self, instances: Sequence[Instance]) -> list[InstanceRow]:
        """Return the rows of those that match, in their order."""
        now = service_time(self._service)
        rows = _matching(self._first, [await self._row(instance) for instance in instances], now)
        if self._asks_endings:
            rows = list(await asyncio.gather(*map(self._with_ending, rows)))
        return _matching(self._filter, rows, now)

    async def _row(self, instance: Instance) -> InstanceRow:
        if self._queue is None:
            infos = self._service.list_instance_queueing_infos(only_owner=False)
            self._queue = {info.instance_id: info async for info in infos}
        info = self._queue.get(instance.id)
        return InstanceRow(instance.id, instance, info, is_queued=info is not None)

    async def _with_ending(self, row: InstanceRow) -> InstanceRow:
        return row if row.is_live else replace(row, ending=await self._ending(row.id))

    async def _ending(self, instance_id: str) -> Ending | None:
        try:
            return ending_of(tuple((await self._service.get_task_statuses(instance_id)).values()))
        except NoSuchProject:
            raise
        except (NoPermission, NoSuchObject):
            return None  # it is not known, and no filter takes it for known


def _matching(row_filter: RowFilter, rows: list[InstanceRow], now: datetime) -> list[InstanceRow]:
    if row_filter.is_empty:
        return rows
    chosen = set(row_filter.select(rows, now))
    return [row for row in rows if row.id in chosen]


def _asks_how_it_ended(term: Term) -> bool:
    match term:
        case Not(negated):
            return _asks_how_it_ended(negated)
        case InState(states):
            return bool(states & OUTCOME_STATES) and not states >= OUTCOME_STATES | {InstanceState.ENDED}
        case SaysInField(field):
            return field == "type"
    return False
