"""An identity as a source gives it: whole, with where it came from and until when it lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from odps_tui.accounts import AccessKey, Account
from odps_tui.errors import NoCredentials
from odps_tui.safe_text import clean_line
from odps_tui.secret_str import SecretStr


@dataclass(frozen=True, slots=True)
class PlaceHints:
    """Where a source says to look; it counts only where nothing else says so."""

    endpoint: str | None = None
    project: str | None = None
    region: str | None = None
    logview_host: str | None = None

    def __post_init__(self) -> None:
        for name in ("endpoint", "project", "region", "logview_host"):
            said = getattr(self, name)
            object.__setattr__(self, name, None if said is None else clean_line(said))


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are. `source` says where from, in words that may be shown; `expires` until when, None for as long as it likes.

    `renew` looks again at the same place, and nowhere else; None when nothing new can come from there. It may take a minute
    and raises NoCredentials.
    """

    account: Account
    source: str
    expires: datetime | None = None
    hints: PlaceHints = PlaceHints()
    renew: Callable[[], Credentials] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", clean_line(self.source))

    @property
    def masked(self) -> str:
        """Who, as it may be shown."""
        return self.account.masked


def access_key(fields: Mapping[str, object], names: tuple[str, str, str], where: str, *, token: bool = False) -> AccessKey:
    """Make a key of `fields` by the names of its id, secret and token; with `token` it needs one.

    Raises NoCredentials that names what is missing in `where`. Values are never quoted.
    """
    texts = [_text(fields.get(name)) for name in names]
    missing = [name for name, text in zip(names, texts, strict=True) if not text][: 3 if token else 2]
    missing = [name for name in missing if token or name != names[2]]
    if missing:
        raise NoCredentials(f"{where} lacks {' and '.join(missing)}")
    key, secret, security_token = texts
    return AccessKey(key, SecretStr(secret), SecretStr(security_token) if security_token else None)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def expiration(value: object) -> datetime | None:
    """Read a time in ISO 8601, UTC where it names no zone; None for what is not one."""
    try:
        time = datetime.fromisoformat(str(value).strip()) if value else None
    except ValueError:
        return None
    return time if time is None or time.tzinfo is not None else time.replace(tzinfo=UTC)
