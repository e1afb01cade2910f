"""A bug leaves the terminal as it was, a report that holds no secret, and the exit status 1."""

from __future__ import annotations

from pathlib import Path

from tests.ui.terminal import Terminal

CANARY = "canary0123456789"
BUG = f"""
import sys
from odps_tui.screens.live import LiveScreen
def broken(self):
    secret = "{CANARY}"
    raise RuntimeError("token=" + secret)
LiveScreen.action_refresh = broken
from odps_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
EARLY_BUG = f"""
import sys
import odps_tui.config.settings
def broken(*_, **__):
    secret = "{CANARY}"
    raise RuntimeError("token=" + secret)
odps_tui.config.settings.read_settings = broken
from odps_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


def report(directory: Path) -> str:
    (path,) = directory.glob("crash-*.txt")
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text()


def test_a_bug_on_the_screen(tmp_path: Path) -> None:
    with Terminal(["--demo"], {"ODPS_TUI_STATE_DIR": str(tmp_path)}, script=BUG) as terminal:
        terminal.until_shown("● live")
        terminal.type("r")
        assert terminal.exit_status() == 1
        assert b"\x1b[?1049l" in terminal.written, "the terminal's own screen is back"
        assert b"\x1b[?25h" in terminal.written, "and its cursor"
        assert "has a bug and had to stop (RuntimeError)" in terminal.text
        assert "Traceback" not in terminal.text
        assert CANARY.encode() not in terminal.written
    text = report(tmp_path)
    assert "in broken" in text
    assert CANARY not in text.replace(f'"{CANARY}"', "")


def test_a_bug_before_there_is_a_screen(tmp_path: Path) -> None:
    environ = {"ODPS_TUI_STATE_DIR": str(tmp_path), "ODPS_ENDPOINT": "http://127.0.0.1:1/api"}
    with Terminal(["ls"], environ, script=EARLY_BUG) as terminal:
        assert terminal.exit_status() == 1
        assert CANARY.encode() not in terminal.written
        assert "has a bug and had to stop" in " ".join(terminal.text.split())
    assert "in broken" in report(tmp_path)
