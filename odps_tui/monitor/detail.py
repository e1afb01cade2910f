"""One instance, inside out: what to ask while it runs, what to ask once, and when to stop asking.

Status and tasks are always asked for; everything else is a part that is asked for only while somebody wants it, mostly because it
is on the screen. Parts are read side by side: a result of megabytes holds up nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from odps_tui.errors import ClockSkewed, CredentialsRefused, InternalServerError, NoPermission, ServiceError, Throttled
from odps_tui.models import (
    Instance,
    Job,
    Outcome,
    RawAnswer,
    SubInstance,
    Task,
    TaskCost,
    TaskProgress,
    TaskQuota,
    TaskResult,
    TaskStatus,
)
from odps_tui.monitor.family_reader import Family, FamilyReader
from odps_tui.monitor.family_reader import is_settled as is_sub_settled
from odps_tui.monitor.instance_row import Ending, ending_of
from odps_tui.monitor.poll_pace import PollPace
from odps_tui.monitor.poller import Wait, utc_now, wait_for_event
from odps_tui.monitor.progress import SampleBook, Samples
from odps_tui.monitor.quota_reader import QuotaReader
from odps_tui.monitor.reading import Reading, read
from odps_tui.monitor.service import InstanceDetails

# Task types that are never an XFlow (protocol §4.2); of others the service is asked once whether it has actions.
_NOT_XFLOW = frozenset({"SQL", "SQLRT", "SQLCost", "SQLPlan", "CUPID", "Graph", "LOT", "Merge", "MaxFrame", "Copy"})
# Refusals that say nothing of what an instance is.
_SAYS_NOTHING = (NoPermission, Throttled, InternalServerError, CredentialsRefused, ClockSkewed)


class DetailPart(StrEnum):
    """What can be wanted of an instance beside its status and tasks."""

    SOURCE = "source"
    """Its SQL and settings: asked once."""
    PROGRESS = "progress"
    """Stages of its tasks, sub-instances of an XFlow, its quota: asked again and again while it lives."""
    ERROR = "error"
    """What its tasks left behind, but only when it has ended otherwise than well: a result of megabytes is not asked for."""
    RESULT = "result"
    """What its tasks left behind, whatever it is: asked once, at the end."""
    COST = "cost"
    """Resources used: asked once, at the end."""


ALL_PARTS = frozenset(DetailPart)

Changes = Mapping[str, Any]
"""Fields of an `InstanceDetail` with what was read for them."""

_Running = dict[asyncio.Future[Changes], DetailPart]


@dataclass(frozen=True, slots=True)
class InstanceDetail:
    """Everything read of one instance. Each part has its own age and its own error; a missing right costs only its part.

    `actions` is None for an instance that is no XFlow, or not yet known to be one; `is_plain` when it is known to be none.
    `family` tells how the instances of `actions` are, `samples` what `progress` was over time, by task. `answers` are the
    service's own words, kept only while they are wanted. `wanted` is what is asked for, `done` what was read after the end: it is
    not asked again.
    """

    id: str
    instance: Reading[Instance] = field(default_factory=Reading)
    tasks: Reading[tuple[Task, ...]] = field(default_factory=Reading)
    job: Reading[Job] = field(default_factory=Reading)
    progress: Mapping[str, Reading[TaskProgress]] = field(default_factory=dict)
    results: Reading[Mapping[str, TaskResult]] = field(default_factory=Reading)
    costs: Mapping[str, Reading[TaskCost | None]] = field(default_factory=dict)
    samples: Mapping[str, Samples] = field(default_factory=dict)
    quota: Reading[TaskQuota] = field(default_factory=Reading)
    actions: Reading[tuple[SubInstance, ...]] | None = None
    is_plain: bool = False
    family: Family = field(default_factory=dict)
    answers: tuple[RawAnswer, ...] = ()
    wanted: frozenset[DetailPart] = ALL_PARTS
    done: frozenset[DetailPart] = frozenset()

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
    def has_gone_wrong(self) -> bool:
        """True when it is known to have ended otherwise than well."""
        return self.ending is not None and self.ending.outcome is not Outcome.SUCCESS

    @property
    def is_settled(self) -> bool:
        """True when it has ended and every wanted part was read, or is denied for good: nothing can change."""
        return self.is_terminated and self.tasks.is_final and self.wanted <= self.done

    def is_final(self, part: DetailPart) -> bool:
        """Tell whether asking for a part again, now that it has ended, would bring nothing else."""
        match part:
            case DetailPart.SOURCE:
                return self.job.is_final
            case DetailPart.PROGRESS:
                family_is_settled = all(is_sub_settled(member) for member in self.family.values())
                return family_is_settled and all(reading.is_final for reading in self.progress.values())
            case DetailPart.ERROR:
                return self.results.is_final or not self.has_gone_wrong
            case DetailPart.RESULT:
                return self.results.is_final
            case DetailPart.COST:
                return all(reading.is_final for reading in self.costs.values())


class DetailPoller:
    """Reads one instance again and again while it lives; the SQL once; results and cost once it has ended.

    `want` says which parts; all, until somebody chooses.
    """

    def __init__(
        self,
        service: InstanceDetails,
        *,
        interval: float = 5.0,
        clock: Callable[[], datetime] = utc_now,
        wait: Wait = wait_for_event,
        pace: PollPace | None = None,
    ) -> None:
        self.pace = pace or PollPace(interval)
        self._service = service
        self._clock = clock
        self._wait = wait
        self._woken = asyncio.Event()
        self._book = SampleBook()
        self._quotas = QuotaReader(service, clock)
        self._families = FamilyReader(service, clock)
        self._wanted = ALL_PARTS
        self._wants_answers = False
        self._wants_changed = asyncio.Event()
        self._readers: Mapping[DetailPart, Callable[[InstanceDetail], Awaitable[Changes]]] = {
            DetailPart.SOURCE: self._read_job,
            DetailPart.PROGRESS: self._read_progress,
            DetailPart.ERROR: self._read_error,
            DetailPart.RESULT: self._read_results,
            DetailPart.COST: self._read_costs,
        }

    @property
    def interval(self) -> float:
        """Seconds between two reads that somebody wishes for; the pace may be slower."""
        return self.pace.wished

    @interval.setter
    def interval(self, seconds: float) -> None:
        self.pace.wished = seconds

    def wake(self) -> None:
        """Read now instead of when the interval is over."""
        self._woken.set()

    def want(self, parts: Iterable[DetailPart], *, answers: bool = False) -> None:
        """From now on ask for these parts only, at once for those not asked yet; with `answers` keep the service's words too."""
        self._wanted, self._wants_answers = frozenset(parts), answers
        self._wants_changed.set()

    async def follow(self, instance_id: str) -> AsyncIterator[InstanceDetail]:
        """Yield what is known of an instance for as long as somebody listens, after its end only when more is wanted."""
        known: InstanceDetail | None = None
        while True:
            async for more in self.detail(instance_id, known):
                if more is not known:
                    known = more
                    yield more
            await self._wants_changed.wait()

    async def detail(self, instance_id: str, known: InstanceDetail | None = None) -> AsyncIterator[InstanceDetail]:
        """Yield what is known of an instance, more with each read, until it has ended and every wanted part has been read.

        Goes on from what is `known` already.
        """
        self._woken.clear()
        self._service.keep_answers(instance_id)
        known = self._wishes(known or InstanceDetail(instance_id))
        while not known.is_settled:
            if not (known.is_terminated and known.tasks.is_final):
                before, known = known, await self._read_state(known)
                if not (known.instance.says_as(before.instance) and known.tasks.says_as(before.tasks)):
                    yield known  # else with what is read next: that only its age is another is no reason to draw it
            asked: set[DetailPart] = set()
            async for more in self._read_parts(known, asked):
                known = more
                yield more
            rest = asyncio.ensure_future(self._wait(self._woken, self.pace.now.seconds))
            try:
                while not known.is_settled and await self._is_wanted_otherwise(rest):
                    async for more in self._read_parts(known, asked):
                        known = more
                        yield more
            finally:
                rest.cancel()
        yield await self._with_answers(known)

    async def _is_wanted_otherwise(self, rest: asyncio.Future[None]) -> bool:
        """Wait until the rest is over and everything is read again: False; or until something else is wanted meanwhile: True.

        What is wanted meanwhile does not make the rest longer, however often that changes.
        """
        wanting = asyncio.ensure_future(self._wants_changed.wait())
        futures: set[asyncio.Future[Any]] = {rest, wanting}
        try:
            await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
            if rest.done():
                self._woken.clear()
                rest.result()
            return not rest.done()
        finally:
            wanting.cancel()

    def _wishes(self, known: InstanceDetail) -> InstanceDetail:
        """Take over what is wanted by now."""
        self._wants_changed.clear()
        return known if known.wanted == self._wanted else replace(known, wanted=self._wanted)

    async def _with_answers(self, known: InstanceDetail) -> InstanceDetail:
        answers = await self._service.read_answers(known.id) if self._wants_answers else ()
        return known if known.answers == answers else replace(known, answers=answers)

    async def _read_parts(self, known: InstanceDetail, asked: set[DetailPart]) -> AsyncIterator[InstanceDetail]:
        """Yield what is known after each wanted part that came in, but those `asked` already. What is wanted meanwhile joins."""
        running: _Running = {}
        try:
            while True:
                known = self._wishes(known)
                for part in sorted(known.wanted - known.done - asked):
                    if part is DetailPart.RESULT and DetailPart.ERROR in running.values():
                        continue  # They are one answer: not asked twice.
                    asked.add(part)
                    running[asyncio.ensure_future(self._readers[part](known))] = part
                if not running:
                    break
                for part, changes in await self._next_of(running):
                    known = _known_with(known, part, changes)
                    if changes:
                        yield known
        finally:
            for future in running:
                future.cancel()
        yield await self._with_answers(known)

    async def _next_of(self, running: _Running) -> list[tuple[DetailPart, Changes]]:
        """Return the parts that came in next; none when something else is wanted first."""
        wanting = asyncio.ensure_future(self._wants_changed.wait())
        futures: set[asyncio.Future[Any]] = {*running, wanting}
        try:
            done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wanting.cancel()
        return [(running.pop(future), future.result()) for future in list(running) if future in done]

    async def _read_state(self, known: InstanceDetail) -> InstanceDetail:
        """Status first, tasks after it: a Terminated seen here is older than the tasks' last words, never newer."""
        instance = await read(known.instance, self._clock, self._service.get_instance, known.id)
        tasks = await read(known.tasks, self._clock, self._tasks, known.id)
        return replace(known, instance=instance, tasks=tasks)

    async def _tasks(self, instance_id: str) -> tuple[Task, ...]:
        return tuple((await self._service.get_task_statuses(instance_id)).values())

    async def _read_job(self, known: InstanceDetail) -> Changes:
        if known.job.is_final:
            return {}
        return {"job": await read(known.job, self._clock, self._service.get_job, known.id)}

    async def _read_progress(self, known: InstanceDetail) -> Changes:
        progress, quota, family = await asyncio.gather(self._progress(known), self._quota(known), self._family(known))
        samples = {name: self._sampled(known.id, name, reading) for name, reading in progress.items()}
        return {"progress": progress, "samples": samples, "quota": quota, **family}

    async def _progress(self, known: InstanceDetail) -> Mapping[str, Reading[TaskProgress]]:
        tasks = [task for task in known.tasks.value or () if task.status != TaskStatus.WAITING]

        async def one(task: Task) -> Reading[TaskProgress]:
            last: Reading[TaskProgress] = known.progress.get(task.name, Reading())
            return await read(last, self._clock, self._service.get_task_progress, known.id, task.name)

        return dict(zip([task.name for task in tasks], await asyncio.gather(*map(one, tasks)), strict=True))

    def _sampled(self, instance_id: str, task: str, reading: Reading[TaskProgress]) -> Samples:
        """Return what was seen of a task so far; a read that failed has seen nothing."""
        if reading.value is None or reading.read_at is None or not reading.is_good:
            return self._book.samples(instance_id, task)
        return self._book.take(instance_id, task, reading.read_at, reading.value)

    async def _quota(self, known: InstanceDetail) -> Reading[TaskQuota]:
        """Ask for that of the first task that has not ended: the service counts its 30 s by instance."""
        living = [task.name for task in known.tasks.value or () if task.status in (TaskStatus.RUNNING, TaskStatus.WAITING)]
        if known.is_terminated or not living:
            return known.quota
        return await self._quotas.read(known.id, living[0])

    async def _read_error(self, known: InstanceDetail) -> Changes:
        return await self._read_results(known) if known.has_gone_wrong else {}

    async def _read_results(self, known: InstanceDetail) -> Changes:
        if not known.is_terminated or known.results.is_final:
            return {}
        return {"results": await read(known.results, self._clock, self._service.get_task_results, known.id)}

    async def _read_costs(self, known: InstanceDetail) -> Changes:
        if not known.is_terminated:
            return {}
        names = [task.name for task in known.tasks.value or ()]

        async def one(name: str) -> Reading[TaskCost | None]:
            last: Reading[TaskCost | None] = known.costs.get(name, Reading())
            return last if last.is_final else await read(last, self._clock, self._cost, known.id, name)

        return {"costs": dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))}

    async def _cost(self, instance_id: str, task_name: str) -> TaskCost | None:
        summary = await self._service.get_task_summary(instance_id, task_name)
        return summary.cost if summary is not None else None

    async def _family(self, known: InstanceDetail) -> Changes:
        """The actions of an XFlow, and how their instances are."""
        actions = await self._actions(known)
        if actions is None or _is_no_xflow(actions):
            return {"actions": None, "is_plain": known.is_plain or actions is not None}
        family = await self._families.read(known.family, actions.value or ())
        is_told = actions.value or isinstance(actions.error, NoPermission)
        return {"actions": actions if is_told else None, "family": family}

    async def _actions(self, known: InstanceDetail) -> Reading[tuple[SubInstance, ...]] | None:
        """A plain instance answers with an error, whichever (protocol §7.4), and is not asked again."""
        types = {task.type for task in known.tasks.value or ()}
        if not types or types & _NOT_XFLOW or known.is_plain:
            return None
        return await read(known.actions or Reading(), self._clock, self._service.get_xflow_actions, known.id)


def _is_no_xflow(actions: Reading[tuple[SubInstance, ...]]) -> bool:
    """Tell whether the service refused to tell actions, for another reason than a missing right or its own weather."""
    is_refused = isinstance(actions.error, ServiceError) and not isinstance(actions.error, _SAYS_NOTHING)
    return actions.value is None and is_refused


def _known_with(known: InstanceDetail, part: DetailPart, changes: Changes) -> InstanceDetail:
    """Add what a part brought; after the end, remember that it need not be asked for again."""
    known = replace(known, **changes) if changes else known
    if known.is_terminated and known.tasks.is_final and known.is_final(part):
        known = replace(known, done=known.done | {part})
    return known
