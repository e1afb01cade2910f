"""Waiting for an instance to end, and what its end was (protocol §6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odps_tui.errors import InstanceCancelled, InstanceFailed, InternalServerError, Throttled, TransportError, WaitTimeout
from odps_tui.maxcompute import codec
from odps_tui.models import Instance, Task, TaskStatus

if TYPE_CHECKING:
    from odps_tui.models import TaskResult

# For this long a service that cannot be read is waited for, as PyODPS does.
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look and how long to wait, in seconds.

    `interval` passes between two looks; with `max_interval` it doubles up to that. `timeout` of None waits for ever.
    """

    interval: float = 1.0
    timeout: float | None = None
    max_interval: float | None = None


async def wait_until_terminated(
    read: Callable[[], Awaitable[Instance]],
    pace: Pace,
    *,
    now: Callable[[], float],
    sleep: Callable[[float], Awaitable[object]],
) -> Instance:
    """Return the instance once it is Terminated, whatever its outcome.

    `now` tells monotonic seconds. Raises `WaitTimeout`; a fault that may pass by itself is raised after `PATIENCE` seconds of
    nothing else, any other at once.
    """
    started = last_read = now()
    interval = pace.interval
    while True:
        looked = now()
        try:
            instance = await read()
        except (TransportError, InternalServerError, Throttled):
            if now() - last_read >= PATIENCE:
                raise
        else:
            if instance.is_terminated:
                return instance
            last_read = now()
        if pace.timeout is not None and now() - started >= pace.timeout:
            raise WaitTimeout(f"The instance had not ended after {pace.timeout:g} s; it goes on")
        await sleep(_pause(looked + interval, started, pace, now()))
        interval = interval if pace.max_interval is None else max(interval, min(2 * interval, pace.max_interval))


def _pause(next_look: float, started: float, pace: Pace, now: float) -> float:
    pause = max(0.0, next_look - now)
    return pause if pace.timeout is None else min(pause, max(0.0, started + pace.timeout - now))


def first_unsuccessful(tasks: Iterable[Task]) -> Task | None:
    """Return the first task that did not end in Success; None when all did."""
    return next((task for task in tasks if not task.is_successful), None)


def failure_of(instance_id: str, task: Task, results: Mapping[str, TaskResult]) -> InstanceFailed | InstanceCancelled:
    """Return the error to raise for a task that did not succeed; a failed one's reason is the text of its result."""
    if task.status != TaskStatus.FAILED:
        word = task.status or "unknown"
        return InstanceCancelled(f"{task.name}, status={word}", instance_id=instance_id, task_name=task.name)
    failure = codec.read_failure(results[task.name].text if task.name in results else "")
    cause = failure.message or f"{task.name} failed and left no reason"
    return InstanceFailed(cause, instance_id=instance_id, task_name=task.name, code=failure.code)
