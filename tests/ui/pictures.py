"""The README's pictures are the baselines: taken inside a running app, compared cell for cell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"


async def assert_looks_like(name: str, pilot: Pilot[Any]) -> None:
    """Wait for the screen to look like the picture: a busy machine is slow to draw the last of it."""
    file = SCREENSHOTS / f"{name}.svg"
    if os.environ.get("ODPS_TUI_TAKE_SCREENSHOTS"):
        file.write_text(_picture(pilot), encoding="utf-8")
    expected = file.read_text(encoding="utf-8")
    for _ in range(20):
        if (picture := _picture(pilot)) == expected:
            return
        await pilot.pause(0.05)
    assert picture == expected, f"{name} looks different; look at it, then `make screenshots`"


def _picture(pilot: Pilot[Any]) -> str:
    return pilot.app.export_screenshot(title="odps-tui")
