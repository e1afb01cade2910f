"""What is missing, new or dirty is shown as it is; what cannot be trusted is an error. Nothing else ever comes out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.errors import DecodeError, GatewayRefused, InternalServerError, NoSuchObject, ServiceError, Throttled
from odps_tui.maxcompute.codec import authorization, plain_text
from odps_tui.maxcompute.codec.detail import decode_task_detail
from odps_tui.maxcompute.codec.failure import read_failure
from odps_tui.maxcompute.codec.instances import decode_instance, decode_instance_page
from odps_tui.maxcompute.codec.job import decode_job
from odps_tui.maxcompute.codec.progress import decode_task_progress
from odps_tui.maxcompute.codec.projects import decode_project, decode_project_page
from odps_tui.maxcompute.codec.queueing import decode_queueing_info, decode_queueing_page
from odps_tui.maxcompute.codec.quota import decode_task_quota
from odps_tui.maxcompute.codec.result import decode_task_results
from odps_tui.maxcompute.codec.service_error import decode_error
from odps_tui.maxcompute.codec.summary import decode_summary_answer, decode_task_summary
from odps_tui.maxcompute.codec.tasks import decode_task_statuses
from odps_tui.maxcompute.codec.xflow import decode_xflow_actions, decode_xflow_source
from odps_tui.maxcompute.exchange import Response
from odps_tui.safe_text import clean
from odps_tui.secret_str import SecretStr
from tests.maxcompute.wire_samples import ENTRIES, sample

Decoder = Callable[[Response], Any]
DECODERS: list[Decoder] = [
    decode_instance_page,
    lambda response: decode_instance(response, "i"),
    decode_queueing_page,
    decode_queueing_info,
    decode_task_statuses,
    decode_job,
    decode_task_results,
    decode_task_progress,
    decode_task_summary,
    decode_task_detail,
    decode_task_quota,
    decode_xflow_actions,
    decode_xflow_source,
    decode_project,
    decode_project_page,
    authorization.decode_whoami,
    authorization.decode_query_answer,
    authorization.decode_token,
    plain_text.decode_text,
    plain_text.decode_web_host,
    decode_error,
]
BODIES = [sample(name).body for name in ENTRIES]
# Escape sequences, C1, bidirectional overrides, as characters and in the ways XML and JSON can spell them.
DIRT = ["\u009b2J", "\u202e", "\u2066", "\u2028", "&#x9b;", "\\u001b[31m", "\\ud800", "\\u0007", "\r"]


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, SecretStr):
        return []
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts_in(getattr(value, field.name))]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for text in texts_in(pair)]
    if isinstance(value, tuple | list):
        return [text for part in value for text in texts_in(part)]
    return [str(value), *texts_in(value.code), *texts_in(value.request_id)] if isinstance(value, ServiceError) else []


def assert_clean_or_refused(decode: Decoder, response: Response) -> None:
    try:
        value: object = decode(response)
    except DecodeError as error:
        value = str(error)
    for text in texts_in(value):
        assert clean(text) == text


@given(st.sampled_from(DECODERS), st.sampled_from(BODIES), st.sampled_from(DIRT), st.data())
def test_dirt_anywhere_in_an_answer_never_gets_through(decode: Decoder, body: bytes, dirt: str, data: st.DataObject) -> None:
    text = body.decode()
    place = data.draw(st.integers(0, len(text)))
    dirty = (text[:place] + dirt + text[place:]).encode()

    assert_clean_or_refused(decode, Response(200, {}, dirty))


@given(st.sampled_from(DECODERS), st.sampled_from(BODIES), st.data())
def test_a_damaged_answer_is_read_or_refused(decode: Decoder, body: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    damaged = body[:start] + data.draw(st.binary(max_size=20)) + body[end:]

    assert_clean_or_refused(decode, Response(data.draw(st.sampled_from([200, 404, 500])), {}, damaged))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Instance", "Stages", "Workers", "instances", "name", "JsonSummary", "quotaInfos", "subStatus", "Error"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from([decode_queueing_info, decode_task_summary, decode_task_detail, decode_task_quota, decode_error]), JSON)
def test_any_json_is_read_or_refused(decode: Decoder, document: Any) -> None:
    assert_clean_or_refused(decode, Response(200, {}, json.dumps(document).encode()))


def test_dirt_in_what_is_packed_twice_is_clean_too() -> None:
    packed = base64.b64encode(b"row\x1b]52;c;AAAA\x07\r\nnext \xff").decode()
    body = (
        f'<Instance><Tasks><Task Type="SQL"><Name>t</Name><Result Transform="base64">{packed}</Result></Task></Tasks></Instance>'
    )

    assert decode_task_results(Response(200, {}, body.encode()))["t"].text == "row�]52;c;AAAA�\nnext �"


def test_headers_are_cleaned_like_bodies() -> None:
    response = Response(200, {"x-odps-owner": " a\x1bb\u202ec "}, b"<Instance><Status>Running</Status></Instance>")

    assert decode_instance(response, "i").owner == "a�b�c"


def test_a_status_answer_without_its_status_is_an_error() -> None:
    with pytest.raises(DecodeError, match="no status"):
        decode_instance(Response(200, {}, b"<Instance/>"), "i")


def test_headers_that_are_missing_or_blank_are_none() -> None:
    response = Response(200, {"x-odps-start-time": " ", "x-odps-end-time": "-"}, b"<Instance><Status>Weird</Status></Instance>")
    instance = decode_instance(response, "i")

    assert (instance.status, instance.owner, instance.start_time, instance.end_time) == ("Weird", None, None, None)


def test_a_listed_instance_may_lack_everything_but_its_id() -> None:
    page = decode_instance_page(Response(200, {}, b"<Instances><Instance><Name>i</Name></Instance></Instances>"))

    (instance,) = page.instances
    assert (instance.id, instance.owner, instance.status, instance.start_time, page.marker) == ("i", None, "", None, None)
    with pytest.raises(DecodeError, match="without an id"):
        decode_instance_page(Response(200, {}, b"<Instances><Instance><Owner>o</Owner></Instance></Instances>"))


def test_the_queue_is_read_with_both_names_of_progress_and_numbers_as_texts() -> None:
    items: list[object] = [
        {"instanceId": "a", "instanceProcess": "0.5", "cpuUsage": "12", "instancePriority": "x", "status": "UNKNOWN"},
        {"instanceId": "b", "instanceProgress": 0.25, "subStatus": {}, "subStatusHistory": [None, {"description": None}]},
        {},
        7,
    ]
    body = f"<Instances><Content><![CDATA[{json.dumps(items)}]]></Content></Instances>"
    first, second = decode_queueing_page(Response(200, {}, body.encode())).infos

    assert (first.progress, first.cpu_usage, first.priority, first.status) == (0.5, 12, None, "UNKNOWN")
    assert (second.progress, second.sub_status, len(second.sub_status_history)) == (0.25, None, 1)


def test_the_queue_may_be_wrapped_as_in_mail_or_missing() -> None:
    packed = base64.b64encode(json.dumps([{"instanceId": "a"}]).encode()).decode()
    wrapped = f"<Instances><Content>=?UTF-8?B?{packed}?=</Content></Instances>".encode()

    assert decode_queueing_page(Response(200, {}, wrapped)).infos[0].instance_id == "a"
    assert decode_queueing_page(Response(200, {}, b"<Instances><Marker/></Instances>")).infos == ()
    with pytest.raises(DecodeError, match="cut short"):
        decode_queueing_page(Response(200, {}, b"<Instances><Content>[{</Content></Instances>"))
    with pytest.raises(DecodeError, match="no JSON array"):
        decode_queueing_page(Response(200, {}, b"<Instances><Content>{}</Content></Instances>"))


def test_a_task_of_an_unknown_kind_has_a_name_and_properties() -> None:
    settings = b"<Config><Property><Name>settings</Name><Value>{</Value></Property></Config>"
    body = b"<Job><Tasks><New><Name>n</Name>" + settings + b"</New></Tasks></Job>"
    job = decode_job(Response(200, {}, body))

    (task,) = job.tasks
    assert (task.type, task.query, task.settings, task.properties) == ("New", None, {}, {"settings": "{"})
    assert job.priority == 9


def test_a_result_marked_as_base64_that_is_none_is_an_error() -> None:
    with pytest.raises(DecodeError, match="Base64"):
        decode_task_results(
            Response(
                200, {}, b'<Instance><Tasks><Task><Name>t</Name><Result Transform="Base64">abc</Result></Task></Tasks></Instance>'
            )
        )


def test_an_older_result_has_neither_status_nor_format() -> None:
    body = b"<Instance><Tasks><Task><Name>t</Name><Result>ok</Result></Task><Task><Name>u</Name></Task></Tasks></Instance>"
    results = decode_task_results(Response(200, {}, body))

    assert (results["t"].text, results["t"].status, results["t"].format, results["u"].text) == ("ok", None, None, "")


def test_a_summary_may_still_follow_only_when_the_service_says_so() -> None:
    for header, may_follow in (("false", True), ("False", True), ("true", False), ("", False), ("perhaps", False)):
        answer = decode_summary_answer(Response(200, {"x-odps-task-finalized": header}, b'{"Instance": {}}'))
        assert (answer.summary, answer.may_follow) == (None, may_follow)


def test_a_detail_that_is_text_stays_text_and_a_cut_one_is_an_error() -> None:
    assert decode_task_detail(Response(200, {}, b"no detail for this task")).text == "no detail for this task"
    assert decode_task_detail(Response(200, {}, b"[1]")).text == "[1]"
    with pytest.raises(DecodeError, match="cut short"):
        decode_task_detail(Response(200, {}, sample("detail-v1.json").body[:-1]))


@pytest.mark.parametrize(
    "host",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://user@host",
        "https://host?x=1",
        "https://host#x",
        "https://a b",
        "https://host\x1b",
        "https://host:0",
        "https://host:x",
        "logview.aliyun.com",
        "https://b\u00fccher.example",
        "https://[",
    ],
)
def test_a_host_that_a_browser_should_not_open_is_refused(host: str) -> None:
    with pytest.raises(DecodeError, match="no web address"):
        plain_text.decode_web_host(Response(200, {}, host.encode()))


def test_a_host_is_trimmed() -> None:
    assert plain_text.decode_web_host(Response(200, {}, b" https://logview.aliyun.com/ \n")) == "https://logview.aliyun.com"


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "message"),
    [
        (404, {"x-odps-request-id": "R1"}, b"", NoSuchObject, "does not know what was asked for"),
        (429, {}, b"", Throttled, "asked too often"),
        (503, {}, b"", InternalServerError, "HTTP status 503"),
        (418, {}, b"", ServiceError, "HTTP status 418"),
        (404, {}, b"<html>nothing here</html>", GatewayRefused, "nothing here"),
        (
            502,
            {},
            b"<html><head><title> 502 Bad Gateway </title></head><body>nginx</body></html>",
            InternalServerError,
            "answered: 502 Bad Gateway",
        ),
        (502, {}, b"<html><title></title>bad gateway</html>", InternalServerError, "<title></title>bad gateway"),
        (502, {}, b"<html>bad gateway</html>", InternalServerError, "bad gateway"),
        (400, {}, b"plain words", GatewayRefused, "plain words"),
        (400, {}, b"{ not json", GatewayRefused, "not json"),
        (400, {}, b"{}", GatewayRefused, "Something that is not the API"),
        (400, {}, b"<Error><Code>New</Code></Error>", ServiceError, "New"),
        (400, {}, b"<Error/>", ServiceError, "HTTP status 400"),
        (
            400,
            {},
            b"<Error><Message>ODPS-0410031:x - the expire time exceeds the max limitation: 9</Message></Error>",
            None,
            "expire",
        ),
        (404, {}, b'{"code": "NoSuchObject", "message": "m"}', NoSuchObject, "m"),
        (409, {}, b"<Error><Message>Invalid state setting: x</Message></Error>", None, "Invalid state"),
    ],
)
def test_errors_without_their_usual_shape(
    status: int, headers: dict[str, str], body: bytes, kind: type[ServiceError] | None, message: str
) -> None:
    error = decode_error(Response(status, headers, body))

    assert kind is None or type(error) is kind
    assert message in str(error)
    assert error.request_id == headers.get("x-odps-request-id")


def test_a_foreign_page_is_quoted_briefly() -> None:
    assert len(decode_error(Response(500, {}, b"<html>" + b"x" * 100_000)).cause) < 400


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("ODPS-0130131:[1,15] Table not found - x", "ODPS-0130131", "ODPS-0130131:[1,15] Table not found - x"),
        ("FAILED: ODPS-0123055:User script exception - ODPS-0010000:x", "ODPS-0123055", None),
        ("ODPS-1800001: outer - ODPS-0130131: inner", "ODPS-1800001", None),
        ("it broke", None, "it broke"),
        ("", None, ""),
        ("<Error><Code>ParseError</Code><Message>bad</Message></Error>", "ParseError", "bad"),
        ("<Error><Code>ParseError</Code></Error>", "ParseError", "ParseError"),
        ("<not really xml, ODPS-0130131: x", "ODPS-0130131", None),
    ],
)
def test_the_reason_of_a_failure(text: str, code: str | None, message: str | None) -> None:
    failure = read_failure(text)

    assert failure.code == code
    assert failure.message == (text if message is None else message)
