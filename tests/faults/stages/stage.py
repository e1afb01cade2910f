"""What every stage offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 1
"""Seconds between two polls: the shortest that can be set, so that a run does not take all day."""


def nothing(*_: object) -> None:
    """Do it."""


@dataclass
class Stage:
    """`home` is all that the program finds of a user's files, `environ` and `arguments` what it is started with.

    `begin` and `end` switch the fault; `before` is put before the command; `secrets` must not turn up anywhere.
    """

    home: Path
    environ: dict[str, str]
    begin: Callable[[], object] = nothing
    end: Callable[[], object] = nothing
    meet: Callable[[int], object] = nothing
    """Is told the number of the program's process."""
    arguments: Sequence[str] = ()
    before: Sequence[str] = ()
    secrets: Sequence[str] = ()

    @property
    def state(self) -> Path:
        """Where the program keeps things."""
        return self.home / ".local" / "state" / "odps-tui"


def furnished(home: Path, settings: str = "") -> Path:
    """Make a home with a file of settings; return it."""
    config = home / ".config" / "odps-tui"
    config.mkdir(parents=True, exist_ok=True)
    (config / "config.toml").write_text(f"[refresh]\ninterval = {INTERVAL}\n{settings}", encoding="utf-8")
    return home
