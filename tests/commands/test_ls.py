from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.commands.program import PROJECT, Run, environ_of, pyodps, started


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ((), {"only_owner": False}),
        (("--owner", "me"), {"only_owner": True}),
        (("--status", "running"), {"only_owner": False, "status": "running"}),
        (("--status", "suspended"), {"only_owner": False, "status": "suspended"}),
    ],
)
def test_the_rows_are_those_of_pyodps(
    run: Run, service: DemoServiceThread, flags: tuple[str, ...], options: dict[str, object]
) -> None:
    theirs = list(pyodps(service).list_instances(**options))
    ran = run("ls", "-o", "json", *flags)
    assert (ran.status, ran.err) == (0, "")
    assert [row["id"] for row in ran.json] == [instance.id for instance in theirs]
    assert [row["status"].upper() for row in ran.json] == [instance.status.value.upper() for instance in theirs]
    assert [row["start_time"] for row in ran.json] == [f"{instance.start_time:%Y-%m-%dT%H:%M:%SZ}" for instance in theirs]
    assert list(ran.json[0]) == ["id", "owner", "status", "outcome", "start_time", "end_time"]


def test_since_and_until(run: Run, service: DemoServiceThread) -> None:
    since, until = (datetime.now(UTC) - timedelta(minutes=minutes) for minutes in (60, 30))
    theirs = pyodps(service).list_instances(
        start_time=since.replace(tzinfo=None), end_time=until.replace(tzinfo=None), only_owner=False
    )
    assert [row["id"] for row in run("ls", "--since", "1h", "--until", until.isoformat(), "-o", "jsonl").lines] == [
        instance.id for instance in theirs
    ]


@pytest.mark.parametrize(("limit", "asked_for"), [(3, "3"), (5000, "1000")])
def test_a_limit_asks_for_no_more(run: Run, service: DemoServiceThread, limit: int, asked_for: str) -> None:
    service.requests.clear()
    assert len(run("ls", "--limit", str(limit), "-o", "jsonl").lines) == min(limit, 120)
    assert [request.query["maxitems"] for request in service.requests] == [asked_for]


def test_one_list_in_four_formats(run: Run) -> None:
    facts = run("ls", "-o", "json", "--limit", "9").json
    assert run("ls", "-o", "jsonl", "--limit", "9").lines == facts
    table = list(csv.DictReader(io.StringIO(run("ls", "-o", "csv", "--limit", "9").out)))
    assert table == [{key: value or "" for key, value in row.items()} for row in facts]
    lines = run("ls", "--limit", "9").out.splitlines()
    assert lines[0].split() == ["ID", "STATUS", "START", "TIME", "END", "TIME", "OWNER"]
    assert [line.split()[0] for line in lines[1:]] == [row["id"] for row in facts]
    assert {line.index(row["status"]) for line, row in zip(lines[1:], facts, strict=True)} == {lines[0].index("STATUS")}


def test_nothing_found(run: Run) -> None:
    nothing = ("ls", "--until", "2001-01-01")
    assert run(*nothing, "-o", "json").out == "[]\n"
    assert run(*nothing, "-o", "jsonl").out == ""
    assert run(*nothing, "-o", "csv").out == "id,owner,status,outcome,start_time,end_time\n"


def test_the_outcome_is_asked_for(run: Run, service: DemoServiceThread) -> None:
    outcomes = {row["id"]: row["outcome"] for row in run("ls", "--outcome", "-o", "jsonl").lines}
    stories = service.world.stories
    assert [outcomes[stories[story]] for story in ("succeeded", "failed", "cancelled", "running")] == [
        "Success", "Failed", "Cancelled", None,
    ]  # fmt: skip


def test_a_filter_asks_for_what_it_needs_and_no_more(run: Run, service: DemoServiceThread) -> None:
    stories = service.world.stories
    service.requests.clear()
    failed = run("ls", "--filter", "state:failed age<33m", "-o", "jsonl").lines
    assert {row["id"] for row in failed} >= {stories[story] for story in ("failed", "failed_table", "hostile_failed")}
    assert {row["outcome"] for row in failed} == {"Failed"}
    asked = sum("taskstatus" in request.query for request in service.requests)
    ended = run("ls", "--filter", "state:ended age<33m", "-o", "jsonl").lines
    assert asked == len(ended)
    service.requests.clear()
    run("ls", "--filter", "state:ended")
    assert not any("taskstatus" in request.query for request in service.requests)


def test_a_filter_knows_the_queue(run: Run, service: DemoServiceThread) -> None:
    (row,) = run("ls", "--filter", "job:backfill_orders state:waiting", "-o", "json").json
    assert row["id"] == service.world.stories["waiting"]


def test_a_filter_by_type_and_its_negation(run: Run, service: DemoServiceThread) -> None:
    stories = service.world.stories
    algo = {row["id"] for row in run("ls", "--filter", "type:algo", "-o", "jsonl").lines}
    others = {row["id"] for row in run("ls", "--filter", "!type:algo", "-o", "jsonl").lines}
    assert {stories["xflow"], stories["xflow_ended"]} <= algo
    assert len(algo) + len(others) == 120
    assert not algo & others


@pytest.mark.parametrize(
    "flags",
    [
        ("--filter", "ownr:x"),
        ("--since", "yesterday"),
        ("--since", "99999999999d"),
        ("--limit", "0"),
        ("--status", "failed"),
        ("-o", "yaml"),
        ("--lim", "3"),
    ],
)
def test_a_wrong_flag_is_one_sentence(run: Run, flags: tuple[str, ...]) -> None:
    ran = run("ls", *flags)
    assert (ran.status, ran.out) == (2, "")
    assert "odps-tui ls: error: " in ran.err or "unrecognized" in ran.err


def test_a_list_of_100000_streams() -> None:
    """The first row is there before the third page is asked for, and the memory of the whole is that of two pages."""
    with DemoServiceThread(World(seed=7, instances=100_000)) as large:
        environ = environ_of(large)
        for output in ("jsonl", "csv", "table"):
            large.requests.clear()
            with started(environ, "ls", "-o", output) as process:
                assert process.stdout is not None
                assert process.stdout.readline()
                assert len(large.requests) <= 2
        _, small = _memory_of(environ, "jsonl", 2000)
        assert small < 100_000
        for output, header in (("jsonl", 0), ("csv", 1)):
            count, memory = _memory_of(environ, output, 100_000)
            assert count == header + 100_000
            assert memory < small + 8_000


def _memory_of(environ: dict[str, str], output: str, limit: int) -> tuple[int, int]:
    """Return the lines written, and the program's largest size in kB while it wrote them."""
    count, largest = 0, 0
    with started(environ, "ls", "-o", output, "--limit", str(limit)) as process:
        assert process.stdout is not None
        for count, _ in enumerate(process.stdout, start=1):
            if count % 1000 == 1:  # the pipe holds less than a thousand rows: it still lives
                largest = max(largest, _high_water(process.pid))
        assert process.wait() == 0
    return count, largest


def _high_water(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def test_a_reader_who_has_read_enough(service: DemoServiceThread) -> None:
    with DemoServiceThread(World(seed=7, instances=3000)) as many, started(environ_of(many), "ls", "-o", "jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("{")
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""


def test_a_full_disk_is_one_sentence(service: DemoServiceThread) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "odps_tui", "ls"],
            env={**os.environ, **environ_of(service)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "odps-tui: the results cannot be written: No space left on device\n")


def test_flags_of_the_place_before_and_after_the_command(run: Run, service: DemoServiceThread) -> None:
    service.requests.clear()
    assert run("--project", f"{PROJECT}_dev", "ls", "-o", "json", ODPS_PROJECT_NAME="wrong").json == []
    assert run("ls", "--project", f"{PROJECT}_dev", "-o", "json", ODPS_PROJECT_NAME="wrong").json == []
    assert run("--project", "wrong", "ls", "--project", f"{PROJECT}_dev", "-o", "json").json == []
    assert {request.path for request in service.requests} == {f"/api/projects/{PROJECT}_dev/instances"}
    assert run("--endpoint", service.endpoint, "ls", "--limit", "1", ODPS_ENDPOINT="http://127.0.0.1:1/api").status == 0
