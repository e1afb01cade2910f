"""What the screens need: a client, and the place it looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from odps_tui.models import CallRate, Identity, LogviewAddress
from odps_tui.monitor import InstanceService
from odps_tui.monitor.stopping import InstanceStops
from odps_tui.notifying.alert import Alert


class DashboardService(InstanceService, InstanceStops, Protocol):
    """Everything the dashboard reads, and the two acts."""

    @property
    def rate(self) -> CallRate | None:
        """What is asked of the service by everything here, and how much may be; None where nobody counts."""
        ...

    def knock(self) -> None:
        """An operator wants to know now: one call may find out whether the service still wants the long quiet it asked for."""
        ...

    @property
    def acts(self) -> DashboardService:
        """The same service for what an operator does: its calls wait for no other."""
        ...

    @property
    def background(self) -> DashboardService:
        """The same service for what goes on by itself: its calls let others go first."""
        ...

    @property
    def clock_offset(self) -> timedelta | None:
        """How far this machine's clock is behind the service's, as its answers tell; None before the first."""
        ...

    async def whoami(self) -> Identity:
        """Return who the service takes us for."""
        ...

    async def get_logview_address(self, instance_id: str, hours: int = 24, *, legacy: bool = False) -> LogviewAddress:
        """Return a link to the instance's page; with `legacy` one that carries a token and lasts `hours`."""
        ...


class Notifies(Protocol):
    """Tells whoever does not look at the screen."""

    @property
    def ways(self) -> str:
        """By what, in words."""
        ...

    def show_title(self, text: str, write: Callable[[str], object], /) -> None:
        """Set the window's title."""
        ...

    def ring(self, alert: Alert, write: Callable[[str], object], /) -> None:
        """Tell it by the terminal."""
        ...

    async def hand_on(self, alert: Alert, /) -> list[str]:
        """Tell it to the world; return what went wrong."""
        ...


class Records(Protocol):
    """Writes acts down."""

    def check(self) -> None:
        """Raise an OdpsTuiError when an act could not be written down."""
        ...

    def write(self, act: str, facts: Mapping[str, object]) -> None:
        """Write one act down. Raises an OdpsTuiError."""
        ...

    def latest(self, count: int) -> list[Mapping[str, object]]:
        """Return the latest acts, the last one first."""
        ...


class Keeps(Protocol):
    """Keeps plain values per place from one session to the next."""

    def load(self, place: str) -> Mapping[str, object]:
        """Return what was kept; empty when there is nothing."""
        ...

    def save(self, place: str, view: Mapping[str, object]) -> None:
        """Keep `view`. Raises an OdpsTuiError when it cannot."""
        ...
