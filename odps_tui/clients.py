"""The client that belongs to settings: its endpoint, its identity as long as that lasts, and how it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from odps_tui.config.renewing import RenewedAccount
from odps_tui.errors import CredentialsRefused
from odps_tui.maxcompute.client import MaxComputeClient

if TYPE_CHECKING:
    from odps_tui.config.credentials import Credentials
    from odps_tui.config.settings import Settings


@contextmanager
def naming_the_source(credentials: Credentials) -> Iterator[None]:
    """Let a refused key say where it came from: that is what the operator has to look at."""
    try:
        yield
    except CredentialsRefused as error:
        error.remedy = f"{credentials.masked} came from: {credentials.source}. `odps-tui auth status` shows what else there is."
        raise


def open_client(settings: Settings, accounts: RenewedAccount | None = None) -> MaxComputeClient:
    """Return a client, to be closed by who opened it; `accounts` renews its identity. Raises SettingsError."""
    return MaxComputeClient(
        settings.endpoint,
        settings.project,
        accounts or RenewedAccount(settings.credentials),
        region=settings.region,
        logview_host=settings.logview_host,
    )
