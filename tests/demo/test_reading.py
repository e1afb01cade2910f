"""What one can ask about one instance (protocol §4, §7.4)."""

from __future__ import annotations

import base64
import json
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

import pytest

from odps_tui.demo import World
from tests.demo.wire_client import Clock, Reply, WireClient, quoted

TASK = "taskname=AnonymousSQLTask"
HOSTILE_TASK = "[@click=app.quit()]x[/]"


def result_of(reply: Reply, task: str = "AnonymousSQLTask") -> str:
    for element in reply.xml.findall("Tasks/Task"):
        if element.findtext("Name") == task:
            result = element.find("Result")
            assert result is not None
            assert result.get("Transform") == "Base64"
            return base64.b64decode(result.text or "").decode()
    raise AssertionError(reply.text)


def stages_of(reply: Reply) -> dict[str, dict[str, str]]:
    return {stage.get("ID") or "": {c.tag: c.text or "" for c in stage} for stage in reply.xml.findall("Stage")}


@pytest.mark.parametrize("query", ["taskstatus", "taskstatus=", "a=1&taskstatus&b", "curr_project=demo_project&taskstatus="])
def test_a_flag_may_be_bare_or_empty_and_stand_anywhere(wire: WireClient, world: World, query: str) -> None:
    assert wire.instance(world.stories["running"], query).xml.find("Tasks/Task") is not None


def test_status_and_headers(wire: WireClient, world: World) -> None:
    running = wire.instance(world.stories["running"], "curr_project=demo_project")
    assert running.xml.findtext("Status") == "Running"
    assert running.headers["x-odps-owner"] == "RAM$demo_admin@example.com:etl_bot"
    assert running.headers["x-odps-start-time"].endswith("GMT")
    assert "x-odps-end-time" not in running.headers
    assert wire.instance(world.stories["succeeded"]).headers["x-odps-end-time"].endswith("GMT")
    assert wire.status(world.stories["suspended"]) == "Suspended"


@pytest.mark.parametrize("query", ["", "instancestatus", "taskstatus", "source", "result", "xresult", "cached"])
@pytest.mark.parametrize("instance_id", ["20250101000000000gdoesnotex", "x", "a%20b", "%3Cx%3E%26"])
def test_an_unknown_instance(wire: WireClient, instance_id: str, query: str) -> None:
    reply = wire.instance(instance_id, query)
    assert (reply.status, reply.code) == (404, "NoSuchObject")


def test_task_statuses(wire: WireClient, world: World) -> None:
    statuses = {story: wire.task_statuses(instance_id) for story, instance_id in world.stories.items()}
    assert statuses["skewed"] == {"AnonymousSQLTask": "Running"}
    assert statuses["waiting"] == {"AnonymousSQLTask": "Waiting"}
    assert statuses["suspended"] == {"AnonymousSQLTask": "Suspended"}
    assert statuses["ddl"] == {"AnonymousSQLTask": "Success"}
    assert list(statuses["failed"].values()) == ["Failed"]
    assert list(statuses["cancelled"].values()) == ["Cancelled"]
    assert list(statuses["succeeded"].values()) == ["Success"]
    assert statuses["multi_task"] == {"load_orders": "Success", "build_report": "Running", "export_report": "Waiting"}
    assert statuses["hostile"] == {"AnonymousSQLTask": "Failed", HOSTILE_TASK: "Running"}
    assert statuses["cupid"] == {"cupid_task": "Running"}
    assert statuses["session"] == {"AnonymousSQLRTTask": "Running"}


def test_a_retried_task_has_histories(wire: WireClient, world: World) -> None:
    tasks = wire.instance(world.stories["multi_task"], "taskstatus").xml.findall("Tasks/Task")
    assert [len(task.findall("Histories/History")) for task in tasks] == [1, 0, 0]
    assert tasks[0].findtext("Histories/History/Status") == "Failed"
    assert tasks[0].findtext("StartTime") == tasks[0].findtext("Histories/History/StartTime")
    assert tasks[2].findtext("StartTime") == ""


def test_types_of_tasks(wire: WireClient, world: World) -> None:
    def type_of(story: str) -> str | None:
        task = wire.instance(world.stories[story], "taskstatus").xml.find("Tasks/Task")
        assert task is not None
        return task.get("Type")

    assert [type_of(story) for story in ("running", "cupid", "session", "sub_instance")] == ["SQL", "CUPID", "SQLRT", "AlgoTask"]


def test_source(wire: WireClient, world: World) -> None:
    job = wire.instance(world.stories["running"], "source").xml
    assert job.findtext("Name") == "dws_trade_shop_1d"
    assert job.findtext("Priority") == "1"
    query = job.findtext("Tasks/SQL/Query") or ""
    assert query.startswith("WITH paid AS (")
    assert "{" not in query
    settings = {p.findtext("Name"): p.findtext("Value") for p in job.iterfind("Tasks/SQL/Config/Property")}
    assert json.loads(settings["settings"] or "")["odps.task.quota.name"] == "etl_prod"
    multi = wire.instance(world.stories["multi_task"], "source").xml
    assert [name.text for name in multi.iterfind("Tasks/SQL/Name")] == ["load_orders", "build_report", "export_report"]


def test_hostile_text_survives_xml(wire: WireClient, world: World) -> None:
    job = wire.instance(world.stories["hostile"], "source").xml
    query = job.findtext("Tasks/SQL/Query") or ""
    for evil in (
        "\x9b31m",
        "\x9d0;owned\x9c",
        "[/y]",
        "[@click=app.quit()]x[/]",
        "\u202e",
        "\u200b",
        "数据表 🔥",
        "]]> &amp; <b>",
    ):
        assert evil in query
    assert "\x1b" not in (job.findtext("Name") or "\x1b")
    error = result_of(wire.instance(world.stories["hostile"], "result"))
    assert "\x9b2J" in error
    assert "\x07" in error
    assert result_of(wire.instance(world.stories["hostile_failed"], "result"))[:100] == error[:100]
    assert "\x9b" in wire.instance(world.stories["hostile"]).headers["x-odps-owner"].encode("latin-1").decode()


class TestResults:
    def test_nothing_yet(self, wire: WireClient, world: World) -> None:
        tasks = wire.instance(world.stories["running"], "result").xml.find("Tasks")
        assert tasks is not None
        assert len(tasks) == 0

    def test_a_write_has_an_empty_text(self, wire: WireClient, world: World) -> None:
        task = wire.instance(world.stories["ddl"], "result").xml.find("Tasks/Task")
        assert task is not None
        result = task.find("Result")
        assert result is not None
        assert (result.get("Format"), result.text) == ("text", None)
        assert task.findtext("Status") == "Success"

    def test_a_failure_says_why(self, wire: WireClient, world: World) -> None:
        reply = wire.instance(world.stories["failed_table"], "result")
        text = base64.b64decode(reply.xml.findtext("Tasks/Task/Result") or "").decode()
        assert text.startswith("ODPS-0130131:[3,6] Table not found - table demo_project.")
        reply = wire.instance(world.stories["failed"], "result")
        assert base64.b64decode(reply.xml.findtext("Tasks/Task/Result") or "").startswith(b"ODPS-0123131:User defined function")

    def test_a_cancelled_one_says_so(self, wire: WireClient, world: World) -> None:
        reply = wire.instance(world.stories["cancelled"], "result")
        assert base64.b64decode(reply.xml.findtext("Tasks/Task/Result") or "").endswith(b"Job is cancelled by user")

    def test_a_select_has_rows_and_a_descriptor(self, wire: WireClient, clock: Clock) -> None:
        instance_id = wire.submit("select name, petalwidth from pyodps_iris limit 2")
        clock.advance(10)
        reply = wire.instance(instance_id, "result")
        assert result_of(reply) == '"name","petalwidth"\n"Iris-setosa",0.2\n"Iris-setosa",0.2\n'
        assert json.loads(reply.xml.findtext("Tasks/Task/ResultDescriptor") or "") == {
            "IsSelect": True,
            "SelectResultStatus": "FULL",
            "Schema": {"Columns": [{"Name": "name", "Type": "string"}, {"Name": "petalwidth", "Type": "double"}]},
        }

    def test_some_ended_select_has_rows(self, clock: Clock) -> None:
        world = World(seed=7, instances=400, clock=clock.time)
        results = [
            script.result for instance in world.everybody() for script in world.script(instance).values() if script.result.columns
        ]
        assert results
        for result in results:
            header, *lines = result.text.splitlines()
            assert header.count(",") == len(result.columns or ()) - 1
            assert lines[-1].startswith("\\N")


class TestProgress:
    def test_every_number_is_there(self, wire: WireClient, world: World) -> None:
        stages = stages_of(wire.instance(world.stories["running"], f"instanceprogress=AnonymousSQLTask&{TASK}"))
        assert list(stages) == ["M1_job_0", "M2_job_0", "M4_job_0", "J3_1_2_job_0", "J5_3_4_job_0", "R6_5_job_0"]
        assert {stage["Status"] for stage in stages.values()} <= {"Running", "Terminated", "Waiting"}
        for stage in stages.values():
            assert list(stage) == [
                "Status", "BackupWorkers", "TerminatedWorkers", "RunningWorkers", "TotalWorkers", "InputRecords",
                "OutputRecords", "FinishedPercentage",
            ]  # fmt: skip

    @pytest.mark.parametrize("query", ["instanceprogress=AnonymousSQLTask", "instanceprogress=&" + TASK, "instanceprogress"])
    def test_the_task_may_be_named_either_way(self, wire: WireClient, world: World, query: str) -> None:
        assert len(stages_of(wire.instance(world.stories["running"], query))) == 6

    @pytest.mark.parametrize("story", ["waiting", "suspended", "ddl", "cupid", "session", "failed_table", "xflow"])
    def test_no_stages(self, wire: WireClient, world: World, story: str) -> None:
        reply = wire.instance(world.stories[story], "instanceprogress")
        assert reply.body.endswith(b"<Progress/>\n")

    def test_the_skewed_one_lags_with_one_worker(self, wire: WireClient, world: World) -> None:
        stages = stages_of(wire.instance(world.stories["skewed"], "instanceprogress"))
        assert {stage["Status"] for name, stage in stages.items() if name != "R4_3_job_0"} == {"Terminated"}
        last = stages["R4_3_job_0"]
        assert (last["Status"], last["TerminatedWorkers"], last["TotalWorkers"]) == ("Running", "49", "50")
        assert last["FinishedPercentage"] == "98"
        assert last["BackupWorkers"] == "1"
        assert last["RunningWorkers"] == "2"

    def test_an_unknown_task(self, wire: WireClient, world: World) -> None:
        reply = wire.instance(world.stories["running"], "instanceprogress=x&taskname=x")
        assert (reply.status, reply.code) == (404, "NoSuchObject")

    def test_a_task_with_an_evil_name(self, wire: WireClient, world: World) -> None:
        name = quoted(HOSTILE_TASK)
        assert stages_of(wire.instance(world.stories["hostile"], f"instanceprogress={name}&taskname={name}"))


class TestSummaryAndDetail:
    def ask(self, wire: WireClient, instance_id: str, flag: str) -> Reply:
        return wire.instance(instance_id, f"{flag}&curr_project=demo_project")

    def test_no_summary_yet(self, wire: WireClient, world: World) -> None:
        reply = self.ask(wire, world.stories["running"], "instancesummary")
        assert reply.json == {"Instance": {}}
        assert reply.headers["x-odps-task-finalized"] == "false"
        assert self.ask(wire, world.stories["running"], "summary").json == {"mapReduce": {}}

    def test_progress_summary_and_details_agree(self, wire: WireClient, world: World) -> None:
        instance_id = world.stories["succeeded"]
        stages = stages_of(self.ask(wire, instance_id, "instanceprogress"))
        summary = self.ask(wire, instance_id, "instancesummary")
        assert summary.headers["x-odps-task-finalized"] == "true"
        told = json.loads(summary.json["Instance"]["JsonSummary"])
        assert list(told["Stages"]) == list(stages)
        for name, stage in stages.items():
            counted = told["Stages"][name]
            assert counted["WorkerCount"] == int(stage["TotalWorkers"])
            assert counted["InputRecordCounts"]["input"] == int(stage["InputRecords"])
        maps = [name for name in stages if name.startswith("M")]
        assert sum(records for records, _ in told["Inputs"].values()) == sum(int(stages[name]["InputRecords"]) for name in maps)
        assert summary.json["Instance"]["Summary"].startswith("resource cost: cpu ")
        assert json.loads(self.ask(wire, instance_id, "summary").json["mapReduce"]["jsonSummary"]) == told

    @pytest.mark.parametrize("story", ["running", "skewed", "wide", "succeeded", "failed", "cancelled", "sub_instance"])
    def test_workers_add_up_to_their_stage(self, wire: WireClient, world: World, story: str) -> None:
        instance_id = world.stories[story]
        stages = stages_of(self.ask(wire, instance_id, "instanceprogress"))
        first = self.ask(wire, instance_id, "instancedetail").json["Instance"]["Stages"]
        second = self.ask(wire, instance_id, "detail").json["mapReduce"]["jobs"][0]["tasks"]
        assert [stage["StageId"] for stage in first] == [f"{task['name']}_job_0" for task in second]
        for one, two in zip(first, second, strict=True):
            stage = stages[one["StageId"]]
            assert one["Status"] == two["status"] == stage["Status"]
            originals = [worker for worker in one["Workers"] if worker["WorkerID"].endswith("_0")]
            counters = [json.loads(worker["GblCounter"]) for worker in originals]
            assert sum(c["InputCounters"]["input"]["records"] for c in counters) == int(stage["InputRecords"])
            assert sum(worker["output_records"] for worker in two["instances"]) == int(stage["OutputRecords"])
            running = [worker for worker in one["Workers"] if worker["Status"] == "Running"]
            assert len(running) == int(stage["RunningWorkers"])
            assert sum(worker["Status"] == "Terminated" for worker in originals) == int(stage["TerminatedWorkers"])
            assert all((worker["EndTime"] == 0) == (worker["Status"] == "Running") for worker in one["Workers"])

    def test_without_stages_the_first_detail_is_empty(self, wire: WireClient, world: World) -> None:
        assert self.ask(wire, world.stories["ddl"], "instancedetail").body == b""
        assert self.ask(wire, world.stories["ddl"], "detail").json == {"mapReduce": {"jobs": []}}

    def test_a_skewed_stage_is_skewed(self, wire: WireClient, world: World) -> None:
        last = self.ask(wire, world.stories["skewed"], "detail").json["mapReduce"]["jobs"][0]["tasks"][-1]
        laggard = [worker for worker in last["instances"] if worker["endTime"] == 0 and worker["id"].endswith("_0")]
        others = [worker["input_records"] for worker in last["instances"] if worker["endTime"]]
        assert len(laggard) == 1
        assert laggard[0]["input_records"] > 0
        assert max(others) < 2 * min(others)


class TestWorkerLogs:
    def log(self, wire: WireClient, instance_id: str, **parameters: object) -> Reply:
        return wire.instance(instance_id, f"log=&{urlencode(parameters)}")

    def workers(self, wire: WireClient, instance_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = wire.instance(instance_id, "instancedetail").json["Instance"]["Stages"][0]["Workers"]
        return found

    def test_a_log_id_hides_the_host(self, wire: WireClient, world: World) -> None:
        worker = next(w for w in self.workers(wire, world.stories["running"]) if w["WorkerID"].endswith("#3_0"))
        outer = base64.b64decode(worker["LogID"]).decode()
        inner = base64.b64decode(outer[1:-3] + outer[0]).decode()
        assert inner.startswith("192.0.2.")
        assert "/M1@host" in inner
        assert inner.endswith("#3_0")

    def test_a_log_is_text(self, wire: WireClient, world: World) -> None:
        instance_id = world.stories["running"]
        log_id = self.workers(wire, instance_id)[0]["LogID"]
        reply = self.log(wire, instance_id, id=log_id, logtype="stdout")
        assert reply.headers["content-type"].startswith("text/plain")
        assert "[INFO] M1#0_0 read " in reply.text
        assert self.log(wire, instance_id, id=log_id, logtype="stdout", size=9).body == reply.body[-9:]
        assert self.log(wire, instance_id, id=log_id, logtype="Stdout").body == reply.body
        assert self.log(wire, instance_id, id=log_id, logtype="stderr").body == b""
        assert "at com.example" in self.log(wire, instance_id, id=log_id, logtype="jstack").text

    def test_a_log_is_that_of_its_task(self, wire: WireClient, world: World) -> None:
        """Each task of an instance has an M1#0_0 of its own."""
        instance_id, logs = world.stories["multi_task"], []
        for task in ("load_orders", "build_report"):
            reply = wire.instance(instance_id, f"instancedetail&taskname={task}")
            worker = reply.json["Instance"]["Stages"][0]["Workers"][0]
            assert worker["WorkerID"].endswith("/M1#0_0")
            records = json.loads(worker["GblCounter"])["InputCounters"]["input"]["records"]
            log = self.log(wire, instance_id, id=worker["LogID"], logtype="stdout").text
            assert f"[INFO] M1#0_0 read {records} records" in log
            assert log.startswith(formatdate(worker["StartTime"], usegmt=True))
            logs.append(log)
        assert logs[0] != logs[1]

    def test_an_evil_log(self, wire: WireClient, world: World) -> None:
        instance_id = world.stories["hostile"]
        log_id = self.workers(wire, instance_id)[0]["LogID"]
        assert b"\x1b]0;owned\x07" in self.log(wire, instance_id, id=log_id, logtype="stderr").body

    def test_a_log_of_another_instance(self, wire: WireClient, world: World) -> None:
        log_id = self.workers(wire, world.stories["running"])[0]["LogID"]
        for wrong in (log_id, "", "x", "YWJj"):
            reply = self.log(wire, world.stories["skewed"], id=wrong, logtype="stdout")
            assert (reply.status, reply.code) == (400, "InvalidParameter")
        assert self.log(wire, world.stories["running"], id=log_id, size="x").code == "InvalidParameter"


class TestQuota:
    def test_twice_within_thirty_seconds_is_nothing(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["running"]
        told = json.loads(wire.instance(instance_id, "instancequota").json["quotaInfos"]["job0"])
        assert told["GroupAlias"] == "etl_prod"
        assert told["AmWaitingResInfo"]
        assert told["UsedQuota"]["CPU"] > 0
        clock.advance(29)
        assert wire.instance(instance_id, "instancequota").json == {}
        assert wire.instance(world.stories["skewed"], "instancequota").json != {}
        clock.advance(1)
        assert wire.instance(instance_id, "instancequota").json != {}

    def test_who_has_ended_has_none(self, wire: WireClient, world: World) -> None:
        assert wire.instance(world.stories["ddl"], "instancequota").json == {}


def test_queueing_info_of_one(wire: WireClient, world: World) -> None:
    instance_id = world.stories["waiting"]
    told = wire.instance(instance_id, "cached").json
    assert told == next(info for info in wire.living() if info["instanceId"] == instance_id)
    assert (told["waitPos"], told["queueLength"]) == (4, 5)
    assert wire.instance(world.stories["ddl"], "cached").json == {}


def test_task_information(wire: WireClient, world: World) -> None:
    told = wire.instance(world.stories["hostile"], f"info&{TASK}&key=warnings").json
    assert told["warnings"][0].startswith("WARNING:[1,8] \x1b[31m")
    assert wire.instance(world.stories["hostile"], f"info&{TASK}&key=other").json == {}
    body = b"<Instance><Key>cancel</Key><Value>1</Value></Instance>"
    reply = wire.put(f"/projects/demo_project/instances/{world.stories['session']}?info", body)
    assert reply.json == {"result": "", "status": "ok"}
    assert reply.headers["location"].endswith(world.stories["session"])
    assert wire.put(f"/projects/demo_project/instances/{world.stories['session']}?info", b"<x/>").code == "InvalidParameter"


class TestXFlows:
    def actions(self, wire: WireClient, instance_id: str) -> list[tuple[str | None, str, str]]:
        found = wire.instance(instance_id, "xresult").xml.findall("Actions/Action")
        return [(a.get("NodeType"), a.findtext("Name") or "", a.findtext("InstanceId") or "") for a in found]

    def test_actions_on_two_levels(self, wire: WireClient, world: World) -> None:
        outer = self.actions(wire, world.stories["xflow"])
        assert [(kind, name) for kind, name, _ in outer] == [("Local", "start"), ("Instance", "split"), ("SubWorkflow", "train")]
        assert outer[0][2] == ""
        assert outer[2][2] == world.stories["sub_xflow"]
        inner = self.actions(wire, world.stories["sub_xflow"])
        assert [name for _, name, _ in inner] == ["start", "iteration_1", "iteration_2"]
        assert inner[2][2] == world.stories["sub_instance"]
        assert wire.status(outer[1][2]) == "Terminated"
        assert wire.status(inner[2][2]) == "Running"

    def test_an_action_begins_when_its_time_comes(self, wire: WireClient, world: World, clock: Clock) -> None:
        assert len(self.actions(wire, world.stories["xflow"])) == 3
        clock.advance(2.1 * 3600)
        actions = self.actions(wire, world.stories["xflow"])
        assert [name for _, name, _ in actions] == ["start", "split", "train", "evaluate"]
        assert wire.status(actions[3][2]) == "Running"
        clock.advance(3600)
        assert wire.status(world.stories["xflow"]) == "Terminated"
        assert len(self.actions(wire, world.stories["xflow"])) == 4

    def test_source_of_an_xflow(self, wire: WireClient, world: World) -> None:
        source = wire.instance(world.stories["xflow"], "xsource").xml
        assert source.findtext("XflowInstance/Xflow") == "LogisticRegression"
        keys = [key.text for key in source.iterfind("XflowInstance/Parameters/Parameter/Key")]
        assert keys == ["inputTableName", "modelName", "labelColName", "maxIter"]

    @pytest.mark.parametrize("flag", ["xresult", "xsource"])
    def test_a_plain_instance_is_no_xflow(self, wire: WireClient, world: World, flag: str) -> None:
        reply = wire.instance(world.stories["running"], flag)
        assert (reply.status, reply.code) == (400, "InvalidParameter")


@pytest.mark.parametrize("flag", ["source", "result"])
def test_what_one_may_not_read(wire: WireClient, world: World, flag: str) -> None:
    instance_id = world.stories["forbidden"]
    assert any(info["instanceId"] == instance_id for info in wire.living())
    assert wire.status(instance_id) == "Running"
    assert wire.instance(instance_id, "taskstatus").status == 200
    reply = wire.instance(instance_id, flag)
    assert (reply.status, reply.code) == (403, "NoPermission")
    assert "You have NO privilege 'odps:Read' on {acs:odps:*:projects/demo_project/instances/" in reply.message


def test_hosts_and_tenant(wire: WireClient) -> None:
    origin = wire.endpoint.removesuffix("/api")
    assert wire.get("/logview/host").text == origin
    assert wire.get("/webconsole/host").text == origin
    assert wire.get("/tenants").json["Tenant"]["TenantState"] == "NORMAL"


def test_whoami(wire: WireClient) -> None:
    body = b"<Authorization><Query>whoami</Query><ResponseInJsonFormat>true</ResponseInJsonFormat></Authorization>"
    reply = wire.post("/projects/demo_project/authorization", body)
    told = json.loads(reply.xml.findtext("Result") or "")
    assert told["DisplayName"] == "ALIYUN$demo_admin@example.com"
    other = wire.post("/projects/demo_project/authorization", body.replace(b"whoami", b"list users"))
    assert other.code == "InvalidParameter"


def test_usage_statistics_are_taken(wire: WireClient) -> None:
    reply = wire.put("/projects/demo_project/logs?curr_project=demo_project", b'{"x": 1}')
    assert (reply.status, reply.body) == (200, b"")
