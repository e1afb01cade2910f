"""What `config.toml` may say: profiles, and habits that hold for all of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from odps_tui.config.auth import Auth, parse_auth
from odps_tui.errors import SettingsError

COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "magenta", "grey")
"""What a profile may be painted with, besides `#rrggbb`."""


def _auth_value(text: str) -> str:
    try:
        return str(parse_auth(text))
    except SettingsError as error:
        raise PydanticCustomError("auth", "{words}", {"words": str(error)}) from None


class _Table(BaseModel):
    """A table of the file. What it does not know is told elsewhere, as a warning."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


class TlsSettings(_Table):
    """Certificates. Paths are as they stand in the file; a relative one begins at the file's directory."""

    ca_file: str | None = None
    """Authorities to trust besides the system's, PEM."""
    client_cert: str | None = None
    """Our own certificate, with its key unless `client_key` names that, PEM."""
    client_key: str | None = None
    strict: bool = True
    """False accepts authorities that lack what RFC 5280 asks of them; every other check stays."""


class Profile(_Table):
    """A place under a name. What is None was not said."""

    endpoint: str | None = None
    project: str | None = None
    projects: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Further projects to choose from, for who may not list them."""
    region: str | None = None
    logview_host: str | None = None
    auth: Annotated[str, AfterValidator(_auth_value)] | None = None
    credential_command: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None
    """A program and its arguments; it prints a key as JSON. No shell reads it."""
    production: bool | None = None
    """Marked as production; by default what is named prod…."""
    read_only: bool | None = None
    """No stop from here; by default in production."""
    protected: bool | None = None
    """A stop wants something typed; by default in production."""
    colour: Annotated[str, Field(pattern=rf"^(#[0-9a-fA-F]{{6}}|{'|'.join(COLOURS)})$")] | None = None
    interval: Annotated[float, Field(ge=1, le=3600)] | None = None
    """Seconds between two polls."""
    logview_hours: Annotated[int, Field(ge=1, le=720)] | None = None
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


class RefreshHabits(_Table):
    """How often to ask, where a profile does not say."""

    interval: Annotated[float, Field(ge=1, le=3600)] | None = None


class LogviewHabits(_Table):
    """How links are made, where a profile does not say."""

    hours: Annotated[int, Field(ge=1, le=720)] | None = None


class KeyringHabits(_Table):
    """Which keyring is used."""

    backend: str | None = None
    """A backend of `keyring` by its full name, for one that is not of the system."""


class NotifyHabits(_Table):
    """How to tell whoever does not look at the screen."""

    via: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    """By which the terminal tells it: bell, title, osc9, osc777, osc99; or off."""
    command: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    """A program and its arguments; it gets the facts as JSON. No shell reads it."""
    webhook: SecretStr | None = None
    """An address that gets the facts as a JSON POST; it may hold a token."""


class Config(_Table):
    """The whole file."""

    EMPTY: ClassVar[Config]

    default_profile: str | None = None
    profiles: dict[Annotated[str, Field(min_length=1)], Profile] = Field(default_factory=dict)
    refresh: RefreshHabits = RefreshHabits()
    logview: LogviewHabits = LogviewHabits()
    keyring: KeyringHabits = KeyringHabits()
    notify: NotifyHabits = NotifyHabits()


Config.EMPTY = Config()
