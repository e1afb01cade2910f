"""One thing read from the service: its value, when it was read, and why the last try brought nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, ParamSpec, TypeVar

from odps_tui.errors import NoPermission, NoSuchObject, OdpsTuiError

T = TypeVar("T")
P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """The last good value with its time; `error` is set while a later try has failed. All None: not asked yet."""

    value: T_co | None = None
    read_at: datetime | None = None
    error: OdpsTuiError | None = None

    @property
    def is_good(self) -> bool:
        """True when the last try brought an answer."""
        return self.read_at is not None and self.error is None

    @property
    def is_final(self) -> bool:
        """True when asking again about an ended instance would bring nothing else: answered, forbidden or gone."""
        return self.is_good or isinstance(self.error, (NoPermission, NoSuchObject))

    def says_as(self, other: Reading[object]) -> bool:
        """Tell whether it says what another one says, whenever that was read."""
        is_asked, was_asked = self.read_at is not None, other.read_at is not None
        return self.value == other.value and self.error is other.error and is_asked == was_asked


async def read(
    last: Reading[T], clock: Callable[[], datetime], ask: Callable[P, Awaitable[T]], *given: P.args, **named: P.kwargs
) -> Reading[T]:
    """Ask with what is given; on failure keep the last good value and say why.

    Nothing is made that has to be awaited before its turn comes: whoever is cancelled sooner would leave it behind.
    """
    try:
        return Reading(await ask(*given, **named), clock())
    except OdpsTuiError as error:
        return replace(last, error=error)
