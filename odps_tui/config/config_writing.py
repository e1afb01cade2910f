"""Writing a profile into `config.toml`: comments and order of what stands there stay, and the file is whole at every moment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from odps_tui.config.config_directory import config_file, shown
from odps_tui.config.config_file import ConfigError, inspect_config, inspect_text
from odps_tui.errors import SettingsError


def save_profile(environ: Mapping[str, str], name: str, values: Mapping[str, object]) -> Path:
    """Set `values` in the profile `name`, made where there is none; the first profile becomes the default one.

    A value of None takes its key away. Returns the file's path. Raises ConfigError when the file holds mistakes, which are not
    written over, or when it would hold one; SettingsError when it cannot be written. Secrets have no place in it.
    """
    import tomlkit  # noqa: PLC0415 - 8 ms, and only for who saves

    path = config_file(environ)
    before = inspect_config(path)
    if before.config is None:
        raise ConfigError(path, before.mistakes)
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if before.exists else tomlkit.document()
    except OSError as error:
        raise SettingsError(f"{shown(path)} cannot be read: {error.strerror}") from None
    if not before.config.profiles and before.config.default_profile is None:
        document["default_profile"] = name
    profiles = document.setdefault("profiles", tomlkit.table(is_super_table=True))
    profile = profiles.setdefault(name, tomlkit.table())
    for key, value in values.items():
        if value is None:
            profile.pop(key, None)
        else:
            profile[key] = value
    text = tomlkit.dumps(document)
    after = inspect_text(path, text)
    if after.config is None:
        raise ConfigError(path, after.mistakes)
    replace_file(path, text)
    return path


def replace_file(path: Path, text: str) -> None:
    """Put a file of our own in the place of another at once: 0600, in a directory of 0700. Raises SettingsError."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{shown(path)} cannot be written: {error.strerror}") from None
