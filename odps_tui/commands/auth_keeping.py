"""`odps-tui auth login` and `logout`: a key into the keyring, tested before it is kept, and out of it again."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from odps_tui.accounts import AccessKey
from odps_tui.clients import open_client
from odps_tui.commands.asking_keys import ask_key, ask_line
from odps_tui.commands.output import tell
from odps_tui.config.config_directory import shown
from odps_tui.config.config_file import Reading, read_config
from odps_tui.config.config_writing import save_profile
from odps_tui.config.credentials import Credentials
from odps_tui.config.credentials_file import CredentialsFile
from odps_tui.config.keystore import Keystore, KeystoreError
from odps_tui.config.profiles import Profile
from odps_tui.config.settings import Settings, host_of
from odps_tui.errors import NoCredentials, NoPermission, SettingsError
from odps_tui.event_loop import run as on_our_loop
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.secret_str import SecretStr


@dataclass(frozen=True, slots=True)
class _Login:
    """What is to be kept."""

    name: str
    endpoint: str
    project: str
    region: str | None
    key: AccessKey


def login(arguments: argparse.Namespace) -> int:
    """Ask for what is missing, test the key, keep it, write the profile. What goes wrong leaves everything as it was."""
    reading = read_config(os.environ)
    wanted = _asked(arguments, reading)
    if not arguments.no_check:
        _test(wanted)
    host = host_of(wanted.endpoint)
    if arguments.insecure_storage:
        where, auth = f"{shown(CredentialsFile.of(os.environ).store(wanted.name, host, wanted.key))}, in clear", "file"
    else:
        where, auth = f"the keyring ({_keystore(reading).store(wanted.name, host, wanted.key)})", "keyring"
    place = {"endpoint": wanted.endpoint, "project": wanted.project, "auth": auth}
    if wanted.region:
        place["region"] = wanted.region
    path = save_profile(os.environ, wanted.name, place)
    tell(f"{wanted.key.masked} is kept in {where}; profile {wanted.name} is in {shown(path)}")
    return 0


def logout(arguments: argparse.Namespace) -> int:
    """Forget the key of a profile, wherever we keep it; the profile itself stays."""
    reading = read_config(os.environ)
    name = _name(arguments, reading)
    if not name:
        raise SettingsError("Whose key is to be forgotten?", remedy="Say --profile NAME.")
    forgotten = []
    try:
        if _keystore(reading).remove(name):
            forgotten.append("the keyring")
    except KeystoreError as error:
        tell(f"{error.cause}; whether it holds a key is not known")
    file = CredentialsFile.of(os.environ)
    if file.remove(name):
        forgotten.append(shown(file.path))
    tell(
        f"the key of profile {name} was removed from {' and '.join(forgotten)}"
        if forgotten
        else f"no key of profile {name} was kept"
    )
    return 0


def _keystore(reading: Reading) -> Keystore:
    return Keystore(reading.config.keyring.backend if reading.config else None)


def _name(arguments: argparse.Namespace, reading: Reading) -> str:
    default = reading.config.default_profile if reading.config else None
    return arguments.profile or os.environ.get("ODPS_TUI_PROFILE") or default or ""


def _asked(arguments: argparse.Namespace, reading: Reading) -> _Login:
    name = _name(arguments, reading) or _line(arguments, "Name of the profile [default]: ") or "default"
    known = reading.config.profiles.get(name, Profile()) if reading.config else Profile()
    endpoint = arguments.endpoint or known.endpoint or os.environ.get("ODPS_ENDPOINT") or _line(arguments, "Endpoint: ")
    address = Endpoint.parse(endpoint)
    if not address.is_public_service and not address.is_loopback:
        tell(f"{address.host} is no host of Alibaba Cloud; is it yours?")
    project = arguments.project or known.project or os.environ.get("ODPS_PROJECT_NAME") or _line(arguments, "Project: ")
    if not project:
        raise SettingsError("No project", remedy="Say --project NAME.")
    key = _key_from_stdin() if arguments.stdin else ask_key(name)
    return _Login(name, endpoint, project, arguments.region or known.region, key)


def _line(arguments: argparse.Namespace, question: str) -> str:
    """Ask for something, unless standard input is for the key or nobody is there."""
    if arguments.stdin or not sys.stdin.isatty():
        raise SettingsError(
            "Something is missing that cannot be asked for here", remedy="Say --profile, --endpoint and --project."
        )
    return ask_line(question)


def _key_from_stdin() -> AccessKey:
    key, secret = (sys.stdin.readline().strip() for _ in range(2))
    if not key or not secret:
        raise NoCredentials("Standard input holds no key", remedy="Two lines are read: the id, then the secret.")
    return AccessKey(key, SecretStr(secret))


def _test(wanted: _Login) -> None:
    """Raise what the service says against the key."""
    credentials = Credentials(wanted.key, "typed")
    settings = Settings(wanted.endpoint, wanted.project, credentials, wanted.region, tls_directory=Path())

    async def whoami() -> str:
        async with open_client(settings) as client:
            return (await client.whoami()).display_name

    try:
        tell(f"the service takes us for {on_our_loop(whoami())}")
    except NoPermission as error:  # the key is right, and may do little
        tell(f"the service knows the key, but says: {error}")
