"""The pages that logview links open (protocol §7.2, §7.3)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.demo.test_authentication import TestBearerTokens
from tests.demo.wire_client import Clock, WireClient, fetch


def token(wire: WireClient, instance_id: str) -> str:
    return TestBearerTokens().token(wire, instance_id)


def test_a_logview_shows_the_instance(service: DemoServiceThread, wire: WireClient, world: World) -> None:
    instance_id = world.stories["running"]
    link = f"{service.origin}/logview/?h={service.endpoint}&p=demo_project&i={instance_id}&token={token(wire, instance_id)}"
    reply = fetch("GET", link)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert instance_id in reply.text
    assert "R6_5_job_0" in reply.text
    encoded = urlencode({"h": service.endpoint, "p": "demo_project", "i": instance_id, "token": token(wire, instance_id)})
    assert fetch("GET", f"{service.origin}/logview?{encoded}").status == 200


def test_a_logview_checks_its_token(service: DemoServiceThread, wire: WireClient, world: World, clock: Clock) -> None:
    instance_id, other = world.stories["running"], world.stories["skewed"]
    link = f"{service.origin}/logview/?p=demo_project&i={instance_id}&token="
    assert fetch("GET", link).status == 401
    assert fetch("GET", link + "x").status == 401
    assert fetch("GET", link + token(wire, other)).status == 403
    good = link + token(wire, instance_id)
    clock.advance(3 * 3600)
    assert fetch("GET", good).status == 400


def test_a_job_insight_needs_no_token(service: DemoServiceThread, world: World) -> None:
    query = f"h={service.endpoint}&p=demo_project&i={world.stories['skewed']}"
    reply = fetch("GET", f"{service.origin}/cn-hangzhou/job-insights?{query}")
    assert reply.status == 200
    assert "49 / 50" in reply.text
    assert fetch("GET", f"{service.origin}/cn-hangzhou/job-insights?p=demo_project&i=none").status == 404
    assert fetch("GET", f"{service.origin}/cn-hangzhou/job-insights").status == 404


def test_what_is_evil_is_escaped(service: DemoServiceThread, world: World) -> None:
    query = urlencode({"p": "demo_project", "i": world.stories["hostile"]})
    text = fetch("GET", f"{service.origin}/cn-demo/job-insights?{query}").text
    assert "<script" not in text
    assert not re.search("<(?!/?(html|head|meta|title|style|body|h1|h2|p|table|tr|th|td|bdi|!DOCTYPE)\\b|!DOCTYPE)", text)
    reply = fetch("GET", f"{service.origin}/cn-demo/job-insights?i=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in reply.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_can_only_be_read(service: DemoServiceThread, method: str) -> None:
    assert fetch(method, f"{service.origin}/logview/").status == 405
