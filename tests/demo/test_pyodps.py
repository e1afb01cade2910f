"""PyODPS 0.13.2 as the referee: one test for each call of the protocol's table (§10)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.demo.conftest import pyodps
from tests.demo.wire_client import Clock

TASK = "AnonymousSQLTask"


def sent(service: DemoServiceThread) -> list[tuple[str, str]]:
    """(method, flags) of the requests, without the statistics that PyODPS sends unasked and the constructor's question."""
    return [
        (request.method, "&".join(name for name in request.query if name != "curr_project"))
        for request in service.requests
        if not request.path.endswith(("/logs", "/logview/host", "/webconsole/host"))
    ]


class TestLists:
    def test_list_instances(self, odps: Any, service: DemoServiceThread, clock: Clock) -> None:
        everybody = list(odps.list_instances(only_owner=False))
        assert len(everybody) == 80
        own = list(odps.list_instances())
        assert {instance.owner for instance in own} == {"ALIYUN$demo_admin@example.com"}
        since, until = datetime.fromtimestamp(clock.now - 3600), datetime.fromtimestamp(clock.now)  # noqa: DTZ006
        recent = list(odps.list_instances(start_time=since, end_time=until, only_owner=False, status="running"))
        assert recent
        assert all(since <= instance.start_time <= until for instance in recent)
        narrow = list(odps.list_instances(only_owner=False, quota_index="batch_low"))
        assert len(narrow) == 5
        assert sent(service)[-1] == ("GET", "onlyowner&quotaIndex")

    def test_pages(self, service: DemoServiceThread) -> None:
        client = pyodps(service)
        found = list(client.get_project().instances.iterate(only_owner=False, max_items=9))
        assert len(found) == 80
        assert sent(service).count(("GET", "onlyowner&maxitems&marker")) == 8

    def test_by_job_name(self, odps: Any, world: World) -> None:
        found = list(odps.get_project().instances.iterate(only_owner=False, job_name="backfill_orders"))
        assert [instance.id for instance in found] == [world.stories["waiting"]]

    def test_list_instance_queueing_infos(self, odps: Any, world: World) -> None:
        infos = {info.instance_id: info for info in odps.list_instance_queueing_infos(only_owner=False)}
        waiting = infos[world.stories["waiting"]]
        assert waiting.status.value == "Running"
        assert (waiting.wait_pos, waiting.queue_length) == (4, 5)
        assert waiting.start_time.utcoffset() == timedelta(hours=8)
        assert waiting.sub_status["code"] == 1010
        assert infos[world.stories["suspended"]].status.value == "Suspended"
        suspended = list(odps.list_instance_queueing_infos(status="Suspended", only_owner=False, quota_index="batch_low"))
        assert [info.instance_id for info in suspended] == [world.stories["suspended"]]

    def test_list_projects(self, odps: Any) -> None:
        names = [project.name for project in odps.list_projects()]
        assert names == ["demo_project", "demo_project_archive", "demo_project_dev"]

    def test_project_reload(self, odps: Any) -> None:
        project = odps.get_project()
        project.reload()
        assert (project.owner, project.region_id) == ("ALIYUN$demo_admin@example.com", "cn-hangzhou")
        assert project.properties["odps.table.lifecycle"] == "optional"
        assert project.creation_time is not None


class TestStatus:
    def test_exist_instance(self, odps: Any, world: World) -> None:
        assert odps.exist_instance(world.stories["running"])
        assert not odps.exist_instance("20250101000000000gdoesnotex")

    def test_get_instance_sends_nothing(self, odps: Any, world: World, service: DemoServiceThread) -> None:
        odps.get_instance(world.stories["running"])
        assert sent(service) == []

    def test_status_owner_and_times(self, odps: Any, world: World) -> None:
        running = odps.get_instance(world.stories["running"])
        assert (running.status.value, running.owner) == ("Running", "RAM$demo_admin@example.com:etl_bot")
        assert running.start_time is not None
        assert running.end_time is None
        ended = odps.get_instance(world.stories["succeeded"])
        ended.reload()
        assert ended.end_time > ended.start_time
        assert odps.get_instance(world.stories["suspended"]).status.value == "Suspended"

    def test_reload_and_is_terminated_blocking(self, odps: Any, world: World, service: DemoServiceThread) -> None:
        running = odps.get_instance(world.stories["running"])
        running.reload(blocking=True)
        assert not running.is_terminated(blocking=True)
        assert ("GET", "instancestatus") in sent(service)

    def test_is_terminated_and_is_running(self, odps: Any, world: World) -> None:
        running, ended = odps.get_instance(world.stories["running"]), odps.get_instance(world.stories["ddl"])
        assert (running.is_terminated(), running.is_running()) == (False, True)
        assert (ended.is_terminated(), ended.is_running()) == (True, False)

    @pytest.mark.parametrize(
        ("story", "successful"), [("running", False), ("succeeded", True), ("failed", False), ("cancelled", False)]
    )
    def test_is_successful(self, odps: Any, world: World, story: str, successful: bool) -> None:
        assert odps.get_instance(world.stories[story]).is_successful() is successful

    def test_a_hostile_owner_can_be_read(self, odps: Any, world: World) -> None:
        found = {instance.id: instance.owner for instance in odps.list_instances(only_owner=False)}
        assert found[world.stories["hostile"]].startswith("ALIYUN$\x9b31m[/y]")
        assert odps.get_instance(world.stories["hostile"]).status.value == "Running"


class TestWaiting:
    def test_wait_for_completion(self, fast: DemoServiceThread) -> None:
        instance = pyodps(fast).get_instance(fast.world.stories["ending_soon"])
        instance.wait_for_completion(interval=0.1)
        assert instance.is_successful()
        assert ("GET", "instancestatus") in sent(fast)

    def test_wait_for_success_of_a_failed_one(self, odps: Any, world: World) -> None:
        from odps.errors import NoSuchTable, ODPSError

        with pytest.raises(NoSuchTable, match="ODPS-0130131"):
            odps.get_instance(world.stories["failed_table"]).wait_for_success()
        with pytest.raises(ODPSError, match="ODPS-0123131"):
            odps.get_instance(world.stories["failed"]).wait_for_success()

    def test_wait_for_success_of_a_cancelled_one(self, odps: Any, world: World) -> None:
        from odps.errors import ODPSError

        with pytest.raises(ODPSError, match="status=CANCELLED"):
            odps.get_instance(world.stories["cancelled"]).wait_for_success()

    def test_a_wait_may_time_out(self, odps: Any, world: World) -> None:
        from odps.errors import WaitTimeoutError

        with pytest.raises(WaitTimeoutError):
            odps.get_instance(world.stories["running"]).wait_for_completion(interval=0.01, timeout=0.2)


class TestStop:
    def test_stop(self, fast: DemoServiceThread) -> None:
        instance = pyodps(fast).get_instance(fast.world.stories["running"])
        instance.stop()
        instance.wait_for_completion(interval=0.05)
        assert {name: task.status.value for name, task in instance.get_task_statuses().items()} == {TASK: "CANCELLED"}

    def test_stop_instance_by_id(self, odps: Any, world: World, service: DemoServiceThread) -> None:
        odps.stop_instance(world.stories["running"])
        assert sent(service) == [("PUT", "")]

    def test_stop_what_has_ended(self, odps: Any, world: World) -> None:
        from odps.errors import InvalidStateSetting

        with pytest.raises(InvalidStateSetting):
            odps.stop_instance(world.stories["succeeded"])

    def test_stop_what_is_not_ours(self, odps: Any, world: World) -> None:
        from odps.errors import NoPermission

        with pytest.raises(NoPermission, match=r"\[4019\]"):
            odps.stop_instance(world.stories["not_ours"])


class TestTasks:
    def test_names_and_statuses(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["multi_task"])
        assert instance.get_task_names() == ["load_orders", "build_report", "export_report"]
        statuses = instance.get_task_statuses()
        assert [task.status.value for task in statuses.values()] == ["SUCCESS", "RUNNING", "WAITING"]
        assert [task.status.value for task in statuses["load_orders"].histories] == ["FAILED"]
        assert statuses["export_report"].start_time is None

    def test_tasks_priority_and_query(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["running"])
        (task,) = instance.tasks
        assert type(task).__name__ == "SQLTask"
        assert "odps.task.quota.name" in json.loads(task.properties["settings"])
        assert instance.priority == 1
        assert instance.get_sql_query().startswith("WITH paid AS (")

    @pytest.mark.parametrize("story", ["cupid", "session", "xflow", "sub_instance", "multi_task", "hostile"])
    def test_sources_of_all_kinds_can_be_read(self, odps: Any, world: World, story: str) -> None:
        instance = odps.get_instance(world.stories[story])
        assert [task.name for task in instance.tasks] == instance.get_task_names()

    def test_results(self, odps: Any, world: World) -> None:
        failed = odps.get_instance(world.stories["failed"])
        (name,) = failed.get_task_names()
        assert failed.get_task_result(name).startswith("ODPS-0123131:User defined function exception")
        assert odps.get_instance(world.stories["ddl"]).get_task_results() == {TASK: ""}
        assert not odps.get_instance(world.stories["running"]).get_task_results()

    def test_result_descriptor_and_reader(self, fast: DemoServiceThread) -> None:
        client = pyodps(fast)
        instance = client.execute_sql("select * from pyodps_iris")
        descriptor = instance.get_result_descriptor()
        assert (descriptor.is_select, descriptor.select_result_status) == (True, "FULL")
        with instance.open_reader(tunnel=False) as reader:
            records = list(reader)
        assert len(records) == 150
        assert records[0]["sepallength"] == 5.1
        assert records[149]["name"] == "Iris-virginica"

    def test_progress(self, odps: Any, world: World) -> None:
        progress = odps.get_instance(world.stories["skewed"]).get_task_progress(TASK)
        last = progress.stages[-1]
        assert (last.name, last.running_workers, last.terminated_workers, last.total_workers) == ("R4_3_job_0", 2, 49, 50)
        assert "R4_3_job_0:2/49/50(+1 backups)[98%]" in progress.get_stage_progress_formatted_string()

    def test_all_progresses(self, odps: Any, world: World) -> None:
        progresses = odps.get_instance(world.stories["multi_task"]).get_all_task_progresses()
        assert list(progresses) == ["load_orders", "build_report", "export_report"]
        assert [len(progress.stages) for progress in progresses.values()] == [2, 6, 0]

    def test_summary_and_cost(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["succeeded"])
        (name,) = instance.get_task_names()
        summary = instance.get_task_summary(name, with_finalized=True)
        assert summary.finalized is True
        assert list(summary) == ["Inputs", "Outputs", "Stages", "Cost"]
        assert summary.summary_text.startswith("resource cost: cpu ")
        cost = instance.get_task_cost(name)
        assert cost.cpu_cost > 0
        assert cost.input_size > 0
        running = odps.get_instance(world.stories["running"])
        assert running.get_task_summary(TASK) is None
        assert running.get_task_summary(TASK, with_finalized=True).finalized is False

    def test_detail(self, odps: Any, world: World, service: DemoServiceThread) -> None:
        detail = odps.get_instance(world.stories["running"]).get_task_detail(TASK)
        assert detail["Instance"]["Stages"][0]["StageId"] == "M1_job_0"
        fallen_back = odps.get_instance(world.stories["ddl"]).get_task_detail(TASK)
        assert fallen_back == {"mapReduce": {"jobs": []}}
        assert sent(service) == [("GET", "instancedetail&taskname")] * 2 + [("GET", "detail&taskname")]

    def test_detail2_workers_and_logs(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["running"])
        assert "mapReduce" in instance.get_task_detail2(TASK)
        workers = instance.get_task_workers(TASK)
        assert {worker.type for worker in workers} >= {"M1", "M2", "M4"}
        first = workers[0]
        assert first.input_records >= first.output_records > 0
        assert "M1#0_0 read " in instance.get_worker_log(first.log_id, "stdout", 10_000)
        assert instance.get_worker_log(first.log_id, "hs_err_log") == ""

    def test_workers_of_two_tasks_have_logs_of_their_own(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["multi_task"])
        logs = {}
        for task in ("load_orders", "build_report"):
            worker = instance.get_task_workers(task)[0]
            logs[task] = instance.get_worker_log(worker.log_id, "stdout")
            assert f"M1#0_0 read {worker.input_records} records" in logs[task]
        assert logs["load_orders"] != logs["build_report"]

    def test_quota(self, odps: Any, world: World) -> None:
        instance = odps.get_instance(world.stories["running"])
        assert list(instance.get_task_quota(TASK)) == ["quotaInfos"]
        assert instance.get_task_quota(TASK) == {}

    def test_queueing_info(self, odps: Any, world: World) -> None:
        info = odps.get_instance(world.stories["running"]).get_queueing_info()
        assert (info.instance_id, info.priority, info.job_name) == (world.stories["running"], 1, "dws_trade_shop_1d")
        # PyODPS reads another key for `.progress`; the service's is this one.
        assert 0 < info.instanceProgress < 1
        assert odps.get_instance(world.stories["ddl"]).get_queueing_info().instance_id is None

    def test_task_info(self, odps: Any, world: World) -> None:
        hostile = odps.get_instance(world.stories["hostile"])
        assert json.loads(hostile.get_task_info(TASK, "warnings"))["warnings"]
        session = odps.get_instance(world.stories["session"])
        assert json.loads(session.put_task_info("AnonymousSQLRTTask", "cancel", "<x>&1</x>")) == {"result": "", "status": "ok"}

    def test_what_one_may_not_read(self, odps: Any, world: World) -> None:
        from odps.errors import NoPermission

        forbidden = odps.get_instance(world.stories["forbidden"])
        assert forbidden.get_task_names()
        with pytest.raises(NoPermission, match="odps:Read"):
            forbidden.get_sql_query()
        with pytest.raises(NoPermission, match="odps:Read"):
            forbidden.get_task_results()


class TestLogview:
    def test_with_a_token(self, odps: Any, world: World, service: DemoServiceThread) -> None:
        import urllib.request

        address = odps.get_instance(world.stories["running"]).get_logview_address(hours=2)
        assert address.startswith(
            f"{service.origin}/logview/?h={service.endpoint}&p=demo_project&i={world.stories['running']}&token="
        )
        with urllib.request.urlopen(address) as page:
            assert world.stories["running"] in page.read().decode()

    def test_without(self, service: DemoServiceThread, world: World) -> None:
        from odps import options

        # On a dotted IP PyODPS asks for the job insight's host only when told not to use the old logview.
        before, options.use_legacy_logview = options.use_legacy_logview, False
        try:
            client = pyodps(service, region_name="cn-demo")
            address = client.get_instance(world.stories["running"]).get_logview_address()
        finally:
            options.use_legacy_logview = before
        where = f"h={service.endpoint}&p=demo_project&i={world.stories['running']}"
        assert address == f"{service.origin}/cn-demo/job-insights?{where}"


class TestXFlows:
    def test_sub_instances(self, odps: Any, world: World) -> None:
        found = odps.get_xflow_sub_instances(odps.get_instance(world.stories["xflow"]))
        assert list(found) == ["split", "iteration_1", "iteration_2"]
        assert found["iteration_2"].id == world.stories["sub_instance"]

    def test_iter_sub_instances(self, odps: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", clock.advance)
        instance = odps.run_xflow("AppendID", "algo_public", {"inputTableName": "a", "outputTableName": "b"})
        names = [name for name, _ in odps.iter_xflow_sub_instances(instance, interval=1)]
        assert names == ["AppendID_prepare", "AppendID_run"]
        assert instance.is_successful()

    def test_a_plain_instance_is_none(self, odps: Any, world: World) -> None:
        assert odps.get_project().xflows.is_xflow_instance(odps.get_instance(world.stories["running"])) is False

    def test_the_source_has_what_was_submitted(self, odps: Any) -> None:
        instance = odps.run_xflow("AppendID", "algo_public", {"inputTableName": "a", "x": "<&>"})
        source = odps.get_project().xflows.get_xflow_source(instance).decode()
        assert "<Key>inputTableName</Key><Value>demo_project.a</Value>" in source
        assert "<Value>&lt;&amp;&gt;</Value>" in source


class TestSubmit:
    def test_run_sql(self, odps: Any, service: DemoServiceThread, clock: Clock) -> None:
        instance = odps.run_sql("select 1", hints={"odps.sql.mapper.split.size": 16}, priority=5)
        assert sent(service) == [("GET", ""), ("POST", "")]
        assert not instance.is_terminated()
        assert instance.priority == 5
        assert json.loads(instance.tasks[0].properties["settings"])["odps.sql.mapper.split.size"] == "16"
        clock.advance(5)
        assert instance.is_successful()

    @pytest.mark.parametrize(
        ("query", "error", "text"),
        [
            ("select * from nope", "NoSuchTable", "ODPS-0130131"),
            ("SLEECT 1", "ParseError", "ODPS-0130161"),
            ("select nope from pyodps_iris", "ODPSError", "ODPS-0130071"),
        ],
    )
    def test_what_fails(self, fast: DemoServiceThread, query: str, error: str, text: str) -> None:
        from odps import errors

        with pytest.raises(getattr(errors, error), match=text):
            pyodps(fast).execute_sql(query)

    def test_data_definition(self, fast: DemoServiceThread) -> None:
        instance = pyodps(fast).execute_sql("create table if not exists t (a bigint)")
        assert instance.get_task_result(TASK) == ""
        assert instance.get_task_progress(TASK).stages == []

    def test_cost(self, fast: DemoServiceThread) -> None:
        cost = pyodps(fast).execute_sql_cost("select * from pyodps_iris")
        assert (cost.udf_num, cost.complexity, cost.input_size) == (0, 1, 6000)


class TestIdentity:
    def test_whoami(self, odps: Any) -> None:
        assert odps.execute_security_query("whoami")["DisplayName"] == "ALIYUN$demo_admin@example.com"

    def test_v4(self, service: DemoServiceThread, world: World) -> None:
        client = pyodps(service, region_name="cn-demo")
        assert client.get_instance(world.stories["running"]).status.value == "Running"
        assert "/cn-demo/odps/aliyun_v4_request:" in service.requests[-1].headers["authorization"]

    def test_sts(self, service: DemoServiceThread, world: World) -> None:
        from odps import ODPS
        from odps.accounts import StsAccount

        identity = service.sts_identity
        account = StsAccount(identity.access_id, identity.secret, identity.token)
        client = ODPS(account=account, project="demo_project", endpoint=service.endpoint, overwrite_global=False)
        assert client.get_instance(world.stories["running"]).status.value == "Running"

    def test_bearer(self, odps: Any, service: DemoServiceThread, world: World) -> None:
        from odps import ODPS
        from odps.accounts import BearerTokenAccount
        from odps.errors import NoPermission

        token = odps.get_instance(world.stories["running"]).get_logview_address().rpartition("token=")[2]
        client = ODPS(
            account=BearerTokenAccount(token), project="demo_project", endpoint=service.endpoint, overwrite_global=False
        )
        assert client.get_instance(world.stories["running"]).get_task_names() == [TASK]
        with pytest.raises(NoPermission):
            client.stop_instance(world.stories["running"])

    def test_a_wrong_secret(self, service: DemoServiceThread, world: World) -> None:
        from odps import ODPS
        from odps.errors import SignatureNotMatch

        client = ODPS("demo-access-id", "wrong", "demo_project", endpoint=service.endpoint, overwrite_global=False)
        with pytest.raises(SignatureNotMatch):
            client.get_instance(world.stories["running"]).reload()

    def test_a_skewed_clock(self, service: DemoServiceThread, world: World, clock: Clock) -> None:
        from odps.errors import RequestTimeTooSkewed

        clock.advance(1000)
        with pytest.raises(RequestTimeTooSkewed):
            pyodps(service).get_instance(world.stories["running"]).reload()

    def test_an_endpoint_without_its_prefix(self, service: DemoServiceThread, world: World) -> None:
        from odps import ODPS
        from odps.errors import ODPSError

        client = ODPS("demo-access-id", "demo-access-secret", "demo_project", endpoint=service.origin, overwrite_global=False)
        with pytest.raises(ODPSError, match="OLSInvalidMethod"):
            client.get_instance(world.stories["running"]).reload()
