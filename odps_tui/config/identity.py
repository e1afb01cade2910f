"""Which identity is used: the one that a profile names and no other, or the first whole one where people keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from odps_tui.accounts import AccessKey
from odps_tui.config.auth import Auth
from odps_tui.config.config_directory import shown
from odps_tui.config.credentials import Credentials, PlaceHints
from odps_tui.config.credentials_file import CredentialsFile
from odps_tui.config.keystore import Keystore
from odps_tui.config.sources import alibabacloud, aliyun_cli, odpscmd, sdk_ini
from odps_tui.config.sources.credential_command import from_command
from odps_tui.config.sources.environment import HOW, from_environment
from odps_tui.errors import NoCredentials
from odps_tui.safe_text import clean_line


class KeyWanted(NoCredentials):
    """The key is to be typed or pasted; whoever can ask for it does, and gives it to `read_settings` as `ask`."""

    def __init__(self, profile: str) -> None:
        name = f" of profile {profile}" if profile else ""
        super().__init__(
            f"The access key{name} is asked for each time", remedy="Run it where it can ask, or name another --auth."
        )
        self.profile = profile


Ask = Callable[[str], AccessKey]
"""Given a profile's name (or nothing), returns the key that a person types, kept in memory only."""


def nobody_asks(profile: str) -> AccessKey:
    """Raise KeyWanted: there is nobody to ask here."""
    raise KeyWanted(profile)


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom an identity is looked for: a profile (or "") whose endpoint is at `host`, and its command."""

    profile: str = ""
    host: str = ""
    command: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Identities:
    """Everywhere an identity can be had from, for one user and environment."""

    environ: Mapping[str, str] = field(repr=False)
    home: Path
    keystore: Keystore = field(default_factory=Keystore)
    ask: Ask = nobody_asks

    def named(self, auth: Auth, owner: Owner) -> Credentials:
        """Return the identity from exactly there. Raises NoCredentials; it never looks elsewhere."""
        return self._looks(auth, owner)[auth.kind]()

    def _looks(self, auth: Auth, owner: Owner) -> Mapping[str, Callable[[], Credentials]]:
        """Every kind of source with the way to look there."""
        argument = auth.argument
        return {
            "env": self._environment,
            "keyring": partial(self._kept, self.keystore.load, owner, "the keyring"),
            "file": partial(self._kept, CredentialsFile.of(self.environ).load, owner, "credentials.toml, in clear"),
            "command": partial(from_command, owner.command, self.environ),
            "prompt": lambda: Credentials(self.ask(owner.profile), "typed for this session"),
            "aliyun": partial(aliyun_cli.from_aliyun_cli, self.environ, self.home, argument),
            "odpscmd": lambda: odpscmd.from_odps_config(self._odps_config(argument), self.environ),
            "ini": lambda: sdk_ini.from_sdk_ini(self._credentials_file(), self.environ, argument),
            "chain": alibabacloud.from_chain,
            "ecs": partial(alibabacloud.from_ecs, argument),
            "oidc": alibabacloud.from_oidc,
            "uri": partial(alibabacloud.from_uri, argument),
        }

    def first(self) -> Credentials | None:
        """Return the first whole identity: environment, aliyun CLI, odpscmd, SDK file. A half one ends the search in an error."""
        return from_environment(self.environ) or self.first_in_files()

    def first_in_files(self) -> Credentials | None:
        """Return the first whole identity in the files of other tools."""
        if aliyun_cli.config_path(self.home).is_file() and not aliyun_cli.is_ignored(self.environ):
            return aliyun_cli.from_aliyun_cli(self.environ, self.home)
        path = odpscmd.find_odps_config(self.environ, self.home)
        if path is not None and odpscmd.has_key(path):
            return odpscmd.from_odps_config(path, self.environ)
        path = sdk_ini.find_credentials_file(self.environ, self.home)
        return None if path is None else sdk_ini.from_sdk_ini(path, self.environ)

    def _kept(self, load: Callable[[str, str], AccessKey | None], owner: Owner, where: str) -> Credentials:
        if not owner.profile:
            raise NoCredentials(f"{where.capitalize()} holds the keys of profiles", remedy="Say which with --profile.")
        key = load(owner.profile, owner.host)
        if key is None:
            raise NoCredentials(
                f"There is no key of profile {owner.profile} in {where}",
                remedy=f"Run `odps-tui auth login --profile {owner.profile}`.",
            )
        return Credentials(key, where.removeprefix("the "))

    def _environment(self) -> Credentials:
        found = from_environment(self.environ)
        if found is None:
            raise NoCredentials("The environment names no credentials", remedy=HOW)
        return found

    def _odps_config(self, argument: str) -> Path:
        if argument:
            path = Path(argument).expanduser()
            return path / "odps_config.ini" if path.is_dir() else path
        found = odpscmd.find_odps_config(self.environ, self.home)
        if found is None:
            raise NoCredentials("No odps_config.ini was found", remedy="Say where it lies: auth = odpscmd:PATH.")
        return found

    def _credentials_file(self) -> Path:
        found = sdk_ini.find_credentials_file(self.environ, self.home)
        if found is None:
            raise NoCredentials("No credentials file of an SDK was found", remedy="It would be ~/.alibabacloud/credentials.")
        return found


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A place where an identity was found, to be chosen from a list.

    `auth` is what a profile would say to use it. `masked` is who, None when that is learned only by using it (a role, a
    program); `problem` says why it cannot be used, or is empty.
    """

    auth: str
    words: str
    masked: str | None = None
    problem: str = ""
    hints: PlaceHints = field(default_factory=PlaceHints)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", clean_line(self.words))


def find_sources(environ: Mapping[str, str], home: Path) -> list[FoundSource]:
    """Return every identity that lies about, in the order in which they would be taken.

    Reads files only: no program is run, no service is asked, the keyring is left alone.
    """
    identities = Identities(environ, home)
    found = [_looked("env", "environment", lambda: from_environment(environ))]
    found += _aliyun_profiles(environ, home)
    path = odpscmd.find_odps_config(environ, home)
    if path is not None:
        found.append(_looked(f"odpscmd:{path}", f"odpscmd, {shown(path)}", lambda: _filled_in(path, environ)))
    if sdk_ini.find_credentials_file(environ, home) is not None:
        found.append(_looked("ini", "SDK credentials file", lambda: identities.named(Auth("ini"), Owner())))
    return [source for source in found if source is not None]


def _looked(auth: str, words: str, look: Callable[[], Credentials | None]) -> FoundSource | None:
    try:
        credentials = look()
    except NoCredentials as error:
        return FoundSource(auth, words, problem=str(error))
    if credentials is None:
        return None
    return FoundSource(auth, words, credentials.masked, hints=credentials.hints)


def _aliyun_profiles(environ: Mapping[str, str], home: Path) -> list[FoundSource | None]:
    try:
        profiles = aliyun_cli.profile_modes(home)
    except NoCredentials as error:
        return [FoundSource("aliyun", "aliyun CLI", problem=str(error))]
    return [_aliyun_profile(environ, home, name, mode) for name, mode in profiles]


def _aliyun_profile(environ: Mapping[str, str], home: Path, name: str, mode: str) -> FoundSource | None:
    auth, words = f"aliyun:{name}", f"aliyun CLI, profile {name}"
    if mode.lower() not in aliyun_cli.WRITTEN_OUT:
        return FoundSource(auth, f"{words} ({mode})")
    return _looked(auth, words, lambda: aliyun_cli.from_aliyun_cli(environ, home, name))


def _filled_in(path: Path, environ: Mapping[str, str]) -> Credentials | None:
    return odpscmd.written_out(path, environ) if odpscmd.has_key(path) else None
