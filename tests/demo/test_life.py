"""The laws that the life of instances obeys, whoever looks and whenever (protocol §3.2, §4.5, §6)."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from odps_tui.demo import World
from odps_tui.demo.documents import progress as progress_document
from odps_tui.demo.documents.queueing import queueing_info
from odps_tui.demo.world import Instance, Kind, Outcome
from odps_tui.demo.world.tasks import Task
from tests.demo.wire_client import Clock

NOW = 1_800_000_000.0
SPEED = 40.0


@pytest.fixture(scope="module")
def crowd() -> tuple[World, Clock]:
    """A world of 600, watched for an hour of its own time by every test of this module together."""
    clock = Clock(NOW)
    return World(seed=11, instances=600, clock=clock.time, speed=SPEED), clock


def stages(world: World, instance: Instance, task: Task, now: float) -> dict[str, dict[str, int | str]]:
    document = progress_document.progress(instance, task, world.script(instance)[task.name], now)
    return {
        stage.get("ID") or "": {
            child.tag: child.text or "" if child.tag == "Status" else int(child.text or "") for child in stage
        }
        for stage in ElementTree.fromstring(document).findall("Stage")
    }


def moments(instance: Instance) -> list[float]:
    """A hundred readings over the instance's life, its corners included."""
    end = min(instance.end, instance.start + 4 * 3600)
    steps = [instance.start + (end - instance.start) * part / 90 for part in range(91)]
    return sorted([*steps, instance.admitted, instance.end, math.nextafter(instance.end, 0.0), instance.end + 1])


def some_of_each_kind(world: World) -> list[Instance]:
    taken: Counter[tuple[Kind, Outcome]] = Counter()
    chosen = [found for story in world.stories.values() if (found := world.find(story)) is not None]
    for instance in world.everybody():
        key = (instance.kind, instance.outcome)
        if taken[key] < 4:
            taken[key] += 1
            chosen.append(instance)
    return chosen


def test_counts_are_conserved_and_never_go_back(crowd: tuple[World, Clock]) -> None:
    world, _ = crowd
    watched = 0
    for instance in some_of_each_kind(world):
        for task in world.tasks(instance):
            before: dict[str, dict[str, int | str]] = {}
            for now in moments(instance):
                after = stages(world, instance, task, now)
                for name, stage in after.items():
                    done, running = int(stage["TerminatedWorkers"]), int(stage["RunningWorkers"])
                    total, backup = int(stage["TotalWorkers"]), int(stage["BackupWorkers"])
                    assert 0 <= done <= total
                    assert running >= 0
                    assert done + running <= total + backup
                    assert stage["FinishedPercentage"] == 100 * done // total
                    assert stage["Status"] != "Terminated" or (done, running) == (total, 0)
                    assert stage["Status"] != "Waiting" or (done, running, stage["InputRecords"]) == (0, 0, 0)
                    earlier = before.get(name, stage)
                    for key in ("TerminatedWorkers", "InputRecords", "OutputRecords", "FinishedPercentage", "TotalWorkers"):
                        assert int(stage[key]) >= int(earlier[key]), (instance.id, name, key)
                    watched += 1
                assert set(before) <= set(after)
                before = after
    assert watched > 5000


def test_a_successful_instance_finishes_every_stage(crowd: tuple[World, Clock]) -> None:
    world, _ = crowd
    for instance in some_of_each_kind(world):
        if instance.outcome is Outcome.SUCCESS and instance.end < math.inf:
            for task in world.tasks(instance):
                assert task.status(instance, instance.end) == ("Failed" if task.fails else "Success")
                for stage in stages(world, instance, task, instance.end).values():
                    assert (stage["Status"], stage["FinishedPercentage"]) == ("Terminated", 100)


def test_records_flow_from_stage_to_stage(crowd: tuple[World, Clock]) -> None:
    world, _ = crowd
    for instance in some_of_each_kind(world):
        for task in world.tasks(instance):
            volumes = world.script(instance)[task.name].volumes
            for stage in task.stages:
                written = [
                    sum(volumes[other.name].writes)
                    for other in task.stages
                    if int(other.name[1:].split("_")[0]) in stage.upstream
                ]
                assert not written or sum(volumes[stage.name].reads) == sum(written)
                assert min(volumes[stage.name].reads) >= 0


def test_status_goes_one_way(crowd: tuple[World, Clock]) -> None:
    world, _ = crowd
    order = {"Suspended": 0, "Running": 1, "Terminated": 2}
    for instance in some_of_each_kind(world):
        seen = [order[instance.status(now)] for now in moments(instance)]
        assert seen == sorted(seen)
        for task in world.tasks(instance):
            told = [task.status(instance, now) for now in moments(instance)]
            changes = [after for before, after in pairwise(told) if before != after]
            assert len(changes) == len(set(changes)), (instance.id, changes)


def test_terminated_never_changes(crowd: tuple[World, Clock]) -> None:
    world, clock = crowd
    ended: dict[str, float] = {}
    for _ in range(60):
        now = world.now()
        for instance in world.everybody():
            if instance.id in ended:
                assert instance.is_terminated(now)
                assert instance.ends_at == ended[instance.id]
            elif instance.is_terminated(now):
                ended[instance.id] = instance.ends_at
                assert instance.ends_at <= now
        clock.advance(60 / SPEED)
    assert len(ended) > 700


def test_places_in_a_queue_only_get_better(crowd: tuple[World, Clock]) -> None:
    world, clock = crowd
    before: dict[str, tuple[int, str]] = {}
    waited = 0
    for _ in range(400):
        now = world.now()
        places = world.places(now)
        living = world.living(now)
        assert set(places) == {instance.id for instance in living}
        queues: dict[str, list[int]] = {}
        for instance in living:
            position, length = places[instance.id]
            if position:
                queues.setdefault(instance.quota.name, []).append(position)
                assert instance.is_waiting(now)
                assert position <= before.get(instance.id, (position, ""))[0]
                waited += 1
            assert length == sum(1 for other in living if other.quota is instance.quota and other.is_waiting(now))
        for positions in queues.values():
            assert sorted(positions) == list(range(1, len(positions) + 1))
        before = {
            instance.id: (places[instance.id].position, instance.quota.name) for instance in living if places[instance.id][0]
        }
        clock.advance(3 / SPEED)
    assert waited > 500


def test_the_narrow_queue_drains(clock: Clock) -> None:
    world = World(seed=7, instances=80, clock=clock.time)
    waiting = world.find(world.stories["waiting"])
    assert waiting is not None
    positions = []
    while waiting.is_waiting(now := world.now()):
        positions.append(world.places(now)[waiting.id].position)
        clock.advance(60)
    assert positions[0] == 4
    assert positions[-1] == 1
    assert sorted(positions, reverse=True) == positions
    assert len(positions) > 30


def test_usage_grows_with_time(crowd: tuple[World, Clock]) -> None:
    world, _ = crowd
    for instance in some_of_each_kind(world):
        tasks, before = world.tasks(instance), 0
        place = next(iter(world.places(world.now()).values()))
        for now in moments(instance):
            told = queueing_info(instance, tasks, place, "p", now)
            assert told["totalCpuUsage"] >= before
            assert told["cpuUsage"] >= 0
            before = told["totalCpuUsage"]


@pytest.mark.parametrize("instances", [0, 1, 5, 29, 30, 31, 200, 1000])
def test_a_world_opens_with_as_many_as_asked(instances: int) -> None:
    world = World(seed=5, instances=instances, clock=lambda: NOW)
    everybody = list(world.everybody())
    assert len(everybody) == instances
    assert len({instance.id for instance in everybody}) == instances
    assert all(instance.start <= NOW for instance in everybody)
    assert all(instance.start > NOW - 7 * 86_400 for instance in everybody)
    assert bool(world.stories) == (instances >= 30)


@pytest.mark.parametrize("seed", range(8))
def test_every_world_of_thirty_tells_its_stories(seed: int) -> None:
    world = World(seed=seed, instances=30, clock=lambda: NOW)
    kinds = {story: found for story, instance_id in world.stories.items() if (found := world.find(instance_id)) is not None}
    assert set(kinds) == set(world.stories)
    now = world.now()
    alive = {story for story, instance in kinds.items() if not instance.is_terminated(now)}
    assert alive >= {
        "running", "skewed", "wide", "multi_task", "cupid", "session", "hostile", "forbidden", "not_ours", "xflow", "sub_xflow",
        "sub_instance", "waiting", "suspended", "ending_soon",
    }  # fmt: skip
    assert {story for story in kinds if story not in alive} == {
        "succeeded", "ddl", "failed", "failed_table", "hostile_failed", "cancelled", "xflow_ended",
    }  # fmt: skip
    assert all(instance.ends_at > now + 2700 for story, instance in kinds.items() if story in alive - {"ending_soon", *QUEUE})
    assert now + 15 < kinds["ending_soon"].ends_at < now + 40


QUEUE = {"queue_1", "queue_2", "queue_3"}


def test_about_six_in_a_hundred_live_and_most_history_is_of_the_last_day() -> None:
    world = World(seed=2, instances=5000, clock=lambda: NOW)
    living = world.living(world.now())
    assert 250 < len(living) < 350
    day = sum(1 for instance in world.everybody() if instance.start > NOW - 86_400)
    assert 0.7 < day / 5000 < 0.9
    owners = Counter(instance.owner.name for instance in world.everybody())
    assert len(owners) >= 8
    assert owners["ALIYUN$demo_admin@example.com"] > 300
    assert {instance.priority for instance in world.everybody()} == set(range(10))


def test_the_population_stays_steady() -> None:
    clock = Clock(NOW)
    world = World(seed=3, instances=2000, clock=clock.time)
    counts = []
    for _ in range(40):
        clock.advance(90)
        counts.append(len(world.living(world.now())))
    assert min(counts) > 70
    assert max(counts) < 190
    assert len(list(world.everybody())) > 2500


def test_speed_divides_durations() -> None:
    slow, fast = (World(seed=7, instances=60, clock=lambda: NOW, speed=speed) for speed in (1.0, 10.0))
    for story in ("running", "ending_soon"):
        one, other = slow.find(slow.stories[story]), fast.find(fast.stories[story])
        assert one is not None
        assert other is not None
        assert other.end - other.start == pytest.approx((one.end - one.start) / 10, abs=0.002)


def test_time_never_runs_backwards() -> None:
    clock = Clock(NOW)
    world = World(seed=7, instances=60, clock=clock.time)
    clock.advance(100)
    assert world.now() == NOW + 100
    clock.advance(-50)
    assert world.now() == NOW + 100
