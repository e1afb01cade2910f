"""Whether anybody has said yet where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from odps_tui.config.config_file import read_config

if TYPE_CHECKING:
    from odps_tui.config.settings import Flags

_OF_A_PLACE = ("ENDPOINT", "PROJECT", "REGION", "PROFILE", "AUTH")


def is_first_start(environ: Mapping[str, str], flags: Flags) -> bool:
    """Tell whether nobody has said yet where to look: no flag, no variable, no profile."""
    if any((flags.endpoint, flags.project, flags.profile, flags.auth)):
        return False
    variables = ("ODPS_ENDPOINT", "ODPS_PROJECT_NAME", "MAXCOMPUTE_ENDPOINT", "MAXCOMPUTE_PROJECT")
    if any(environ.get(name) for name in (*variables, *(f"ODPS_TUI_{name}" for name in _OF_A_PLACE))):
        return False
    config = read_config(environ).config
    return config is None or not config.profiles
