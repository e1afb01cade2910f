"""The program on a terminal that takes nothing for a while: frames that nobody would see are dropped, never queued."""

from __future__ import annotations

import time

from odps_tui.demo import DemoServiceThread, World
from tests.ui.terminal import Terminal
from tests.ui.test_terminal import environ_of

KEYS = 40
END_OF_A_FRAME = b"\x1b[6n"
"""Each asks how far the terminal has come."""


def test_frames_that_the_line_cannot_carry_are_dropped() -> None:
    with (
        DemoServiceThread(World(seed=7, instances=400)) as service,
        Terminal([], environ_of(service), columns=120, lines=40) as terminal,
    ):
        terminal.until_shown("● live")
        terminal.until(lambda: "reading" not in terminal.text, "all that is read at first")
        first = id_at_cursor(terminal)
        before = len(terminal.written)
        for _ in range(KEYS):  # nothing is read from the terminal meanwhile, and nothing answered
            terminal.type("j")
            time.sleep(0.02)
        terminal.until(lambda: id_at_cursor(terminal) not in {"", first}, "a row further down")
        assert terminal.written[before:].count(END_OF_A_FRAME) < KEYS / 4, "far fewer frames than keys"
        terminal.type("g")
        terminal.until(
            lambda: id_at_cursor(terminal) == first and f"Detail …{first[-10:]}" in terminal.text, "the first row again"
        )
        terminal.type("q")
        assert terminal.exit_status() == 0


def id_at_cursor(terminal: Terminal) -> str:
    return next((line[9:36].strip() for line in terminal.text.splitlines()[3:] if line[1:2] == "▌"), "")
