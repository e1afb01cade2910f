"""What `config.toml` may say: profiles, and habits that hold for all of them.

Plain values: most runs have no file, and what checks one (`config_schema`) takes longer to load than the first question takes.
The bounds of a field stand beside it, for that check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any, ClassVar, NamedTuple, get_args, get_type_hints

from odps_tui.config.auth import Auth, parse_auth
from odps_tui.secret_str import SecretStr

COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "magenta", "grey")
"""What a profile may be painted with, besides `#rrggbb`."""


def _bounded(default: Any = None, **bounds: Any) -> Any:
    """A field whose value is bounded, in pydantic's words."""
    return field(default=default, metadata=bounds)


@dataclass(frozen=True)
class TlsSettings:
    """Certificates. Paths are as they stand in the file; a relative one begins at the file's directory."""

    ca_file: str | None = None
    """Authorities to trust besides the system's, PEM."""
    client_cert: str | None = None
    """Our own certificate, with its key unless `client_key` names that, PEM."""
    client_key: str | None = None
    strict: bool = True
    """False accepts authorities that lack what RFC 5280 asks of them; every other check stays."""


@dataclass(frozen=True)
class Profile:
    """A place under a name. What is None was not said."""

    endpoint: str | None = None
    project: str | None = None
    projects: tuple[str, ...] = ()
    """Further projects to choose from, for who may not list them."""
    region: str | None = None
    logview_host: str | None = None
    auth: str | None = None
    credential_command: tuple[str, ...] | None = _bounded(min_length=1)
    """A program and its arguments; it prints a key as JSON. No shell reads it."""
    production: bool | None = None
    """Marked as production; by default what is named prod…."""
    read_only: bool | None = None
    """No stop from here; by default in production."""
    protected: bool | None = None
    """A stop wants something typed; by default in production."""
    colour: str | None = _bounded(pattern=rf"^(#[0-9a-fA-F]{{6}}|{'|'.join(COLOURS)})$")
    interval: float | None = _bounded(ge=1, le=3600)
    """Seconds between two polls."""
    logview_hours: int | None = _bounded(ge=1, le=720)
    """How long a Logview link with a token lasts."""
    allow_http: bool = False
    """A token may go over the internet in clear. Inside a VPC http needs no leave."""
    tls: TlsSettings = TlsSettings()

    @property
    def parsed_auth(self) -> Auth | None:
        """From where the identity comes; None looks where a run without a profile looks."""
        if self.auth is None:
            return None if self.credential_command is None else Auth("command")
        return parse_auth(self.auth)


def is_production(name: str, profile: Profile) -> bool:
    """Tell whether a place is production: it says so, or says nothing and is named prod…."""
    return name.lower().startswith("prod") if profile.production is None else profile.production


@dataclass(frozen=True)
class RefreshHabits:
    """How often to ask, where a profile does not say."""

    interval: float | None = _bounded(ge=1, le=3600)


@dataclass(frozen=True)
class LogviewHabits:
    """How links are made, where a profile does not say."""

    hours: int | None = _bounded(ge=1, le=720)


@dataclass(frozen=True)
class KeyringHabits:
    """Which keyring is used."""

    backend: str | None = None
    """A backend of `keyring` by its full name, for one that is not of the system."""


@dataclass(frozen=True)
class NotifyHabits:
    """How to tell whoever does not look at the screen."""

    via: tuple[str, ...] | None = None
    """By which the terminal tells it: bell, title, osc9, osc777, osc99; or off."""
    command: tuple[str, ...] | None = None
    """A program and its arguments; it gets the facts as JSON. No shell reads it."""
    webhook: SecretStr | None = None
    """An address that gets the facts as a JSON POST; it may hold a token."""


@dataclass(frozen=True)
class Config:
    """The whole file."""

    EMPTY: ClassVar[Config]

    default_profile: str | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    refresh: RefreshHabits = RefreshHabits()
    logview: LogviewHabits = LogviewHabits()
    keyring: KeyringHabits = KeyringHabits()
    notify: NotifyHabits = NotifyHabits()


Config.EMPTY = Config()


class InnerTable(NamedTuple):
    """What a field holds: one table of a kind, or several of it under names that the file gives."""

    kind: type
    is_named: bool


def inner_table(table: type, name: str) -> InnerTable | None:
    """Return the table that a field holds; None for any other value."""
    hint = get_type_hints(table)[name]
    if isinstance(hint, type) and is_dataclass(hint):
        return InnerTable(hint, is_named=False)
    inner = next((one for one in get_args(hint) if isinstance(one, type) and is_dataclass(one)), None)
    return None if inner is None else InnerTable(inner, is_named=True)
