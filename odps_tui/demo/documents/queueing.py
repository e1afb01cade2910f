"""What the scheduler knows of a living instance: an item of the live queue, and its quota (Protocol §3.2, §4.9)."""

from __future__ import annotations

import json
from typing import Any

from odps_tui.demo.documents.markup import beijing_time
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.queueing import Place
from odps_tui.demo.world.tasks import Task, progress, running_workers, worker_seconds

CPU_PER_WORKER = 100
"""One core, in hundredths."""
MEMORY_PER_WORKER = 2048
"""In MB."""

_WAITING_SCHEDULING = (1010, "Waiting for scheduling")
_WAITING_EXECUTION = (1020, "Waiting for execution")
_OFFLINE = (1042, "Offline Job Running")
_SCHEDULING_PART = 0.7


def queueing_info(instance: Instance, tasks: tuple[Task, ...], place: Place, project: str, now: float) -> dict[str, Any]:
    """The JSON object of `?cached`, and of one item of `cachedinstances`."""
    workers = running_workers(instance, tasks, now)
    seconds = worker_seconds(instance, tasks, now)
    history = _sub_statuses(instance, tasks, now)
    task = _current_task(tasks, now)
    return {
        "instanceId": instance.id,
        "instancePriority": instance.priority,
        "instanceProgress": round(progress(instance, tasks, now), 4),
        "jobName": instance.job_name,
        "projectName": project,
        "skynetId": f"70000{instance.seed % 90000:05d}" if instance.job_name.startswith(("dw", "ads")) else "",
        "startTime": beijing_time(instance.start),
        "taskType": task.type,
        "taskName": task.name,
        "userAccount": instance.owner.name,
        "status": instance.status(now),
        "cpuUsage": CPU_PER_WORKER * workers,
        "memUsage": MEMORY_PER_WORKER * workers,
        "totalCpuUsage": int(CPU_PER_WORKER * seconds),
        "totalMemUsage": int(MEMORY_PER_WORKER * seconds),
        "waitPos": place.position,
        "queueLength": place.length,
        "subStatus": history[-1],
        "subStatusHistory": history,
    }


def _current_task(tasks: tuple[Task, ...], now: float) -> Task:
    """The task at work: the first that has not ended."""
    return next((task for task in tasks if now < task.end), tasks[-1])


def _sub_statuses(instance: Instance, tasks: tuple[Task, ...], now: float) -> list[dict[str, Any]]:
    """The sub-statuses so far: it waits to be scheduled, then to be executed, then compiles, then its stages run."""
    waiting = instance.start + (instance.admitted - instance.start) * _SCHEDULING_PART
    steps = [(instance.start, _WAITING_SCHEDULING), (waiting, _WAITING_EXECUTION)]
    task = _current_task(tasks, now)
    steps.append((instance.admitted, (1030, f"{task.type}Task is running")))
    if task.stages:
        steps.append((max(task.stages[0].start, instance.admitted), _OFFLINE))
    return [_sub_status(since, *what) for since, what in steps if since <= now]


def _sub_status(since: float, code: int, description: str) -> dict[str, Any]:
    return {"start_time": int(since), "code": code, "description": description}


def quota(instance: Instance, task: Task, tasks: tuple[Task, ...], now: float) -> dict[str, Any]:
    """The JSON object of `?instancequota`: JSON in JSON, as the service has it."""
    workers = running_workers(instance, tasks, now)
    pending = sum(stage.workers - stage.started_count(now) for stage in task.stages if stage.start <= now)
    waiting = [
        [0, _slot(stage.id, stage.started_count(now) - stage.ended_count(now), stage.workers)]
        for stage in task.stages
        if stage.start <= now < stage.end
    ]
    whole = {"CPU": CPU_PER_WORKER * instance.quota.cores, "Memory": 4096 * instance.quota.cores}
    told = {
        "AmWaitingResInfo": waiting,
        "GroupAlias": instance.quota.name,
        "GroupId": str(1000 + len(instance.quota.name)),
        "GroupMaxQuota": whole,
        "GroupRequest": {"CPU": CPU_PER_WORKER * (workers + pending), "Memory": MEMORY_PER_WORKER * (workers + pending)},
        "RuntimeQuota": whole,
        "UsedQuota": {"CPU": CPU_PER_WORKER * workers, "Memory": MEMORY_PER_WORKER * workers},
    }
    return {"quotaInfos": {"job0": json.dumps(told)}}


def _slot(stage: str, running: int, total: int) -> dict[str, Any]:
    return {
        "RunningInstanceNum": running,
        "SlotDesc": stage,
        "SuId": 0,
        "TotalInstanceNum": total,
        "totalAheadResourceDesire": {"CPU": 0, "Memory": 0},
        "totalAheadTaskNum": 0,
        "waitingQueueItemInfo": "{}",
    }
