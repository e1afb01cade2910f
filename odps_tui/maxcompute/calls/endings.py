"""How an instance ends: asking for it, and waiting for it (protocol §6)."""

from __future__ import annotations

from odps_tui.maxcompute.calls.instances import InstanceCalls
from odps_tui.maxcompute.calls.tasks import TaskCalls
from odps_tui.maxcompute.waiting import Pace, failure_of, first_unsuccessful, wait_until_terminated
from odps_tui.models import Instance, Outcome, TaskStatus, outcome_of


class EndingCalls(InstanceCalls, TaskCalls):
    """Success and failure exist on tasks only; these calls put both levels together."""

    async def is_successful(self, instance_id: str, *, project: str | None = None) -> bool:
        """Tell whether an instance has ended and every task of it in Success."""
        if not await self.is_terminated(instance_id, project=project):
            return False
        return first_unsuccessful((await self.get_task_statuses(instance_id, project=project)).values()) is None

    async def get_outcome(self, instance_id: str, *, project: str | None = None) -> Outcome | None:
        """Return how an instance ended; None while it lives."""
        if not await self.is_terminated(instance_id, project=project):
            return None
        return outcome_of((await self.get_task_statuses(instance_id, project=project)).values())

    async def wait_for_completion(
        self,
        instance_id: str,
        interval: float = 1,
        timeout: float | None = None,  # noqa: ASYNC109  # PyODPS's name; it bounds the waiting, not one request
        max_interval: float | None = None,
        *,
        blocking: bool = True,
        project: str | None = None,
    ) -> Instance:
        """Return an instance once it has ended, whatever its outcome; the times are in seconds.

        `interval` passes between two looks, doubling up to `max_interval` when there is one. Raises `WaitTimeout` when it still
        runs after `timeout`. What may pass by itself is waited out for five minutes.
        """

        async def read() -> Instance:
            return await self.get_instance(instance_id, blocking=blocking, project=project)

        pace = Pace(interval, timeout, max_interval)
        return await wait_until_terminated(read, pace, now=self._monotonic, sleep=self._sleep)

    async def wait_for_success(
        self,
        instance_id: str,
        interval: float = 1,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
        max_interval: float | None = None,
        *,
        blocking: bool = True,
        project: str | None = None,
    ) -> Instance:
        """Return an instance once it has ended in success; waits as `wait_for_completion` does.

        Raises `InstanceFailed` or `InstanceCancelled` for the first task that did not succeed.
        """
        instance = await self.wait_for_completion(
            instance_id, interval, timeout, max_interval, blocking=blocking, project=project
        )
        task = first_unsuccessful((await self.get_task_statuses(instance_id, project=project)).values())
        if task is None:
            return instance
        results = await self.get_task_results(instance_id, project=project) if task.status == TaskStatus.FAILED else {}
        raise failure_of(instance_id, task, results)
