"""A project of many instances that change at every poll: what `instance_list.py` shows in our list and in its peer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from odps_tui.models import Instance, InstancePage, QueueingInfo, QueueingPage, SubStatus
from odps_tui.widgets.columns import COLUMNS, Column

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAGE = 1000
LIVE_ONE_IN = 20
CHANGED_ONE_IN = 100
SORTED_BY = "progress"
SHOWN: Sequence[Column] = [COLUMNS[id_] for id_ in ("age", "id", "owner", "type", "state", "progress", "cpu", "why")]

_OWNERS = [f"ALIYUN${team}_{number}@example.com" for team in ("etl", "report", "pai", "adhoc") for number in range(5)]
_WORDS = ["Job is running", "Waiting for cluster resource", "Job is optimizing", "Scheduling"]


class FakeService:
    """Answers what a poller asks, at once: 1 of 20 instances lives and is in the queue, the others are history."""

    def __init__(self, rows: int) -> None:
        self._random = random.Random(7)
        self._ended: list[Instance] = []
        self._changed = rows // CHANGED_ONE_IN
        self.instances = [self._instance(number, rows) for number in range(rows)]
        live = [instance for instance in self.instances if not instance.is_terminated]
        self._queue = {instance.id: self._info(instance) for instance in live}

    async def list_instance_queueing_pages(self, *, only_owner: bool | None = None) -> AsyncIterator[QueueingPage]:  # noqa: ARG002
        """The live queue."""
        infos = tuple(self._queue.values())
        for start in range(0, len(infos), PAGE):
            await asyncio.sleep(0)
            yield QueueingPage(infos[start : start + PAGE], None)

    async def list_instance_pages(
        self,
        *,
        start_time: datetime | None = None,  # noqa: ARG002
        only_owner: bool | None = None,  # noqa: ARG002
    ) -> AsyncIterator[InstancePage]:
        """All instances the first time, then those that ended at the last change."""
        instances = self.instances or self._ended
        for start in range(0, max(1, len(instances)), PAGE):
            await asyncio.sleep(0)
            yield InstancePage(tuple(instances[start : start + PAGE]), "more" if start + PAGE < len(instances) else None)
        self.instances = []

    async def get_instance(self, instance_id: str) -> Instance:
        """One that left the queue: never asked here, all that leave it have ended."""
        raise AssertionError(instance_id)

    def _instance(self, number: int, rows: int) -> Instance:
        start = NOW - timedelta(seconds=3600 * number // rows)
        is_live = number % LIVE_ONE_IN == 0
        end = None if is_live else start + timedelta(seconds=self._random.randrange(600))
        name = f"{start:%Y%m%d%H%M%S}{self._random.randrange(10**9):09d}g{number:06x}"
        return Instance(name, self._random.choice(_OWNERS), "Running" if is_live else "Terminated", start, end)

    def _info(self, instance: Instance) -> QueueingInfo:
        info = QueueingInfo(
            instance.id,
            "demo",
            f"job_{instance.id[-3:]}",
            "SQL",
            "AnonymousSQLTask",
            instance.owner,
            status="Running",
            priority=9,
        )
        return self._further(replace(info, start_time=instance.start_time))

    def _further(self, info: QueueingInfo) -> QueueingInfo:
        words = self._random.choice(_WORDS)
        return replace(
            info,
            progress=self._random.random(),
            cpu_usage=self._random.randrange(20_000),
            memory_usage=self._random.randrange(100_000),
            sub_status=SubStatus(words, 1100, info.start_time),
        )

    async def change(self) -> None:
        """Change 1 % of all instances: most have got further and use other cores, a tenth of them have ended."""
        chosen = self._random.sample(sorted(self._queue), min(self._changed, len(self._queue)))
        ending = len(chosen) // 10
        self._ended = []
        for number, instance_id in enumerate(chosen):
            if number % 50 == 0:
                await asyncio.sleep(0.002)  # to make it up is no work of the list's
            info = self._queue[instance_id]
            if number < ending:
                del self._queue[instance_id]
                self._ended.append(Instance(instance_id, info.owner, "Terminated", info.start_time, NOW))
            else:
                self._queue[instance_id] = self._further(info)


def clock() -> datetime:
    """A clock that stands still: nothing changes but what a poll changes."""
    return NOW
