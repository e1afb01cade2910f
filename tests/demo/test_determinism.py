"""The same seed and the same readings of the clock give the same bytes, whoever looked in between."""

from __future__ import annotations

from odps_tui.demo import DemoServiceThread, World
from tests.demo.wire_client import Clock, WireClient

NOW = 1_800_000_000.0
FLAGS = (
    "", "taskstatus", "source", "result", "instanceprogress", "instancesummary", "summary", "instancedetail", "detail", "cached",
    "info&key=warnings", "xresult", "xsource", "instancequota",
)  # fmt: skip


def bodies(seed: int, glances: int) -> list[bytes]:
    """Every document of a world at the same two seconds, with a number of other looks before and between."""
    clock = Clock(NOW)
    world = World(seed=seed, instances=60, clock=clock.time)
    found: list[bytes] = []
    with DemoServiceThread(world, long_poll_seconds=0) as service:
        wire = WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)
        for minute in (0, 7):
            while clock.now < NOW + 60 * minute:
                clock.advance(60 / glances)
                wire.living()
            clock.now = NOW + 60 * minute
            found.append(wire.instances().body)
            found.append(wire.get("/projects/demo_project/cachedinstances?onlyowner=no").body)
            for instance_id in world.stories.values():
                replies = [wire.instance(instance_id, flag) for flag in FLAGS]
                found += [reply.body for reply in replies if reply.status == 200]
        submitted = wire.submit("select * from pyodps_iris")
        found.append(submitted.encode())
    return found


def test_two_worlds_of_one_seed_say_the_same() -> None:
    first, second = bodies(7, 1), bodies(7, 3)
    assert len(first) > 400
    assert first == second


def test_another_seed_is_another_world() -> None:
    assert bodies(7, 1)[0] != bodies(8, 1)[0]
