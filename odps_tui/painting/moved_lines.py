"""Lines of a widget that stand elsewhere now and look as before: they are written again, and drawn no second time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from textual.geometry import Region
from textual.widget import Widget

from odps_tui.painting.terminal import objection


def repaint(widget: Widget, lines: Iterable[int], moved: Mapping[int, int]) -> Collection[int]:
    """Repaint `lines`, which increase, of a widget that draws line by line; return which of them need not be drawn.

    `moved` tells of lines where they were: to put a border around a line and to filter its colours takes longer than to draw it.
    All are counted from the first line of the content. With a Textual whose memory is not known all are drawn.
    """
    regions = [Region(0, begin, widget.content_region.width, end - begin) for begin, end in _runs(lines)]
    if objection():
        widget.refresh(*regions)
        return ()
    known, top = widget._styles_cache, widget.content_offset.y  # noqa: SLF001 - Textual's own memory of what is drawn
    drawn = {y: known._cache.get(before + top) for y, before in moved.items() if not known.is_dirty(before + top)}  # noqa: SLF001
    widget.refresh(*regions)
    kept = {y: strip for y, strip in drawn.items() if strip is not None}
    for y, strip in kept.items():
        known._cache[y + top] = strip  # noqa: SLF001
        known._dirty_lines.discard(y + top)  # noqa: SLF001
    return kept.keys()


def _runs(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Return where lines that follow each other begin and end."""
    runs: list[tuple[int, int]] = []
    for y in lines:
        if runs and runs[-1][1] == y:
            runs[-1] = (runs[-1][0], y + 1)
        else:
            runs.append((y, y + 1))
    return runs
