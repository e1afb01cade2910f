"""All checks in their order: what is here, the way there, and what the service says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from odps_tui.clients import certificates_of, open_client
from odps_tui.config.aside import aside
from odps_tui.config.settings import Settings
from odps_tui.doctor import here, network, service
from odps_tui.doctor.finding import Finding, State, bad, bounded, good, skipped
from odps_tui.errors import OdpsTuiError
from odps_tui.maxcompute.endpoint import Endpoint

_NETWORK = ("dns", "proxy", "connection")


async def examine(read: Callable[[], Settings], environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Yield what each check finds, as it is found; `read` returns the settings of this run, or raises."""
    yield here.configuration(environ)
    settings: Settings | None = None
    try:
        settings = await aside(read)
        yield good("identity", f"{settings.credentials.masked} · {settings.credentials.source}")
    except OdpsTuiError as error:
        yield bad("identity", error)
    local = asyncio.gather(
        _aside("keyring", lambda: here.keyring(environ, is_needed=_is_kept_there(settings))),
        _aside("state", here.state),
        _aside("terminal", lambda: here.terminal(environ)),
        _aside("clipboard", lambda: here.clipboard(environ)),
    )
    async for finding in _service(settings):
        yield finding
    for finding in await local:
        yield finding


def _is_kept_there(settings: Settings | None) -> bool:
    return settings is not None and settings.credentials.source.startswith("keyring")


async def _aside(check: str, look: Callable[[], Finding]) -> Finding:
    return await bounded(check, aside(look))


async def _service(settings: Settings | None) -> AsyncIterator[Finding]:
    """The way to the service and its answers; what cannot be looked at is named all the same."""
    names = (*_NETWORK, *service.CHECKS)
    if settings is None:
        for name in names:
            yield skipped(name, "not known where to look, or as whom")
        return
    try:
        endpoint, client = Endpoint.parse(settings.endpoint), open_client(settings)
    except OdpsTuiError as error:
        yield bad("endpoint", error)
        for name in names:
            yield skipped(name, "not without an endpoint")
        return
    async with client:
        address, proxy, connection = await asyncio.gather(
            bounded("dns", network.name_of(endpoint)),
            bounded("proxy", network.proxy_for(endpoint)),
            bounded("connection", network.connection_to(endpoint, certificates_of(settings))),
        )
        if address.state is State.BAD:
            connection = skipped("connection", "not without an address")
        way = (address, proxy, connection)
        for finding in way:
            yield finding
        if any(finding.state is State.BAD for finding in way):
            for name in service.CHECKS:
                yield skipped(name, "not asked without a way there")
            return
        for finding in await service.findings_of(client):
            yield finding
