"""The figures of a soak as the README shows them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.soak.soaking import Figure


def table(figures: Sequence[Figure]) -> str:
    """Return a line for each figure, with its goal and whether it was met."""
    lines = ["| what | figure | goal | met |", "|---|---:|---:|---|"]
    for figure in figures:
        met = "yes" if figure.is_met else "**no**"
        lines.append(
            f"| {figure.name.strip()} | {_written(figure.value, figure.unit)} | ≤ {_written(figure.goal, figure.unit)} | {met} |"
        )
    return "\n".join(lines)


def _written(value: float, unit: str) -> str:
    return f"{value:,.1f}".removesuffix(".0") + (f" {unit}" if unit else "")
