"""From a request to the route that answers it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from odps_tui.demo.routes import authorization, changing, lists, pages, reading
from odps_tui.demo.routes.visit import PREFIX, Setting, Visit, no_permission
from odps_tui.demo.wire.authentication import Caller
from odps_tui.demo.wire.messages import NotOurGateway, Request, Response, ServiceFault

_Route = Callable[[Visit], Response]

# By the shape of the path; `*` is a project's name.
_ROUTES: dict[tuple[str, ...], dict[str, _Route]] = {
    ("projects",): {"GET": lists.projects},
    ("projects", "*"): {"GET": lists.project},
    ("projects", "*", "instances"): {"GET": lists.instances, "POST": changing.submit},
    ("projects", "*", "cachedinstances"): {"GET": lists.cached_instances},
    ("projects", "*", "authorization"): {"POST": authorization.authorize},
    ("projects", "*", "logs"): {"PUT": authorization.logs},
    ("logview", "host"): {"GET": authorization.web_host},
    ("webconsole", "host"): {"GET": authorization.web_host},
    ("tenants",): {"GET": authorization.tenants},
}
_HOSTS = {("logview", "host"), ("webconsole", "host")}
_INSTANCE_DEPTH = 4


async def route(setting: Setting, request: Request) -> Response:
    """Answer `request`. Raises ServiceFault or NotOurGateway for what is to be answered with an error document."""
    now = setting.world.now()
    if pages.is_page(request.path):
        return pages.page(setting, request, now)
    if not request.path.startswith(f"{PREFIX}/"):
        raise NotOurGateway(request.path)
    caller = setting.gatekeeper.admit(request, request.path.removeprefix(PREFIX), setting.clock())
    visit = Visit(setting, request, caller, _segments(request), now)
    _check_grant(caller, visit)
    if visit.segments[0] == "projects" and len(visit.segments) > 1:
        lists.check_project(visit)
    return await _answer(visit)


def _segments(request: Request) -> tuple[str, ...]:
    """The path after the prefix, part by part, each decoded by itself: a name may hold an encoded slash."""
    path = request.target.partition("?")[0]
    return tuple(unquote(part) for part in path.removeprefix(f"{PREFIX}/").rstrip("/").split("/"))


def _check_grant(caller: Caller, visit: Visit) -> None:
    """A token's bearer may read its one instance (and ask where the pages are), nothing else."""
    if caller.grant is None or visit.segments in _HOSTS:
        return
    granted = ("projects", caller.grant.project, "instances", caller.grant.instance)
    if visit.segments != granted or visit.request.method != "GET":
        raise no_permission("odps:Read", caller.grant.project, "/" + "/".join(visit.segments[2:]))


async def _answer(visit: Visit) -> Response:
    method, segments = visit.request.method, visit.segments
    if len(segments) == _INSTANCE_DEPTH and (segments[0], segments[2]) == ("projects", "instances"):
        if method == "GET":
            return await reading.read(visit)
        if method == "PUT":
            return changing.change(visit)
        raise _not_allowed(method)
    shape = ("projects", "*", *segments[2:]) if segments[0] == "projects" and len(segments) > 1 else segments
    routes = _ROUTES.get(shape)
    if routes is None:
        raise ServiceFault(404, "NoSuchObject", "ODPS-0420061: Invalid parameter in HTTP request - no such resource")
    if method not in routes:
        raise _not_allowed(method)
    return routes[method](visit)


def _not_allowed(method: str) -> ServiceFault:
    return ServiceFault(405, "MethodNotAllowed", f"ODPS-0420081: Method not allowed - {method}")
