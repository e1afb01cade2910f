"""A client for the time of one command."""

from __future__ import annotations

import argparse
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from odps_tui.config.settings import Settings
    from odps_tui.maxcompute.client import MaxComputeClient

Answer = TypeVar("Answer")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return where flags and environment lead. Raises SettingsError."""
    from odps_tui.config.settings import read_settings

    return read_settings(os.environ, endpoint=arguments.endpoint, project=arguments.project, region=arguments.region)


def ask(arguments: argparse.Namespace, question: Callable[[MaxComputeClient], Awaitable[Answer]]) -> Answer:
    """Open a client to the place that flags and environment name, and return what `question` makes of it."""
    import asyncio

    from odps_tui.maxcompute.client import MaxComputeClient

    settings = settings_of(arguments)

    async def asking() -> Answer:
        client = MaxComputeClient(
            settings.endpoint,
            settings.project,
            settings.account,
            region=settings.region,
            logview_host=settings.logview_host,
        )
        async with client:
            return await question(client)

    return asyncio.run(asking())
