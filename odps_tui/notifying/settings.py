"""How somebody wants to be told: `[notify]` in config.toml, or the environment, which comes first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from odps_tui.errors import SettingsError
from odps_tui.secret_str import SecretStr

WAYS, COMMAND, WEBHOOK = "ODPS_TUI_NOTIFY", "ODPS_TUI_NOTIFY_COMMAND", "ODPS_TUI_NOTIFY_WEBHOOK"
_OFF = "off"


class Way(StrEnum):
    """By which the terminal tells it."""

    BELL = "bell"
    TITLE = "title"
    OSC9 = "osc9"
    OSC777 = "osc777"
    OSC99 = "osc99"


USUAL = frozenset({Way.BELL, Way.TITLE})
"""Nothing else is sure to arrive through tmux, screen and SSH."""


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """The ways of the terminal, a program with its arguments, and an address; an address may hold a token, so it is a secret."""

    ways: frozenset[Way] = USUAL
    command: tuple[str, ...] = ()
    webhook: SecretStr | None = None


def read_notify(
    environ: Mapping[str, str],
    *,
    ways: Sequence[str] | None = None,
    command: Sequence[str] | None = None,
    webhook: str | SecretStr | None = None,
) -> NotifySettings:
    """Return the settings; the arguments are what the file says. Raises SettingsError naming what cannot work."""
    named = environ.get(WAYS)
    told = [word.strip().lower() for word in named.split(",") if word.strip()] if named else ways
    address = environ.get(WEBHOOK) or (webhook.get_secret_value() if isinstance(webhook, SecretStr) else webhook)
    return NotifySettings(
        USUAL if told is None else _ways(told),
        _command(environ[COMMAND]) if environ.get(COMMAND) else tuple(command or ()),
        _webhook(address) if address else None,
    )


def _ways(words: Sequence[str]) -> frozenset[Way]:
    if list(words) == [_OFF]:
        return frozenset()
    try:
        return frozenset(Way(word) for word in words)
    except ValueError:
        raise SettingsError(
            f"Nobody can be notified by {', '.join(words)[:60]}", remedy=f"Use some of {', '.join(Way)}, or off ({WAYS})."
        ) from None


def _command(text: str) -> tuple[str, ...]:
    """Read an argv: a list in JSON, for no shell reads it; a lone word is a program without arguments."""
    if not text.lstrip().startswith("["):
        return (text,)
    try:
        words = json.loads(text)
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise SettingsError(f"{COMMAND} is no list of words", remedy='Write a program, or ["program", "argument"].')
    return tuple(words)


def _webhook(address: str) -> SecretStr:
    """Check an address without saying it: it may hold a token."""
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good or not address.isascii() or not address.isprintable():
        raise SettingsError(f"The webhook is no address ({WEBHOOK})", remedy="It begins with https://.")
    return SecretStr(address)
