"""Who we sign as. Secrets are `SecretStr`: they have no repr and never reach a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from odps_tui.safe_text import clean_line
from odps_tui.secret_str import SecretStr


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key pair; with `security_token` a temporary one (STS, protocol §2.5)."""

    access_id: str
    secret: SecretStr
    security_token: SecretStr | None = None

    @property
    def masked(self) -> str:
        """The key id as it may be shown: first and last four characters."""
        return clean_line(f"{self.access_id[:4]}…{self.access_id[-4:]}") if len(self.access_id) > 8 else "…"


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A bearer token, sent instead of a signature (protocol §2.5)."""

    token: SecretStr

    @property
    def masked(self) -> str:
        """What may be shown of it: that it is one."""
        return "bearer token"


Account = AccessKey | BearerToken


class AccountSource(Protocol):
    """Credentials that may run out and can be had anew."""

    @property
    def latest(self) -> Account:
        """What was had last; it may have run out."""
        ...

    async def account(self) -> Account:
        """Return what to sign with now, renewed when it is about to run out. Raises an OdpsTuiError when there is none."""
        ...

    async def renew(self, refused: Account) -> bool:
        """Look again after the service refused one; tell whether there is another now."""
        ...


@dataclass(frozen=True, slots=True)
class FixedAccount:
    """An account that stays what it is."""

    latest: Account

    async def account(self) -> Account:
        """Return it."""
        return self.latest

    async def renew(self, refused: Account) -> bool:  # noqa: ARG002 - there is never another
        """There is no other."""
        return False
