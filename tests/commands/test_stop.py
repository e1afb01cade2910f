from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from odps_tui.commands.exits import Exit
from odps_tui.commands.stop_report import answered, ended
from odps_tui.commands.waiting import End
from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.wire.messages import Answer, Request, Response, undisturbed
from odps_tui.models import Instance, Outcome
from odps_tui.monitor.stopping import StopAnswer, StopResult
from tests.commands.program import NOBODY, PROJECT, Run, environ_of, pyodps, runner
from tests.ui.terminal import Terminal

Serve = Callable[..., DemoServiceThread]
NOW = time.time()


class MovingClock:
    """Time that moves a little with every look at it, so that a stop takes effect without anybody sleeping."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


@contextmanager
def serving(
    clock: Callable[[], float] = lambda: NOW, disturb: Callable[[Answer], Answer] = undisturbed
) -> Iterator[DemoServiceThread]:
    with DemoServiceThread(World(seed=7, instances=60, clock=clock), disturb=disturb) as service:
        yield service


@pytest.fixture
def own() -> Iterator[DemoServiceThread]:
    """A service of the test's own: a stop changes it."""
    with serving() as service:
        yield service


@pytest.fixture
def run_of(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[DemoServiceThread], Run]:
    return lambda service: runner(environ_of(service), monkeypatch, capfd)


RunOf = Callable[[DemoServiceThread], Run]


def methods(service: DemoServiceThread) -> list[str]:
    return [request.method for request in service.requests]


def test_one_read_and_one_request_like_pyodps(own: DemoServiceThread, run_of: RunOf) -> None:
    skewed = own.world.stories["skewed"]
    ran = run_of(own)("stop", skewed, "--yes", "-o", "json")
    assert (ran.status, ran.json[0]["result"]) == (0, "requested")
    assert methods(own) == ["GET", "PUT"]
    ours = own.requests[-1]
    with serving() as other:
        pyodps(other).stop_instance(skewed)
        theirs = next(request for request in other.requests if request.method == "PUT")
    assert (ours.path, dict(ours.query), ours.body) == (theirs.path, dict(theirs.query), theirs.body)


def test_to_the_end(run_of: RunOf) -> None:
    with serving(MovingClock()) as service:
        ids = [service.world.stories[story] for story in ("skewed", "running")]
        ran = run_of(service)("stop", *ids, "--yes", "--wait", "1m", "-o", "json")
        assert ran.status == 0
        assert [(row["id"], row["result"], row["outcome"]) for row in ran.json] == [(one, "stopped", "Cancelled") for one in ids]
        assert methods(service).count("PUT") == 2


def test_an_end_that_does_not_come_in_time(own: DemoServiceThread, run_of: RunOf) -> None:
    skewed = own.world.stories["skewed"]
    ran = run_of(own)("stop", skewed, "--yes", "--wait", "0.05s", "-o", "json")
    assert (ran.status, ran.json[0]["result"]) == (8, "still_running")
    assert ran.err == f"odps-tui: {skewed} was asked to stop, and its end was not seen in time\n"


def test_one_that_had_ended(own: DemoServiceThread, run_of: RunOf) -> None:
    succeeded = own.world.stories["succeeded"]
    ran = run_of(own)("stop", succeeded, "--yes", "--if-status", "running", "-o", "json")
    assert (ran.status, ran.json[0]["result"], ran.json[0]["status"]) == (10, "ended_before", "Terminated")
    assert methods(own) == ["GET"]


@pytest.mark.parametrize(
    ("story", "guard", "passes"),
    [
        ("skewed", ("--if-status", "running"), True),
        ("skewed", ("--if-status", "suspended"), False),
        ("suspended", ("--if-status", "suspended"), True),
        ("skewed", ("--if-owner", "ALIYUN$demo_admin@example.com"), True),
        ("running", ("--if-owner", "ALIYUN$demo_admin@example.com"), False),
        ("skewed", ("--if-owner", "ALIYUN$demo_admin"), False),
    ],
)
def test_guards_look_at_the_read_before_the_request(
    own: DemoServiceThread, run_of: RunOf, story: str, guard: tuple[str, str], passes: bool
) -> None:
    ran = run_of(own)("stop", own.world.stories[story], "--yes", *guard, "-o", "json")
    assert ran.status == (0 if passes else 9)
    assert methods(own) == (["GET", "PUT"] if passes else ["GET"])
    assert ran.json[0]["result"] == ("requested" if passes else "not_stopped")


def test_without_a_terminal_nothing_is_stopped(own: DemoServiceThread, run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run_of(own)("stop", own.world.stories["skewed"])
    assert (ran.status, ran.out) == (9, "")
    assert "--yes" in ran.err
    assert methods(own) == []


@pytest.mark.parametrize(("answer", "status", "puts"), [("y", 0, 1), ("", 9, 0), ("n", 9, 0), ("yeah", 9, 0)])
def test_on_a_terminal_it_asks(own: DemoServiceThread, answer: str, status: int, puts: int) -> None:
    skewed = own.world.stories["skewed"]
    with Terminal(["stop", skewed], environ_of(own), columns=160) as terminal:
        terminal.until_shown(f"Stop {skewed} of ALIYUN$demo_admin@example.com, Running, in {PROJECT}? [y/N]")
        assert methods(own) == ["GET"]
        terminal.type(f"{answer}\n")
        assert terminal.exit_status() == status
    assert methods(own).count("PUT") == puts


def test_ctrl_c_at_the_question_stops_nothing(own: DemoServiceThread) -> None:
    with Terminal(["stop", own.world.stories["skewed"]], environ_of(own)) as terminal:
        terminal.until_shown("[y/N]")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.exit_status() == 130
    assert methods(own) == ["GET"]


def test_an_owner_who_is_not_the_confirmed_one_is_a_guard() -> None:
    instance = Instance("1", "somebody else", "Running", None, None)
    report = answered("1", StopAnswer(StopResult.CHANGED, instance))
    assert (report.exit, report.result) == (9, "changed")


@pytest.mark.parametrize("output", ["table", "json"])
def test_a_dry_run_shows_the_very_request(own: DemoServiceThread, run_of: RunOf, output: str) -> None:
    run = run_of(own)
    skewed = own.world.stories["skewed"]
    ran = run("stop", skewed, "--dry-run", "-o", output)
    assert (ran.status, ran.err, methods(own)) == (0, "", ["GET"])
    run("stop", skewed, "--yes")
    sent = own.requests[-1]
    (query,) = (f"{name}={value}" for name, value in sent.query.items())
    url = f"{own.origin}{sent.path}?{query}"
    if output == "json":
        (shown,) = ran.json
        assert (shown["method"], shown["url"], shown["content_type"]) == ("PUT", url, sent.headers["content-type"])
        assert shown["body"].encode() == sent.body
    else:
        assert ran.out == f"PUT {url}\nContent-Type: {sent.headers['content-type']}\n\n{sent.body.decode()}"


def test_a_dry_run_minds_the_guards(own: DemoServiceThread, run_of: RunOf) -> None:
    run, stories = run_of(own), own.world.stories
    assert run("stop", stories["skewed"], "--dry-run", "--if-status", "suspended").status == 9
    assert run("stop", stories["succeeded"], "--dry-run").status == 10
    ran = run("stop", NOBODY, stories["skewed"], "--dry-run")
    assert ran.status == 6
    assert ran.out.count("PUT") == 1
    assert "PUT" not in methods(own)


def test_the_service_says_no(own: DemoServiceThread, run_of: RunOf) -> None:
    run = run_of(own)
    assert run("stop", own.world.stories["not_ours"], "--yes").status == 4
    ran = run("stop", NOBODY, own.world.stories["succeeded"], "--yes", "-o", "json")
    assert ran.status == 6
    assert [row["result"] for row in ran.json] == ["not_stopped", "ended_before"]


def test_a_read_only_place_is_a_guard(own: DemoServiceThread, run_of: RunOf) -> None:
    ran = run_of(own)("stop", own.world.stories["skewed"], "--yes", ODPS_TUI_READ_ONLY="1")
    assert (ran.status, ran.out) == (9, "")
    assert "read-only" in ran.err
    assert methods(own) == []


def test_every_stop_is_written_down(own: DemoServiceThread, run_of: RunOf, tmp_path: Path) -> None:
    skewed, ended_ = own.world.stories["skewed"], own.world.stories["succeeded"]
    run_of(own)("stop", skewed, ended_, "--yes", ODPS_TUI_STATE_DIR=str(tmp_path))
    first, second = (json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines())
    assert (first["instance_id"], first["owner"], first["result"]) == (skewed, "ALIYUN$demo_admin@example.com", "requested")
    assert re.fullmatch(r"[0-9A-F]{24}", first["request_id"])
    assert (second["instance_id"], second["result"]) == (ended_, "ended before")
    assert own.identity.secret not in (tmp_path / "audit.jsonl").read_text()


def test_a_stop_that_cannot_be_written_down_says_so_and_goes_on(own: DemoServiceThread, run_of: RunOf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run_of(own)("stop", own.world.stories["skewed"], "--yes", ODPS_TUI_STATE_DIR=str(tmp_path / "file"))
    assert ran.status == 0
    assert "cannot be written" in ran.err
    assert methods(own).count("PUT") == 1


def losing_the_answer(answer: Answer) -> Answer:
    async def answering(request: Request) -> Response:
        response = await answer(request)
        return Response(500, b"", "text/plain") if request.method == "PUT" else response

    return answering


def test_an_answer_that_is_lost_is_not_asked_for_twice(run_of: RunOf) -> None:
    with serving(disturb=losing_the_answer) as service:
        ran = run_of(service)("stop", service.world.stories["skewed"], "--yes", "-o", "json")
        assert (ran.status, ran.json[0]["result"]) == (7, "unanswered")
        assert methods(service).count("PUT") == 1
    with serving(MovingClock(), disturb=losing_the_answer) as service:
        ran = run_of(service)("stop", service.world.stories["skewed"], "--yes", "--wait", "1m", "-o", "json")
        assert (ran.status, ran.json[0]["result"]) == (0, "stopped")


@pytest.mark.parametrize(("outcome", "status"), [(Outcome.CANCELLED, 0), (Outcome.SUCCESS, 10), (Outcome.FAILED, 10)])
def test_who_was_faster(outcome: Outcome, status: int) -> None:
    instance = Instance("1", "o", "Terminated", None, None)
    report = answered("1", StopAnswer(StopResult.REQUESTED, instance))
    assert report.exit is Exit.OK
    assert ended(report, End("1", instance, outcome, None)).exit == status
