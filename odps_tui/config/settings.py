"""What a run of the program needs to know: where to look, as whom, and how careful to be.

Each field of the place comes from the first that says it: flag, ODPS_TUI_*, profile, ODPS_* (PyODPS's), MAXCOMPUTE_*, and last
the source that the identity came from.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from odps_tui.accounts import Account
from odps_tui.config.auth import parse_auth
from odps_tui.config.config_file import Reading, known_profiles, read_config
from odps_tui.config.credentials import Credentials, PlaceHints
from odps_tui.config.identity import Ask, Identities, Owner, nobody_asks
from odps_tui.config.keystore import Keystore
from odps_tui.config.profiles import Config, NotifyHabits, Profile, TlsSettings, is_production
from odps_tui.config.sources.environment import HOW, from_environment
from odps_tui.errors import NoCredentials, SettingsError
from odps_tui.safe_text import clean_line

_ELSEWHERE = {
    "endpoint": ("ODPS_ENDPOINT", "PYODPS_ENDPOINT", "MAXCOMPUTE_ENDPOINT"),
    "project": ("ODPS_PROJECT_NAME", "MAXCOMPUTE_DEFAULT_PROJECT", "MAXCOMPUTE_PROJECT"),
    "region": ("ODPS_REGION_NAME", "MAXCOMPUTE_REGION"),
    "logview_host": ("ODPS_LOGVIEW_HOST",),
}
"""What else may name a field, the first before the last; ODPS_TUI_… comes before all of them."""

_NO_CREDENTIALS = "Run `odps-tui auth login`, or try `odps-tui --demo`."


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to look and who we are. `note` is shown before the place (`demo`).

    From a `read_only` place nothing is stopped; in a `protected` one a stop wants something typed; a `production` one looks like
    it, in `colour` (a name of `profiles.COLOURS`, or `#rrggbb`). `interval` is in seconds between two polls. With `allow_http` a
    token may go over the internet in clear. `tls_directory` is where relative paths of `tls` begin.
    """

    endpoint: str
    project: str
    credentials: Credentials
    region: str | None = None
    logview_host: str | None = None
    note: str = ""
    read_only: bool = False
    protected: bool = False
    profile: str = ""
    production: bool = False
    colour: str | None = None
    interval: float | None = None
    logview_hours: int | None = None
    projects: tuple[str, ...] = ()
    allow_http: bool = False
    tls: TlsSettings = field(default_factory=TlsSettings)
    tls_directory: Path = Path()
    warnings: tuple[str, ...] = ()
    notify: NotifyHabits = field(default_factory=NotifyHabits)

    @property
    def account(self) -> Account:
        """Who we sign as, to begin with."""
        return self.credentials.account


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says; None where it says nothing."""

    endpoint: str | None = None
    project: str | None = None
    region: str | None = None
    profile: str | None = None
    auth: str | None = None


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What flags, environment and a profile say of the place."""

    flags: Flags
    environ: Mapping[str, str] = field(repr=False)
    profile: Profile = field(default_factory=Profile)

    def told(self, name: str) -> str | None:
        """Return a field as flags and our own variables say it."""
        said = getattr(self.flags, name, None) or self.environ.get(f"ODPS_TUI_{name.upper()}")
        return clean_line(said) if said else None

    def elsewhere(self, name: str) -> str | None:
        """Return a field as the variables of other tools say it."""
        said = (value for variable in _ELSEWHERE[name] if (value := self.environ.get(variable)))
        return next(map(clean_line, said), None)

    def field(self, name: str, hints: PlaceHints = PlaceHints()) -> str | None:  # noqa: B008 - frozen
        """Return a field by the order of all who may say it."""
        return self.told(name) or getattr(self.profile, name) or self.elsewhere(name) or getattr(hints, name)


def read_settings(
    environ: Mapping[str, str],
    flags: Flags | None = None,
    *,
    ask: Ask = nobody_asks,
    reading: Reading | None = None,
) -> Settings:
    """Return the settings of a run. It may take as long as the identity's source does: a minute for a program.

    `ask` gets a key from a person (`auth = "prompt"`). `reading` is the file of profiles where it has been read already.
    Raises ConfigError, NoCredentials, or SettingsError naming the first thing that is missing. No secret is ever an argument.
    """
    flags = flags or Flags()
    reading = read_config(environ) if reading is None else reading
    config = reading.config or Config.EMPTY
    identities = Identities(environ, home_of(environ), Keystore(config.keyring.backend), ask)
    name, found = _chosen(flags, environ, config, identities)
    spoken = _Spoken(flags, environ, config.profiles.get(name, Profile()))
    credentials = found or _identity(spoken, name, identities)
    return _settings(spoken, name, credentials, config, reading)


def _chosen(flags: Flags, environ: Mapping[str, str], config: Config, identities: Identities) -> tuple[str, Credentials | None]:
    """Return the profile in force, or "", and the identity where it is not the profile's to say.

    An identity in the environment comes before the default profile's. Where the environment names an endpoint as well it says
    everything, and the default profile is left out: one place's key is not taken to another.
    """
    spoken = _Spoken(flags, environ)
    if named := spoken.told("profile"):
        return _existing(named, config), None
    if spoken.told("auth") or (found := from_environment(identities.environ)) is None:
        return config.default_profile or "", None
    is_whole = spoken.told("endpoint") or spoken.elsewhere("endpoint")
    return "" if is_whole else config.default_profile or "", found


def _existing(name: str, config: Config) -> str:
    if name in config.profiles:
        return name
    near = difflib.get_close_matches(name, config.profiles, 1)
    raise SettingsError(f"No profile {name}", remedy=f"Did you mean {near[0]}?" if near else known_profiles(config))


def _identity(spoken: _Spoken, name: str, identities: Identities) -> Credentials:
    told = spoken.told("auth")
    auth = parse_auth(told) if told else spoken.profile.parsed_auth
    if auth is not None:
        owner = Owner(name, host_of(spoken.field("endpoint")), spoken.profile.credential_command or ())
        return identities.named(auth, owner)
    found = identities.first()
    if found is None:
        raise NoCredentials("No credentials were found", remedy=f"{HOW} {_NO_CREDENTIALS}")
    return found


def _settings(spoken: _Spoken, name: str, credentials: Credentials, config: Config, reading: Reading) -> Settings:
    profile, production = spoken.profile, bool(name) and is_production(name, spoken.profile)
    return Settings(
        endpoint=_needed(spoken, "endpoint", credentials.hints),
        project=_needed(spoken, "project", credentials.hints),
        credentials=credentials,
        region=spoken.field("region", credentials.hints),
        logview_host=spoken.field("logview_host", credentials.hints),
        read_only=_switch(spoken.environ, "ODPS_TUI_READ_ONLY", profile.read_only, production),
        protected=_switch(spoken.environ, "ODPS_TUI_PROTECTED", profile.protected, production),
        profile=name,
        production=production,
        colour=profile.colour,
        interval=profile.interval or config.refresh.interval,
        logview_hours=profile.logview_hours or config.logview.hours,
        projects=profile.projects,
        allow_http=profile.allow_http,
        tls=profile.tls,
        tls_directory=reading.path.parent,
        warnings=reading.warnings,
        notify=config.notify,
    )


def host_of(endpoint: str | None) -> str:
    """Return the host that a key is bound to: of the endpoint, with its port where it names one; "" for what is no address."""
    try:
        return urlsplit(endpoint or "").netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def home_of(environ: Mapping[str, str]) -> Path:
    """Return the home directory in which other tools keep their files."""
    return Path(environ["HOME"]) if environ.get("HOME") else Path.home()


def _needed(spoken: _Spoken, name: str, hints: PlaceHints) -> str:
    value = spoken.field(name, hints)
    if not value:
        variable = _ELSEWHERE[name][0]
        raise SettingsError(f"No {name}", remedy=f"Say --{name} or --profile, or set {variable}, or try `odps-tui --demo`.")
    return value


def _switch(environ: Mapping[str, str], variable: str, said: bool | None, otherwise: bool) -> bool:
    """Tell whether a switch is on. What cannot be read is refused: a typing mistake must not switch a safety off."""
    value = environ.get(variable, "").strip().lower()
    if value in {"1", "yes", "on", "true"}:
        return True
    if value in {"0", "no", "off", "false"}:
        return False
    if value:
        raise SettingsError(f"{variable} is neither on nor off", remedy="Use 1 or 0.")
    return otherwise if said is None else said
