"""What a run of the program needs to know, from flags first and the environment second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odps_tui.accounts import Account
from odps_tui.config.environment import account_from
from odps_tui.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to look and who we are. `note` is shown before the place (`demo`).

    From a `read_only` place nothing is stopped; in a `protected` one a stop wants something typed.
    """

    endpoint: str
    project: str
    account: Account
    region: str | None = None
    logview_host: str | None = None
    note: str = ""
    read_only: bool = False
    protected: bool = False


def read_settings(
    environ: Mapping[str, str],
    *,
    endpoint: str | None = None,
    project: str | None = None,
    region: str | None = None,
) -> Settings:
    """Return the settings; raises SettingsError naming the first thing that is missing. Secrets come from `environ` only."""
    return Settings(
        endpoint=_needed(endpoint or environ.get("ODPS_ENDPOINT"), "endpoint", "ODPS_ENDPOINT"),
        project=_needed(project or environ.get("ODPS_PROJECT_NAME"), "project", "ODPS_PROJECT_NAME"),
        account=account_from(environ),
        region=region or environ.get("ODPS_REGION_NAME") or None,
        logview_host=environ.get("ODPS_LOGVIEW_HOST") or None,
        read_only=_is_on(environ, "ODPS_TUI_READ_ONLY"),
        protected=_is_on(environ, "ODPS_TUI_PROTECTED"),
    )


def _needed(value: str | None, name: str, variable: str) -> str:
    if not value:
        raise SettingsError(f"No {name}", remedy=f"Say --{name} or set {variable}, or try `odps-tui --demo`.")
    return value


def _is_on(environ: Mapping[str, str], variable: str) -> bool:
    """Tell whether a switch is on. What cannot be read is refused: a typing mistake must not switch a safety off."""
    value = environ.get(variable, "").strip().lower()
    if value in {"", "0", "no", "off", "false"}:
        return False
    if value in {"1", "yes", "on", "true"}:
        return True
    raise SettingsError(f"{variable} is neither on nor off", remedy="Use 1 or 0.")
