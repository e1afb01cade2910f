"""What each surface was given, told at the end of a long run."""

from __future__ import annotations

import pytest

from tests.hostile.texts import COUNT, given_to


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COUNT < 5_000 or not given_to:
        return
    terminalreporter.section("hostile texts")
    for surface, count in given_to.items():
        terminalreporter.write_line(f"{count:>9,}  {surface}")
