"""The lists: filters, pages, parameters (protocol §3, §9)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from odps_tui.demo import World
from tests.demo.wire_client import Clock, WireClient

PROJECT = "/projects/demo_project"


def rows(document: ElementTree.Element) -> list[dict[str, str]]:
    return [{child.tag: child.text or "" for child in row} for row in document.findall("Instance")]


def all_pages(wire: WireClient, **parameters: object) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    while True:
        document = wire.instances(**parameters).xml
        found += rows(document)
        marker = document.find("Marker")
        assert marker is not None
        if not marker.text:
            return found
        parameters["marker"] = marker.text


def test_a_list_has_everybody_in_order_of_id(wire: WireClient) -> None:
    found = all_pages(wire)
    assert len(found) == 80
    assert [row["Name"] for row in found] == sorted(row["Name"] for row in found)
    assert len({row["Name"] for row in found}) == 80
    assert all(list(row) == ["Name", "Owner", "Status", "StartTime", "EndTime"] for row in found)


def test_ids_and_times_agree(wire: WireClient) -> None:
    for row in all_pages(wire):
        assert re.fullmatch(r"\d{17}g[0-9a-z]{6,9}", row["Name"])
        named = datetime.strptime(row["Name"][:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        assert named == parsedate_to_datetime(row["StartTime"])
        assert bool(row["EndTime"]) == (row["Status"] == "Terminated")
        if row["EndTime"]:
            assert parsedate_to_datetime(row["EndTime"]) >= named


def test_pages_join_without_gap_or_repetition(wire: WireClient) -> None:
    whole = all_pages(wire)
    assert all_pages(wire, maxitems=7) == whole
    assert all_pages(wire, maxitems=80) == whole
    assert wire.instances(maxitems=7).xml.findtext("MaxItems") == "7"
    assert wire.instances().xml.findtext("MaxItems") == "1000"


def test_who_arrives_while_one_pages_comes_last(wire: WireClient, clock: Clock) -> None:
    whole = {row["Name"] for row in all_pages(wire)}
    first = wire.instances(maxitems=40).xml
    clock.advance(120)
    rest = all_pages(wire, marker=first.findtext("Marker"))
    names = [row["Name"] for row in rows(first) + rest]
    assert whole < set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("status", ["Running", "Suspended", "Terminated"])
def test_a_list_by_status(wire: WireClient, status: str) -> None:
    expected = [row for row in all_pages(wire) if row["Status"] == status]
    assert expected
    assert all_pages(wire, status=status) == expected
    assert all_pages(wire, status=status, maxitems=3) == expected


def test_only_ones_own_is_the_default(wire: WireClient) -> None:
    own = [row for row in all_pages(wire) if row["Owner"] == "ALIYUN$demo_admin@example.com"]
    assert 0 < len(own) < 80
    assert all_pages(wire, onlyowner="yes") == own
    assert rows(wire.get(f"{PROJECT}/instances").xml) == own


def test_a_list_by_date_range(wire: WireClient) -> None:
    whole = all_pages(wire)
    starts = [int(parsedate_to_datetime(row["StartTime"]).timestamp()) for row in whole]
    since, until = starts[20], starts[60]
    within = [row for row, start in zip(whole, starts, strict=True) if since <= start <= until]
    assert all_pages(wire, daterange=f"{since}:{until}") == within
    assert all_pages(wire, daterange=f"{since}:") == whole[starts.index(since) :]
    assert all_pages(wire, daterange=f":{until}") == [r for r, start in zip(whole, starts, strict=True) if start <= until]
    assert all_pages(wire, daterange=":") == whole


def test_a_list_by_job_name_and_quota(wire: WireClient, world: World) -> None:
    names = {row["Name"] for row in all_pages(wire, jobname="backfill_orders")}
    assert names == {world.stories["waiting"]}
    narrow = {row["Name"] for row in all_pages(wire, quotaindex="batch_low")}
    assert {world.stories["waiting"], world.stories["suspended"]} <= narrow
    assert {row["Name"] for row in all_pages(wire, quotaIndex="batch_low")} == narrow
    assert all_pages(wire, quotaindex="none") == []


def test_an_empty_list_has_its_marker(wire: WireClient) -> None:
    document = wire.instances(jobname="none").xml
    assert document.find("Marker") is not None
    assert rows(document) == []


@pytest.mark.parametrize(
    "query",
    [
        "daterange=x", "daterange=1", "daterange=2:1:0", "daterange=-5:", "status=running", "status=Failed", "maxitems=0",
        "maxitems=-1", "maxitems=many", "marker=x", "marker=eA==", "marker=%FF", "onlyowner=maybe",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["instances", "cachedinstances"])
def test_a_malformed_parameter(wire: WireClient, path: str, query: str) -> None:
    reply = wire.get(f"{PROJECT}/{path}?{query}")
    assert (reply.status, reply.code) == (400, "InvalidParameter")
    assert reply.message == f"ODPS-0420061: Invalid parameter in HTTP request - {query.partition('=')[0]} is not valid"


def test_unknown_and_empty_parameters_are_no_matter(wire: WireClient) -> None:
    query = "zz&status=&daterange=&marker=&maxitems=&jobname=&onlyowner=no&x-odps-test=1&curr_project=demo_project&curr_schema=s"
    assert len(rows(wire.get(f"{PROJECT}/instances?{query}").xml)) == 80


def test_more_than_a_thousand_is_a_thousand(wire: WireClient) -> None:
    assert wire.instances(maxitems=5000).xml.findtext("MaxItems") == "1000"


class TestCachedInstances:
    def test_it_has_the_living_only(self, wire: WireClient) -> None:
        living = wire.living()
        assert [info["instanceId"] for info in living] == [
            row["Name"] for row in all_pages(wire) if row["Status"] != "Terminated"
        ]
        assert {info["status"] for info in living} == {"Running", "Suspended"}

    def test_an_item_has_every_key(self, wire: WireClient) -> None:
        for info in wire.living():
            assert list(info) == [
                "instanceId", "instancePriority", "instanceProgress", "jobName", "projectName", "skynetId", "startTime",
                "taskType", "taskName", "userAccount", "status", "cpuUsage", "memUsage", "totalCpuUsage", "totalMemUsage",
                "waitPos", "queueLength", "subStatus", "subStatusHistory",
            ]  # fmt: skip
            assert 0 <= info["instancePriority"] <= 9
            assert 0 <= info["instanceProgress"] <= 1
            assert info["subStatus"] == info["subStatusHistory"][-1]
            started = datetime.strptime(info["startTime"], "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
            assert started.strftime("%Y%m%d%H%M%S") == info["instanceId"][:14]

    def test_it_takes_the_same_filters_and_pages(self, wire: WireClient) -> None:
        living = wire.living()
        assert wire.living(status="Suspended") == [info for info in living if info["status"] == "Suspended"]
        assert wire.living(status="Terminated") == []
        own = [info for info in living if info["userAccount"] == "ALIYUN$demo_admin@example.com"]
        assert wire.living(onlyowner="yes") == own
        narrow = wire.living(quotaIndex="batch_low")
        assert len(narrow) == 5
        paged = []
        marker = ""
        while True:
            query = urlencode({"maxitems": 4, "onlyowner": "no", "marker": marker})
            document = wire.get(f"{PROJECT}/cachedinstances?{query}").xml
            import json

            paged += json.loads(document.findtext("Content") or "")
            marker = document.findtext("Marker") or ""
            if not marker:
                break
        assert paged == living

    def test_sub_statuses_tell_the_way(self, wire: WireClient, world: World) -> None:
        by_id = {info["instanceId"]: info for info in wire.living()}
        waiting = by_id[world.stories["waiting"]]
        assert [step["code"] for step in waiting["subStatusHistory"]] == [1010]
        running = by_id[world.stories["running"]]
        assert [step["code"] for step in running["subStatusHistory"]] == [1010, 1020, 1030, 1042]
        times = [step["start_time"] for step in running["subStatusHistory"]]
        assert times == sorted(times)
        assert running["cpuUsage"] > 0
        assert waiting["cpuUsage"] == 0

    def test_json_carries_escapes_that_xml_cannot(self, wire: WireClient, world: World) -> None:
        hostile = next(info for info in wire.living() if info["instanceId"] == world.stories["hostile"])
        assert hostile["jobName"].startswith("\x1b]0;owned\x07")
        assert "\x9b" in hostile["userAccount"]


class TestProjects:
    def test_the_demo_project_is_listed_page_by_page(self, wire: WireClient) -> None:
        document = wire.get("/projects?expectmarker=true&maxitems=2").xml
        names = [name.text for name in document.iterfind("Project/Name")]
        marker = document.findtext("Marker")
        assert marker
        rest = wire.get(f"/projects?{urlencode({'marker': marker})}").xml
        names += [name.text for name in rest.iterfind("Project/Name")]
        assert names == ["demo_project", "demo_project_archive", "demo_project_dev"]
        assert rest.findtext("Marker") == ""

    def test_a_project_has_its_headers(self, wire: WireClient) -> None:
        reply = wire.get(PROJECT)
        assert reply.xml.findtext("Name") == "demo_project"
        assert reply.headers["x-odps-owner"] == "ALIYUN$demo_admin@example.com"
        assert parsedate_to_datetime(reply.headers["x-odps-creation-time"]).tzinfo is not None
        assert parsedate_to_datetime(reply.headers["last-modified"]).tzinfo is not None

    @pytest.mark.parametrize("path", ["", "/instances", "/cachedinstances", "/instances/x", "/authorization"])
    def test_an_unknown_project(self, wire: WireClient, path: str) -> None:
        reply = wire.get(f"/projects/nope{path}")
        assert (reply.status, reply.code) == (404, "NoSuchObject")
        assert reply.message == "ODPS-0420111: Project not found - 'nope'"

    def test_an_encoded_slash_is_part_of_a_name(self, wire: WireClient) -> None:
        assert wire.get("/projects/a%20b%2Fc/instances").message == "ODPS-0420111: Project not found - 'a b/c'"

    def test_the_projects_beside_it_are_empty(self, wire: WireClient, world: World) -> None:
        assert rows(wire.get("/projects/demo_project_dev/instances?onlyowner=no").xml) == []
        assert wire.get(f"/projects/demo_project_dev/instances/{world.stories['running']}").code == "NoSuchObject"

    def test_what_is_not_there(self, wire: WireClient) -> None:
        assert wire.get("/nothing").code == "NoSuchObject"
        assert wire.get(f"{PROJECT}/tables/x").code == "NoSuchObject"
        assert wire.request("DELETE", f"{PROJECT}/instances").code == "MethodNotAllowed"
