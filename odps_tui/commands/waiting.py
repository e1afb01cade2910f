"""Waiting for instances to end, through outages, and what each end was."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from odps_tui.commands.exits import Exit, exit_of, exit_of_ending
from odps_tui.commands.facts import instance_facts
from odps_tui.commands.outages import Outages
from odps_tui.errors import NoPermission, NoSuchObject, NoSuchProject, OdpsTuiError, WaitTimeout
from odps_tui.maxcompute.waiting import failure_of, first_unsuccessful
from odps_tui.models import Instance, Outcome, Task, TaskResult, TaskStatus, outcome_of

END_KEYS = ("id", "owner", "status", "outcome", "start_time", "end_time", "error")
END_SHOWN = ("id", "outcome", "start_time", "end_time", "owner")


class WaitedFor(Protocol):
    """The calls that waiting needs."""

    async def get_instance(self, instance_id: str) -> Instance:
        """Return one instance's status, owner and times."""
        ...

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return the tasks by name."""
        ...

    async def get_task_results(self, instance_id: str) -> Mapping[str, TaskResult]:
        """Return what the tasks left behind."""
        ...


@dataclass(frozen=True, slots=True)
class End:
    """How waiting for one instance went: it ended, or (without an `outcome`) it cannot be waited for because of `error`."""

    id: str
    instance: Instance | None
    outcome: Outcome | None
    error: OdpsTuiError | None

    @property
    def exit(self) -> Exit:
        """The exit status of this one alone."""
        if self.outcome is not None:
            return exit_of_ending(self.outcome)
        return Exit.OK if self.error is None else exit_of(self.error)

    @property
    def facts(self) -> dict[str, object]:
        """The end as a row."""
        known = instance_facts(self.instance, self.outcome) if self.instance is not None else {"id": self.id}
        return {**dict.fromkeys(END_KEYS), **known, "error": None if self.error is None else self.error.cause}

    @property
    def sentence(self) -> str:
        """The end for people, on one line."""
        reason = f": {self.error.cause.splitlines()[0]}" if self.error is not None and self.error.cause else ""
        return f"{self.id} {self.outcome.value if self.outcome is not None else 'cannot be waited for'}{reason}"


class Waiting:
    """Looks at several instances every `interval` seconds for at most `timeout`; `look` is told of each look."""

    def __init__(
        self,
        service: WaitedFor,
        outages: Outages,
        *,
        interval: float,
        timeout: float = math.inf,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        look: Callable[[Sequence[Instance]], Awaitable[None]] | None = None,
    ) -> None:
        self._service = service
        self._outages = outages
        self._interval = interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._look = look
        self._deadline = monotonic() + timeout

    async def ends(self, instance_ids: Sequence[str]) -> AsyncIterator[End]:
        """Yield each instance as it ends. Raises `WaitTimeout` when one still runs in the end, and what `Outages.ask` raises."""
        living = list(dict.fromkeys(instance_ids))
        while living:
            found = await self._outages.ask(lambda: self._read(living), self._deadline)
            for end in [one for one in found if isinstance(one, End)]:
                living.remove(end.id)
                yield end
            if not living:
                return
            if self._look is not None:
                await self._look([one for one in found if isinstance(one, Instance)])
            await self._pause(living)

    async def _pause(self, living: Sequence[str]) -> None:
        left = self._deadline - self._monotonic()
        if left <= 0:
            raise WaitTimeout(f"Time is over and {_these(living)} still {'runs' if len(living) == 1 else 'run'}")
        await self._sleep(min(self._interval, left))

    async def _read(self, living: Sequence[str]) -> list[Instance | End]:
        # One fault is everybody's: the whole look is asked again. But all requests are let come home first.
        answers = await asyncio.gather(*map(self._read_one, living), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if not isinstance(answer, BaseException)]

    async def _read_one(self, instance_id: str) -> Instance | End:
        try:
            instance = await self._service.get_instance(instance_id)
            return await self._end_of(instance) if instance.is_terminated else instance
        except NoSuchProject:
            raise
        except (NoSuchObject, NoPermission) as error:
            return End(instance_id, None, None, error)

    async def _end_of(self, instance: Instance) -> End:
        tasks = (await self._service.get_task_statuses(instance.id)).values()
        unsuccessful = first_unsuccessful(tasks)
        reason = None if unsuccessful is None else await self._reason(instance, unsuccessful)
        return End(instance.id, instance, outcome_of_ended(tasks), reason)

    async def _reason(self, instance: Instance, task: Task) -> OdpsTuiError:
        results: Mapping[str, TaskResult] = {}
        if task.status == TaskStatus.FAILED:
            try:
                results = await self._service.get_task_results(instance.id)
            except NoPermission as error:
                return error  # the outcome is known; only its reason is not for us
        return failure_of(instance.id, task, results)


def outcome_of_ended(tasks: Iterable[Task]) -> Outcome:
    """Return how these tasks ended. An instance without any has succeeded, as PyODPS's `is_successful` has it (protocol §6)."""
    known = tuple(tasks)
    return outcome_of(known) if known else Outcome.SUCCESS


def _these(instance_ids: Sequence[str]) -> str:
    return instance_ids[0] if len(instance_ids) == 1 else f"{len(instance_ids)} instances"
