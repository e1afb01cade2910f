"""What MaxCompute says of an instance, as frozen values.

Every value here came through the decoder: text is clean (`safe_text`), times are aware and in UTC. `None` means that the service
did not say; it is never turned into 0. Words the service may add one day stay as it wrote them: a status is a plain `str`
that equals a member of the enumeration when it is a known one.

Each room is loaded for the first of its names: a list needs the first one alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.later import names_of

if TYPE_CHECKING:
    from odps_tui.models.instances import (
        CallRate,
        Instance,
        InstancePage,
        InstanceStatus,
        Outcome,
        QueueingInfo,
        QueueingPage,
        StageStatus,
        SubStatus,
        Task,
        TaskStatus,
        outcome_of,
    )
    from odps_tui.models.stages import StageDetail, StageProgress, TaskDetail, TaskProgress, Worker
    from odps_tui.models.surroundings import Identity, LogviewAddress, Project, ProjectPage, RawAnswer, SubInstance, XFlowSource
    from odps_tui.models.tasks import (
        Job,
        Resources,
        ResultDescriptor,
        TaskCost,
        TaskFailure,
        TaskQuota,
        TaskResult,
        TaskSource,
        TaskSummary,
    )

__all__ = [
    "CallRate",
    "Identity",
    "Instance",
    "InstancePage",
    "InstanceStatus",
    "Job",
    "LogviewAddress",
    "Outcome",
    "Project",
    "ProjectPage",
    "QueueingInfo",
    "QueueingPage",
    "RawAnswer",
    "Resources",
    "ResultDescriptor",
    "StageDetail",
    "StageProgress",
    "StageStatus",
    "SubInstance",
    "SubStatus",
    "Task",
    "TaskCost",
    "TaskDetail",
    "TaskFailure",
    "TaskProgress",
    "TaskQuota",
    "TaskResult",
    "TaskSource",
    "TaskStatus",
    "TaskSummary",
    "Worker",
    "XFlowSource",
    "outcome_of",
]

__getattr__ = names_of(
    __name__,
    {
        "instances": [
            "CallRate",
            "Instance",
            "InstancePage",
            "InstanceStatus",
            "Outcome",
            "QueueingInfo",
            "QueueingPage",
            "StageStatus",
            "SubStatus",
            "Task",
            "TaskStatus",
            "outcome_of",
        ],
        "tasks": [
            "Job",
            "Resources",
            "ResultDescriptor",
            "TaskCost",
            "TaskFailure",
            "TaskQuota",
            "TaskResult",
            "TaskSource",
            "TaskSummary",
        ],
        "stages": ["StageDetail", "StageProgress", "TaskDetail", "TaskProgress", "Worker"],
        "surroundings": ["Identity", "LogviewAddress", "Project", "ProjectPage", "RawAnswer", "SubInstance", "XFlowSource"],
    },
)
