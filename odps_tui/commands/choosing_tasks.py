"""Which tasks of an instance a command is about."""

from __future__ import annotations

from collections.abc import Sequence

from odps_tui.errors import NoSuchObject


def chosen(names: Sequence[str], wanted: str | None) -> list[str]:
    """Return the wanted task's name, or all. Raises `NoSuchObject`, naming those there are."""
    if wanted is None:
        return list(names)
    if wanted not in names:
        error = NoSuchObject(f"The instance has no task {wanted!r}")
        error.remedy = f"It has {', '.join(names) or 'none'}."
        raise error
    return [wanted]
