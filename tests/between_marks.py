"""What a command found out, in its place in the README."""

from __future__ import annotations

from pathlib import Path


def write_between_marks(file: Path, name: str, text: str) -> None:
    """Replace what stands in a file between `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = file.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    assert all((begin, end)), f"{file} has no marks for {name}"
    file.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")
