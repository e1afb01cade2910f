"""What a script pays before anything happens."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = {"httpx", "pydantic", "textual", "rich", "asyncio", "keyring"}
QUICK = [("--version",), ("ls", "--help"), ("stop", "--help"), ("--help",), ("completions", "bash")]
BUDGET = 0.15


@pytest.mark.parametrize("arguments", QUICK)
def test_nothing_heavy_is_imported(arguments: tuple[str, ...]) -> None:
    done = run("-X", "importtime", "-m", "odps_tui", *arguments)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize("arguments", QUICK[:2])
def test_it_starts_at_once(arguments: tuple[str, ...]) -> None:
    """The best of several: this measures us, not who else works on the machine."""
    assert min(seconds(*arguments) for _ in range(7)) < BUDGET


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    run("-m", "odps_tui", *arguments)
    return time.perf_counter() - began


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
