from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.commands.program import Run, environ_of, runner


@pytest.fixture(scope="package")
def service() -> Iterator[DemoServiceThread]:
    """A service in which time stands still, for everything that only reads."""
    now = time.time()
    with DemoServiceThread(World(seed=7, instances=120, clock=lambda: now)) as service:
        yield service


@pytest.fixture
def run(service: DemoServiceThread, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(environ_of(service), monkeypatch, capfd)
