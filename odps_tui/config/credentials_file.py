"""Access keys in clear, in `credentials.toml`: only for who types `auth = "file"` or `--insecure-storage`.

ssh's rule holds: a file that others can read, or that belongs to somebody else, is not read.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odps_tui.accounts import AccessKey
from odps_tui.config.config_directory import config_directory, shown
from odps_tui.config.config_writing import replace_file
from odps_tui.config.credentials import access_key
from odps_tui.config.keystore import require_host
from odps_tui.errors import NoCredentials

_FIELDS = ("access_key_id", "access_key_secret", "")


@dataclass(frozen=True, slots=True)
class CredentialsFile:
    """One table for each profile: access_key_id, access_key_secret, and the host they are for."""

    path: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> CredentialsFile:
        """Return this user's."""
        return cls(config_directory(environ) / "credentials.toml")

    def load(self, profile: str, host: str) -> AccessKey | None:
        """Return the key of a profile; None when there is none. Raises NoCredentials when the file must not be read."""
        table = self._tables().get(profile)
        if table is None:
            return None
        where = f"[{profile}] of {shown(self.path)}"
        if not isinstance(table, dict):
            raise NoCredentials(f"{where} is no table")
        key = access_key(table, _FIELDS, where)
        require_host(str(table.get("host") or ""), host, profile)
        return key

    def store(self, profile: str, host: str, key: AccessKey) -> Path:
        """Keep a key in clear, for its owner's eyes only. Raises NoCredentials, and SettingsError when it cannot be written."""
        if key.security_token is not None:
            raise NoCredentials("A temporary key is not kept: it ends by itself")
        table = {"access_key_id": key.access_id, "access_key_secret": key.secret.get_secret_value(), "host": host}
        self._write({**self._tables(), profile: table})
        return self.path

    def remove(self, profile: str) -> bool:
        """Forget the key of a profile; False when there was none."""
        tables = self._tables()
        if profile not in tables:
            return False
        self._write({name: table for name, table in tables.items() if name != profile})
        return True

    def _write(self, tables: Mapping[str, Any]) -> None:
        import tomlkit  # noqa: PLC0415 - 8 ms, and only for who saves

        replace_file(self.path, tomlkit.dumps(tables))

    def _tables(self) -> dict[str, Any]:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise NoCredentials(f"{shown(self.path)} cannot be read: {error.strerror}") from None
        with os.fdopen(descriptor, "rb") as file:
            self._require_private(os.fstat(file.fileno()))
            content = file.read()
        try:
            return tomllib.loads(content.decode("utf-8-sig"))
        except ValueError:
            raise NoCredentials(f"{shown(self.path)} is not TOML") from None

    def _require_private(self, status: os.stat_result) -> None:
        if not hasattr(os, "geteuid"):
            return
        if status.st_uid != os.geteuid():
            raise NoCredentials(f"{shown(self.path)} is not read: it belongs to somebody else")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise NoCredentials(f"{shown(self.path)} is not read: others can see it", remedy=f"chmod 600 {shown(self.path)}")
