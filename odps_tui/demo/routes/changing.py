"""What one can do to instances: submit, stop, and tell a task something (Protocol §4.10, §4.12, §5)."""

from __future__ import annotations

from odps_tui.demo.documents import submissions
from odps_tui.demo.routes.visit import PREFIX, Visit, invalid, no_permission
from odps_tui.demo.wire.messages import JSON, Response, ServiceFault


def submit(visit: Visit) -> Response:
    """`POST …/instances`: 201, the new instance's address in Location, an empty body."""
    if visit.project != visit.world.project:
        raise no_permission("odps:CreateInstance", visit.project, "")
    try:
        job = submissions.submission(visit.request.body)
    except ValueError as error:
        raise invalid(f"the job cannot be read: {error}") from error
    instance = visit.world.submit(job, visit.now)
    location = f"{visit.setting.origin}{PREFIX}/projects/{visit.project}/instances/{instance.id}"
    return Response(status=201, headers=(("Location", location),))


def change(visit: Visit) -> Response:
    """`PUT …/instances/{id}`: with `?info` a message to a task, otherwise a stop."""
    return _put_info(visit) if visit.request.has("info") else _stop(visit)


def _stop(visit: Visit) -> Response:
    """Stopping takes seconds; the answer comes at once. Stopping again while it stops is no error."""
    instance = visit.instance()
    try:
        status = submissions.wanted_status(visit.request.body)
    except ValueError as error:
        raise invalid("the body is not an Instance document") from error
    if not instance.owner.stoppable:
        raise no_permission("odps:Write", visit.project, f"/instances/{instance.id}", instance.seed)
    if status != "Terminated":
        raise ServiceFault(400, "InvalidStateSetting", f"Invalid state setting: '{status}' is not a status to set.")
    if instance.is_terminated(visit.now):
        raise ServiceFault(
            400,
            "InvalidStateSetting",
            f"Invalid state setting: Terminated instance '{instance.id}' is not allowed to set status.",
        )
    visit.world.stop(instance, visit.now)
    return Response()


def _put_info(visit: Visit) -> Response:
    """Accept a key and a value for a task. Nothing comes of it: the demo has no interactive sub-queries."""
    instance = visit.instance()
    try:
        submissions.information(visit.request.body)
    except ValueError as error:
        raise invalid("the body is not an Instance document") from error
    if not instance.owner.stoppable:
        raise no_permission("odps:Write", visit.project, f"/instances/{instance.id}", instance.seed)
    location = f"{visit.setting.origin}{PREFIX}/projects/{visit.project}/instances/{instance.id}"
    return Response.of('{"result":"","status":"ok"}', JSON, headers=(("Location", location),))
