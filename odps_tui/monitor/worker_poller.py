"""The workers of one task, read while somebody looks at them, and the logs they write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Protocol

from odps_tui.models import Instance, TaskDetail
from odps_tui.monitor.poller import Wait, utc_now, wait_for_event
from odps_tui.monitor.reading import Reading, read

PAUSE = timedelta(seconds=15)
"""A detail can be megabytes: it is asked for no more often than this, however often the view is opened."""
_REMEMBERED = 8
LOG_TYPES = ("stdout", "stderr", "waterfall_summary", "jstack", "pstack", "hs_err_log", "coreinfo")
"""The logs a worker may have (protocol §4.8)."""


class TellsWorkers(Protocol):
    """The calls that open a worker."""

    async def get_instance(self, instance_id: str) -> Instance:
        """Return the instance's status."""
        ...

    async def get_task_detail(self, instance_id: str, task_name: str) -> TaskDetail:
        """Return stages and workers of one task."""
        ...

    async def get_worker_log(self, instance_id: str, log_id: str, log_type: str = "stdout", size: int = 0) -> str:
        """Return a log of one worker, at most `size` bytes of it (0: all)."""
        ...


class WorkerPoller:
    """Reads the detail of one task at most every 15 s; one read after the instance had ended is the last."""

    def __init__(self, service: TellsWorkers, *, clock: Callable[[], datetime] = utc_now, wait: Wait = wait_for_event) -> None:
        self._service = service
        self._clock = clock
        self._wait = wait
        self._woken = asyncio.Event()
        self._read: dict[tuple[str, str], Reading[TaskDetail]] = {}
        self._asked: dict[tuple[str, str], datetime] = {}
        self._final: set[tuple[str, str]] = set()

    def wake(self) -> None:
        """Look again now whether it is time to read."""
        self._woken.set()

    def known(self, instance_id: str, task: str) -> Reading[TaskDetail]:
        """Return what was read last; nothing is asked."""
        return self._read.get((instance_id, task), Reading())

    async def workers(self, instance_id: str, task: str) -> AsyncIterator[Reading[TaskDetail]]:
        """Yield the task's detail, what is known of it first, then anew every 15 s until the instance has ended."""
        key = (instance_id, task)
        self._woken.clear()
        if key in self._read:
            yield self._read[key]
        while key not in self._final:
            pause = self._pause(key)
            if pause <= timedelta(0):
                yield await self._ask(key)
                pause = PAUSE
            if key in self._final:
                return
            await self._wait(self._woken, pause.total_seconds())
            self._woken.clear()

    async def log(self, instance_id: str, log_id: str, log_type: str, size: int) -> str:
        """Return a worker's log. Raises what the service raises."""
        return await self._service.get_worker_log(instance_id, log_id, log_type, size)

    def _pause(self, key: tuple[str, str]) -> timedelta:
        asked = self._asked.get(key)
        return timedelta(0) if asked is None else PAUSE - (self._clock() - asked)

    async def _ask(self, key: tuple[str, str]) -> Reading[TaskDetail]:
        """Status first: a detail that was read after the end is the last there will be."""
        self._asked[key] = self._clock()
        status: Reading[Instance] = await read(Reading(), self._clock, self._service.get_instance, key[0])
        detail = await read(self._read.get(key, Reading()), self._clock, self._service.get_task_detail, *key)
        self._read.pop(key, None)
        self._read[key] = detail
        if status.value is not None and status.value.is_terminated and detail.is_final:
            self._final.add(key)
        self._forget()
        return detail

    def _forget(self) -> None:
        while len(self._read) > _REMEMBERED:
            oldest = next(iter(self._read))
            del self._read[oldest]
            self._final.discard(oldest)
            self._asked.pop(oldest, None)
