"""Walking through a list page by page, as far as its markers lead and never in a circle (protocol §3.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

from odps_tui.errors import DecodeError


class Page(Protocol):
    """Any page: its marker asks for the next one."""

    @property
    def marker(self) -> str | None:
        """What to send for the next page; None on the last one."""
        ...


AnyPage = TypeVar("AnyPage", bound=Page)


async def walk(fetch: Callable[[str | None], Awaitable[AnyPage]]) -> AsyncIterator[AnyPage]:
    """Yield pages until one has no marker. Raises `DecodeError` when the service sends a marker again."""
    seen: set[str] = set()
    marker: str | None = None
    while True:
        page = await fetch(marker)
        yield page
        marker = page.marker
        if marker is None:
            return
        if marker in seen:
            raise DecodeError("The list leads in a circle: the service sent the marker of a page again")
        seen.add(marker)
