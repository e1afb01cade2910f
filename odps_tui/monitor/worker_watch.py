"""How many workers have finished, asked of a few watched instances and rarely: it costs a request for each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from odps_tui.errors import NoPermission, NoSuchObject
from odps_tui.models import Task, TaskProgress, TaskStatus

FOLLOWED = 16
"""Instances that are asked at most."""
PAUSE = timedelta(seconds=30)
"""Between two looks at one instance: sixteen of them cost about a request every two seconds."""
_AT_A_TIME = 4

Told = Mapping[str, TaskProgress]
"""The running tasks of an instance, by name."""


class TellsWorkers(Protocol):
    """The two calls."""

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return the tasks by name."""
        ...

    async def get_task_progress(self, instance_id: str, task_name: str) -> TaskProgress:
        """Return the stages of one task."""
        ...


class WorkerWatch:
    """Asks the instances that somebody wants to know about, each at most every `PAUSE`.

    An instance of a single task is asked for its tasks once: one request a look. One that may not be read is not asked again.
    """

    def __init__(self, service: TellsWorkers, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._clock = clock
        self._asked: dict[str, datetime] = {}
        self._single: dict[str, str] = {}
        """The task of each instance that has only one."""
        self._denied: set[str] = set()

    def take_due(self, instance_ids: Iterable[str]) -> list[str]:
        """Return whom of these to ask now, those that were not asked for longest first; they count as asked from here on.

        Whoever is not among these is forgotten.
        """
        followed = [id_ for id_ in dict.fromkeys(instance_ids) if id_ not in self._denied][:FOLLOWED]
        self._asked = {id_: at for id_, at in self._asked.items() if id_ in followed}
        self._single = {id_: task for id_, task in self._single.items() if id_ in followed}
        now = self._clock()
        never = [id_ for id_ in followed if id_ not in self._asked]
        again = sorted((id_ for id_, at in self._asked.items() if now - at >= PAUSE), key=self._asked.__getitem__)
        due = never + again
        self._asked.update(dict.fromkeys(due, now))
        return due

    def has_told(self, instance_id: str) -> None:
        """Somebody else has asked it just now: it need not be asked again so soon."""
        if instance_id in self._asked:
            self._asked[instance_id] = self._clock()

    async def ask(self, instance_ids: Iterable[str]) -> AsyncIterator[tuple[str, datetime, Told]]:
        """Yield what each of them told, and when. Raises the service's errors but those of a single instance."""
        ids = list(instance_ids)
        for begin in range(0, len(ids), _AT_A_TIME):
            batch = ids[begin : begin + _AT_A_TIME]
            for id_, told in zip(batch, await asyncio.gather(*map(self._ask, batch)), strict=True):
                if told is not None:
                    yield id_, self._clock(), told

    async def _ask(self, instance_id: str) -> Told | None:
        try:
            running = await self._running(instance_id)
            progress = await asyncio.gather(*(self._service.get_task_progress(instance_id, name) for name in running))
        except (NoPermission, NoSuchObject):
            self._denied.add(instance_id)
            return None
        return dict(zip(running, progress, strict=True))

    async def _running(self, instance_id: str) -> list[str]:
        if instance_id in self._single:
            return [self._single[instance_id]]
        tasks = await self._service.get_task_statuses(instance_id)
        if len(tasks) == 1:
            self._single[instance_id] = next(iter(tasks))
        return [task.name for task in tasks.values() if task.status == TaskStatus.RUNNING]
