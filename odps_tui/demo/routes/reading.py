"""Everything one can ask about one instance: `GET …/instances/{id}?flag` (Protocol §4, §7.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from odps_tui.demo.documents import details, progress, queueing, results, sources, statuses, summaries, worker_logs
from odps_tui.demo.routes.visit import Visit, invalid, no_permission
from odps_tui.demo.wire.messages import JSON, TEXT, Response, ServiceFault
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.tasks import Task
from odps_tui.demo.world.xflows import XFlow

_QUOTA_PAUSE = 30.0
_QUOTAS_REMEMBERED = 1000
_POLL_STEP = 0.2


async def read(visit: Visit) -> Response:
    """Answer the first flag of the query that is known; without one, the status."""
    for name, _ in visit.request.query:
        if name == "instancestatus":
            return await _long_poll(visit)
        if name in _ANSWERS:
            return _ANSWERS[name](visit, visit.instance())
    return _status(visit.instance(), visit.now)


async def _long_poll(visit: Visit) -> Response:
    """Hold the answer until the instance ends, or for the long-poll seconds (Protocol §4.1)."""
    instance, setting = visit.instance(), visit.setting
    now, left = visit.now, setting.long_poll_seconds
    while left > 0 and not instance.is_terminated(now):
        # In small steps, because somebody may stop it meanwhile; and counted, so that a frozen clock cannot hold us for ever.
        step = min(_POLL_STEP, left, max(instance.ends_at - now, 0.001))
        await setting.sleep(step)
        left -= step
        now = setting.world.now()
    return _status(instance, now)


def _status(instance: Instance, now: float) -> Response:
    return Response.of(statuses.status(instance, now), headers=tuple(statuses.status_headers(instance, now)))


def _task_status(visit: Visit, instance: Instance) -> Response:
    return Response.of(statuses.task_statuses(instance, visit.world.tasks(instance), visit.now))


def _source(visit: Visit, instance: Instance) -> Response:
    _check_readable(visit, instance)
    return Response.of(sources.job(instance, visit.world.tasks(instance), visit.world.script(instance)))


def _result(visit: Visit, instance: Instance) -> Response:
    _check_readable(visit, instance)
    world = visit.world
    return Response.of(results.results(instance, world.tasks(instance), world.script(instance), visit.now))


def _progress(visit: Visit, instance: Instance) -> Response:
    task = _task(visit, instance, "taskname", "instanceprogress")
    return Response.of(progress.progress(instance, task, visit.world.script(instance)[task.name], visit.now))


def _summary(visit: Visit, instance: Instance) -> Response:
    task = _task(visit, instance)
    final = "true" if summaries.is_final(instance, task, visit.now) else "false"
    told = summaries.summary(instance, task, visit.world.script(instance)[task.name], visit.now)
    return _json(told, ("x-odps-task-finalized", final))


def _map_reduce_summary(visit: Visit, instance: Instance) -> Response:
    task = _task(visit, instance)
    return _json(summaries.map_reduce_summary(instance, task, visit.world.script(instance)[task.name], visit.now))


def _detail(visit: Visit, instance: Instance) -> Response:
    return Response.of(details.detail(_subject(visit, instance)), JSON)


def _map_reduce_detail(visit: Visit, instance: Instance) -> Response:
    return Response.of(details.map_reduce_detail(_subject(visit, instance)), JSON)


def _log(visit: Visit, instance: Instance) -> Response:
    """A worker's log; its last `size` bytes when a size is given."""
    _check_readable(visit, instance)
    request, project = visit.request, visit.world.project
    try:
        worker = worker_logs.worker_in(request.parameter("id") or "", instance, project)
    except ValueError as error:
        raise invalid("id is not valid") from error
    size = request.parameter("size") or "0"
    if not (size.isascii() and size.isdigit()):
        raise invalid("size is not valid")
    text = _log_text(visit, instance, worker, request.parameter("logtype") or "stdout").encode()
    return Response(body=text[-int(size) :] if int(size) else text, content_type=TEXT)


def _log_text(visit: Visit, instance: Instance, worker: worker_logs.WorkerName, kind: str) -> str:
    for task in visit.world.tasks(instance)[worker.task : worker.task + 1]:
        for stage in task.stages:
            if stage.name == worker.stage and worker.index < stage.workers:
                at = task.at(instance, visit.now)
                volume = visit.world.script(instance)[task.name].volumes[stage.name]
                records = volume.at(stage, stage.rank(worker.index), at)
                return worker_logs.log_text(instance, stage, worker, kind=kind, records=records, at=at)
    raise ServiceFault(404, "NoSuchObject", "ODPS-0420061: Invalid parameter in HTTP request - log does not exist")


def _quota(visit: Visit, instance: Instance) -> Response:
    """The quota; `{}` when it was asked within the last 30 seconds, or when nothing runs any more (Protocol §4.9)."""
    task = _task(visit, instance)
    told = visit.setting.quota_told
    clock = visit.world.clock()
    if clock - told.get(instance.id, -_QUOTA_PAUSE) < _QUOTA_PAUSE or instance.is_terminated(visit.now):
        return _json({})
    if len(told) >= _QUOTAS_REMEMBERED:
        told.clear()
    told[instance.id] = clock
    return _json(queueing.quota(instance, task, visit.world.tasks(instance), visit.now))


def _cached(visit: Visit, instance: Instance) -> Response:
    """What the scheduler knows; `{}` once it has ended."""
    if instance.is_terminated(visit.now):
        return _json({})
    world = visit.world
    place = world.places(visit.now)[instance.id]
    return _json(queueing.queueing_info(instance, world.tasks(instance), place, world.project, visit.now))


def _info(visit: Visit, instance: Instance) -> Response:
    """Task information by key: SQL warnings are known, for another key there is nothing to tell (Protocol §4.10)."""
    task = _task(visit, instance)
    if visit.request.parameter("key") != "warnings":
        return _json({})
    return _json({"warnings": list(visit.world.script(instance)[task.name].warnings)})


def _xflow_result(visit: Visit, instance: Instance) -> Response:
    xflow = _xflow(visit, instance)
    return Response.of(sources.xflow_actions(visit.world.actions(xflow), visit.now))


def _xflow_source(visit: Visit, instance: Instance) -> Response:
    _check_readable(visit, instance)
    return Response.of(sources.xflow_source(_xflow(visit, instance)))


def _xflow(visit: Visit, instance: Instance) -> XFlow:
    xflow = visit.world.xflow(instance)
    if xflow is None:
        raise invalid(f"instance '{instance.id}' is not an xflow instance")
    return xflow


def _task(visit: Visit, instance: Instance, *parameters: str) -> Task:
    """The task that is asked for by name; the first one when no name is given."""
    tasks = visit.world.tasks(instance)
    names = (visit.request.parameter(parameter) for parameter in parameters or ("taskname",))
    name = next((name for name in names if name), tasks[0].name)
    for task in tasks:
        if task.name == name:
            return task
    raise ServiceFault(404, "NoSuchObject", f"ODPS-0420061: Invalid parameter in HTTP request - Task '{name}' does not exist")


def _subject(visit: Visit, instance: Instance) -> details.Subject:
    task = _task(visit, instance)
    place = visit.world.tasks(instance).index(task)
    return details.Subject(instance, task, place, visit.world.script(instance)[task.name], visit.world.project, visit.now)


def _check_readable(visit: Visit, instance: Instance) -> None:
    if not instance.owner.readable:
        raise no_permission("odps:Read", visit.project, f"/instances/{instance.id}", instance.seed)


def _json(value: dict[str, Any], *headers: tuple[str, str]) -> Response:
    return Response.of(json.dumps(value), JSON, headers=headers)


_ANSWERS: dict[str, Callable[[Visit, Instance], Response]] = {
    "taskstatus": _task_status,
    "source": _source,
    "result": _result,
    "instanceprogress": _progress,
    "instancesummary": _summary,
    "summary": _map_reduce_summary,
    "instancedetail": _detail,
    "detail": _map_reduce_detail,
    "log": _log,
    "instancequota": _quota,
    "cached": _cached,
    "info": _info,
    "xresult": _xflow_result,
    "xsource": _xflow_source,
}
