"""`odps-tui logview ID`: the link to an instance's page."""

from __future__ import annotations

import argparse

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask, settings_of

_HOURS = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    parser.add_argument("--legacy", action="store_true", help="with a token in it: whoever has this link can read the instance")
    parser.add_argument(
        "--hours",
        type=flags.count,
        metavar="N",
        help=f"how long the token of --legacy is good (default: the profile's, else {_HOURS})",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the link, and it alone. One with a token goes to standard output only, and only because it was asked for."""
    if arguments.hours is not None and not arguments.legacy:
        from odps_tui.errors import SettingsError

        raise SettingsError("--hours bounds a token, and only a link of --legacy has one")
    hours = arguments.hours or settings_of(arguments).logview_hours or _HOURS
    address = ask(arguments, lambda client: client.get_logview_address(arguments.instance, hours, legacy=arguments.legacy))
    print(address.url)
    return 0
