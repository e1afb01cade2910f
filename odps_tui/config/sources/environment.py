"""Credentials in the environment: PyODPS's own variables first, then ALIBABA_CLOUD_* and its two other spellings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from odps_tui.accounts import AccessKey, BearerToken
from odps_tui.config.credentials import Credentials, access_key, expiration
from odps_tui.config.sources.documents import json_object, text_of
from odps_tui.errors import NoCredentials
from odps_tui.secret_str import SecretStr

_PREFIXES = ("ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_")
_NAMES = ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")
_STS = ("ODPS_STS_ACCESS_KEY_ID", "ODPS_STS_ACCESS_KEY_SECRET", "ODPS_STS_TOKEN")
_STS_FIELDS = ("accessKeyId", "accessKeySecret", "securityToken")
HOW = "Set {0}ACCESS_KEY_ID and {0}ACCESS_KEY_SECRET (and {0}SECURITY_TOKEN for a temporary key).".format(_PREFIXES[0])


def from_environment(environ: Mapping[str, str]) -> Credentials | None:
    """Return what the environment names; None when it names nothing, NoCredentials when it names a part or cannot be read."""
    return _sts(environ) or _bearer(environ) or _access_key(environ)


def _sts(environ: Mapping[str, str]) -> Credentials | None:
    if file := environ.get("ODPS_STS_ACCOUNT_FILE"):
        return _sts_file(Path(file).expanduser())
    if not any(environ.get(name) for name in _STS):
        return None
    missing = [name for name in _STS if not environ.get(name)]
    if missing:
        raise NoCredentials(
            f"Only a part of PyODPS's STS credentials is set: {', '.join(missing)} is missing", remedy="Set all three, or none."
        )
    key, secret, token = (environ[name] for name in _STS)
    return Credentials(AccessKey(key, SecretStr(secret), SecretStr(token)), "ODPS_STS_* in the environment")


def _sts_file(path: Path) -> Credentials:
    """PyODPS's account file, which others rewrite in time: accessKeyId, accessKeySecret, securityToken, expiration."""
    document = json_object(path, "ODPS_STS_ACCOUNT_FILE")
    account = access_key(document, _STS_FIELDS, "ODPS_STS_ACCOUNT_FILE is not an account file: it", token=True)
    return Credentials(account, "ODPS_STS_ACCOUNT_FILE", expiration(document.get("expiration")), renew=partial(_sts_file, path))


def _bearer(environ: Mapping[str, str]) -> Credentials | None:
    if file := environ.get("ODPS_BEARER_TOKEN_FILE"):
        return _bearer_file(Path(file).expanduser())
    token = environ.get("ODPS_BEARER_TOKEN", "")
    return Credentials(BearerToken(SecretStr(token)), "ODPS_BEARER_TOKEN in the environment") if token else None


def _bearer_file(path: Path) -> Credentials:
    token = text_of(path, "ODPS_BEARER_TOKEN_FILE").strip()
    if not token:
        raise NoCredentials("ODPS_BEARER_TOKEN_FILE names an empty file")
    return Credentials(BearerToken(SecretStr(token)), "ODPS_BEARER_TOKEN_FILE", renew=partial(_bearer_file, path))


def _access_key(environ: Mapping[str, str]) -> Credentials | None:
    """The first spelling of which anything is set, whole: never an id from one with a secret from another."""
    for prefix in _PREFIXES:
        key, secret, token = (environ.get(prefix + name) for name in _NAMES)
        if not key and not secret:
            continue
        if not key or not secret:
            half = prefix + (_NAMES[1] if key else _NAMES[0])
            raise NoCredentials(f"{half} is not set, its other half is", remedy=HOW)
        account = AccessKey(key, SecretStr(secret), SecretStr(token) if token else None)
        return Credentials(account, f"{prefix}* in the environment")
    return None
