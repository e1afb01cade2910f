"""Asking a person for an access key, on the terminal: the secret is not shown, and kept in memory only."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odps_tui.accounts import AccessKey


def ask_key(profile: str) -> AccessKey:
    """Ask for id and secret. Raises KeyWanted where there is no terminal to ask on, NoCredentials when nothing was typed."""
    from odps_tui.accounts import AccessKey
    from odps_tui.config.identity import KeyWanted
    from odps_tui.errors import NoCredentials
    from odps_tui.secret_str import SecretStr

    if not sys.stdin.isatty():
        raise KeyWanted(profile)
    try:
        key = ask_line(f"Access key id{f' for {profile}' if profile else ''}: ")
        secret = getpass.getpass("Access key secret (not shown): ").strip()
    except EOFError:
        key = secret = ""
    if not key or not secret:
        raise NoCredentials("No access key was typed")
    return AccessKey(key, SecretStr(secret))


def ask_line(question: str, default: str = "") -> str:
    """Ask for a line, on standard error: standard output is for results."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() or default
