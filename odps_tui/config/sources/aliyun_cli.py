"""The aliyun CLI's `~/.aliyun/config.json`: profiles of many modes, of which AK, StsToken and External are read here."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from odps_tui.config.config_directory import shown
from odps_tui.config.credentials import Credentials, PlaceHints, access_key
from odps_tui.config.sources import alibabacloud
from odps_tui.config.sources.credential_command import from_command
from odps_tui.config.sources.documents import json_object
from odps_tui.errors import NoCredentials

_CHOICE = ("ALIBABACLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE")
_FIELDS = ("access_key_id", "access_key_secret", "sts_token")
WRITTEN_OUT = {"ak", "ststoken"}
"""Modes whose keys stand in the file itself."""

_BY_THE_LIBRARY = {
    "ramrolearn": "RamRoleArn",
    "chainableramrolearn": "ChainableRamRoleArn",
    "ecsramrole": "EcsRamRole",
    "oidc": "OIDC",
    "cloudsso": "CloudSSO",
    "oauth": "OAuth",
}


def config_path(home: Path) -> Path:
    """Return where the aliyun CLI keeps its profiles."""
    return home / ".aliyun" / "config.json"


def is_ignored(environ: Mapping[str, str]) -> bool:
    """Tell whether the user wants the file passed over where nobody asks for it by name."""
    return environ.get("ALIBABA_CLOUD_IGNORE_PROFILE", "").lower() == "true"


def profile_modes(home: Path) -> list[tuple[str, str]]:
    """Return name and mode of the profiles there are, the current one first. Raises NoCredentials."""
    path = config_path(home)
    if not path.exists():
        return []
    document = json_object(path, shown(path))
    modes: dict[str, str] = {}
    for profile in _profiles(document):
        modes.setdefault(profile["name"], str(profile.get("mode") or "AK"))
    return sorted(modes.items(), key=lambda profile: profile[0] != document.get("current"))


def from_aliyun_cli(environ: Mapping[str, str], home: Path, name: str = "") -> Credentials:
    """Return the identity of a profile: `name`, else what the environment chooses, else the current one.

    Where two profiles have one name the first counts, as for the CLI. Raises NoCredentials.
    """
    path = config_path(home)
    document = json_object(path, shown(path))
    chosen = name or next((environ[variable] for variable in _CHOICE if environ.get(variable)), "") or document.get("current")
    profile = next((profile for profile in _profiles(document) if profile["name"] == chosen), None)
    if profile is None:
        raise NoCredentials(
            f"{shown(path)} has no profile {chosen or 'that is the current one'}",
            remedy="`aliyun configure list` shows what it has.",
        )
    return _identity(profile, environ, home)


def _profiles(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    profiles = document.get("profiles")
    profiles = profiles if isinstance(profiles, list) else []
    return [profile for profile in profiles if isinstance(profile, dict) and isinstance(profile.get("name"), str)]


def _identity(profile: dict[str, Any], environ: Mapping[str, str], home: Path) -> Credentials:
    name, mode = profile["name"], str(profile.get("mode") or "AK").lower()
    where = f"profile {name} of {shown(config_path(home))}"
    hints = PlaceHints(region=str(profile.get("region_id") or "") or None)
    source = f"aliyun CLI, profile {name}"
    again = partial(from_aliyun_cli, environ, home, name)
    if mode in WRITTEN_OUT:
        fields = profile if mode == "ststoken" else {**profile, "sts_token": None}
        return Credentials(access_key(fields, _FIELDS, where, token=mode == "ststoken"), source, hints=hints, renew=again)
    if mode == "external":
        found = from_command(_argv(profile, where), environ, source=source)
        return Credentials(found.account, source, found.expires, hints, again)
    if mode in _BY_THE_LIBRARY:
        found = alibabacloud.from_cli_profile(name, config_path(home), _BY_THE_LIBRARY[mode])
        return Credentials(found.account, source, found.expires, hints, again)
    raise NoCredentials(f"{where} is of a mode that cannot sign here: {str(profile.get('mode'))[:30]}")


def _argv(profile: Mapping[str, Any], where: str) -> list[str]:
    try:
        return shlex.split(str(profile.get("process_command") or ""))
    except ValueError:
        raise NoCredentials(f"{where} has a process_command with a quote that is not closed") from None
