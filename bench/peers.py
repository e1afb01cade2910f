"""Programs of the same kind that we are measured against, each from the package index in a venv of its own.

    python bench/peers.py      installs what is not there yet into the user's cache (about a minute each)

htop comes from the system. dolphie shows nothing but its own frame without a MySQL server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "odps-tui-bench"
_RELEASES = {"toolong": "1.5.0", "posting": "2.11.1", "dolphie": "6.18.0"}
_BESIDE = {"posting": ["tree-sitter<0.26"]}
"""With a later one the grammars that posting asks for end it on the spot."""
_PROGRAMS = {"toolong": "tl", "posting": "posting", "dolphie": "dolphie"}
_DOWN, _HOME = b"\x1b[B", b"\x1b[H"
_LOG_LINES = 10_000


@dataclass(frozen=True)
class Command:
    """How a peer is started, and the key that goes one line down in it."""

    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    down: bytes = _DOWN
    ticks: bool = False
    first: Sequence[bytes] = ()
    """What is typed before anything is measured but the first screen."""


def peer_commands() -> dict[str, Command | None]:
    """Return how each peer is started; None for one that is not installed."""
    htop = shutil.which("htop")
    home = {"HOME": str(_CACHE), "XDG_CONFIG_HOME": str(_CACHE)}
    return {
        "htop": Command([htop, "-d", "10"], home, ticks=True) if htop else None,
        "toolong": _installed("toolong", home, str(_CACHE / "lines.log"), first=(_HOME,)),  # it begins at its end
        "posting": _installed("posting", home),
        "dolphie": _installed("dolphie", home),
    }


def _installed(name: str, environ: Mapping[str, str], *arguments: str, first: Sequence[bytes] = ()) -> Command | None:
    program = _program(name)
    return Command([str(program), *arguments], environ, first=first) if program.exists() else None


def _program(name: str) -> Path:
    return _CACHE / name / "bin" / _PROGRAMS[name]


def install() -> None:
    """Install what is missing; what cannot be installed is left out."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    _write_log(_CACHE / "lines.log")
    for name, release in _RELEASES.items():
        if _program(name).exists():
            continue
        venv.create(_CACHE / name, with_pip=True, clear=True)
        python = _CACHE / name / "bin" / "python"
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", f"{name}=={release}", *_BESIDE.get(name, ())], check=False
        )
        print(f"{name} {release}: {'installed' if done.returncode == 0 else 'cannot be installed here'}", file=sys.stderr)


def _write_log(path: Path) -> None:
    if not path.exists():
        path.write_text("".join(f"2026-11-24 12:00:00 INFO worker {n % 97} line {n}\n" for n in range(_LOG_LINES)), "ascii")


if __name__ == "__main__":
    install()
