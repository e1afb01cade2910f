"""A client for the time of one command."""

from __future__ import annotations

import argparse
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from odps_tui.commands.arguments import flags_of
from odps_tui.commands.asking_keys import ask_key
from odps_tui.commands.output import tell

if TYPE_CHECKING:
    from odps_tui.config.settings import Settings
    from odps_tui.maxcompute.call_budget import CallBudget
    from odps_tui.maxcompute.client import MaxComputeClient

Answer = TypeVar("Answer")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return where flags, environment and profile lead, looked up once for a run. Raises SettingsError."""
    from odps_tui.config.settings import read_settings

    if "settings" not in arguments:
        arguments.settings = read_settings(os.environ, flags_of(arguments), ask=ask_key)
        for warning in arguments.settings.warnings:
            tell(warning)
    settings: Settings = arguments.settings
    return settings


def ask(
    arguments: argparse.Namespace, question: Callable[[MaxComputeClient], Awaitable[Answer]], *, goes_on: bool = False
) -> Answer:
    """Open a client to the place that flags, environment and profile name, and return what `question` makes of it.

    What `goes_on` asking has the dashboard's budget of calls; what asks once may ask as fast as it is answered.
    """
    from odps_tui.clients import is_token_in_clear, naming_the_source, open_client
    from odps_tui.event_loop import run

    settings = settings_of(arguments)
    if is_token_in_clear(settings) and settings.allow_http:
        tell("allow_http: your token goes over the internet in clear, and whoever reads it on the way can use it")

    async def asking() -> Answer:
        async with open_client(settings, budget=_budget() if goes_on else None) as client:
            with naming_the_source(settings.credentials):
                return await question(client)

    return run(asking())


def _budget() -> CallBudget:
    from odps_tui.maxcompute.call_budget import CallBudget

    return CallBudget()
