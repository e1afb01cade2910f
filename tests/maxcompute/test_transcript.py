"""The service's own words: kept for one instance, bounded, and never with a secret in them."""

from __future__ import annotations

from datetime import UTC, datetime

from odps_tui.maxcompute import requests
from odps_tui.maxcompute.exchange import Request, Response
from odps_tui.maxcompute.transcript import KEPT, KEPT_OF_ONE, Transcript

AT = datetime(2026, 11, 24, tzinfo=UTC)


def kept_of(instance_id: str) -> Transcript:
    transcript = Transcript()
    transcript.keep(instance_id)
    return transcript


def said(body: bytes, **headers: str) -> Response:
    return Response(200, {name.replace("_", "-"): value for name, value in headers.items()}, body)


async def test_the_last_answer_to_each_question_is_kept() -> None:
    transcript = kept_of("1")
    transcript.note(requests.task_statuses("p", "1"), said(b"<a>1</a>"), AT)
    transcript.note(requests.job("p", "1"), said(b"<b/>"), AT)
    transcript.note(requests.task_statuses("p", "1"), said(b"<a>2</a>"), AT)
    assert [(a.question, a.text) for a in await transcript.answers("1")] == [
        ("GET /projects/p/instances/1?taskstatus", "<a>2</a>"),
        ("GET /projects/p/instances/1?source", "<b/>"),
    ]


async def test_a_refusal_is_an_answer_too() -> None:
    transcript = kept_of("1")
    transcript.note(requests.job("p", "1"), Response(403, {}, b"<Error><Code>NoPermission</Code></Error>"), AT)
    (answer,) = await transcript.answers("1")
    assert answer.status == 403
    assert "NoPermission" in answer.text


async def test_another_instance_is_not_kept_and_selecting_it_forgets_the_first() -> None:
    transcript = kept_of("1")
    transcript.note(requests.job("p", "2"), said(b"<b/>"), AT)
    assert await transcript.answers("1") == ()
    assert await transcript.answers("2") == ()
    transcript.note(requests.job("p", "1"), said(b"<b/>"), AT)
    transcript.keep("1")
    assert len(await transcript.answers("1")) == 1, "selecting it again forgets nothing"
    transcript.keep("2")
    transcript.keep("1")
    assert await transcript.answers("1") == ()


async def test_no_token_is_ever_kept() -> None:
    transcript = kept_of("1")
    transcript.note(requests.read_token("p", "1", 24), said(b"<Authorization><Result>TOKEN</Result></Authorization>"), AT)
    transcript.note(Request("PUT", ("projects", "p", "instances", "1")), said(b"TOKEN"), AT)
    assert await transcript.answers("1") == ()
    secret = said(b"<a/>", x_odps_mcqa_query_cookie="TOKEN", set_cookie="TOKEN", x_odps_bearer_token="TOKEN", x_odps_owner="me")
    transcript.note(requests.status("p", "1", blocking=False), secret, AT)
    (answer,) = await transcript.answers("1")
    assert answer.headers == (("x-odps-owner", "me"),)


async def test_large_answers_are_cut_and_say_so() -> None:
    transcript = kept_of("1")
    transcript.note(requests.task_results("p", "1"), said(b"<a>" + b"x" * 3 * KEPT_OF_ONE), AT)
    (answer,) = await transcript.answers("1")
    assert answer.is_cut
    assert answer.size == 3 * KEPT_OF_ONE + 3
    assert len(answer.text) == KEPT_OF_ONE


async def test_there_are_never_too_many() -> None:
    transcript = kept_of("1")
    for number in range(3 * KEPT):
        transcript.note(requests.worker_log("p", "1", str(number), "stdout", 0), said(b"x"), AT)
    answers = await transcript.answers("1")
    assert len(answers) == KEPT
    assert f"id={3 * KEPT - 1}&" in answers[-1].question


async def test_an_unchanged_answer_is_laid_out_once_and_has_its_new_time() -> None:
    transcript = kept_of("1")
    transcript.note(requests.job("p", "1"), said(b"<b/>"), AT)
    (first,) = await transcript.answers("1")
    later = AT.replace(hour=1)
    transcript.note(requests.job("p", "1"), said(b"<b/>"), later)
    (second,) = await transcript.answers("1")
    assert second.text is first.text
    assert second.read_at == later


async def test_its_words_are_clean() -> None:
    transcript = kept_of("1")
    transcript.note(requests.job("p", "1"), said("<b>\x1b[31m\u202e</b>".encode(), x_odps_owner="\x1b]0;"), AT)
    (answer,) = await transcript.answers("1")
    assert "\x1b" not in answer.text + str(answer.headers)
    assert "\u202e" not in answer.text
