"""Everything that reads bytes or text from outside, one target for each way in. Only the project's own errors may come out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odps_tui.config.audit_log import _entry
from odps_tui.config.auth import parse_auth
from odps_tui.config.config_file import inspect_text
from odps_tui.config.sources.documents import parsed_object
from odps_tui.config.sources.odpscmd import read_properties
from odps_tui.errors import OdpsTuiError
from odps_tui.maxcompute.body import read_body
from odps_tui.maxcompute.codec import authorization, documents, numbers, plain_text, readable, status_words, times
from odps_tui.maxcompute.codec.detail import decode_task_detail
from odps_tui.maxcompute.codec.failure import read_failure
from odps_tui.maxcompute.codec.instances import decode_instance, decode_instance_page
from odps_tui.maxcompute.codec.job import decode_job
from odps_tui.maxcompute.codec.progress import decode_task_progress
from odps_tui.maxcompute.codec.projects import decode_project, decode_project_page
from odps_tui.maxcompute.codec.queueing import decode_queueing_info, decode_queueing_page
from odps_tui.maxcompute.codec.quota import decode_task_quota
from odps_tui.maxcompute.codec.result import decode_task_results
from odps_tui.maxcompute.codec.service_error import decode_error, request_id_of
from odps_tui.maxcompute.codec.summary import decode_summary_answer
from odps_tui.maxcompute.codec.tasks import decode_task_statuses
from odps_tui.maxcompute.codec.xflow import decode_xflow_actions, decode_xflow_source
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.maxcompute.exchange import Response
from odps_tui.maxcompute.logview import web_host
from odps_tui.maxcompute.retrying import retry_after
from odps_tui.maxcompute.service_clock import ServiceClock
from odps_tui.models import TaskResult
from odps_tui.monitor.filtering import parse_filter
from odps_tui.monitor.result_rows import read_rows
from odps_tui.monitor.watching.pins import read_pins
from odps_tui.monitor.watching.rules import parse_rule
from odps_tui.monitor.window import parse_window
from odps_tui.safe_text import clean, clean_document, clean_line
from odps_tui.screens.kept_arrangement import from_plain
from odps_tui.widgets.notation import short_bytes, short_count
from tests.maxcompute.wire_samples import read

NOW = datetime(2025, 3, 14, 2, 10, tzinfo=UTC)
LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    """`run` reads bytes; `samples` are bytes that it reads well, to begin from."""

    run: Callable[[bytes], object]
    samples: tuple[bytes, ...] = field(default=())

    def try_with(self, data: bytes) -> object:
        """Read it. Raises whatever is not the project's own error; an error in words is a text of its own, and clean."""
        try:
            return self.run(data)
        except OdpsTuiError as error:
            words = str(error)
            assert words == clean(words)
            return None


def of_body(decode: Callable[[Response], Any], *samples: str) -> Target:
    """A decoder of a body, tried with a header of its own at the body's end now and then."""

    def run(data: bytes) -> object:
        head = data[-40:].decode("latin-1")
        headers = {"x-odps-owner": head, "x-odps-start-time": head, "x-odps-task-finalized": head, "date": head}
        return decode(Response(200, headers, data))

    return Target(run, tuple(map(read, samples)))


def of_text(read_text: Callable[[str], object], *samples: str) -> Target:
    return Target(lambda data: read_text(data.decode("utf-8", "surrogateescape")), tuple(sample.encode() for sample in samples))


def of_json(read_value: Callable[[Any], object], *samples: object) -> Target:
    """A reader of values that lie in a file of ours as JSON."""

    def run(data: bytes) -> object:
        try:
            value = clean_document(json.loads(data))
        except (ValueError, RecursionError):
            return None
        return read_value(value)

    return Target(run, tuple(json.dumps(sample).encode() for sample in samples))


def _error(data: bytes) -> object:
    response = Response(400 + data[0] if data else 500, {"date": data[-29:].decode("latin-1")}, data[1:])
    error = decode_error(response)
    clock = ServiceClock(NOW.timestamp)
    clock.learn(response, error.cause)
    clock.observe(response)
    request_id_of(response)
    retry_after(data.decode("latin-1"), clock)
    return str(error), clock.now()


def _body(data: bytes) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(1, len(data), 1000):
            yield data[start : start + 1000]

    body = asyncio.run(read_body(chunks(), "gzip" if data[:1] < b"\x80" else "", LIMIT))
    assert len(body) <= LIMIT
    return body


def _rows(text: str) -> object:
    return read_rows(TaskResult("t", None, None, "csv", clean(text)))


def _times(text: str) -> None:
    """Whatever moment is read can be written in any zone, and compared."""
    for moment in (times.rfc1123(text), times.queue_time(text), times.epoch(text), times.epoch(numbers.fraction(text))):
        if moment is not None:
            assert moment.tzinfo is UTC
            assert abs(moment - NOW).days < 3_000_000
            for hours in (-15, 15):
                moment.timestamp()
                _ = moment.replace(hour=12).astimezone().isoformat(), hours


def _numbers(text: str) -> None:
    """Whatever figure is read can be shortened and divided."""
    whole = numbers.whole(text)
    short_count(whole)
    short_bytes(whole)
    if whole is not None:
        _ = whole / 360_000
    numbers.fraction(text)


def _names(text: str) -> None:
    status_words.instance_status(text)
    status_words.task_status(text)
    status_words.stage_status(text)
    assert clean_line(clean_line(text)) == clean_line(text)


def _pins(value: Any) -> object:
    return (read_pins(value), from_plain(value if isinstance(value, dict) else {"widths": value, "columns": value}))


_XML_ERROR = "error-nosuchobject.xml"
TARGETS: Mapping[str, Target] = {
    "authorization.token": of_body(authorization.decode_token, "authorization-token.xml"),
    "authorization.whoami": of_body(authorization.decode_whoami, "whoami.xml"),
    "authorization.query": Target(
        lambda data: authorization.decode_query_answer(Response(200, {}, data)),
        (b'<AuthorizationQuery><Status>TERMINATED</Status><Result>{"DisplayName": "a", "ID": 1}</Result></AuthorizationQuery>',),
    ),
    "detail": of_body(decode_task_detail, "detail-v1.json", "detail-v2.json", "detail-empty.txt"),
    "documents": of_text(documents.parse_text, '{"a": [1, "b"]}', "=?UTF-8?B?W10=?=", "=?utf-8?q?[=31]?="),
    "documents.object": Target(documents.parse_object, (b'{"a": "{}"}',)),
    "failure": of_text(
        lambda text: read_failure(clean(text)), "ODPS-0130131:[1,15] Table not found - x", read("result-failed-xml.xml").decode()
    ),
    "instances.page": of_body(decode_instance_page, "instances-page1.xml", "instances-empty.xml"),
    "instances.one": of_body(lambda response: decode_instance(response, "i"), "instance-running.xml", "instance-terminated.xml"),
    "job": of_body(decode_job, "source-sql.xml", "source-multi.xml"),
    "numbers": of_text(_numbers, "12", "-1.5", "1e3", "9223372036854775808", "1_000"),
    "plain_text": of_body(plain_text.decode_text, "log-stdout.txt"),
    "plain_text.host": of_body(plain_text.decode_web_host, "logview-host.txt", "webconsole-host.txt"),
    "progress": of_body(decode_task_progress, "progress-running.xml", "progress-sparse.xml"),
    "projects": of_body(decode_project_page, "projects-page1.xml"),
    "projects.one": of_body(decode_project, "project.xml"),
    "queueing": of_body(decode_queueing_page, "cachedinstances.xml"),
    "queueing.one": of_body(decode_queueing_info, "queueing.json", "queueing-empty.json"),
    "quota": of_body(decode_task_quota, "quota.json"),
    "readable": Target(readable.readable, (read("source-sql.xml"), read("detail-v1.json"), read("log-stdout.txt"))),
    "result": of_body(decode_task_results, "result-csv-base64.xml", "result-failed-xml.xml", "result-descriptor.xml"),
    "service_error": Target(_error, tuple(b"\x04" + read(name) for name in (_XML_ERROR, "error.json", "error-502.html"))),
    "status_words": of_text(_names, "Running", "FAIL", "Canceled"),
    "summary": of_body(decode_summary_answer, "summary.json", "summary-odpscmd.json"),
    "tasks": of_body(decode_task_statuses, "taskstatus-multi.xml", "taskstatus-compact-2024.xml"),
    "times": of_text(_times, "Fri, 14 Mar 2025 02:08:15 GMT", "2025-03-14 10:08:15 +0800", "1741918095.5"),
    "xflow.actions": of_body(decode_xflow_actions, "xresult.xml", "xresult-nested.xml"),
    "xflow.source": of_body(decode_xflow_source, "xsource.xml"),
    "body": Target(_body, (b"\x00" + b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03K\x04\x00C\xbe\xb7\xe8\x01\x00\x00\x00",)),
    "csv": of_text(_rows, 'a,b\n1,"2\n3"\n\\N,\n'),
    "endpoint": of_text(
        lambda text: str(Endpoint.parse(text)), "https://service.cn-hangzhou.maxcompute.aliyun.com/api", "http://[::1]:8080/api"
    ),
    "logview host": of_text(web_host, "https://logview.aliyun.com/"),
    "filter": of_text(parse_filter, 'owner:etl !state:failed,wait prio<3 age>1h30m /a.b/ "two words"'),
    "rule": of_text(
        lambda text: str(parse_rule(text, now=NOW, this="i")), "waits>20m owner:etl", "deadline 10:00 this", "ends @i"
    ),
    "window": of_text(parse_window, "6h", "90m"),
    "config.toml": of_text(
        lambda text: inspect_text(Path("config.toml"), text), '[profiles.a]\nauth = "ini:x"\nprojects = ["p"]\n'
    ),
    "auth": of_text(parse_auth, "ini:x", "keyring"),
    "odps_config.ini": of_text(read_properties, "project_name = a\nend_point=http\\u003a//x\n"),
    "credential command": of_text(lambda text: parsed_object(text, "It"), '{"AccessKeyId": "a"}'),
    "audit line": of_text(_entry, '{"at": "x", "result": "y"}'),
    "views.json": of_json(_pins, {"columns": ["id"], "widths": [["id", 10]], "sort": "age", "group": "owner"}, [["id", True]]),
}
