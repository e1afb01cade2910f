"""The same facts in whatever form they are asked for; a form that a command does not have is an error."""

from __future__ import annotations

import csv
import io
import json

import pytest

from odps_tui.demo import DemoServiceThread
from tests.commands.program import Run, environ_of, started

ROWS = {
    "ls": ("ls", "--limit", "5"),
    "top": ("top", "--limit", "5"),
    "tasks": ("tasks", "multi_task"),
    "cost": ("cost", "multi_task"),
    "xflow": ("xflow", "xflow"),
    "log": ("log", "running"),
    "projects": ("projects",),
    "wait": ("wait", "succeeded", "succeeded"),
    "stop": ("stop", "skewed", "--dry-run"),
}
NOT_KEPT = {"read_at"}
"""When it was read is another moment each time."""


def typed(service: DemoServiceThread, command: str) -> list[str]:
    return [command, *(service.world.stories.get(word, word) for word in ROWS[command][1:])]


@pytest.mark.parametrize("command", ROWS)
def test_one_table_in_four_forms(run: Run, service: DemoServiceThread, command: str) -> None:
    line = typed(service, command)
    ran = run(*line, "-o", "json")
    facts = [{key: value for key, value in row.items() if key not in NOT_KEPT} for row in ran.json]
    assert ran.status == 0
    assert facts
    lines = run(*line, "-o", "jsonl").lines
    assert [{key: value for key, value in row.items() if key not in NOT_KEPT} for row in lines] == facts
    table = list(csv.DictReader(io.StringIO(run(*line, "-o", "csv").out)))
    assert [{key: value for key, value in row.items() if key not in NOT_KEPT} for row in table] == [
        {key: _in_csv(value) for key, value in row.items() if key != "histories"} for row in facts
    ]
    text = run(*line).out.splitlines()
    assert len(text) >= len(facts) + (command != "stop")
    assert run(*line, "-o", "xml").status == 2


def _in_csv(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("ls", {"id", "owner", "status", "outcome", "start_time", "end_time"}),
        ("top", {"id", "owner", "status", "start_time", "priority", "progress", "wait_pos", "queue_length", "cpu_usage"}),
        ("tasks", {"name", "type", "status", "start_time", "end_time"}),
        ("wait", {"id", "status", "outcome", "start_time", "end_time", "error"}),
    ],
)
def test_keys_are_the_terms_of_the_service(run: Run, service: DemoServiceThread, command: str, keys: set[str]) -> None:
    for row in run(*typed(service, command), "-o", "json").json:
        assert row.keys() >= keys


@pytest.mark.parametrize("line", [("show", "running"), ("source", "running"), ("top", "-o", "csv"), ("result", "succeeded")])
def test_nobody_who_stops_reading_is_an_error(service: DemoServiceThread, line: tuple[str, ...]) -> None:
    words = [line[0], *(service.world.stories.get(word, word) for word in line[1:])]
    with started(environ_of(service), *words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""
