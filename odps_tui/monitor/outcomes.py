"""How instances ended: asked for those an operator looks at, eight at a time, and remembered, for an end never changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Protocol

from odps_tui.errors import NoPermission, NoSuchObject
from odps_tui.models import Task
from odps_tui.monitor.instance_row import Ending, ending_of

_AT_A_TIME = 8


class TaskStatuses(Protocol):
    """The call that tells how an instance ended."""

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return the tasks by name."""
        ...


class OutcomeSeeker:
    """Asks once per ended instance. One that may not be read is not asked again; a failing service ends the round."""

    def __init__(self, service: TaskStatuses) -> None:
        self._service = service
        self._denied: set[str] = set()

    async def endings(self, instance_ids: Collection[str]) -> AsyncIterator[Mapping[str, Ending]]:
        """Yield what was learned, a few instances at a time. Raises the service's errors but those of a single instance."""
        wanted = [id_ for id_ in instance_ids if id_ not in self._denied]
        for begin in range(0, len(wanted), _AT_A_TIME):
            batch = wanted[begin : begin + _AT_A_TIME]
            found = await asyncio.gather(*map(self._ending, batch))
            yield {id_: ending for id_, ending in zip(batch, found, strict=True) if ending is not None}

    async def _ending(self, instance_id: str) -> Ending | None:
        try:
            return ending_of(tuple((await self._service.get_task_statuses(instance_id)).values()))
        except (NoPermission, NoSuchObject):
            self._denied.add(instance_id)
            return None
