"""odpscmd's `odps_config.ini`: a Java properties file without sections, which may lie anywhere."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from odps_tui.config.config_directory import shown
from odps_tui.config.credentials import Credentials, PlaceHints, access_key
from odps_tui.config.sources.credential_command import from_command
from odps_tui.config.sources.documents import text_of
from odps_tui.errors import NoCredentials

_FILE = "odps_config.ini"
_FIELDS = ("access_id", "access_key", "sts_token")
_OWN_KEYS = {"", "aliyun", "access_key", "sts"}
_LONGEST = 600.0
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")


def find_odps_config(environ: Mapping[str, str], home: Path) -> Path | None:
    """Return the file of an installation: `~/.odpscmd`, the home directory, then beside the `odpscmd` on the PATH."""
    places = [home / ".odpscmd" / _FILE, home / ".odpscmd" / "conf" / _FILE, home / _FILE]
    program = shutil.which("odpscmd", path=environ.get("PATH", ""))
    if program:
        places.append(Path(program).resolve().parent.parent / "conf" / _FILE)
    return next((place for place in places if place.is_file()), None)


def from_odps_config(path: Path, environ: Mapping[str, str]) -> Credentials:
    """Return the identity in a file, and the place it names. Raises NoCredentials."""
    settings = read_properties(text_of(path, shown(path)))
    where, source = shown(path), f"odpscmd's {shown(path)}"
    hints = PlaceHints(
        endpoint=settings.get("end_point") or None,
        project=settings.get("project_name") or None,
        region=settings.get("region_id") or None,
        logview_host=settings.get("log_view_host") or None,
    )
    again = partial(from_odps_config, path, environ)
    provider = settings.get("account_provider", "").lower()
    if provider == "external":
        found = from_command(_argv(settings, where), environ, source=source, limit=_limit(settings))
        return Credentials(found.account, source, found.expires, hints, again)
    if provider not in _OWN_KEYS:
        raise NoCredentials(
            f"{where} has account_provider={provider[:30]}, which cannot be read from there",
            remedy="Name the role in ~/.aliyun/config.json and use auth = aliyun:NAME.",
        )
    return Credentials(access_key(settings, _FIELDS, where, token=provider == "sts"), source, hints=hints, renew=again)


def written_out(path: Path, environ: Mapping[str, str]) -> Credentials | None:
    """Return the identity in a file; None when a program would have to be run for it."""
    provider = read_properties(text_of(path, shown(path))).get("account_provider", "")
    return None if provider.lower() == "external" else from_odps_config(path, environ)


def has_key(path: Path) -> bool:
    """Tell whether anything is filled in; what an installation brings is a form of empty lines."""
    settings = read_properties(text_of(path, shown(path)))
    return any(settings.get(name) for name in ("access_id", "access_key", "processCommand"))


class _Properties(configparser.RawConfigParser):
    """Names keep their capitals: processCommand."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def read_properties(text: str) -> dict[str, str]:
    """Read a Java properties file: `=` or `:`, comments with # or !, the last of two lines with one name counts."""
    parser = _Properties(
        strict=False, delimiters=("=", ":"), comment_prefixes=("#", "!"), allow_no_value=True, default_section="\0"
    )
    lines = [line.strip() for line in text.splitlines()]  # an indented line would go on with the one before
    section = "properties"
    try:
        parser.read_string("\n".join([f"[{section}]", *(line for line in lines if line and not line.startswith("["))]))
    except configparser.Error:
        raise NoCredentials("odps_config.ini holds lines that are no settings") from None
    return {name: _ESCAPE.sub(_unescaped, value or "").strip() for name, value in parser[section].items()}


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]


def _argv(settings: Mapping[str, str], where: str) -> list[str]:
    try:
        return shlex.split(settings.get("processCommand", ""))
    except ValueError:
        raise NoCredentials(f"{where} has a processCommand with a quote that is not closed") from None


def _limit(settings: Mapping[str, str]) -> float:
    told = settings.get("processCommandTimeout", "")
    return min(_LONGEST, float(told)) if told.isascii() and told.isdigit() and int(told) > 0 else 60.0
