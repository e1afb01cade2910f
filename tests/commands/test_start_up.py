"""What a script pays before anything happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from odps_tui.commands.command_line import COMMANDS
from odps_tui.demo import DemoServiceThread
from tests.commands.program import environ_of

HEAVY = {"httpx", "pydantic", "textual", "rich", "asyncio", "keyring"}
QUICK = [("--version",), ("ls", "--help"), ("stop", "--help"), ("--help",), ("completions", "bash")]
OF_THE_SCREEN = {"textual"}
# Runs one command line after another; writes each one's status and what has been imported by then.
RUNNER = """
import contextlib, io, json, sys
from odps_tui.cli import main
ran = []
for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()):
        status = main(arguments)
    ran.append([arguments[0], status, sorted({name.partition(".")[0] for name in sys.modules})])
print(json.dumps(ran))
"""


@pytest.mark.parametrize("arguments", QUICK)
def test_nothing_heavy_is_imported(arguments: tuple[str, ...]) -> None:
    done = run("-X", "importtime", "-m", "odps_tui", *arguments)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert not imported & HEAVY


def test_a_command_costs_nothing_until_it_is_named() -> None:
    """How long that takes is measured by bench/start_up.py."""
    done = run("-X", "importtime", "-m", "odps_tui", "--version")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    ours = {name.removeprefix("odps_tui.") for name in imported if name.startswith("odps_tui.")}
    assert ours == {"cli", "commands", "commands.arguments", "commands.command_line"}


def test_no_command_imports_what_only_the_screen_needs(service: DemoServiceThread) -> None:
    """All of them in one process: the first that does is named. `demo-service` is the service, tested where it lives."""
    running, ended, xflow = (service.world.stories[story] for story in ("running", "succeeded", "xflow"))
    lines = [
        *(["ls"], ["top"], ["exists", running], ["show", running], ["tasks", running], ["source", running], ["cost", ended]),
        *(["progress", running], ["result", ended], ["wait", ended], ["stop", running, "--dry-run"], ["logview", running]),
        *(["xflow", xflow], ["log", running], ["whoami"], ["projects"], ["auth", "status"], ["config", "path"]),
        *(["doctor"], ["completions", "bash"]),
    ]
    assert {line[0] for line in lines} == {name for name, _ in COMMANDS} - {"demo-service"}
    done = run("-c", RUNNER, json.dumps(lines), environ={**os.environ, **environ_of(service)})
    for command, status, imported in json.loads(done.stdout):
        assert (command, status, OF_THE_SCREEN & set(imported)) == (command, 0, set())


def test_the_demo_service_imports_nothing_of_the_screen() -> None:
    """It stands up, and says so in a line for each of four variables."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "odps_tui", "demo-service", "--exit-with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("export ")
        _, errors = process.communicate()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in errors.splitlines()}
    assert "argparse" in imported
    assert not imported & OF_THE_SCREEN


def run(*arguments: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, env=environ)
