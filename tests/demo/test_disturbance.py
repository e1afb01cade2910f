"""The seam for faults: a layer around every answer."""

from __future__ import annotations

import pytest

from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.wire.messages import Answer, Request, Response
from tests.demo.wire_client import Clock, WireClient


def test_a_layer_may_answer_instead(world: World, clock: Clock) -> None:
    def busy_once(answer: Answer) -> Answer:
        refused: list[str] = []

        async def disturbed(request: Request) -> Response:
            if not refused:
                refused.append(request.path)
                return Response.of("busy", status=503, headers=(("Retry-After", "1"),))
            return await answer(request)

        return disturbed

    with DemoServiceThread(world, disturb=busy_once) as service:
        wire = WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)
        first = wire.get("/tenants")
        assert (first.status, first.headers["retry-after"]) == (503, "1")
        assert wire.get("/tenants").status == 200
        assert [request.status for request in service.requests] == [503, 200]


def test_a_bug_is_a_500_and_is_logged(world: World, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    world.places = None  # type: ignore[assignment, method-assign]
    with DemoServiceThread(world) as service:
        wire = WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)
        reply = wire.get("/projects/demo_project/cachedinstances")
    assert (reply.status, reply.code) == (500, "InternalServerError")
    assert "TypeError" in caplog.text
