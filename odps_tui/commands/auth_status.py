"""`odps-tui auth status`: who we are, from where, until when, and what else lies about. No service is asked without --check."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from odps_tui.commands import output
from odps_tui.commands.connection import ask, settings_of
from odps_tui.commands.exits import exit_of
from odps_tui.commands.facts import iso
from odps_tui.config.identity import find_sources
from odps_tui.errors import OdpsTuiError

if TYPE_CHECKING:
    from odps_tui.config.identity import FoundSource
    from odps_tui.config.settings import Settings


def status(arguments: argparse.Namespace) -> int:
    """Write it; without a usable identity, what was found where, and the status of the error."""
    sources = find_sources(os.environ, Path(os.environ.get("HOME") or Path.home()))
    facts: dict[str, object] = {}
    problem = None
    try:
        facts = _facts(settings_of(arguments))
        if arguments.check:
            facts["service_says"] = ask(arguments, lambda client: client.whoami()).display_name
    except OdpsTuiError as error:
        problem = error
    _write(facts, sources, arguments.output)
    if problem is None:
        return 0
    output.tell(str(problem))
    return exit_of(problem)


def _facts(settings: Settings) -> dict[str, object]:
    credentials = settings.credentials
    return {
        "who": credentials.masked,
        "source": credentials.source,
        "expires": iso(credentials.expires),
        "renewed": credentials.renew is not None,
        "profile": settings.profile or None,
        "endpoint": settings.endpoint,
        "project": settings.project,
        "region": settings.region,
        "production": settings.production,
        "read_only": settings.read_only,
        "protected": settings.protected,
    }


def _write(facts: dict[str, object], sources: list[FoundSource], form: str) -> None:
    if form == "json":
        found = [{"auth": one.auth, "who": one.masked, "problem": one.problem or None} for one in sources]
        output.write_document({**facts, "found": found})
        return
    for name, value in _lines(facts):
        print(f"{name:<10}{value}")
    if sources:
        print(f"{chr(10) if facts else ''}found, in the order in which they would be taken:")
    width = max((len(one.auth) for one in sources), default=0)
    for one in sources:
        print(f"  --auth {one.auth:<{width}}  {one.problem or one.masked or 'learned when it is used'}  ({one.words})")


def _lines(facts: dict[str, object]) -> list[tuple[str, object]]:
    if not facts:
        return []
    care = [words for name, words in _CARE.items() if facts[name]]
    lines = [
        ("who", facts["who"]),
        ("from", facts["source"]),
        ("until", facts["expires"] or ("no end is known" + ("; read again when it is refused" if facts["renewed"] else ""))),
        ("profile", facts["profile"]),
        ("endpoint", facts["endpoint"]),
        ("project", facts["project"]),
        ("region", facts["region"]),
        ("care", ", ".join(care)),
        ("service", facts.get("service_says")),
    ]
    return [(name, value) for name, value in lines if value]


_CARE = {
    "production": "production",
    "read_only": "read-only",
    "protected": "a stop wants something typed",
}
