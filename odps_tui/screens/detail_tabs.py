"""The tabs of the detail pane, and what each of them has to be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from odps_tui.monitor import InstanceDetail, Reading
from odps_tui.monitor.detail import DetailPart


class Tab(StrEnum):
    """A tab by its name on the screen."""

    OVERVIEW = "Overview"
    SQL = "SQL"
    TASKS = "Tasks"
    RESULT = "Result"
    COST = "Cost"
    RAW = "Raw"


_ALWAYS = frozenset({DetailPart.PROGRESS, DetailPart.ERROR})
"""The progress pane is always there, and why something failed is worth more than any tab."""
_OWN = {
    Tab.OVERVIEW: {DetailPart.SOURCE},
    Tab.SQL: {DetailPart.SOURCE},
    Tab.RESULT: {DetailPart.SOURCE, DetailPart.RESULT},
    Tab.COST: {DetailPart.COST},
}


def wanted_by(tab: Tab) -> frozenset[DetailPart]:
    """Return the parts that are asked for while a tab is shown."""
    return _ALWAYS | _OWN.get(tab, set())


def readings_of(tab: Tab, detail: InstanceDetail) -> Iterator[Reading[object]]:
    """Yield what a tab shows, each with its own age and its own error."""
    match tab:
        case Tab.OVERVIEW | Tab.RAW:
            yield from (detail.instance, detail.tasks)
        case Tab.SQL:
            yield detail.job
        case Tab.TASKS:
            yield detail.tasks
        case Tab.RESULT:
            yield detail.results
        case Tab.COST:
            yield from detail.costs.values()


def comes_at_the_end(tab: Tab) -> bool:
    """Tell whether there is nothing to be read for a tab while the instance lives."""
    return tab in {Tab.RESULT, Tab.COST}


def is_read_once(tab: Tab, detail: InstanceDetail) -> bool:
    """Tell whether what a tab shows is not asked for again."""
    if tab is Tab.SQL:
        return detail.job.is_final
    return detail.is_terminated and detail.tasks.is_final and wanted_by(tab) <= detail.done


def faulty(detail: InstanceDetail | None) -> Iterable[str]:
    """Return the names of the tabs of which a part could not be read."""
    if detail is None:
        return ()
    return [tab.value for tab in Tab if any(reading.error is not None for reading in readings_of(tab, detail))]
