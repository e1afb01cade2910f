"""Where this program keeps what it remembers: the user's state directory, or ODPS_TUI_STATE_DIR."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_state_path


def state_directory() -> Path:
    """Return the directory; whoever writes makes it, for its owner only."""
    named = os.environ.get("ODPS_TUI_STATE_DIR")
    return Path(named) if named else user_state_path("odps-tui")
