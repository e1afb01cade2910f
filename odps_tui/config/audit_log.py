"""Who stopped what, when, and what the service answered: a file of this host that only grows."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from odps_tui.config.state_directory import state_directory
from odps_tui.errors import OdpsTuiError
from odps_tui.safe_text import clean_document

_FILE = "audit.jsonl"
_SHOWN_BYTES = 200_000


class AuditError(OdpsTuiError):
    """The audit log cannot be written."""


class AuditLog:
    """JSON lines, appended one by one (O_APPEND), readable by their owner only. Never holds a secret or SQL."""

    def __init__(self, who: str, directory: Path | None = None) -> None:
        self._who = who
        self._file = (directory or state_directory()) / _FILE

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._file

    def check(self) -> None:
        """Raise AuditError when an act could not be written down: to be known before it, not after."""
        os.close(self._open())

    def write(self, act: str, facts: Mapping[str, object]) -> None:
        """Append one act. Raises AuditError."""
        entry = {"at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "who": self._who, "act": act, **facts}
        descriptor = self._open()
        try:
            torn = "\n" if _ends_torn(descriptor) else ""
            os.write(descriptor, f"{torn}{json.dumps(entry, ensure_ascii=False)}\n".encode())
        except OSError as error:
            raise AuditError(f"The audit log {self._file} cannot be written: {error.strerror}") from None
        finally:
            os.close(descriptor)

    def latest(self, count: int) -> list[Mapping[str, object]]:
        """Return the latest acts, the last one first; lines that cannot be read are left out."""
        try:
            with self._file.open("rb") as file:
                file.seek(max(0, self._file.stat().st_size - _SHOWN_BYTES))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return []
        entries = [entry for line in reversed(lines) if (entry := _entry(line)) is not None]
        return entries[:count]

    def _open(self) -> int:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise AuditError(f"The audit log {self._file} cannot be written: {error.strerror}") from None


def _ends_torn(descriptor: int) -> bool:
    """Tell whether the last line has no end (a crash, a full disk): the next entry must not be taken for a part of it."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _entry(line: str) -> Mapping[str, object] | None:
    try:
        entry = clean_document(json.loads(line))
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None
