"""Roles, OIDC, ECS and the like, by the library alibabacloud-credentials: the extra `odps-tui[aliyun]`.

It is imported only here and only when asked for (a quarter of a second, eighteen packages), and only its synchronous calls are
used, in a daemon thread: its asynchronous ones stop the event loop. Its log goes to the terminal by itself, so it is muted.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from odps_tui.accounts import AccessKey
from odps_tui.config.aside import within
from odps_tui.config.credentials import Credentials
from odps_tui.errors import NoCredentials
from odps_tui.secret_str import SecretStr

_LIMIT = 30.0
_UNTOLD_LIFE = timedelta(minutes=20)
"""For how long a temporary key is used when the library does not say until when it lasts; it keeps and renews its own."""

_PROVIDERS = "alibabacloud_credentials.provider"


def from_cli_profile(name: str, path: Path, mode: str) -> Credentials:
    """Return what a profile of the aliyun CLI leads to. Raises NoCredentials."""
    options = {"profile_name": name, "profile_file": str(path)}
    return _asked("CLIProfileCredentialsProvider", options, f"aliyun CLI, profile {name} ({mode})")


def from_ini_section(section: str, path: Path, kind: str) -> Credentials:
    """Return what a section of the SDK's file leads to. Raises NoCredentials."""
    options = {"profile_name": section, "profile_file": str(path)}
    return _asked("ProfileCredentialsProvider", options, f"SDK credentials file, [{section}] ({kind})")


def from_chain() -> Credentials:
    """Return what the library's own chain finds first. Raises NoCredentials."""
    return _asked("DefaultCredentialsProvider", {}, "alibabacloud-credentials chain")


def from_ecs(role: str) -> Credentials:
    """Return the role of the ECS host we run on. Raises NoCredentials."""
    options = {"role_name": role or None, "async_update_enabled": False}
    return _asked("EcsRamRoleCredentialsProvider", options, f"ECS role {role}".strip())


def from_oidc() -> Credentials:
    """Return the role taken with an OIDC token. Raises NoCredentials."""
    return _asked("OIDCRoleArnCredentialsProvider", {}, "OIDC role")


def from_uri(uri: str) -> Credentials:
    """Return what the credentials address answers. Raises NoCredentials."""
    return _asked("URLCredentialsProvider", {"uri": uri or None}, "credentials URI")


def _asked(provider: str, options: dict[str, Any], source: str) -> Credentials:
    """Build the provider once, and ask it now; it is asked again for a renewal, as it knows when to fetch."""
    try:
        built = within(_LIMIT, lambda: _built(provider, options))
    except TimeoutError:
        raise NoCredentials(f"{source}: there was no answer in {_LIMIT:g} s") from None
    return _credentials(built, source)


def _built(provider: str, options: dict[str, Any]) -> Any:
    logging.getLogger("credentials").disabled = True
    try:
        providers = importlib.import_module(_PROVIDERS)
    except ImportError:
        raise NoCredentials(
            "This source of credentials needs alibabacloud-credentials", remedy="Install it: pip install 'odps-tui[aliyun]'."
        ) from None
    log = logging.getLogger("credentials")
    log.handlers.clear()
    log.propagate, log.disabled = False, True
    try:
        return getattr(providers, provider)(**options)
    except Exception as error:  # it raises whatever comes, and its words may hold an answer with a secret
        raise _refused(provider, error) from None


def _credentials(provider: Any, source: str) -> Credentials:
    try:
        found = within(_LIMIT, _guarded(provider.get_credentials, source))
    except TimeoutError:
        raise NoCredentials(f"{source}: there was no answer in {_LIMIT:g} s") from None
    key, secret, token = found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()
    if not key or not secret:
        raise NoCredentials(f"{source}: the answer holds no key")
    account = AccessKey(str(key), SecretStr(str(secret)), SecretStr(str(token)) if token else None)
    return Credentials(account, source, _expires(found, is_temporary=bool(token)), renew=partial(_credentials, provider, source))


def _expires(found: Any, *, is_temporary: bool) -> datetime | None:
    told = found.get_expiration() if hasattr(found, "get_expiration") else None
    if isinstance(told, int | float) and told > 0:
        return datetime.fromtimestamp(told, UTC)
    return datetime.now(UTC) + _UNTOLD_LIFE if is_temporary else None


def _guarded(call: Callable[[], Any], source: str) -> Callable[[], Any]:
    def guarded() -> Any:
        try:
            return call()
        except Exception as error:  # as above
            raise _refused(source, error) from None

    return guarded


def _refused(source: str, error: Exception) -> NoCredentials:
    return NoCredentials(f"{source}: no credentials could be had ({type(error).__name__})")
