"""The tasks inside an instance: how they are, what they run, what they cost and what they left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.errors import DecodeError, ServiceError
from odps_tui.maxcompute import codec, requests
from odps_tui.maxcompute.calls.asking import Asking

if TYPE_CHECKING:
    from odps_tui.models import Job, Task, TaskCost, TaskDetail, TaskProgress, TaskQuota, TaskResult, TaskSummary, Worker


class TaskCalls(Asking):
    """Protocol §4.2–4.10."""

    async def get_task_statuses(self, instance_id: str, *, project: str | None = None) -> dict[str, Task]:
        """Return the tasks by name, in the service's order."""
        return await self._ask(requests.task_statuses(project or self.project, instance_id), codec.decode_task_statuses)

    async def get_task_names(self, instance_id: str, *, project: str | None = None) -> list[str]:
        """Return the names of the tasks, in the service's order."""
        return list(await self.get_task_statuses(instance_id, project=project))

    async def get_job(self, instance_id: str, *, project: str | None = None) -> Job:
        """Return what was submitted: SQL, settings, priority."""
        return await self._ask(requests.job(project or self.project, instance_id), codec.decode_job)

    async def get_sql_query(self, instance_id: str, *, project: str | None = None) -> str | None:
        """Return the SQL of an instance, that of several tasks with a blank line between; None for one without SQL."""
        job = await self.get_job(instance_id, project=project)
        queries = [task.query for task in job.tasks if task.query is not None]
        return "\n\n".join(queries) if queries else None

    async def get_task_results(self, instance_id: str, *, project: str | None = None) -> dict[str, TaskResult]:
        """Return what the tasks left behind, by name; empty while nothing has ended. A failed task leaves its error's text."""
        return await self._ask(requests.task_results(project or self.project, instance_id), codec.decode_task_results)

    async def get_task_result(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskResult | None:
        """Return what one task left behind; None when it has left nothing yet."""
        return (await self.get_task_results(instance_id, project=project)).get(task_name)

    async def get_task_progress(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskProgress:
        """Return the stages of one task; none while it queues."""
        return await self._ask(
            requests.task_progress(project or self.project, instance_id, task_name), codec.decode_task_progress
        )

    async def get_all_task_progresses(self, instance_id: str, *, project: str | None = None) -> dict[str, TaskProgress]:
        """Return the stages of every task, by the task's name."""
        names = await self.get_task_names(instance_id, project=project)
        return {name: await self.get_task_progress(instance_id, name, project=project) for name in names}

    async def get_task_summary(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskSummary | None:
        """Return the summary of one task; None while there is none.

        When the service has none although nothing is to follow, odpscmd's older action is asked (protocol §4.6).
        """
        project = project or self.project
        answer = await self._ask(requests.task_summary(project, instance_id, task_name), codec.decode_summary_answer)
        if answer.summary is not None or answer.may_follow:
            return answer.summary
        try:
            return await self._ask(requests.task_summary_of_odpscmd(project, instance_id, task_name), codec.decode_task_summary)
        except (ServiceError, DecodeError):
            return None  # A service that does not know the older action has said all it can.

    async def get_task_cost(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskCost | None:
        """Return the resources one task has used; None while the service does not say."""
        summary = await self.get_task_summary(instance_id, task_name, project=project)
        return None if summary is None else summary.cost

    async def get_task_detail(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskDetail:
        """Return stages and workers of one task; a service without the first document is asked for the second."""
        project = project or self.project
        detail = await self._ask(requests.task_detail(project, instance_id, task_name), codec.decode_task_detail)
        if detail.document or detail.text:
            return detail
        return await self._ask(requests.task_detail2(project, instance_id, task_name), codec.decode_task_detail)

    async def get_task_workers(self, instance_id: str, task_name: str, *, project: str | None = None) -> list[Worker]:
        """Return the workers of one task, of all stages, in the order of the stages."""
        detail = await self._ask(requests.task_detail2(project or self.project, instance_id, task_name), codec.decode_task_detail)
        return [worker for stage in detail.stages for worker in stage.workers]

    async def get_worker_log(
        self, instance_id: str, log_id: str, log_type: str = "stdout", size: int = 0, *, project: str | None = None
    ) -> str:
        """Return a log of the worker that `log_id` names; `log_type` is one of `requests.LOG_TYPES`, `size` in bytes, 0 all."""
        return await self._ask(
            requests.worker_log(project or self.project, instance_id, log_id, log_type, size), codec.decode_text
        )

    async def get_task_quota(self, instance_id: str, task_name: str, *, project: str | None = None) -> TaskQuota | None:
        """Return the quota group of one task; None within 30 s of the last answer, as the service has it (protocol §4.9)."""
        return await self._ask(requests.task_quota(project or self.project, instance_id, task_name), codec.decode_task_quota)

    async def get_task_info(self, instance_id: str, task_name: str, key: str, *, project: str | None = None) -> str:
        """Return what one task says under `key`, such as `warnings`; often JSON, sometimes empty (protocol §4.10)."""
        return await self._ask(requests.task_info(project or self.project, instance_id, task_name, key), codec.decode_text)
