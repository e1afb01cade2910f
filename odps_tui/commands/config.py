"""`odps-tui config path|validate`: where the profiles are, and what is wrong in them."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odps_tui.config.config_mistakes import Mistake
    from odps_tui.config.profiles import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("act", choices=("path", "validate"), help="print where the file is; list every mistake in it")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the two; mistakes that keep the file from being used give 2."""
    from odps_tui.config.config_directory import config_file

    if arguments.act == "path":
        print(config_file(os.environ))
        return 0
    return _validate()


def _validate() -> int:
    from odps_tui.commands.exits import Exit
    from odps_tui.commands.output import tell
    from odps_tui.config.config_directory import config_file, shown
    from odps_tui.config.config_file import inspect_config

    reading = inspect_config(config_file(os.environ))
    mistakes = [*reading.mistakes, *(_endpoint_mistakes(reading.config) if reading.config else [])]
    for mistake in mistakes:
        print(f"{shown(reading.path)}, {mistake}{' (passed over)' if mistake.warning else ''}")
    wrong = sum(not mistake.warning for mistake in mistakes)
    if not reading.exists:
        tell(f"there is no {shown(reading.path)}; `odps-tui auth login` makes one")
    elif not mistakes and reading.config is not None:
        tell(f"{shown(reading.path)} is right: {len(reading.config.profiles)} profiles")
    return Exit.USAGE if wrong else Exit.OK


def _endpoint_mistakes(config: Config) -> list[Mistake]:
    """What only the client knows: whether an endpoint can be one."""
    from odps_tui.config.config_mistakes import Mistake, written
    from odps_tui.errors import SettingsError
    from odps_tui.maxcompute.endpoint import Endpoint

    found = []
    for name, profile in config.profiles.items():
        key = written(("profiles", name, "endpoint"))
        try:
            endpoint = Endpoint.parse(profile.endpoint) if profile.endpoint else None
        except SettingsError as error:
            found.append(Mistake(f"is wrong: {error}", key))
            continue
        if endpoint is not None and not endpoint.is_public_service and not endpoint.is_loopback:
            found.append(
                Mistake(f"sends what is signed to {endpoint.host}, which is no host of Alibaba Cloud", key, warning=True)
            )
    return found
