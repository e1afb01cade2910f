"""The commands that read one instance or ask who we are, compared with PyODPS."""

from __future__ import annotations

import json
import warnings
from datetime import datetime
from typing import Any

import pytest

from odps_tui.demo import DemoServiceThread
from odps_tui.safe_text import clean
from tests.commands.program import NOBODY, PROJECT, Run, environ_of, pyodps, started

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps.config import option_context

STORIES = ["running", "skewed", "multi_task", "hostile", "waiting", "suspended", "succeeded", "failed", "cancelled", "xflow"]


@pytest.fixture
def stories(service: DemoServiceThread) -> dict[str, str]:
    return dict(service.world.stories)


def theirs(service: DemoServiceThread, story: str) -> Any:
    return pyodps(service).get_instance(service.world.stories[story])


def iso(moment: Any) -> str | None:
    """PyODPS's local time (the tests' zone is UTC) as we write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def test_exists(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    for instance_id, status in ((stories["running"], 0), (NOBODY, 6)):
        ran = run("exists", instance_id)
        assert (ran.status, ran.out, ran.err) == (status, "", "")
        assert pyodps(service).exist_instance(instance_id) is (status == 0)


def test_a_project_that_is_not_there_is_no_instance_that_is_not_there(run: Run, stories: dict[str, str]) -> None:
    ran = run("exists", stories["running"], "--project", "mispelt")
    assert ran.status == 2
    assert "mispelt" in ran.err


@pytest.mark.parametrize("story", STORIES)
def test_show(run: Run, service: DemoServiceThread, story: str) -> None:
    instance = theirs(service, story)
    shown = run("show", service.world.stories[story], "-o", "json").json
    assert (shown["id"], shown["status"].upper()) == (instance.id, instance.status.value.upper())
    assert (shown["start_time"], shown["end_time"]) == (iso(instance.start_time), iso(instance.end_time))
    assert (shown["is_terminated"], shown["is_successful"]) == (instance.is_terminated(), instance.is_successful())
    assert shown["priority"] == instance.priority
    assert shown["task_names"] == [clean(name) for name in instance.get_task_names()]
    told = [stage for name in instance.get_task_names() for stage in instance.get_task_progress(name).stages or []]
    assert [
        (stage["name"], stage["total_workers"], stage["running_workers"], stage["terminated_workers"])
        for stage in shown["stages"]
    ] == [(stage.name.strip(), stage.total_workers, stage.running_workers, stage.terminated_workers) for stage in told]


def test_show_keys_and_formats(run: Run, stories: dict[str, str]) -> None:
    shown = run("show", stories["running"], "-o", "json").json
    assert run("show", stories["running"], "-o", "jsonl").out.count("\n") == 1
    assert {"wait_pos", "queue_length", "cpu_usage", "sub_status", "progress", "outcome"} <= shown.keys()
    assert list(shown["stages"][0]) == [
        "task_name", "name", "status", "total_workers", "running_workers", "terminated_workers", "backup_workers",
        "input_records", "output_records", "finished_percentage",
    ]  # fmt: skip
    table = run("show", stories["running"]).out
    assert f"id                  {stories['running']}\n" in table
    assert "TASK NAME" in table
    assert run("show", stories["succeeded"], "-o", "json").json["wait_pos"] is None
    assert run("show", stories["failed"], "-o", "json").json["outcome"] == "Failed"


def test_show_what_may_be_shown(run: Run, stories: dict[str, str]) -> None:
    ran = run("show", stories["forbidden"], "-o", "json")
    assert ran.status == 0
    assert ran.json["status"] == "Running"
    assert ran.err.startswith("odps-tui: The job is unknown: ODPS-0420095")


@pytest.mark.parametrize("story", ["multi_task", "failed"])
def test_tasks(run: Run, service: DemoServiceThread, story: str) -> None:
    statuses = theirs(service, story).get_task_statuses()
    rows = run("tasks", service.world.stories[story], "-o", "json").json
    assert [(row["name"], row["type"], row["status"].upper(), row["start_time"]) for row in rows] == [
        (task.name, task.type, task.status.value, iso(task.start_time)) for task in statuses.values()
    ]
    assert run("tasks", service.world.stories[story]).out.splitlines()[0].split()[:3] == ["NAME", "TYPE", "STATUS"]


def test_source(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    instance = theirs(service, "running")
    assert run("source", stories["running"]).out == instance.get_sql_query()
    document = run("source", stories["running"], "-o", "json").json
    assert document["tasks"][0]["query"] == instance.get_sql_query()
    assert document["priority"] == instance.priority


def test_a_source_without_sql(run: Run, stories: dict[str, str]) -> None:
    ran = run("source", stories["cupid"])
    assert (ran.status, ran.out) == (0, "")
    assert "CUPID" in ran.err


@pytest.mark.parametrize("story", ["succeeded", "multi_task", "waiting"])
def test_cost(run: Run, service: DemoServiceThread, story: str) -> None:
    instance = theirs(service, story)
    rows = run("cost", service.world.stories[story], "-o", "json").json
    costs = {name: instance.get_task_cost(name) for name in instance.get_task_names()}
    assert [(row["task_name"], row["cpu_cost"], row["memory_cost"], row["input_size"]) for row in rows] == [
        (name, cost.cpu_cost, cost.memory_cost, cost.input_size) if cost else (name, None, None, None)
        for name, cost in costs.items()
    ]


def test_progress_is_the_very_line(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    progress = theirs(service, "skewed").get_task_progress("AnonymousSQLTask")
    for _ in range(3):  # the second may change between the two
        pair = (run("progress", stories["skewed"]).out, f"{progress.get_stage_progress_formatted_string()}\n")
        if pair[0] == pair[1]:
            break
    assert pair[0] == pair[1]
    (document,) = run("progress", stories["skewed"], "-o", "json").json
    assert [stage["name"] for stage in document["stages"]] == [stage.name.strip() for stage in progress.stages]


def test_progress_of_several_tasks(run: Run, stories: dict[str, str]) -> None:
    lines = run("progress", stories["multi_task"]).out.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["load_orders", "build_report", "export_report"]
    alone = run("progress", stories["multi_task"], "--task", "build_report").out
    assert alone[19:] == lines[1].partition(": ")[2][19:] + "\n"


def test_progress_to_the_end(run: Run, stories: dict[str, str]) -> None:
    assert run("progress", stories["succeeded"], "--follow").status == 0
    assert run("progress", stories["failed"], "--follow").status == 1
    assert run("progress", stories["cancelled"], "--follow", "-o", "jsonl").status == 3
    assert run("progress", stories["cancelled"], "--follow", "-o", "json").status == 2


@pytest.mark.parametrize(("story", "status"), [("succeeded", 0), ("failed", 1), ("cancelled", 3)])
def test_result(run: Run, service: DemoServiceThread, story: str, status: int) -> None:
    results = theirs(service, story).get_task_results()
    ran = run("result", service.world.stories[story])
    assert (ran.status, ran.out) == (status, "".join(map(str, results.values())))
    rows = run("result", service.world.stories[story], "-o", "json").json
    assert {row["task_name"]: row["text"] for row in rows} == {name: str(text) for name, text in results.items()}


def test_a_result_that_is_not_there_yet(run: Run, stories: dict[str, str]) -> None:
    ran = run("result", stories["running"])
    assert (ran.status, ran.out) == (5, "")
    assert "still runs" in ran.err


def test_a_task_that_is_not_there(run: Run, stories: dict[str, str]) -> None:
    for command in ("result", "cost", "source", "progress"):
        ran = run(command, stories["succeeded"], "--task", "nope")
        assert (ran.status, ran.out) == (6, "")
        assert ran.err == "odps-tui: The instance has no task 'nope'. It has AnonymousSQLTask.\n"


def test_logview(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    with option_context() as options:
        options.use_legacy_logview = False
        instance = pyodps(service, region_name="cn-hangzhou").get_instance(stories["running"])
        link = instance.get_logview_address(use_legacy=False)
    assert run("logview", stories["running"], "--region", "cn-hangzhou").out == f"{link}\n"
    assert "token" not in link


def test_a_legacy_logview_goes_to_standard_output_only(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    ran = run("logview", stories["running"], "--legacy", "--hours", "2")
    assert ran.out == theirs(service, "running").get_logview_address(hours=2, use_legacy=True) + "\n"
    assert ran.err == ""
    assert run("logview", stories["running"], "--hours", "2").status == 2


def test_xflow(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    flat = pyodps(service).get_xflow_sub_instances(theirs(service, "xflow"))
    rows = run("xflow", stories["xflow"], "-o", "json", "--logview").json
    assert [(row["name"], row["instance_id"]) for row in rows] == [(name, one.id) for name, one in flat.items()]
    assert all(row["instance_id"] in row["logview"] and "token" not in row["logview"] for row in rows)
    tree = run("xflow", stories["xflow"]).out.splitlines()
    assert [line.split()[0] for line in tree[1:]] == ["split", "train", "iteration_1", "iteration_2"]
    assert tree[3].startswith("  iteration_1")
    assert run("xflow", stories["running"]).status == 2


def test_log(run: Run, service: DemoServiceThread, stories: dict[str, str]) -> None:
    workers = run("log", stories["running"], "-o", "jsonl").lines
    their_workers = theirs(service, "running").get_task_workers("AnonymousSQLTask")
    assert [row["log_id"] for row in workers] == [worker.log_id for worker in their_workers]
    log = theirs(service, "running").get_worker_log(their_workers[0].log_id, "stdout")
    for name in (workers[0]["worker"], workers[0]["id"], workers[0]["log_id"]):
        assert run("log", stories["running"], name).out == log
    assert len(run("log", stories["running"], "M1#0_0", "--size", "10").out) <= 10
    assert run("log", stories["running"], "M1#0_0", "--type", "jstack").out.startswith('"main"')
    assert run("log", stories["running"], "M9#9_9").status == 6


def test_no_escape_sequence_comes_through(run: Run, stories: dict[str, str]) -> None:
    for command in ("show", "tasks", "source", "progress", "log", "result"):
        for output in ("text" if command in {"source", "progress", "result"} else "table", "json"):
            ran = run(command, stories["hostile"], "-o", output)
            assert "\x1b" not in ran.out + ran.err
    assert "\x1b" not in run("log", stories["hostile"], "M1#0_0", "--type", "stderr", "--task", "[@click=app.quit()]x[/]").out


def test_top(run: Run, service: DemoServiceThread) -> None:
    infos = {info.instance_id: info for info in pyodps(service).list_instance_queueing_infos(only_owner=False)}
    rows = run("top", "-o", "jsonl").lines
    assert {row["id"] for row in rows} == set(infos)
    assert [row["cpu_usage"] or 0 for row in rows] == sorted((row["cpu_usage"] or 0 for row in rows), reverse=True)
    for row in rows:
        info = infos[row["id"]]
        assert row["priority"] == info.priority
        assert datetime.fromisoformat(row["start_time"]) == info.start_time
        assert row["status"].upper() == info.status.value.upper()
    (waiting,) = run("top", "--filter", "job:backfill_orders", "-o", "json").json
    assert 0 < waiting["wait_pos"] <= waiting["queue_length"]
    assert len(run("top", "--limit", "3").out.splitlines()) == 4
    assert run("top", "--watch", "-o", "json").status == 2


def test_whoami(run: Run, service: DemoServiceThread) -> None:
    identity = pyodps(service).execute_security_query("whoami")
    assert run("whoami").out == f"{identity['DisplayName']}\n"
    assert run("whoami", "-o", "json").json == {"display_name": identity["DisplayName"], "id": identity["ID"]}


def test_projects(run: Run, service: DemoServiceThread) -> None:
    listed = [(project.name, project.owner, project.comment) for project in pyodps(service).list_projects()]
    rows = run("projects", "-o", "json").json
    assert [(row["name"], row["owner"], row["comment"]) for row in rows] == listed
    assert [row["name"] for row in run("projects", "--name", f"{PROJECT}_", "-o", "json").json] == [
        f"{PROJECT}_archive", f"{PROJECT}_dev",
    ]  # fmt: skip


def test_refused_credentials(run: Run) -> None:
    ran = run("whoami", ALIBABA_CLOUD_ACCESS_KEY_SECRET="canary-secret")
    assert (ran.status, ran.out) == (4, "")
    assert ran.err.count("\n") == 1
    assert "canary" not in ran.err


def test_what_is_forbidden(run: Run, stories: dict[str, str]) -> None:
    assert run("source", stories["forbidden"]).status == 4


def test_a_setting_that_is_missing(run: Run) -> None:
    ran = run("whoami", ODPS_ENDPOINT="")
    assert (ran.status, ran.out) == (2, "")
    assert "ODPS_ENDPOINT" in ran.err


def test_a_service_that_is_not_there(run: Run) -> None:
    ran = run("whoami", ODPS_ENDPOINT="http://127.0.0.1:1/api")
    assert (ran.status, ran.out) == (7, "")
    assert ran.err == "odps-tui: 127.0.0.1:1 refused the connection. Is the service up, and is the port right?\n"


def test_an_instance_that_is_not_there(run: Run) -> None:
    for command in ("show", "tasks", "source", "cost", "progress", "result", "log", "xflow"):
        ran = run(command, NOBODY)
        assert (ran.status, ran.out) == (6, "")
        assert NOBODY in ran.err


def test_the_demo_flag_is_the_dashboards(run: Run) -> None:
    ran = run("--demo", "ls")
    assert ran.status == 2
    assert "demo-service" in ran.err


def test_json_in_a_locale_without_the_characters(service: DemoServiceThread) -> None:
    environ = {**environ_of(service), "PYTHONIOENCODING": "ascii"}
    with started(environ, "show", service.world.stories["hostile"], "-o", "json") as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert "数据🔥" in json.loads(out)["owner"]
    with started(environ, "ls") as process:
        process.communicate(timeout=20)
    assert process.returncode == 0
