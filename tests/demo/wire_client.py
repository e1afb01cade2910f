"""A client of the tests: http.client for the bytes, PyODPS for the signatures, so that nothing of ours is on this side."""

from __future__ import annotations

import http.client
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

with warnings.catch_warnings():
    # From Python 3.12 on, importing PyODPS warns of its use of utcfromtimestamp.
    warnings.simplefilter("ignore", DeprecationWarning)
    from odps.accounts import CloudAccount

STOP = b'<?xml version="1.0" encoding="utf-8"?>\n<Instance>\n  <Status>Terminated</Status>\n</Instance>\n'


class Clock:
    """Epoch seconds that stand still until told to move."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def xml(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.body)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def code(self) -> str:
        """The error's code; the error must have all four children and the request id of the header."""
        error = self.xml
        assert error.tag == "Error"
        assert [child.tag for child in error] == ["Code", "Message", "RequestId", "HostId"]
        assert error.findtext("RequestId") == self.headers["x-odps-request-id"]
        return error.findtext("Code") or ""

    @property
    def message(self) -> str:
        return self.xml.findtext("Message") or ""


def sign(method: str, url: tuple[str, str], headers: dict[str, str], key: tuple[str, str], *, region: str | None = None) -> None:
    """Let PyODPS add the Authorization header; `url` is the endpoint and what comes after it."""
    request = SimpleNamespace(method=method, url="".join(url), headers=headers)
    CloudAccount(*key).sign_request(request, url[0], region_name=region)


class WireClient:
    """Signed requests to a demo service, one connection each."""

    def __init__(self, endpoint: str, key: tuple[str, str], clock: Callable[[], float]) -> None:
        self.endpoint = endpoint
        self.key = key
        self.clock = clock

    def request(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        region: str | None = None,
        key: tuple[str, str] | None = None,
    ) -> Reply:
        """Send `target` (after the endpoint, encoded) with a signature, unless `headers` bring an authorization."""
        sent = {"Date": formatdate(self.clock(), usegmt=True), **(headers or {})}
        if body:
            sent.setdefault("Content-Type", "application/xml")
        if not {"Authorization", "x-odps-bearer-token"} & set(sent):
            sign(method, (self.endpoint, target), sent, key or self.key, region=region)
        return fetch(method, self.endpoint + target, body, sent)

    def get(self, target: str, **options: Any) -> Reply:
        return self.request("GET", target, **options)

    def put(self, target: str, body: bytes, **options: Any) -> Reply:
        return self.request("PUT", target, body, **options)

    def post(self, target: str, body: bytes, **options: Any) -> Reply:
        return self.request("POST", target, body, **options)

    # The questions that most tests ask.

    def instances(self, **parameters: object) -> Reply:
        parameters.setdefault("onlyowner", "no")
        return self.get(f"/projects/demo_project/instances?{urlencode(parameters)}")

    def living(self, **parameters: object) -> list[dict[str, Any]]:
        parameters.setdefault("onlyowner", "no")
        reply = self.get(f"/projects/demo_project/cachedinstances?{urlencode(parameters)}")
        assert reply.status == 200
        found: list[dict[str, Any]] = json.loads(reply.xml.findtext("Content") or "")
        return found

    def instance(self, instance_id: str, query: str = "") -> Reply:
        return self.get(f"/projects/demo_project/instances/{instance_id}{'?' if query else ''}{query}")

    def status(self, instance_id: str) -> str:
        return self.instance(instance_id).xml.findtext("Status") or ""

    def task_statuses(self, instance_id: str) -> dict[str, str]:
        tasks = self.instance(instance_id, "taskstatus").xml.findall("Tasks/Task")
        return {task.findtext("Name") or "": task.findtext("Status") or "" for task in tasks}

    def stop(self, instance_id: str) -> Reply:
        return self.put(f"/projects/demo_project/instances/{instance_id}", STOP)

    def submit(self, query: str, name: str = "AnonymousSQLTask") -> str:
        """Submit one SQL task and return the new instance's id."""
        reply = self.post("/projects/demo_project/instances", job(query, name))
        assert reply.status == 201
        assert reply.body == b""
        return reply.headers["location"].rpartition("/")[2]


def fetch(method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
    """One request on one connection, as it is."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body or None, dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def job(query: str, name: str = "AnonymousSQLTask") -> bytes:
    escaped = query.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<Instance><Job><Priority>5</Priority><Tasks><SQL><Name>{name}</Name><Config><Property><Name>settings</Name>"
        f'<Value>{{"odps.sql.mapper.split.size": "16"}}</Value></Property></Config><Query>{escaped}</Query></SQL></Tasks>'
        "<DAG><RunMode>Sequence</RunMode></DAG></Job></Instance>"
    ).encode()


def quoted(text: str) -> str:
    return quote(text, safe="")
