"""What is kept of a crash: where it happened, and nothing of what was being handled."""

from __future__ import annotations

import os
import platform
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from odps_tui import __version__
from odps_tui.config.config_directory import shown
from odps_tui.config.state_directory import state_directory
from odps_tui.safe_text import clean, clean_line

_SECRETS = (
    re.compile(
        r"(?i)((?:proxy-)?authorization[\w-]*|x-odps-bearer-token|application-authentication|(?:set-)?cookie)(['\"]?\s*[:=,]\s*).+"
    ),
    re.compile(r"(?i)\b(token|signature|securitytoken|secret|password|access_?key_?secret)(['\"]?\s*[=:]\s*)[^&\s,)]+"),
    re.compile(r"(//)([^/\s:@]+:)[^/\s@]+(?=@)"),
)
_FRAMES = 30


def redacted(text: str) -> str:
    """Return a text without what looks like a header, a query field, a password or a key of ours."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1\2…", text)
    return text


def trace_of(error: BaseException) -> str:
    """Return where an error came from, without local variables (they hold anything), its words redacted."""
    return redacted("".join(traceback.format_exception(error, limit=-_FRAMES)))


def write_crash_report(error: BaseException) -> Path | None:
    """Keep a report, readable by this user only; return where it lies, or None when it cannot be kept."""
    now = datetime.now(UTC)
    path = state_directory() / f"crash-{now:%Y%m%dT%H%M%S.%fZ}.txt"
    terminal = clean_line(os.environ.get("TERM", ""))
    head = f"odps-tui {__version__}, Python {platform.python_version()}, {platform.platform()}, TERM={terminal}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{now:%Y-%m-%dT%H:%M:%SZ}\n{head}\n\n{clean(trace_of(error))}")
    except OSError:
        return None
    return path


def crash_words(error: BaseException) -> str:
    """Keep a report and return what to say: one sentence with its place, or the trace itself where nothing can be written."""
    path = write_crash_report(error)
    if path is None:
        return f"odps-tui has a bug and had to stop, and no report of it can be kept:\n\n{clean(trace_of(error))}"
    what = f"odps-tui has a bug and had to stop ({type(error).__name__})"
    return f"{what}. Where it happened is in {shown(path)}; no secret is in it."
