"""Stages whose line goes bad while the service is well."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.stages.demo import demo_service
from tests.faults.stages.relay import relay
from tests.faults.stages.stage import Stage, furnished

_TIMES, _APART = 15, 0.2
"""For three seconds: long enough for the list and the detail to have used a connection of before."""


@contextmanager
def half_open(directory: Path) -> Iterator[Stage]:
    """Connections of before lead nowhere, as after a laptop's sleep, for every reader of the program; later ones are served."""
    with demo_service() as demo, relay(demo.port) as line:
        environ = {**demo.environ, "ODPS_ENDPOINT": f"http://127.0.0.1:{line.port}/api"}

        def forget() -> None:
            for _ in range(_TIMES):
                line.mute()
                time.sleep(_APART)

        def begin() -> None:
            threading.Thread(target=forget, daemon=True).start()

        yield Stage(furnished(directory), environ, begin=begin, secrets=(demo.secret,))
