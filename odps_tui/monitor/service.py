"""What the monitor asks of a service. `odps_tui.maxcompute.MaxComputeClient` answers it; a test may answer it too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from odps_tui.models import (
        Instance,
        InstancePage,
        Job,
        QueueingInfo,
        QueueingPage,
        RawAnswer,
        SubInstance,
        Task,
        TaskDetail,
        TaskProgress,
        TaskQuota,
        TaskResult,
        TaskSummary,
    )


class InstanceLists(Protocol):
    """The calls that paint the list: the live queue, the history, and one instance that left the queue."""

    def list_instance_queueing_pages(self, *, only_owner: bool | None = None) -> AsyncIterator[QueueingPage]:
        """Yield the live queue, page by page."""
        ...

    def list_instance_pages(
        self, *, start_time: datetime | None = None, only_owner: bool | None = None
    ) -> AsyncIterator[InstancePage]:
        """Yield the instances that started at or after `start_time`, page by page, in no promised order."""
        ...

    async def get_instance(self, instance_id: str) -> Instance:
        """Return one instance's status, owner and times."""
        ...


class InstanceDetails(Protocol):
    """The calls that open one instance."""

    async def get_instance(self, instance_id: str) -> Instance:
        """Return one instance's status, owner and times."""
        ...

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        """Return the tasks by name, in the service's order."""
        ...

    async def get_task_progress(self, instance_id: str, task_name: str) -> TaskProgress:
        """Return the stages of one task."""
        ...

    async def get_job(self, instance_id: str) -> Job:
        """Return what was submitted."""
        ...

    async def get_task_results(self, instance_id: str) -> Mapping[str, TaskResult]:
        """Return what the tasks left behind, error texts included."""
        ...

    async def get_task_summary(self, instance_id: str, task_name: str) -> TaskSummary | None:
        """Return the summary of one task; None while there is none."""
        ...

    async def get_queueing_info(self, instance_id: str) -> QueueingInfo | None:
        """Return what the scheduler knows of it; None once it has ended."""
        ...

    async def get_task_quota(self, instance_id: str, task_name: str) -> TaskQuota | None:
        """Return the quota of one task; None within 30 s of the last answer."""
        ...

    async def get_task_detail(self, instance_id: str, task_name: str) -> TaskDetail:
        """Return stages and workers of one task."""
        ...

    async def get_worker_log(self, instance_id: str, log_id: str, log_type: str = "stdout", size: int = 0) -> str:
        """Return a log of one worker, at most `size` bytes of it (0: all)."""
        ...

    async def get_xflow_actions(self, instance_id: str) -> tuple[SubInstance, ...]:
        """Return the actions of an XFlow as a tree."""
        ...

    def keep_answers(self, instance_id: str) -> None:
        """From now on remember what the service answers about this instance, and forget about any other."""
        ...

    async def read_answers(self, instance_id: str) -> tuple[RawAnswer, ...]:
        """Return the last answer to each question asked about it, the first question first. Asks nothing."""
        ...


class InstanceService(InstanceLists, InstanceDetails, Protocol):
    """Everything the dashboard reads."""
