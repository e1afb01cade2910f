"""The pages that links open, outside the API: the logview with its token, and the job insight (Protocol §7.2, §7.3)."""

from __future__ import annotations

import re

from odps_tui.demo.documents.pages import CONTENT_SECURITY_POLICY, instance_page, refusal_page
from odps_tui.demo.routes.visit import Setting
from odps_tui.demo.wire.messages import HTML, Request, Response, ServiceFault

_JOB_INSIGHTS = re.compile(r"/[a-z0-9-]+/job-insights/?")


def is_page(path: str) -> bool:
    """True for the paths that this module answers."""
    return path in {"/logview", "/logview/"} or _JOB_INSIGHTS.fullmatch(path) is not None


def page(setting: Setting, request: Request, now: float) -> Response:
    """Answer a page. The logview wants a token for the instance; the job insight is behind a sign-in, which the demo skips."""
    if request.method not in {"GET", "HEAD"}:
        return _html(405, refusal_page("Not like this", "This page can only be read."))
    if not request.path.startswith("/logview"):
        return _facts(setting, request, "Job insight", now)
    try:
        # Clients put the token into the link as it is, and a form-decoded plus sign is a space.
        token = (request.parameter("token") or "").replace(" ", "+")
        grant = setting.gatekeeper.grant_in(token, setting.world.clock())
    except ServiceFault as fault:
        return _html(fault.status, refusal_page("Logview", fault.message))
    if (grant.project, grant.instance) != (request.parameter("p"), request.parameter("i")):
        return _html(403, refusal_page("Logview", "This token is for another instance."))
    return _facts(setting, request, "Logview", now)


def _facts(setting: Setting, request: Request, title: str, now: float) -> Response:
    world = setting.world
    instance = world.find(request.parameter("i") or "") if request.parameter("p") == world.project else None
    if instance is None:
        return _html(404, refusal_page(title, "There is no such instance."))
    return _html(200, instance_page(title, instance, world.tasks(instance), now))


def _html(status: int, text: str) -> Response:
    headers = (("Content-Security-Policy", CONTENT_SECURITY_POLICY), ("Referrer-Policy", "no-referrer"))
    return Response.of(text, HTML, headers=headers, status=status)
