"""The instances that an XFlow is made of: how each of them is, in a few requests a poll."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from odps_tui.models import Instance, QueueingInfo, SubInstance, Task
from odps_tui.monitor.instance_row import InstanceRow, ending_of
from odps_tui.monitor.reading import Reading, read

_ASKED_PER_POLL = 8
"""At most as many as the client has in flight."""

Family = Mapping[str, Reading[InstanceRow]]
"""Sub-instances by id."""


class TellsState(Protocol):
    """The calls that tell how one instance is."""

    async def get_instance(self, instance_id: str) -> Instance:
        """Return its status, owner and times."""
        ...

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return its tasks."""
        ...

    async def get_queueing_info(self, instance_id: str) -> QueueingInfo | None:
        """Return what the scheduler knows of it; None once it has ended."""
        ...


def sub_instances(actions: Iterable[SubInstance]) -> Iterator[SubInstance]:
    """Walk a tree of actions, each before its children."""
    for action in actions:
        yield action
        yield from sub_instances(action.children)


def is_settled(reading: Reading[InstanceRow]) -> bool:
    """Tell whether asking again would bring nothing else: it has ended in a known way, or we may not know."""
    row = reading.value
    ended = row is not None and not row.is_live and row.ending is not None
    return ended or (reading.error is not None and reading.is_final)


class FamilyReader:
    """Reads the sub-instances of one XFlow, those that were not read for longest first; one that has ended is asked once."""

    def __init__(self, service: TellsState, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._clock = clock

    async def read(self, known: Family, actions: Iterable[SubInstance]) -> Family:
        """Return the family, with up to eight of its living members read anew."""
        ids = dict.fromkeys(action.instance_id for action in sub_instances(actions) if action.instance_id is not None)
        family: dict[str, Reading[InstanceRow]] = {one: known.get(one, Reading()) for one in ids}
        due = [one for one, reading in family.items() if not is_settled(reading)]
        due.sort(key=lambda one: _age_key(family[one]))
        chosen = due[:_ASKED_PER_POLL]
        rows = await asyncio.gather(*(read(family[one], self._clock, self._row, one, family[one].value) for one in chosen))
        return {**family, **dict(zip(chosen, rows, strict=True))}

    async def _row(self, instance_id: str, known: InstanceRow | None) -> InstanceRow:
        """One request while it lives (two the first time), and two more when it has ended."""
        info = await self._service.get_queueing_info(instance_id)
        instance = known.instance if known is not None and info is not None else None
        if instance is None:
            instance = await self._service.get_instance(instance_id)
        if not instance.is_terminated:
            return InstanceRow(instance_id, instance, info, is_queued=info is not None)
        tasks = await self._service.get_task_statuses(instance_id)
        last_info = info or (known.info if known is not None else None)
        return InstanceRow(instance_id, instance, last_info, ending=ending_of(tuple(tasks.values())))


def _age_key(reading: Reading[InstanceRow]) -> float:
    return reading.read_at.timestamp() if reading.read_at is not None else 0.0
