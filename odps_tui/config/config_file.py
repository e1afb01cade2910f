"""`config.toml`: read whole, checked, and refused with the place of what is wrong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from odps_tui.config.config_directory import config_file, shown
from odps_tui.config.config_mistakes import Mistake, line_of, type_mistakes, unknown_keys
from odps_tui.config.profiles import Config
from odps_tui.errors import SettingsError
from odps_tui.safe_text import clean_document

_MOST_BYTES = 1_000_000
_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


class ConfigError(SettingsError):
    """The file cannot be used. `mistakes` holds everything that is wrong in it."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        first, *others = [mistake for mistake in mistakes if not mistake.warning]
        more = f" and {len(others)} more" if others else ""
        super().__init__(f"{shown(path)}, {first}{more}", remedy="`odps-tui config validate` shows everything." if others else "")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a look at the file brought: its settings, None when they cannot be used, and every mistake."""

    path: Path
    config: Config | None
    mistakes: tuple[Mistake, ...] = ()
    exists: bool = True

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is passed over, each in a sentence with the file's name."""
        return tuple(f"{shown(self.path)}, {mistake}" for mistake in self.mistakes if mistake.warning)


NO_FILE = Reading(Path(), Config.EMPTY, exists=False)
"""As if there were no file."""


def read_config(environ: Mapping[str, str]) -> Reading:
    """Read this user's file; where there is none, everything is as if it were empty. Raises ConfigError."""
    reading = inspect_config(config_file(environ))
    if reading.config is None:
        raise ConfigError(reading.path, reading.mistakes)
    return reading


def inspect_config(path: Path) -> Reading:
    """Look at a file and tell every mistake in it; raises nothing."""
    try:
        text = _text(path)
    except FileNotFoundError:
        return Reading(path, Config.EMPTY, exists=False)
    except _Unusable as error:
        return Reading(path, None, (Mistake(str(error)),))
    return inspect_text(path, text)


def inspect_text(path: Path, text: str) -> Reading:
    """Look at what stands in a file, or is going to."""
    try:
        document = clean_document(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Reading(path, None, (_syntax_mistake(str(error)),))
    except RecursionError:
        return Reading(path, None, (Mistake("it is nested deeper than any settings are"),))
    return _checked(path, document, text)


class _Unusable(Exception):
    """The file must not or cannot be read."""


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            _require_ours(os.fstat(file.fileno()))
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Unusable(f"it cannot be read: {error.strerror}") from None
    if len(content) > _MOST_BYTES:
        raise _Unusable("it is larger than any settings are")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _Unusable(f"line {content[: error.start].count(10) + 1}: it is not in UTF-8") from None


def _require_ours(status: os.stat_result) -> None:
    """Whoever may write this file decides where our signed requests go, and which program is run for a key."""
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid not in {os.geteuid(), 0}:
        raise _Unusable("it belongs to somebody else, who could send us anywhere")
    if status.st_mode & 0o022:
        raise _Unusable("others may write it, and could send us anywhere; chmod go-w it")


def _syntax_mistake(words: str) -> Mistake:
    place = _PLACE.search(words)
    return Mistake(f"it is not TOML: {_PLACE.sub('', words)}", line=int(place[1]) if place else None)


def _checked(path: Path, document: Mapping[str, object], text: str) -> Reading:
    from pydantic import ValidationError  # noqa: PLC0415 - 80 ms, and only for who has a file

    from odps_tui.config.config_schema import checked  # noqa: PLC0415

    warnings = unknown_keys(document, text)
    try:
        config = checked(document)
    except ValidationError as error:
        return Reading(path, None, tuple(in_order([*type_mistakes(error, text), *warnings])))
    mistakes = [*_contradictions(config, text), *warnings]
    usable = all(mistake.warning for mistake in mistakes)
    return Reading(path, config if usable else None, tuple(in_order(mistakes)))


def _contradictions(config: Config, text: str) -> list[Mistake]:
    """What is right by itself and wrong together."""
    found = []
    if config.default_profile is not None and config.default_profile not in config.profiles:
        found.append(
            Mistake(f"names no profile. {known_profiles(config)}", "default_profile", line_of(text, ("default_profile",)))
        )
    for name, profile in config.profiles.items():
        if profile.auth == "command" and profile.credential_command is None:
            place = ("profiles", name, "auth")
            found.append(Mistake("needs credential_command", f"profiles.{name}.auth", line_of(text, place)))
    return found


def known_profiles(config: Config) -> str:
    """Say which profiles there are."""
    return f"There are {', '.join(sorted(config.profiles))}." if config.profiles else "The file has none."


def in_order(mistakes: list[Mistake]) -> list[Mistake]:
    """Return them as they stand in the file."""
    return sorted(mistakes, key=lambda mistake: mistake.line or 0)
