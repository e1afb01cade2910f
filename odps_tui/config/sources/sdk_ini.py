"""The credentials file of Alibaba Cloud's SDKs: sections with a `type`, of which keys are read here."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from odps_tui.config.config_directory import shown
from odps_tui.config.credentials import Credentials, access_key
from odps_tui.config.sources import alibabacloud
from odps_tui.config.sources.documents import text_of
from odps_tui.errors import NoCredentials

_NAMES = ("credentials", "credentials.ini")
"""The SDKs differ: Go and the manual have the first, Python the second."""

_FIELDS = ("access_key_id", "access_key_secret", "security_token")
_BY_THE_LIBRARY = {"ecs_ram_role", "ram_role_arn", "oidc_role_arn", "rsa_key_pair"}


def find_credentials_file(environ: Mapping[str, str], home: Path) -> Path | None:
    """Return the file that ALIBABA_CLOUD_CREDENTIALS_FILE names, else the first of the usual ones that is there."""
    named = environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    if named:
        return Path(named).expanduser()
    return next((path for name in _NAMES if (path := home / ".alibabacloud" / name).is_file()), None)


def from_sdk_ini(path: Path, environ: Mapping[str, str], section: str = "") -> Credentials:
    """Return the identity in a section: `section`, else ALIBABA_CLOUD_PROFILE, else `default`. Raises NoCredentials."""
    section = section or environ.get("ALIBABA_CLOUD_PROFILE") or "default"
    fields = _section(path, section)
    where, kind = f"[{section}] of {shown(path)}", fields.get("type", "access_key")
    if fields.get("enable", "true").lower() in {"false", "0", "no"}:
        raise NoCredentials(f"{where} is switched off (enable)")
    source = f"{shown(path)}, [{section}]"
    again = partial(from_sdk_ini, path, environ, section)
    if kind in _BY_THE_LIBRARY:
        found = alibabacloud.from_ini_section(section, path, kind)
        return Credentials(found.account, source, found.expires, found.hints, again)
    if kind not in {"access_key", "sts"}:
        raise NoCredentials(f"{where} is of a type that cannot sign here: {kind[:30]}")
    return Credentials(access_key(fields, _FIELDS, where, token=kind == "sts"), source, renew=again)


def _section(path: Path, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=("#",), allow_no_value=True)
    try:
        parser.read_string(text_of(path, shown(path)))
    except configparser.Error:
        raise NoCredentials(f"{shown(path)} is no file of sections") from None
    if not parser.has_section(section):
        others = ", ".join(parser.sections()[:8])
        raise NoCredentials(f"{shown(path)} has no section [{section}]", remedy=f"It has {others}." if others else "It is empty.")
    return {name: value or "" for name, value in parser[section].items()}
