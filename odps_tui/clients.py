"""The client that belongs to settings: its endpoint, its identity as long as that lasts, and how it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from odps_tui.accounts import AccessKey, Account
from odps_tui.config.renewing import RenewedAccount
from odps_tui.errors import CredentialsRefused, SettingsError
from odps_tui.maxcompute.certificates import Certificates
from odps_tui.maxcompute.client import MaxComputeClient
from odps_tui.maxcompute.endpoint import Endpoint

if TYPE_CHECKING:
    from odps_tui.config.credentials import Credentials
    from odps_tui.config.settings import Settings
    from odps_tui.maxcompute.call_budget import CallBudget


@contextmanager
def naming_the_source(credentials: Credentials) -> Iterator[None]:
    """Let a refused key say where it came from: that is what the operator has to look at."""
    try:
        yield
    except CredentialsRefused as error:
        error.remedy = f"{credentials.masked} came from: {credentials.source}. `odps-tui auth status` shows what else there is."
        raise


def open_client(
    settings: Settings, accounts: RenewedAccount | None = None, *, budget: CallBudget | None = None
) -> MaxComputeClient:
    """Return a client, to be closed by who opened it; `accounts` renews its identity. Raises SettingsError.

    An access key signs and never travels; a token travels with every request, and not in clear over the internet, unless the
    profile allows just that.
    """
    endpoint = Endpoint.parse(settings.endpoint)
    if is_token_in_clear(settings) and not settings.allow_http:
        remedy = "Begin the endpoint with https://; or allow it in the profile: allow_http = true."
        raise SettingsError(f"A token would go to {endpoint.host} in clear", remedy=remedy)
    return MaxComputeClient(
        endpoint,
        settings.project,
        accounts or RenewedAccount(settings.credentials),
        region=settings.region,
        logview_host=settings.logview_host,
        tls=certificates_of(settings).context() if endpoint.scheme == "https" else None,
        budget=budget,
    )


def is_token_in_clear(settings: Settings) -> bool:
    """Tell whether a token goes over the internet where everybody on the way can read it. Raises SettingsError."""
    endpoint = Endpoint.parse(settings.endpoint)
    return endpoint.scheme == "http" and endpoint.is_on_the_internet and _travels(settings.account)


def certificates_of(settings: Settings) -> Certificates:
    """Return the certificates that a profile names; a relative path begins at the file that names it."""
    tls = settings.tls

    def path(name: str | None) -> Path | None:
        return None if name is None else settings.tls_directory / Path(name).expanduser()

    return Certificates(path(tls.ca_file), path(tls.client_cert), path(tls.client_key), strict=tls.strict)


def _travels(account: Account) -> bool:
    return not isinstance(account, AccessKey) or account.security_token is not None
