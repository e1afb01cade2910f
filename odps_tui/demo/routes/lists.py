"""The lists: instances, the live queue, projects (Protocol §3.1, §3.2, §9)."""

from __future__ import annotations

import re
from bisect import bisect_right

from odps_tui.demo.documents import lists
from odps_tui.demo.documents.lists import ProjectFacts, marker_after, name_in
from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.documents.queueing import queueing_info
from odps_tui.demo.routes.visit import Visit, invalid
from odps_tui.demo.wire.messages import Response, ServiceFault
from odps_tui.demo.world import quotas
from odps_tui.demo.world.accounts import CALLER
from odps_tui.demo.world.search import Page, Wanted, page

_LARGEST_PAGE = 1000
_STATUSES = {"Running", "Suspended", "Terminated"}
_DATE_RANGE = re.compile(r"(?P<since>\d{0,12}):(?P<until>\d{0,12})")
_CREATED = 1_704_182_400.0
REGION = "cn-hangzhou"


def instances(visit: Visit) -> Response:
    """`GET …/instances`: everybody wanted, oldest first, page by page."""
    size, after = _size(visit), _after(visit)
    found = Page((), more=False)
    wanted = _wanted(visit)
    if visit.project == visit.world.project:
        found = visit.world.page(wanted, after, size, visit.now)
    return Response.of(lists.instances(found.instances, _marker(found), size, visit.now))


def cached_instances(visit: Visit) -> Response:
    """`GET …/cachedinstances`: the living, with their places in the queues."""
    size, after = _size(visit), _after(visit)
    world, now = visit.world, visit.now
    living = world.living(now) if visit.project == world.project else []
    found = page((instance for instance in living if instance.id > after), _wanted(visit), size, now)
    places = world.places(now)
    content = (queueing_info(one, world.tasks(one), places[one.id], world.project, now) for one in found.instances)
    return Response.of(lists.cached_instances(content, _marker(found), size))


def projects(visit: Visit) -> Response:
    """`GET /projects`: the demo's project and two empty ones beside it."""
    size, after = _size(visit), _after(visit)
    prefix, owner = visit.request.parameter("name") or "", visit.request.parameter("owner")
    known = sorted(known_projects(visit.world.project, visit.now).values(), key=lambda project: project.name)
    rest = known[bisect_right(known, after, key=lambda project: project.name) :]
    wanted = [project for project in rest if project.name.startswith(prefix) and owner in {None, "", project.owner}]
    marker = marker_after(wanted[size - 1].name) if len(wanted) > size else ""
    return Response.of(lists.projects(wanted[:size], marker, size))


def project(visit: Visit) -> Response:
    """`GET /projects/{p}`; SDKs need all three headers."""
    facts = known_projects(visit.world.project, visit.now)[visit.project]
    headers = (
        ("x-odps-owner", facts.owner),
        ("x-odps-creation-time", http_date(facts.created)),
        ("Last-Modified", http_date(facts.modified)),
    )
    return Response.of(lists.project(facts, quotas.DEFAULT.name, REGION), headers=headers)


def known_projects(main: str, now: float) -> dict[str, ProjectFacts]:
    """The projects there are, by name. Only `main` has instances."""
    midnight = now // 86_400 * 86_400
    return {
        name: ProjectFacts(name, comment, CALLER.name, state, _CREATED, midnight)
        for name, comment, state in (
            (main, "odps-tui demo", "AVAILABLE"),
            (f"{main}_dev", "an empty project", "AVAILABLE"),
            (f"{main}_archive", "frozen & empty", "FROZEN"),
        )
    }


def check_project(visit: Visit) -> None:
    """Raise NoSuchObject for a project that is not there."""
    if visit.project not in known_projects(visit.world.project, visit.now):
        raise ServiceFault(404, "NoSuchObject", f"ODPS-0420111: Project not found - '{visit.project}'")


def _marker(found: Page) -> str:
    return marker_after(found.instances[-1].id) if found.more else ""


def _size(visit: Visit) -> int:
    """`maxitems`: 1,000 when absent, and at most."""
    text = visit.request.parameter("maxitems")
    if not text:
        return _LARGEST_PAGE
    if not (text.isascii() and text.isdigit() and int(text)):
        raise invalid("maxitems is not valid")
    return min(int(text), _LARGEST_PAGE)


def _after(visit: Visit) -> str:
    """The name that the page begins after; empty without a marker."""
    try:
        return name_in(marker) if (marker := visit.request.parameter("marker")) else ""
    except ValueError as error:
        raise invalid("marker is not valid") from error


def _wanted(visit: Visit) -> Wanted:
    """The filters. Without `onlyowner` a list holds the caller's own instances only (Protocol §3.1)."""
    request = visit.request
    status = request.parameter("status") or None
    if status is not None and status not in _STATUSES:
        raise invalid("status is not valid")
    only_owner = request.parameter("onlyowner") or "yes"
    if only_owner not in {"yes", "no"}:
        raise invalid("onlyowner is not valid")
    since, until = _date_range(request.parameter("daterange"))
    return Wanted(
        status=status,
        owner=CALLER.name if only_owner == "yes" else None,
        job_name=request.parameter("jobname") or None,
        quota=request.parameter("quotaindex", "quotaIndex") or None,
        since=since,
        until=until,
    )


def _date_range(text: str | None) -> tuple[int | None, int | None]:
    """`{start}:{end}` in epoch seconds; either side may be empty."""
    if not text:
        return None, None
    matched = _DATE_RANGE.fullmatch(text)
    if matched is None:
        raise invalid("daterange is not valid")
    since, until = matched["since"], matched["until"]
    return int(since) if since else None, int(until) if until else None
