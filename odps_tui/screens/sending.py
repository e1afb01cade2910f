"""The one place where a text leaves for the clipboard, and where raw bytes are handed to Textual's driver."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App

from odps_tui.clipboard import Sent, send


async def send_to_clipboard(app: App[Any], text: str) -> Sent:
    """Send `text` to the terminal's clipboard; tell what was done."""
    return await send(text, lambda sequence: write_to_terminal(app, sequence), os.environ)


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Hand a sequence to the terminal where App.copy_to_clipboard does: behind the frames that wait already, never inside one."""
    # It has no public name.
    if app._driver is not None:  # noqa: SLF001
        app._driver.write(sequence)  # noqa: SLF001
