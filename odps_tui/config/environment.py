"""Credentials in the environment: whole identities only, never an id from one place with a secret from another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from odps_tui.accounts import AccessKey, Account, BearerToken
from odps_tui.errors import SettingsError

_KEY = "ALIBABA_CLOUD_ACCESS_KEY_ID"
_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"
_HOW = f"Set {_KEY} and {_SECRET} (and {_TOKEN} for a temporary key), or try `odps-tui --demo`."


def account_from(environ: Mapping[str, str]) -> Account:
    """Return the account that the environment names: PyODPS's own variables first, then ALIBABA_CLOUD_*.

    Raises SettingsError when there is none, or only half of one.
    """
    account = _pyodps_sts(environ) or _pyodps_bearer(environ) or _access_key(environ)
    if account is None:
        raise SettingsError("No credentials in the environment", remedy=_HOW)
    return account


def _pyodps_sts(environ: Mapping[str, str]) -> AccessKey | None:
    file = environ.get("ODPS_STS_ACCOUNT_FILE")
    if file:
        return _sts_file(Path(file).expanduser())
    names = ("ODPS_STS_ACCESS_KEY_ID", "ODPS_STS_ACCESS_KEY_SECRET", "ODPS_STS_TOKEN")
    if not any(environ.get(name) for name in names):
        return None
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise SettingsError(f"Only a part of PyODPS's STS credentials is set: {', '.join(missing)} is missing", remedy=_HOW)
    key, secret, token = (environ[name] for name in names)
    return AccessKey(key, SecretStr(secret), SecretStr(token))


def _sts_file(path: Path) -> AccessKey:
    """PyODPS's account file: a JSON object with accessKeyId, accessKeySecret, securityToken (protocol §2.5)."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        key, secret, token = (str(document[name]) for name in ("accessKeyId", "accessKeySecret", "securityToken"))
    except OSError as error:
        raise SettingsError(f"ODPS_STS_ACCOUNT_FILE cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            "ODPS_STS_ACCOUNT_FILE is not an account file", remedy="It must hold accessKeyId, accessKeySecret, securityToken."
        ) from None
    return AccessKey(key, SecretStr(secret), SecretStr(token))


def _pyodps_bearer(environ: Mapping[str, str]) -> BearerToken | None:
    file = environ.get("ODPS_BEARER_TOKEN_FILE")
    if file:
        try:
            token = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise SettingsError("ODPS_BEARER_TOKEN_FILE cannot be read") from None
    else:
        token = environ.get("ODPS_BEARER_TOKEN", "")
    return BearerToken(SecretStr(token)) if token else None


def _access_key(environ: Mapping[str, str]) -> AccessKey | None:
    key, secret, token = environ.get(_KEY), environ.get(_SECRET), environ.get(_TOKEN)
    if not key and not secret:
        return None
    if not key or not secret:
        raise SettingsError(f"{_SECRET if key else _KEY} is not set, its other half is", remedy=_HOW)
    return AccessKey(key, SecretStr(secret), SecretStr(token) if token else None)
