"""Standard input of `demo-service`: orders of faults, line by line, and an end that may be the parent's."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odps_tui.demo.chaos import Chaos


def read_input(chaos: Chaos | None, ended: Callable[[], object]) -> None:
    """Obey what is written there; answer each line on standard output, as a comment. A thread waits for it."""

    def read() -> None:
        for line in _lines():
            if chaos is not None and line:
                print(f"# {_obeyed(chaos, line)}", flush=True)
        with contextlib.suppress(RuntimeError):  # The loop is closed: we are leaving already.
            ended()

    threading.Thread(target=read, name="input", daemon=True).start()


def _lines() -> Iterator[str]:
    """Not sys.stdin: its lock would still be held when the interpreter ends for another reason."""
    waiting = b""
    while data := os.read(0, 4096):
        *whole, waiting = (waiting + data).split(b"\n")
        yield from (line.decode(errors="replace").strip() for line in whole)


def _obeyed(chaos: Chaos, line: str) -> str:
    try:
        return chaos.obey(line)
    except ValueError as error:
        return str(error)
