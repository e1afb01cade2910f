"""Stages whose line goes bad while the service is well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.stages.demo import demo_service
from tests.faults.stages.relay import relay
from tests.faults.stages.stage import Stage, furnished


@contextmanager
def half_open(directory: Path) -> Iterator[Stage]:
    """Every connection of before leads nowhere, as after a laptop's sleep; new ones are served."""
    with demo_service() as demo, relay(demo.port) as line:
        environ = {**demo.environ, "ODPS_ENDPOINT": f"http://127.0.0.1:{line.port}/api"}
        yield Stage(furnished(directory), environ, begin=line.mute, secrets=(demo.secret,))
