"""Before anything slow is imported: the terminal is looked at, and the first frame is drawn."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from odps_tui.config.config_directory import config_file
from odps_tui.config.state_directory import state_directory
from odps_tui.errors import SettingsError
from odps_tui.painting.early_screen import early_screen
from odps_tui.screens.first_frame import first_frame

if TYPE_CHECKING:
    import argparse

    from odps_tui.painting.early_screen import EarlyScreen

_PLACES = ("ODPS_TUI_PROFILE", "ODPS_TUI_ENDPOINT", "ODPS_ENDPOINT", "MAXCOMPUTE_ENDPOINT")
"""Variables of which one at least is set where there is no profile and it is known where to look."""


def require_terminal() -> None:
    """Raise SettingsError where no dashboard can be shown: Textual would wait for keys for ever."""
    if not (sys.stdin.isatty() and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        raise SettingsError(
            "The dashboard needs a terminal for its keys and its screen", remedy="Do not redirect its input or stderr."
        )
    if os.environ.get("TERM", "") in {"", "dumb"}:
        raise SettingsError("The terminal cannot be drawn on (TERM is empty or dumb)", remedy="Set TERM, e.g. to xterm-256color.")


def draw_in_utf8() -> None:
    """Let what is drawn go out as UTF-8: terminals speak it, even where no locale says so (`LC_ALL=C` on a jump host)."""
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        sys.__stderr__.reconfigure(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def drawn_early(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[EarlyScreen | None]:
    """Draw the first frame where a dashboard will follow; yields None where something else may come first.

    The terminal is given back at the end, if Textual has not taken it over.
    """
    if not _is_dashboard(arguments, environ):
        yield None
        return
    columns, lines = os.get_terminal_size(sys.__stderr__.fileno())  # type: ignore[union-attr]  # it is a terminal
    is_usual = arguments.demo or not (state_directory() / "views.json").exists()
    with early_screen(first_frame(columns, lines, _said(arguments, environ), usual=is_usual)) as early:
        yield early


def _is_dashboard(arguments: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Tell whether it is known where to look. Somebody who has not said that yet is asked, on another screen."""
    if arguments.auth == "prompt" or environ.get("ODPS_TUI_AUTH") == "prompt":
        return False
    is_said = arguments.demo or arguments.profile or arguments.endpoint or any(environ.get(name) for name in _PLACES)
    return bool(is_said) or config_file(environ).exists()


def _said(arguments: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Return what was said of the place; what a profile says of it is not read yet."""
    profile = arguments.profile or environ.get("ODPS_TUI_PROFILE", "")
    project = arguments.project or environ.get("ODPS_TUI_PROJECT", "")
    return "demo" if arguments.demo else " · ".join(part for part in (profile, project) if part)
