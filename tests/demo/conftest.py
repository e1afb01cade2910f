"""A small world with a clock of ours, a service on its own thread, and two clients: raw bytes and PyODPS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.demo.wire_client import Clock, WireClient


@pytest.fixture
def clock() -> Clock:
    # Near the real clock, because PyODPS dates its requests by that.
    return Clock(float(int(time.time())))


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, instances=80, clock=clock.time)


@pytest.fixture
def service(world: World) -> Iterator[DemoServiceThread]:
    with DemoServiceThread(world, long_poll_seconds=0.3) as running:
        yield running


@pytest.fixture
def wire(service: DemoServiceThread, clock: Clock) -> WireClient:
    return WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)


@pytest.fixture
def odps(service: DemoServiceThread) -> Any:
    """PyODPS as a user would make it; one client for each test, because it remembers objects."""
    return pyodps(service)


@pytest.fixture
def fast() -> Iterator[DemoServiceThread]:
    """A service on the real clock, forty times as fast."""
    with DemoServiceThread(World(seed=7, instances=60, speed=40), long_poll_seconds=0.5) as running:
        yield running


def pyodps(service: DemoServiceThread, **options: Any) -> Any:
    from odps import ODPS

    identity = service.identity
    return ODPS(identity.access_id, identity.secret, "demo_project", endpoint=service.endpoint, overwrite_global=False, **options)
