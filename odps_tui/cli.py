"""Arguments in, exit status out. Knows everyone, and imports each only when it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from odps_tui.commands.command_line import command_line

if TYPE_CHECKING:
    import argparse

    from odps_tui.accounts import AccessKey
    from odps_tui.commands.exits import Exit
    from odps_tui.painting.early_screen import EarlyScreen


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    parser = command_line()
    arguments = parser.parse_args(argv)
    if arguments.demo and arguments.run is not None:
        parser.error("--demo opens the dashboard; for a command, run `odps-tui demo-service` and export what it prints")
    _prepare_streams()
    return _flushed(_run(arguments))


def _prepare_streams() -> None:
    """Let nothing fail for a stream that was closed before we started, or for a character that the locale lacks."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as long as we live
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as long as we live
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _run(arguments: argparse.Namespace) -> int:
    try:
        status: int = (arguments.run or _run_dashboard)(arguments)
    except KeyboardInterrupt:
        from odps_tui.commands.exits import Exit

        return Exit.INTERRUPTED
    except BrokenPipeError:
        return 0  # whoever read along has read enough
    except Exception as error:
        return _failed(error)
    return status


def _failed(error: Exception) -> int:
    """Say what went wrong; return the exit status."""
    import errno

    from odps_tui.commands.exits import exit_of
    from odps_tui.commands.output import tell
    from odps_tui.errors import OdpsTuiError

    if isinstance(error, OdpsTuiError):
        tell(str(error))
        return exit_of(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
        return _unwritten(error)
    return _crashed(error)


def _crashed(error: Exception) -> int:
    """A bug: say where it is written down, and nothing that was being handled."""
    from odps_tui.commands.exits import Exit
    from odps_tui.commands.output import tell
    from odps_tui.config.crash_report import crash_words

    tell(crash_words(error).removeprefix("odps-tui "))
    return Exit.FAILED


def _flushed(status: int) -> int:
    """Hand over what was written; return the exit status. The interpreter's own flush at its end must find nothing to say."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status if isinstance(error, BrokenPipeError) else _unwritten(error)
    return status


def _unwritten(error: OSError) -> Exit:
    from odps_tui.commands.exits import Exit
    from odps_tui.commands.output import tell

    tell(f"the results cannot be written: {error.strerror}")
    return Exit.USAGE


def _run_dashboard(arguments: argparse.Namespace) -> int:
    from odps_tui.beginning import draw_in_utf8, drawn_early, require_terminal

    require_terminal()
    draw_in_utf8()
    with drawn_early(arguments, os.environ) as early:
        return _open_dashboard(arguments, early)


def _open_dashboard(arguments: argparse.Namespace, early: EarlyScreen | None) -> int:
    from odps_tui.commands.arguments import flags_of
    from odps_tui.commands.asking_keys import ask_key
    from odps_tui.large_heap import put_off_the_collector
    from odps_tui.launch import is_frugal, load_client, load_screens_soon, open_dashboard, open_demo, sign_in

    put_off_the_collector()
    environ = {**os.environ, **_safeties(arguments)}
    frugal = is_frugal(arguments.paint or os.environ.get("ODPS_TUI_PAINT"))
    if arguments.demo:
        return open_demo(environ, frugal=frugal, early=early)
    load_client()
    load_screens_soon()
    from odps_tui.config.first_start import is_first_start
    from odps_tui.config.settings import read_settings

    def ask(profile: str) -> AccessKey:
        """A key is typed on the terminal as it was."""
        if early is not None:
            early.leave()
        return ask_key(profile)

    if is_first_start(environ, flags_of(arguments)):
        if early is not None:
            early.leave()
        return sign_in(environ, frugal=frugal)
    return open_dashboard(read_settings(environ, flags_of(arguments), ask=ask), environ, frugal=frugal, early=early)


def _safeties(arguments: argparse.Namespace) -> dict[str, str]:
    """A flag switches a safety on; only the environment can leave it off."""
    flags = {"ODPS_TUI_READ_ONLY": arguments.read_only, "ODPS_TUI_PROTECTED": arguments.protected}
    return {variable: "1" for variable, is_on in flags.items() if is_on}
