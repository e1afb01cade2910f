"""`odps-tui auth status|login|logout`: who we are and from where; keep a key in the keyring; forget it."""

from __future__ import annotations

import argparse

from odps_tui.commands import arguments as flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("act", choices=("status", "login", "logout"), help="say who we are; keep a key for a profile; forget it")
    parser.add_argument("--check", action="store_true", help="status: ask the service, too, for whom it takes us")
    parser.add_argument("--stdin", action="store_true", help="login: read id and secret from standard input, a line each")
    parser.add_argument("--no-check", action="store_true", help="login: keep the key without asking the service about it")
    parser.add_argument(
        "--insecure-storage",
        action="store_true",
        help="login: keep the key in clear in credentials.toml, which only you may read, instead of the keyring",
    )
    flags.add_output(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the three."""
    if arguments.act == "status":
        from odps_tui.commands.auth_status import status

        return status(arguments)
    from odps_tui.commands.auth_keeping import login, logout

    return login(arguments) if arguments.act == "login" else logout(arguments)
