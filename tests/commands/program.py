"""The program in tests: in this process with its output caught, or as a process of its own; and PyODPS beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from odps_tui.cli import main
from odps_tui.demo import DemoServiceThread

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps import ODPS

PROJECT = "demo_project"
NOBODY = "20250101000000000gdoesnotex"


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


def environ_of(service: DemoServiceThread) -> dict[str, str]:
    return {
        "ODPS_ENDPOINT": service.endpoint,
        "ODPS_PROJECT_NAME": PROJECT,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": service.identity.access_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": service.identity.secret,
    }


def runner(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the program in this process."""

    def run(*arguments: str, **more: str) -> Ran:
        for name, value in {**environ, **more}.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        try:
            status = main(arguments)
        except SystemExit as leaving:  # argparse
            status = int(leaving.code or 0)
        return Ran(int(status), *capfd.readouterr())

    return run


@contextmanager
def started(environ: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program as a process; it does not outlive the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odps_tui", *arguments],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def pyodps(service: DemoServiceThread, **options: Any) -> Any:
    """Return PyODPS at the same service."""
    identity = service.identity
    return ODPS(
        identity.access_id, identity.secret, project=PROJECT, endpoint=service.endpoint, overwrite_global=False, **options
    )
