"""Credentials that are had anew before they run out, and when the service refuses them; always from where they came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from odps_tui.accounts import Account
from odps_tui.config.aside import started
from odps_tui.config.credentials import Credentials
from odps_tui.errors import NoCredentials

AHEAD = timedelta(minutes=5)
"""How long before their end credentials are renewed."""

_AGAIN = timedelta(seconds=30)
"""How long to leave a source alone after it failed, while what is at hand still works."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _is_told_elsewhere(done: asyncio.Future[Credentials]) -> None:
    """Whoever waited raises the error of the renewal itself; asyncio must not complain that nobody looked at this one."""
    if not done.cancelled():
        done.exception()


class RenewedAccount:
    """An `odps_tui.accounts.AccountSource` over `Credentials`.

    The source is asked in a daemon thread, by one at a time. While the old account still works nobody waits for the new one.
    """

    def __init__(self, credentials: Credentials, *, clock: Callable[[], datetime] = _utc_now) -> None:
        self._credentials = credentials
        self._clock = clock
        self._renewal: Future[Credentials] | None = None
        self._not_before: datetime | None = None

    @property
    def credentials(self) -> Credentials:
        """What was had last."""
        return self._credentials

    @property
    def latest(self) -> Account:
        """Who that is."""
        return self._credentials.account

    async def account(self) -> Account:
        """Return what to sign with now. Raises NoCredentials when the old has run out and no new one can be had."""
        self._take_if_done()
        expires = self._credentials.expires
        if self._credentials.renew is None or expires is None or self._clock() < expires - AHEAD:
            return self.latest
        if self._clock() < expires:
            self._renew_in_the_background()
        else:
            await self._renewed()
        return self.latest

    async def renew(self, refused: Account) -> bool:
        """Look again, unless somebody already has; tell whether there is another account than the refused one."""
        if self.latest == refused and self._credentials.renew is not None:
            try:
                await self._renewed()
            except NoCredentials:
                return False
        return self.latest != refused

    def _renew_in_the_background(self) -> None:
        if self._renewal is None and (self._not_before is None or self._clock() >= self._not_before):
            self._start()

    async def _renewed(self) -> None:
        renewal = self._renewal or self._start()
        waited_for = asyncio.wrap_future(renewal)
        waited_for.add_done_callback(_is_told_elsewhere)
        await asyncio.wait([waited_for])
        error = renewal.exception()
        self._take_if_done()
        if error is not None:
            raise error

    def _start(self) -> Future[Credentials]:
        assert self._credentials.renew is not None  # noqa: S101 - every caller has looked
        self._renewal = started(self._credentials.renew)
        return self._renewal

    def _take_if_done(self) -> None:
        renewal = self._renewal
        if renewal is None or not renewal.done():
            return
        self._renewal = None
        error = renewal.exception()
        if error is None:
            self._credentials = renewal.result()
            self._not_before = None
        elif isinstance(error, NoCredentials):
            self._not_before = self._clock() + _AGAIN
        else:
            raise error
