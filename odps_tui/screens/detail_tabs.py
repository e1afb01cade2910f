"""The tabs of the detail pane: what each of them has to be asked for, and what can be copied from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from odps_tui.monitor import InstanceDetail, InstanceRow, Reading
from odps_tui.monitor.detail import DetailPart
from odps_tui.widgets.detail.answer_fields import answer_fields
from odps_tui.widgets.detail.tab_fields import cost_fields, overview_fields, result_fields, sql_fields, task_fields
from odps_tui.widgets.fields import Field


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


def fields_of(tab: Tab, row: InstanceRow, detail: InstanceDetail | None, project: str) -> Iterator[Field]:
    """Yield what can be copied from a tab; of a result that is a table, `cell_fields` knows more."""
    if tab is Tab.OVERVIEW:
        yield from overview_fields(row, detail, project)
    if detail is None:
        return
    match tab:
        case Tab.SQL:
            yield from sql_fields(detail)
        case Tab.TASKS:
            yield from task_fields(detail)
        case Tab.RESULT:
            yield from result_fields(detail)
        case Tab.COST:
            yield from cost_fields(row, detail)
        case Tab.RAW:
            yield from answer_fields(detail.answers)
