"""`odps-tui demo-service` as a process of its own, and stages that are nothing but its faults."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.faults.machine import busy
from tests.faults.stages.stage import Stage, furnished

_EXPORTS = 4


class Demo:
    """The service: its environment for a client, and its faults by name."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        lines = [self._line() for _ in range(_EXPORTS)]
        self.environ = dict(line.removeprefix("export ").split("=", 1) for line in lines)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self.environ["ODPS_ENDPOINT"].rpartition(":")[2].partition("/")[0])

    @property
    def secret(self) -> str:
        """What nobody may see."""
        return self.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]

    def order(self, *lines: str) -> None:
        """Begin or end faults; return when it is done."""
        assert self._process.stdin is not None
        for line in lines:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
            answer = self._line()
            assert "begins" in answer or "is over" in answer, answer

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def demo_service(*arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """Run it, with more in its environment: two hundred instances whose life is slow, so that what is shown stays there."""
    command = [
        sys.executable,
        "-m",
        "odps_tui",
        "demo-service",
        "--exit-with-parent",
        "--fault",
        "-",
        "--speed",
        "0.1",
        *arguments,
    ]
    with busy():
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            env={**os.environ, **(environ or {})},
        )
        demo = Demo(process)
    try:
        yield demo
    finally:
        process.kill()
        process.communicate()


def chaos(*names: str, region: str = "") -> Callable[[Path], AbstractContextManager[Stage]]:
    """A stage whose fault is one of the demo's own; of several each comes in its turn."""

    @contextmanager
    def stage(directory: Path) -> Iterator[Stage]:
        with demo_service() as demo:
            turns = itertools.cycle(names)
            environ = {**demo.environ, **({"ODPS_REGION_NAME": region} if region else {})}
            yield Stage(
                furnished(directory),
                environ,
                begin=lambda: demo.order(next(turns)),
                end=lambda: demo.order(*(f"-{name}" for name in names)),
                secrets=(demo.secret,),
            )

    return stage
