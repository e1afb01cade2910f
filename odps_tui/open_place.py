"""A place with a client of its own and what polls its list: enough to ask, before there is anything to show the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from odps_tui.clients import open_client
from odps_tui.config.renewing import RenewedAccount
from odps_tui.errors import OdpsTuiError, Throttled, TransportError
from odps_tui.maxcompute.call_budget import CallBudget
from odps_tui.monitor.poll_pace import PollPace
from odps_tui.monitor.poller import Poller, utc_now
from odps_tui.monitor.snapshot import PollFailed, Snapshot
from odps_tui.screens.place import Place

if TYPE_CHECKING:
    from odps_tui.config.settings import Settings
    from odps_tui.maxcompute.client import MaxComputeClient

_INTERVAL = 5.0


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """To be closed by who opened it, by closing its client."""

    settings: Settings
    accounts: RenewedAccount
    budget: CallBudget
    client: MaxComputeClient
    poller: Poller

    @property
    def where(self) -> Place:
        """What the screens know of it."""
        settings = self.settings
        return Place(
            settings.project,
            settings.endpoint,
            region=self.client.region,
            note=settings.note,
            read_only=settings.read_only,
            protected=settings.protected,
            profile=settings.profile,
            production=settings.production,
            colour=settings.colour,
            projects=settings.projects,
            logview_hours=settings.logview_hours or 24,
        )

    def clock(self) -> datetime:
        """The service's clock: ages of what it says are counted in its own time, however wrong ours is."""
        return _service_time(self.client)


def open_place(settings: Settings, budget: CallBudget | None = None) -> OpenPlace:
    """Open the place that settings name. Raises SettingsError. Wants a running event loop."""
    accounts, budget = RenewedAccount(settings.credentials), budget or CallBudget()
    client = open_client(settings, accounts, budget=budget)
    pace = PollPace(settings.interval or _INTERVAL)
    poller = Poller(client.background, clock=lambda: _service_time(client), pace=pace)
    return OpenPlace(settings, accounts, budget, client, poller)


def refusal_of(answer: Snapshot | PollFailed) -> OdpsTuiError | None:
    """Return why nothing can be shown, if that is what a first answer says. A service that does not answer is weather."""
    if isinstance(answer, Snapshot) or isinstance(answer.error, TransportError | Throttled):
        return None
    return answer.error


def _service_time(client: MaxComputeClient) -> datetime:
    return utc_now() + (client.clock_offset or timedelta(0))
