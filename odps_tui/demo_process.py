"""The demo service as a child process: its work never takes time from the screen, and it dies with us."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from odps_tui.errors import SettingsError

_LINES = 4
"""The service prints that many `export NAME=value` lines once it is ready."""


@contextmanager
def running_demo() -> Iterator[Mapping[str, str]]:
    """Start the service; yield the environment it prints; end it at the end. Raises SettingsError when it does not start."""
    child = subprocess.Popen(
        [sys.executable, "-m", "odps_tui", "demo-service", "--exit-with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield _printed(child.stdout)
    finally:
        child.terminate()
        child.communicate()


def _printed(output: IO[str] | None) -> Mapping[str, str]:
    lines = [] if output is None else [output.readline() for _ in range(_LINES)]
    environ = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines if "=" in line)
    if len(environ) < _LINES:
        raise SettingsError("The demo service did not start", remedy="Run `odps-tui demo-service` to see why.")
    return environ
