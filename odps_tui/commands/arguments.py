"""Flags that several commands share, and how their values are read. What is slow to import waits until a value is there."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odps_tui.config.settings import Flags
    from odps_tui.monitor.filtering import RowFilter

ROW_FORMATS = ("table", "json", "jsonl", "csv")
GIVE_UP = 600.0
"""Seconds for which a service that is away is asked again."""


def add_place(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Declare where to look. A command's own parser takes `argparse.SUPPRESS`: what stood before the command then stays."""
    parser.add_argument("--endpoint", metavar="URL", default=default, help="the service's address, with /api at its end")
    parser.add_argument("--project", metavar="NAME", default=default, help="the project to look at")
    parser.add_argument(
        "--region", metavar="ID", default=default, help="e.g. cn-hangzhou; told from the endpoint where it names one"
    )
    parser.add_argument("--profile", metavar="NAME", default=default, help="a profile of config.toml")
    parser.add_argument(
        "--auth",
        metavar="SOURCE",
        default=default,
        help="where the key comes from: env, keyring, aliyun:NAME, odpscmd:PATH, prompt …",
    )


def flags_of(arguments: argparse.Namespace) -> Flags:
    """Return what the flags of `add_place` say, for `read_settings`."""
    from odps_tui.config.settings import Flags

    return Flags(arguments.endpoint, arguments.project, arguments.region, arguments.profile, arguments.auth)


def add_instance(parser: argparse.ArgumentParser) -> None:
    """Declare the one instance that a command is about."""
    parser.add_argument("instance", metavar="ID", help="the instance's id")


def add_instances(parser: argparse.ArgumentParser) -> None:
    """Declare the instances that a command is about."""
    parser.add_argument("instances", metavar="ID", nargs="+", help="an instance's id")


def add_task(parser: argparse.ArgumentParser) -> None:
    """Declare the choice of one task."""
    parser.add_argument("--task", metavar="NAME", help="only the task of this name")


def add_output(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Declare the format; the first is the default."""
    parser.add_argument("-o", "--output", choices=formats, default=formats[0], help=f"how to write it (default: {formats[0]})")


def duration(text: str) -> float:
    """Read `90s` or `1h30m`, in seconds. A bare number has no unit everybody would guess."""
    from odps_tui.monitor.filtering.amounts import duration as read_duration

    amount = None if text[-1:].isdigit() else read_duration(text)
    if amount is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration: write 90s, 10m, 1h30m or 2d")
    return amount.value


def moment(text: str) -> datetime:
    """Read a time: an age (`1h`), or ISO 8601, in this machine's zone where it names none."""
    try:
        if text[-1:] in set("dhms"):
            return datetime.now(UTC) - timedelta(seconds=duration(text))
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: write 1h for an hour ago, or 2026-11-24T09:00") from None


def count(text: str) -> int:
    """Read a number of things, at least one."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def row_filter(text: str) -> RowFilter:
    """Read a filter in the dashboard's grammar."""
    from odps_tui.monitor.filtering import FilterError, parse_filter

    try:
        return parse_filter(text)
    except FilterError as error:
        raise argparse.ArgumentTypeError(f"{error} (at {text[error.start : error.end]!r})") from None
