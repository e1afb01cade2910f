"""Going to another place: what there is to choose from, and what a place is opened into.

The screens know only this; who opens clients and closes them is outside.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from odps_tui.accounts import AccessKey
from odps_tui.screens.place import Place
from odps_tui.widgets.signed_as import SignedAs

if TYPE_CHECKING:
    from odps_tui.monitor import DetailPoller, Poller
    from odps_tui.screens.dashboard_service import DashboardService, Records


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to go: another profile, or another project of this one.

    `key` is one typed for this session, `auth` another source than the profile's own, for this session too.
    """

    profile: str | None = None
    project: str | None = None
    key: AccessKey | None = None
    auth: str | None = None

    def __str__(self) -> str:
        return self.profile or self.project or ""


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A profile in the list: its name, where it leads, from where its identity comes."""

    name: str
    place: str
    auth: str
    production: bool = False
    colour: str | None = None
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class SourceLine:
    """An identity that lies about: the `auth` that uses it, where it is, and who (masked)."""

    auth: str
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class Connection:
    """An open place with everything that looks at it."""

    service: DashboardService
    poller: Poller
    details: DetailPoller
    place: Place
    clock: Callable[[], datetime]
    audit: Records | None
    signed_as: Callable[[], SignedAs] | None
    notes: tuple[str, ...] = ()
    """What is to be told once it is shown."""


class Contexts(Protocol):
    """The places one can go to."""

    def profiles(self) -> tuple[ProfileLine, ...]:
        """Return the profiles. Raises an OdpsTuiError that says how to make one, or what is wrong in the file."""
        ...

    async def sources(self) -> tuple[SourceLine, ...]:
        """Return the identities that could be used instead of a profile's own."""
        ...

    def projects(self) -> AsyncIterator[tuple[str, ...]]:
        """Yield the names of this endpoint's projects as they come. Raises an OdpsTuiError where they may not be listed."""
        ...

    async def open(self, destination: Destination) -> Connection:
        """Open another place, and let it answer once. Raises an OdpsTuiError; then the old place is still the open one.

        A NoCredentials may be answered with the same destination and a `key` or another `auth`.
        """
        ...

    async def close_others(self) -> None:
        """Close every place but the one opened last."""
        ...
