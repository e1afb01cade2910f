"""Arguments in, exit status out. Knows everyone, and imports each only when it is needed."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from odps_tui import __version__
from odps_tui.commands import (
    auth,
    completions,
    config,
    cost,
    demo_service,
    doctor,
    exists,
    log,
    logview,
    ls,
    progress,
    projects,
    result,
    show,
    source,
    stop,
    tasks,
    top,
    wait,
    whoami,
    xflow,
)
from odps_tui.commands.arguments import add_place, flags_of
from odps_tui.commands.asking_keys import ask_key
from odps_tui.commands.exits import MEANINGS, Exit, exit_of
from odps_tui.commands.output import tell
from odps_tui.errors import OdpsTuiError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_DESCRIPTION = "A live terminal dashboard for MaxCompute (ODPS) instances, and its commands for scripts."
_ENVIRONMENT = """\
environment:
  ODPS_TUI_PROFILE, ODPS_TUI_ENDPOINT, ODPS_TUI_PROJECT, ODPS_TUI_REGION, ODPS_TUI_AUTH, ODPS_TUI_CONFIG_DIR
  ODPS_ENDPOINT, ODPS_PROJECT_NAME, ODPS_REGION_NAME, ODPS_LOGVIEW_HOST
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
  ODPS_STS_ACCESS_KEY_ID, ODPS_STS_ACCESS_KEY_SECRET, ODPS_STS_TOKEN, ODPS_STS_ACCOUNT_FILE
  ODPS_BEARER_TOKEN, ODPS_BEARER_TOKEN_FILE
A secret is never a flag: every user of a host can read the flags of every process.

exit status:
"""
# Their parsers are declared in this order; nothing that is slow to import is imported for it.
_COMMANDS = (
    ("ls", "list the instances of the project", ls),
    ("top", "list what runs and queues now", top),
    ("exists", "tell by the exit status whether there is such an instance", exists),
    ("show", "show everything about an instance", show),
    ("tasks", "list the tasks of an instance", tasks),
    ("source", "print the SQL of an instance", source),
    ("cost", "list the resources that each task has used", cost),
    ("progress", "print how far the stages are", progress),
    ("result", "print what the tasks left behind", result),
    ("wait", "wait until instances have ended", wait),
    ("stop", "stop instances", stop),
    ("logview", "print the link to an instance's page", logview),
    ("xflow", "list the instances of an XFlow", xflow),
    ("log", "print the log of a worker, or list the workers", log),
    ("whoami", "print who the service takes us for", whoami),
    ("projects", "list the projects", projects),
    ("auth", "say who we are and from where; keep a key in the keyring, or forget it", auth),
    ("config", "say where the profiles are, and what is wrong in them", config),
    ("doctor", "look at everything between here and a live list", doctor),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.demo and arguments.run is not _run_dashboard:
        parser.error("--demo opens the dashboard; for a command, run `odps-tui demo-service` and export what it prints")
    _prepare_streams()
    return _flushed(_run(arguments))


def _prepare_streams() -> None:
    """Let nothing fail for a stream that was closed before we started, or for a character that the locale lacks."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as we live
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as we live
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _run(arguments: argparse.Namespace) -> int:
    try:
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return Exit.OK  # whoever read along has read enough
    except OdpsTuiError as error:
        tell(str(error))
        return exit_of(error)
    except Exception as error:
        return _unwritten(error) if isinstance(error, OSError) and error.errno in _NO_ROOM else _crashed(error)
    return status


def _crashed(error: Exception) -> int:
    """A bug: say where it is written down, and nothing that was being handled."""
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
    tell(f"the results cannot be written: {error.strerror}")
    return Exit.USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="odps-tui",
        description=_DESCRIPTION,
        epilog=_ENVIRONMENT + "\n".join(f"  {status:<3d} {meaning}" for status, meaning in MEANINGS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"odps-tui {__version__}")
    add_place(parser)
    parser.add_argument("--demo", action="store_true", help="open the dashboard on a built-in MaxCompute service")
    parser.add_argument("--read-only", action="store_true", help="no stop key in the dashboard (or ODPS_TUI_READ_ONLY=1)")
    parser.add_argument("--protected", action="store_true", help="a stop wants something typed (or ODPS_TUI_PROTECTED=1)")
    parser.add_argument("--paint", choices=("frugal", "stock"), help="who paints the dashboard (or ODPS_TUI_PAINT; frugal)")
    parser.set_defaults(run=_run_dashboard)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, purpose, module in _COMMANDS:
        command = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.", allow_abbrev=False)
        module.add_arguments(command)
        add_place(command, default=argparse.SUPPRESS)
        command.set_defaults(run=module.run)
    demo = commands.add_parser("demo-service", help="run the built-in MaxCompute service alone")
    demo_service.add_arguments(demo)
    demo.set_defaults(run=demo_service.run)
    shells = commands.add_parser("completions", help="print completions for a shell")
    completions.add_arguments(shells)
    shells.set_defaults(run=completions.run, whole_parser=parser)
    return parser


def _run_dashboard(arguments: argparse.Namespace) -> int:
    from odps_tui.launch import is_frugal, open_dashboard, open_demo, require_terminal, sign_in

    require_terminal()
    environ = {**os.environ, **_safeties(arguments)}
    frugal = is_frugal(arguments.paint or os.environ.get("ODPS_TUI_PAINT"))
    if arguments.demo:
        return open_demo(environ, frugal=frugal)
    from odps_tui.config.settings import read_settings
    from odps_tui.signing_in import is_first_start

    if is_first_start(environ, flags_of(arguments)):
        return sign_in(environ, frugal=frugal)
    return open_dashboard(read_settings(environ, flags_of(arguments), ask=ask_key), environ, frugal=frugal)


def _safeties(arguments: argparse.Namespace) -> dict[str, str]:
    """A flag switches a safety on; only the environment can leave it off."""
    flags = {"ODPS_TUI_READ_ONLY": arguments.read_only, "ODPS_TUI_PROTECTED": arguments.protected}
    return {variable: "1" for variable, is_on in flags.items() if is_on}
