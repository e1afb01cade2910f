"""What is on this side: settings, keyring, terminal, where things are kept."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from odps_tui.clipboard import Way, way_of
from odps_tui.config.audit_log import AuditLog
from odps_tui.config.config_directory import config_file, shown
from odps_tui.config.config_file import inspect_config
from odps_tui.config.keystore import Keystore, KeystoreError
from odps_tui.config.state_directory import state_directory
from odps_tui.doctor.finding import Finding, State, bad, good, skipped
from odps_tui.errors import OdpsTuiError

_SMALLEST = (40, 8)
_NOBODY = "odps-tui doctor"
"""No profile has this name; to ask for its key touches nothing."""
_WAYS = {
    Way.OSC52: "by OSC 52, if the terminal takes it",
    Way.TMUX: "by tmux",
    Way.SCREEN: "by OSC 52 through screen",
    Way.OFF: "switched off",
}


def configuration(environ: Mapping[str, str]) -> Finding:
    """Is config.toml readable and right?"""
    reading = inspect_config(config_file(environ))
    if not reading.exists:
        return skipped("config", f"there is no {shown(reading.path)}, and none is needed")
    wrong = [mistake for mistake in reading.mistakes if not mistake.warning]
    if wrong:
        return Finding("config", State.BAD, f"{shown(reading.path)}, {wrong[0]}", "`odps-tui config validate` shows everything.")
    if reading.mistakes:
        return Finding("config", State.DOUBTFUL, f"{shown(reading.path)}, {reading.mistakes[0]}")
    count = len(reading.config.profiles) if reading.config is not None else 0
    return good("config", f"{shown(reading.path)}: {count} {'profile' if count == 1 else 'profiles'}")


def keyring(environ: Mapping[str, str], *, is_needed: bool) -> Finding:
    """Does the keyring answer? A locked one, and one whose daemon is silent, tell their names all the same: it is read from."""
    config = inspect_config(config_file(environ)).config
    keystore = Keystore(config.keyring.backend if config is not None else None)
    try:
        name = keystore.describe()
        keystore.load(_NOBODY, "")
        return good("keyring", name)
    except KeystoreError as error:
        cause = error.trouble.value[0]
        if is_needed:
            return bad("keyring", error)
        return skipped("keyring", f"{cause[0].lower()}{cause[1:]}; nothing here needs it")


def state() -> Finding:
    """Can acts be written down?"""
    try:
        AuditLog("").check()
    except OdpsTuiError as error:
        return Finding("state", State.BAD, str(error), "Stops would leave no trace: make it writable, or set ODPS_TUI_STATE_DIR.")
    return good("state", shown(state_directory()))


def terminal(environ: Mapping[str, str]) -> Finding:
    """Can the dashboard be shown here?"""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        return skipped("terminal", "there is none here; the commands need none")
    problems = list(_obstacles(environ))
    size = shutil.get_terminal_size()
    words = f"{environ.get('TERM', '')} {size.columns}×{size.lines}, {_colours(environ)}, {_multiplexer(environ)}"
    if problems:
        return Finding("terminal", State.DOUBTFUL, f"{words}: {problems[0][0]}", problems[0][1])
    return good("terminal", words)


def clipboard(environ: Mapping[str, str]) -> Finding:
    """How does a text get to the clipboard?"""
    try:
        return good("clipboard", _WAYS[way_of(environ)])
    except ValueError:
        return Finding("clipboard", State.DOUBTFUL, "ODPS_TUI_CLIPBOARD names no way", "It is auto, osc52, tmux, screen or off.")


def paths(environ: Mapping[str, str]) -> dict[str, Path]:
    """Return where everything lies."""
    config = config_file(environ)
    return {
        "config": config,
        "credentials": config.with_name("credentials.toml"),
        "audit": AuditLog("").path,
        "state": state_directory(),
    }


def _obstacles(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if environ.get("TERM", "") in {"", "dumb"}:
        yield "nothing can be drawn on it", "Set TERM, e.g. to xterm-256color."
    if "utf" not in locale.getpreferredencoding(do_setlocale=False).lower():
        yield "it is not said to take UTF-8", "Set LANG, e.g. to C.UTF-8."
    columns, lines = os.get_terminal_size(sys.__stderr__.fileno()) if sys.__stderr__ is not None else _SMALLEST
    if columns < _SMALLEST[0] or lines < _SMALLEST[1]:
        yield "it is too small", "The dashboard needs 40×8 at least."


def _colours(environ: Mapping[str, str]) -> str:
    if "NO_COLOR" in environ:
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return "16 million colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "few colours"


def _multiplexer(environ: Mapping[str, str]) -> str:
    if environ.get("TMUX"):
        return "in tmux"
    return "in screen" if environ.get("STY") else "no tmux or screen"
