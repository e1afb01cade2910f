"""Stopping and submitting (protocol §4.12, §5)."""

from __future__ import annotations

import pytest

from odps_tui.demo import World
from tests.demo.wire_client import Clock, WireClient

INSTANCES = "/projects/demo_project/instances"


class TestStop:
    def test_it_takes_a_few_seconds(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["running"]
        reply = wire.stop(instance_id)
        assert (reply.status, reply.body) == (200, b"")
        clock.advance(1.9)
        assert wire.status(instance_id) == "Running"
        clock.advance(2.2)
        assert wire.status(instance_id) == "Terminated"
        assert wire.task_statuses(instance_id) == {"AnonymousSQLTask": "Cancelled"}
        assert instance_id not in {info["instanceId"] for info in wire.living()}

    def test_its_end_is_when_it_ended(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["running"]
        wire.stop(instance_id)
        clock.advance(10)
        ended = wire.instance(instance_id).headers["x-odps-end-time"]
        clock.advance(3600)
        assert wire.instance(instance_id).headers["x-odps-end-time"] == ended

    def test_again_while_it_stops(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["skewed"]
        assert wire.stop(instance_id).status == 200
        clock.advance(1)
        assert wire.stop(instance_id).status == 200
        clock.advance(3.1)
        assert wire.status(instance_id) == "Terminated"

    @pytest.mark.parametrize("story", ["succeeded", "failed", "cancelled", "ddl"])
    def test_what_has_ended(self, wire: WireClient, world: World, story: str) -> None:
        reply = wire.stop(world.stories[story])
        assert (reply.status, reply.code) == (400, "InvalidStateSetting")
        assert "is not allowed to set status" in reply.message

    def test_what_is_not_ours(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["not_ours"]
        reply = wire.stop(instance_id)
        assert (reply.status, reply.code) == (403, "NoPermission")
        assert reply.message.startswith(
            "ODPS-0420095: Access Denied - Authorization Failed [4019], You have NO privilege 'odps:Write' on "
            f"{{acs:odps:*:projects/demo_project/instances/{instance_id}}}. Context ID:"
        )
        clock.advance(60)
        assert wire.status(instance_id) == "Running"

    def test_it_may_end_by_itself_first(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["ending_soon"]
        clock.advance(24)
        assert wire.stop(instance_id).status == 200
        clock.advance(2)
        assert list(wire.task_statuses(instance_id).values()) == ["Success"]

    @pytest.mark.parametrize("story", ["waiting", "suspended"])
    def test_what_waits(self, wire: WireClient, world: World, clock: Clock, story: str) -> None:
        assert wire.stop(world.stories[story]).status == 200
        clock.advance(5)
        assert wire.status(world.stories[story]) == "Terminated"

    def test_an_xflow_takes_its_sub_instances_along(self, wire: WireClient, world: World, clock: Clock) -> None:
        family = [world.stories[story] for story in ("xflow", "sub_xflow", "sub_instance")]
        assert wire.stop(family[0]).status == 200
        clock.advance(5)
        assert [wire.status(instance_id) for instance_id in family] == ["Terminated"] * 3
        assert wire.task_statuses(family[2]) == {"algo_task": "Cancelled"}
        clock.advance(3 * 3600)
        names = [name.text for name in wire.instance(family[0], "xresult").xml.iterfind("Actions/Action/Name")]
        assert names == ["start", "split", "train"]

    def test_a_sub_instance_stops_alone(self, wire: WireClient, world: World, clock: Clock) -> None:
        wire.stop(world.stories["sub_instance"])
        clock.advance(5)
        assert wire.status(world.stories["sub_instance"]) == "Terminated"
        assert wire.status(world.stories["sub_xflow"]) == "Running"

    def test_a_queue_closes_up(self, wire: WireClient, world: World, clock: Clock) -> None:
        wire.stop(world.stories["queue_2"])
        clock.advance(5)
        told = wire.instance(world.stories["waiting"], "cached").json
        assert (told["waitPos"], told["queueLength"]) == (3, 4)

    def test_an_unknown_instance(self, wire: WireClient) -> None:
        assert wire.stop("20250101000000000gdoesnotex").code == "NoSuchObject"

    @pytest.mark.parametrize("body", [b"", b"x", b"<Instance", b"<Other/>", b"<!DOCTYPE x><Instance/>"])
    def test_a_body_that_is_none(self, wire: WireClient, world: World, body: bytes) -> None:
        reply = wire.put(f"{INSTANCES}/{world.stories['running']}", body)
        assert (reply.status, reply.code) == (400, "InvalidParameter")

    def test_another_status_cannot_be_set(self, wire: WireClient, world: World) -> None:
        body = b"<Instance><Status>Suspended</Status></Instance>"
        assert wire.put(f"{INSTANCES}/{world.stories['running']}", body).code == "InvalidStateSetting"


class TestSubmit:
    def test_it_appears_works_and_ends(self, wire: WireClient, clock: Clock) -> None:
        instance_id = wire.submit("select * from pyodps_iris")
        assert instance_id in {info["instanceId"] for info in wire.living(onlyowner="yes")}
        assert wire.instances().xml.findall("Instance")[-1].findtext("Name") == instance_id
        assert wire.task_statuses(instance_id) == {"AnonymousSQLTask": "Waiting"}
        clock.advance(2.5)
        assert wire.task_statuses(instance_id) == {"AnonymousSQLTask": "Running"}
        assert wire.instance(instance_id, "instanceprogress").xml.findtext("Stage/Status") == "Running"
        clock.advance(2)
        assert wire.status(instance_id) == "Terminated"
        stage = wire.instance(instance_id, "instanceprogress").xml
        assert stage.findtext("Stage/InputRecords") == "150"
        assert stage.findtext("Stage/FinishedPercentage") == "100"

    def test_source_is_what_was_sent(self, wire: WireClient) -> None:
        job = wire.instance(wire.submit("select 1 where 1 < 2 and 'a&b' = \"c\"", "mine"), "source").xml
        assert job.findtext("Tasks/SQL/Query") == "select 1 where 1 < 2 and 'a&b' = \"c\""
        assert job.findtext("Tasks/SQL/Name") == "mine"
        assert job.findtext("Priority") == "5"
        assert job.findtext("Tasks/SQL/Config/Property/Value") == '{"odps.sql.mapper.split.size": "16"}'

    def test_it_can_be_stopped(self, wire: WireClient, clock: Clock) -> None:
        instance_id = wire.submit("select count(*) from pyodps_iris")
        assert wire.stop(instance_id).status == 200
        clock.advance(4.1)
        assert wire.task_statuses(instance_id) == {"AnonymousSQLTask": "Cancelled"}

    def test_tasks_run_one_after_the_other(self, wire: WireClient, clock: Clock) -> None:
        tasks = "".join(
            f"<SQL><Name>{name}</Name><Query>{query}</Query></SQL>"
            for name, query in (("a", "select 1"), ("b", "select * from nope"), ("c", "select 2"))
        )
        body = f"<Instance><Job><Name>three</Name><Tasks>{tasks}</Tasks></Job></Instance>".encode()
        instance_id = wire.post(INSTANCES, body).headers["location"].rpartition("/")[2]
        assert wire.task_statuses(instance_id) == {"a": "Waiting", "b": "Waiting", "c": "Waiting"}
        clock.advance(1)
        assert wire.task_statuses(instance_id) == {"a": "Running", "b": "Waiting", "c": "Waiting"}
        clock.advance(5)
        assert wire.task_statuses(instance_id) == {"a": "Success", "b": "Failed", "c": "Cancelled"}

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"<Instance/>", b"<Instance><Job/></Instance>", b"<Instance><Job><Tasks/></Job></Instance>", b"<Job/>",
            b"<Instance><XflowInstance/></Instance>",
            b"<Instance><Job><Priority>x</Priority><Tasks><SQL/></Tasks></Job></Instance>",
            b"<Instance><Job><Tasks><x:y xmlns:x='z'/></Tasks></Job></Instance>",
        ],
    )  # fmt: skip
    def test_a_job_that_is_none(self, wire: WireClient, body: bytes) -> None:
        reply = wire.post(INSTANCES, body)
        assert (reply.status, reply.code) == (400, "InvalidParameter")

    def test_another_project_takes_no_jobs(self, wire: WireClient) -> None:
        assert wire.post("/projects/demo_project_dev/instances", b"<Instance/>").code == "NoPermission"

    def test_submissions_do_not_change_who_arrives(self, clock: Clock) -> None:
        from odps_tui.demo.world.jobs import SubmittedJob, SubmittedTask

        alone, disturbed = (World(seed=3, instances=60, clock=clock.time) for _ in range(2))
        job = SubmittedJob("", 9, (SubmittedTask("t", "SQL", "select 1"),))
        own = disturbed.submit(job, disturbed.now())
        clock.advance(600)
        alone.now(), disturbed.now()
        ids = [instance.id for instance in alone.everybody()]
        assert [instance.id for instance in disturbed.everybody() if instance is not own] == ids
        assert len(ids) > 60
