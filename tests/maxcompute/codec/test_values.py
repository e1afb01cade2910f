"""The small readers: times, numbers, status words, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.documents import nested, parse_object, parse_text
from odps_tui.maxcompute.codec.numbers import fraction, whole
from odps_tui.maxcompute.codec.status_words import instance_status, stage_status, task_status
from odps_tui.maxcompute.codec.times import epoch, queue_time, rfc1123

MOMENT = datetime(2025, 3, 14, 2, 8, 15, tzinfo=UTC)


@given(st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_rfc_1123_date_is_read(moment: datetime) -> None:
    assert rfc1123(format_datetime(moment, usegmt=True)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 14 Mar 2025 02:08:15 GMT",
        " Fri, 14 Mar 2025 02:08:15 GMT ",
        "Fri, 14 Mar 2025 10:08:15 +0800",
        "14 Mar 2025 02:08:15 GMT",
    ],
)
def test_looser_spellings_are_read_too(text: str) -> None:
    read = rfc1123(text)

    assert read == MOMENT
    assert read is not None
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "soon",
        "Fri, 99 Mar 2025 02:08:15 GMT",
        "Fri, 14 Mär 2025 02:08:15 GMT",
        "x" * 25 + " GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",  # these no clock here can write in its own zone
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert rfc1123(text) is None


@given(st.text())
def test_no_text_breaks_the_readers_of_times(text: str) -> None:
    for read in (rfc1123, queue_time, epoch):
        moment = read(text)
        assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-14 10:08:15 +0800",
        "2025-03-14 10:08:15+0800",
        "2025-03-14 10:08:15.000000+0800",
        "2025-03-13 18:08:15 -0800",
        "2025-03-14T02:08:15Z",
        "2025-03-14 02:08:15",
        1741918095,
        1741918095.0,
        "1741918095",
    ],
)
def test_the_queue_writes_times_in_many_ways(value: object) -> None:
    assert queue_time(value) == MOMENT


@pytest.mark.parametrize("value", [None, 0, "0", -5, True, 10**30, 253_402_300_799, "1e400", float("nan"), [], {}])
def test_a_time_that_has_not_come_is_none(value: object) -> None:
    assert epoch(value) is None
    assert queue_time(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" -5 ", -5),
        (5.0, 5),
        ("5.0", 5),
        ("9007199254740993", 9007199254740993),
        (5.5, None),
        ("5.5", None),
        (None, None),
        ("", None),
        ("many", None),
        (True, None),
        (float("inf"), None),
        ("nan", None),
        ("9" * 5000, None),
        ([], None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "number"), [(0.37, 0.37), ("0.37", 0.37), (1, 1.0), ("nan", None), (False, None), (None, None), (10**400, None)]
)
def test_fractions(value: object, number: float | None) -> None:
    assert fraction(value) == number


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Success", "Success"),
        ("SUCCESS", "Success"),
        ("Fail", "Failed"),
        ("FAILED", "Failed"),
        ("Canceled", "Cancelled"),
        (" cancelled ", "Cancelled"),
        ("Paused", "Paused"),
        ("paUsed", "paUsed"),
        ("a\x1b[31m", "a\N{REPLACEMENT CHARACTER}[31m"),
        (None, ""),
    ],
)
def test_known_words_have_one_spelling_and_others_stay(sent: str | None, read: str) -> None:
    assert task_status(sent) == read


def test_each_level_has_its_own_words() -> None:
    assert (instance_status("RUNNING"), instance_status("fail")) == ("Running", "fail")
    assert (stage_status("CANCELLING"), stage_status("CANCELING"), stage_status(" ")) == ("Cancelling", "Cancelling", None)


def test_json_may_be_wrapped_as_in_mail() -> None:
    assert parse_text("=?UTF-8?B?eyJhIjogIuS7u+WKoSJ9?=") == {"a": "任务"}
    assert parse_object(b"=?UTF-8?Q?{=22a=22:_1}?=") == {"a": 1}


def test_text_in_json_is_clean_at_every_depth() -> None:
    read = parse_text(r'{"k\u001b": ["\u001b[2J", {"x": "a\r\nb\u202e"}], "n": NaN, "s": "\ud800"}')

    assert read == {"k�": ["�[2J", {"x": "a\nb�"}], "n": None, "s": "�"}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b'{"a": 1', "cut short"),
        (b'{"a": "x', "cut short|no valid"),
        (b"{'a': 1}", "no valid JSON"),
        (b"[1]", "no JSON object"),
        (b"<html></html>", "an HTML page"),
        (b"<?xml version='1.0'?><a/>", "is XML"),
        (b"[" * 100_000, "no JSON that can be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no JSON that can be read"),
        (b"=?klingon?B?e30=?=", "no JSON that can be read"),
    ],
    ids=str,
)
def test_what_is_no_document_is_an_error(body: bytes, what: str) -> None:
    with pytest.raises(DecodeError, match=what):
        parse_object(body)


@pytest.mark.parametrize("value", [None, 1, "", "x", "[1]", "{", [1]])
def test_what_holds_no_object_is_an_empty_one(value: Any) -> None:
    assert dict(nested(value)) == {}


def test_an_object_may_be_a_text() -> None:
    assert dict(nested('{"a": {"b": 1}}')) == {"a": {"b": 1}} == dict(nested({"a": {"b": 1}}))
