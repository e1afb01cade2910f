"""Where this user's settings lie: `config.toml`, and `credentials.toml` for who asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_config_path

from odps_tui.safe_text import clean_line


def config_directory(environ: Mapping[str, str]) -> Path:
    """Return ODPS_TUI_CONFIG_DIR, else the user's own; never the working directory: a checkout could redirect the endpoint."""
    named = environ.get("ODPS_TUI_CONFIG_DIR")
    return Path(named).expanduser().absolute() if named else user_config_path("odps-tui")


def config_file(environ: Mapping[str, str]) -> Path:
    """Return where the profiles are written."""
    return config_directory(environ) / "config.toml"


def shown(path: Path) -> str:
    """Return a path as people write it, clean, with `~` for the home directory."""
    try:
        return clean_line(f"~/{path.relative_to(Path.home())}")
    except (ValueError, RuntimeError):
        return clean_line(str(path))
