"""One instance, inside out: what to ask while it runs, what to ask once, and when to stop asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from odps_tui.models import Instance, Job, SubInstance, Task, TaskCost, TaskProgress, TaskResult, TaskStatus
from odps_tui.monitor.instance_row import Ending, ending_of
from odps_tui.monitor.poller import Wait, utc_now, wait_for_event
from odps_tui.monitor.reading import Reading, read
from odps_tui.monitor.service import InstanceDetails

# Task types that are never an XFlow (protocol §4.2); of others the service is asked once whether it has actions.
_NOT_XFLOW = frozenset({"SQL", "SQLRT", "SQLCost", "SQLPlan", "CUPID", "Graph", "LOT", "Merge", "MaxFrame", "Copy"})


@dataclass(frozen=True, slots=True)
class InstanceDetail:
    """Everything read of one instance. Each part has its own age and its own error; a missing right costs only its part.

    `actions` is None for an instance that is no XFlow, or not yet known to be one.
    """

    id: str
    instance: Reading[Instance] = field(default_factory=Reading)
    tasks: Reading[tuple[Task, ...]] = field(default_factory=Reading)
    job: Reading[Job] = field(default_factory=Reading)
    progress: Mapping[str, Reading[TaskProgress]] = field(default_factory=dict)
    results: Reading[Mapping[str, TaskResult]] = field(default_factory=Reading)
    costs: Mapping[str, Reading[TaskCost | None]] = field(default_factory=dict)
    actions: Reading[tuple[SubInstance, ...]] | None = None

    @property
    def is_terminated(self) -> bool:
        """True once the service itself said Terminated."""
        return self.instance.value is not None and self.instance.value.is_terminated

    @property
    def ending(self) -> Ending | None:
        """How it ended; None while it lives or while its tasks are not known."""
        if not self.is_terminated or self.tasks.value is None or not self.tasks.is_good:
            return None
        return ending_of(self.tasks.value)

    @property
    def is_settled(self) -> bool:
        """True when it has ended and every part was read, or is denied for good: nothing can change."""
        parts: list[Reading[object]] = [self.tasks, self.job, self.results, *self.progress.values(), *self.costs.values()]
        return self.is_terminated and all(part.is_final for part in parts)


class DetailPoller:
    """Reads one instance again and again while it lives; the SQL once; results and cost once it has ended."""

    def __init__(
        self,
        service: InstanceDetails,
        *,
        interval: float = 5.0,
        clock: Callable[[], datetime] = utc_now,
        wait: Wait = wait_for_event,
    ) -> None:
        self.interval = interval
        self._service = service
        self._clock = clock
        self._wait = wait
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Read now instead of when the interval is over."""
        self._woken.set()

    async def detail(self, instance_id: str) -> AsyncIterator[InstanceDetail]:
        """Yield what is known of an instance, more with each read, until it has ended and everything has been read."""
        self._woken.clear()
        known = InstanceDetail(instance_id)
        while not known.is_settled:
            known = await self._read_state(known)
            yield known
            known = await self._read_rest(known)
            yield known
            if known.is_settled:
                return
            await self._wait(self._woken, self.interval)
            self._woken.clear()

    async def _read_state(self, known: InstanceDetail) -> InstanceDetail:
        """Status first, tasks after it: a Terminated seen here is older than the tasks' last words, never newer."""
        instance = await read(known.instance, self._service.get_instance(known.id), self._clock)
        tasks = await read(known.tasks, self._tasks(known.id), self._clock)
        return replace(known, instance=instance, tasks=tasks)

    async def _read_rest(self, known: InstanceDetail) -> InstanceDetail:
        job, progress, results, costs, actions = await asyncio.gather(
            self._read_job(known),
            self._read_progress(known),
            self._read_results(known),
            self._read_costs(known),
            self._read_actions(known),
        )
        return replace(known, job=job, progress=progress, results=results, costs=costs, actions=actions)

    async def _tasks(self, instance_id: str) -> tuple[Task, ...]:
        return tuple((await self._service.get_task_statuses(instance_id)).values())

    async def _read_job(self, known: InstanceDetail) -> Reading[Job]:
        if known.job.is_good:
            return known.job
        return await read(known.job, self._service.get_job(known.id), self._clock)

    async def _read_progress(self, known: InstanceDetail) -> Mapping[str, Reading[TaskProgress]]:
        tasks = [task for task in known.tasks.value or () if task.status != TaskStatus.WAITING]

        async def one(task: Task) -> Reading[TaskProgress]:
            last: Reading[TaskProgress] = known.progress.get(task.name, Reading())
            return await read(last, self._service.get_task_progress(known.id, task.name), self._clock)

        return dict(zip([task.name for task in tasks], await asyncio.gather(*map(one, tasks)), strict=True))

    async def _read_results(self, known: InstanceDetail) -> Reading[Mapping[str, TaskResult]]:
        if not known.is_terminated or known.results.is_good:
            return known.results
        return await read(known.results, self._service.get_task_results(known.id), self._clock)

    async def _read_costs(self, known: InstanceDetail) -> Mapping[str, Reading[TaskCost | None]]:
        if not known.is_terminated:
            return known.costs
        names = [task.name for task in known.tasks.value or ()]

        async def one(name: str) -> Reading[TaskCost | None]:
            last: Reading[TaskCost | None] = known.costs.get(name, Reading())
            return last if last.is_good else await read(last, self._cost(known.id, name), self._clock)

        return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))

    async def _cost(self, instance_id: str, task_name: str) -> TaskCost | None:
        summary = await self._service.get_task_summary(instance_id, task_name)
        return summary.cost if summary is not None else None

    async def _read_actions(self, known: InstanceDetail) -> Reading[tuple[SubInstance, ...]] | None:
        types = {task.type for task in known.tasks.value or ()}
        if not types or types & _NOT_XFLOW:
            return None
        actions = await read(known.actions or Reading(), self._service.get_xflow_actions(known.id), self._clock)
        # A plain instance answers with an error or with nothing; then it is no XFlow as far as anyone can see.
        return actions if actions.value else None
