"""The command line: which commands there are, and each one's flags, declared when it is named and not before."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from odps_tui import __version__
from odps_tui.commands.arguments import add_place

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
COMMANDS = (
    ("ls", "list the instances of the project"),
    ("top", "list what runs and queues now"),
    ("exists", "tell by the exit status whether there is such an instance"),
    ("show", "show everything about an instance"),
    ("tasks", "list the tasks of an instance"),
    ("source", "print the SQL of an instance"),
    ("cost", "list the resources that each task has used"),
    ("progress", "print how far the stages are"),
    ("result", "print what the tasks left behind"),
    ("wait", "wait until instances have ended"),
    ("stop", "stop instances"),
    ("logview", "print the link to an instance's page"),
    ("xflow", "list the instances of an XFlow"),
    ("log", "print the log of a worker, or list the workers"),
    ("whoami", "print who the service takes us for"),
    ("projects", "list the projects"),
    ("auth", "say who we are and from where; keep a key in the keyring, or forget it"),
    ("config", "say where the profiles are, and what is wrong in them"),
    ("doctor", "look at everything between here and a live list"),
    ("demo-service", "run the built-in MaxCompute service alone"),
    ("completions", "print completions for a shell"),
)
"""Each has a module of its name beside this one, with `add_arguments` and `run`."""

_PLACELESS = {"demo-service", "completions"}
"""They look at no project."""


def command_line() -> argparse.ArgumentParser:
    """Return the parser of everything. Without a command, `run` is None: that is the dashboard."""
    parser = _Program(
        prog="odps-tui",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"odps-tui {__version__}")
    add_place(parser)
    parser.add_argument("--demo", action="store_true", help="open the dashboard on a built-in MaxCompute service")
    parser.add_argument("--read-only", action="store_true", help="no stop key in the dashboard (or ODPS_TUI_READ_ONLY=1)")
    parser.add_argument("--protected", action="store_true", help="a stop wants something typed (or ODPS_TUI_PROTECTED=1)")
    parser.add_argument("--paint", choices=("frugal", "stock"), help="who paints the dashboard (or ODPS_TUI_PAINT; frugal)")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="odps-tui", parser_class=Command)
    for name, purpose in COMMANDS:
        command = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.", allow_abbrev=False)
        command.name = name
    return parser


class _Parser(argparse.ArgumentParser):
    """Its errors quote arguments, and those may hold anything."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and leave."""
        from odps_tui.safe_text import clean_line

        super().error(clean_line(message))


class _Program(_Parser):
    """What the exit statuses mean stands at the end of its help, and is not looked up for anything else."""

    def format_help(self) -> str:
        """Return the whole help."""
        from odps_tui.commands.exits import MEANINGS

        self.epilog = _ENVIRONMENT + "\n".join(f"  {status:<3d} {meaning}" for status, meaning in MEANINGS.items())
        return super().format_help()


class Command(_Parser):
    """A command's parser. Its module is imported when it is the command of this run."""

    name = ""
    _is_declared = False

    def declare(self) -> None:
        """Declare its flags, once."""
        if self._is_declared:
            return
        self._is_declared = True
        module = import_module(f"odps_tui.commands.{self.name.replace('-', '_')}")
        module.add_arguments(self)
        if self.name not in _PLACELESS:
            add_place(self, default=argparse.SUPPRESS)
        self.set_defaults(run=module.run)

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Declare the flags, then read them."""
        self.declare()
        return super().parse_known_args(args, namespace)
