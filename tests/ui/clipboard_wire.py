"""What the app hands to its terminal apart from frames, and what any user of this host can see of our processes."""

from __future__ import annotations

import base64
import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.ui.conftest import Session

_OSC_52 = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x1b\\")
_POINTER_SHAPE = re.compile(r"\x1b\]22;[a-z]+\x07")
"""Textual's own: which shape the mouse pointer takes over a widget."""


class ClipboardWire:
    """The texts that were sent by OSC 52. Without a terminal Textual draws no frames, so nothing else is written."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written = ""
        monkeypatch.setattr(session.app._driver, "write", self._write)

    def _write(self, data: str) -> None:
        self.written += _POINTER_SHAPE.sub("", data)

    @property
    def texts(self) -> list[str]:
        assert not _OSC_52.sub("", self.written), "nothing but whole sequences"
        return [base64.b64decode(text).decode() for text in _OSC_52.findall(self.written)]


class ProcessWatch:
    """Reads the arguments of every process, as `ps` does, as long as it is open."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end.set()
        self._thread.join()

    def has_seen(self, word: str) -> bool:
        return any(word.encode() in arguments for arguments in tuple(self.seen))

    def _watch(self) -> None:
        while not self._end.wait(0.005):
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(process.read_bytes())
                except OSError:
                    continue


def over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a jump host, on a terminal without tmux or screen."""
    for name in ("BROWSER", "TMUX", "STY", "ODPS_TUI_CLIPBOARD", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    monkeypatch.setenv("TERM", "xterm-256color")
