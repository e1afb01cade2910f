"""The places that can be opened: profiles and projects, each with a client of its own; one is open at a time."""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from odps_tui.clients import is_token_in_clear, naming_the_source
from odps_tui.config.aside import aside
from odps_tui.config.audit_log import AuditLog
from odps_tui.config.config_directory import config_file, shown
from odps_tui.config.config_file import Reading, read_config
from odps_tui.config.credentials import Credentials
from odps_tui.config.identity import find_sources
from odps_tui.config.profiles import Config, is_production
from odps_tui.config.settings import Flags, Settings, home_of, host_of, read_settings
from odps_tui.errors import SettingsError, Throttled, TransportError
from odps_tui.maxcompute.call_budget import CallBudget
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.monitor import DetailPoller, Poller
from odps_tui.open_place import OpenPlace, open_place
from odps_tui.screens.contexts import Connection, Destination, ProfileLine, SourceLine
from odps_tui.widgets.signed_as import SignedAs

if TYPE_CHECKING:
    from odps_tui.accounts import AccessKey
    from odps_tui.config.identity import Ask
    from odps_tui.maxcompute.client import MaxComputeClient

_FIRST_ANSWER = 3.0
"""Seconds to wait for a first answer before the screen opens without one: after that an operator wonders whether it hangs."""

_OF_THE_OLD_PLACE = {f"ODPS_TUI_{name}" for name in ("PROFILE", "ENDPOINT", "PROJECT", "REGION", "AUTH")}


class OpenPlaces:
    """Opens and closes clients. `environ` is that of the run; `reading` the file of profiles where it is not this user's."""

    def __init__(self, environ: Mapping[str, str], *, reading: Reading | None = None) -> None:
        self._environ = environ
        self._reading = reading
        self._open: list[OpenPlace] = []
        self._closing: set[Future[None]] = set()
        self._budgets: dict[tuple[str, str], CallBudget] = {}
        """One for each profile and endpoint: going to another project of it does not begin a new one."""

    def adopt(self, place: OpenPlace) -> Connection:
        """Take over the place that the run begins with, which has been asked already."""
        self._open.append(place)
        self._budgets[_whose(place.settings)] = place.budget
        return _connection(place)

    async def open(self, destination: Destination) -> Connection:
        """See `odps_tui.screens.contexts.Contexts.open`."""
        if destination.profile is None:
            here = self._open[-1]
            project = destination.project or here.settings.project
            return await self._opened(replace(here.settings, project=project, credentials=here.accounts.credentials))
        return await self._opened(await aside(lambda: self._settings_of(destination)))

    def profiles(self) -> tuple[ProfileLine, ...]:
        """See `odps_tui.screens.contexts.Contexts.profiles`."""
        config = self._config()
        if not config.profiles:
            path = shown(config_file(self._environ))
            raise SettingsError("There are no profiles", remedy=f"`odps-tui auth login --profile NAME` writes one into {path}.")
        here = self._open[-1].settings.profile if self._open else ""
        return tuple(
            ProfileLine(
                name,
                " · ".join(part for part in (profile.project, profile.region or host_of(profile.endpoint)) if part),
                profile.auth or "first identity found",
                is_production(name, profile),
                profile.colour,
                name == here,
            )
            for name, profile in config.profiles.items()
        )

    async def sources(self) -> tuple[SourceLine, ...]:
        """See `odps_tui.screens.contexts.Contexts.sources`."""
        found = await aside(lambda: find_sources(self._environ, home_of(self._environ)))
        return tuple(SourceLine(one.auth, one.words, one.masked) for one in found if one.masked and not one.problem)

    async def projects(self) -> AsyncIterator[tuple[str, ...]]:
        """See `odps_tui.screens.contexts.Contexts.projects`."""
        async for page in self._open[-1].client.list_project_pages():
            yield tuple(project.name for project in page.projects)

    async def close_others(self) -> None:
        """See `odps_tui.screens.contexts.Contexts.close_others`."""
        others, self._open = self._open[:-1], self._open[-1:]
        for other in others:
            closing = asyncio.ensure_future(_finished(other.client))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """Close everything."""
        places, self._open = self._open, []
        for place in places:
            await place.client.aclose()
        for closing in self._closing:
            closing.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _config(self) -> Config:
        return (self._reading or read_config(self._environ)).config or Config.EMPTY

    def _settings_of(self, destination: Destination) -> Settings:
        """What flags and variables said of the first place says nothing of another one."""
        environ = {name: value for name, value in self._environ.items() if name not in _OF_THE_OLD_PLACE}
        flags = Flags(profile=destination.profile, auth="prompt" if destination.key else destination.auth)
        if destination.key is None:
            return read_settings(environ, flags, reading=self._reading)
        return read_settings(environ, flags, ask=_typed(destination.key), reading=self._reading)

    async def _opened(self, settings: Settings) -> Connection:
        place = self._place_of(settings)
        try:
            connection = _connection(place)
            with naming_the_source(settings.credentials):
                await _first_answer(connection.poller)
        except BaseException:
            await place.client.aclose()
            raise
        self._open.append(place)
        return connection

    def _place_of(self, settings: Settings) -> OpenPlace:
        return open_place(settings, self._budgets.setdefault(_whose(settings), CallBudget()))


def _whose(settings: Settings) -> tuple[str, str]:
    return settings.profile, settings.endpoint


def _typed(key: AccessKey) -> Ask:
    return lambda _profile: key


def _connection(place: OpenPlace) -> Connection:
    settings = place.settings
    return Connection(
        place.client,
        place.poller,
        DetailPoller(place.client, clock=place.clock, pace=place.poller.pace),
        place.where,
        place.clock,
        AuditLog(settings.account.masked),
        lambda: _signed_as(place.accounts.credentials),
        (*settings.warnings, *_doubts(settings)),
    )


def _doubts(settings: Settings) -> tuple[str, ...]:
    """What an operator should know of the endpoint: whoever is there gets signed requests."""
    endpoint = Endpoint.parse(settings.endpoint)
    if is_token_in_clear(settings):
        return (f"allow_http: your token goes to {endpoint.host} in clear, and whoever reads it on the way can use it",)
    if endpoint.is_loopback or endpoint.is_public_service:
        return ()
    return (f"{endpoint.host} is none of the vendor's hosts; is that the endpoint you mean?",)


def _signed_as(credentials: Credentials) -> SignedAs:
    return SignedAs(credentials.masked, credentials.source, credentials.expires, renewed=credentials.renew is not None)


async def _finished(client: MaxComputeClient) -> None:
    """Close it once nothing is on its way any more: its budget goes on."""
    try:
        await client.finish()
    finally:
        await client.aclose()


async def _first_answer(poller: Poller) -> None:
    """Let the service answer once, or not in time; raises its error when the answer says that nothing can be shown."""
    try:
        async with asyncio.timeout(_FIRST_ANSWER):
            await poller.read_once()
    except (TimeoutError, TransportError, Throttled):
        return
