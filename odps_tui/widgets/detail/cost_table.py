"""The Cost tab: what an instance has used, by task, with the formula; so far while it lives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from odps_tui.models import TaskCost
from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.widgets.detail.ages import fault_line
from odps_tui.widgets.notation import UNKNOWN, short_bytes

_NAME_CELLS = 14
_SMALLEST = 0.0001
_HEADING = f"{'TASK':<{_NAME_CELLS}} {'CPU core·h':>10} {'MEM GB·h':>9} {'INPUT':>7}"


def cost_table(row: InstanceRow, detail: InstanceDetail) -> Content:
    """Return the whole tab."""
    return Content("\n").join([*_lines(row, detail), Content(""), *_formula()])


def amount(value: float | None) -> str:
    """Write an amount of core·h or GB·h in few cells; `?` for None, and nothing that was used is written as 0."""
    if value is None:
        return UNKNOWN
    if 0 < value < _SMALLEST:
        return f"<{_SMALLEST}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.4f}"


def _lines(row: InstanceRow, detail: InstanceDetail) -> Iterator[Content]:
    yield Content.assemble(("Resources used", "bold"), "   ", ("not a bill", "bold $text-warning"))
    if not detail.is_terminated:
        yield from _so_far(row)
        return
    yield Content.styled(_HEADING, "$foreground-muted underline")
    for name, reading in detail.costs.items():
        if reading.error is not None:
            yield Content.assemble(f"{name}  ", fault_line(reading))
        else:
            yield _line(name, reading.value if reading.read_at is not None else None)
            yield from _arithmetic(reading.value)
    if not detail.costs:
        yield Content.styled("reading …" if detail.tasks.value else "The service names no task.", "$foreground-muted")
    if len(detail.costs) > 1:
        yield _line("all tasks", _sum(reading.value for reading in detail.costs.values()), derived="~")
    if any(reading.is_good and reading.value is None for reading in detail.costs.values()):
        yield Content.styled(f"{UNKNOWN}: the service has no summary of it; DDL has none.", "$foreground-muted")


def _so_far(row: InstanceRow) -> Iterator[Content]:
    info = row.info
    used = TaskCost(info.total_cpu_usage, info.total_memory_usage, None) if info is not None else TaskCost(None, None, None)
    yield Content.styled(_HEADING, "$foreground-muted underline")
    yield _line("so far", used, derived="~")
    yield Content.styled(
        "It has not ended: these are the live queue's totals, and their units are inferred. The service sums up at the end.",
        "$foreground-muted",
    )


def _line(name: str, cost: TaskCost | None, derived: str = "") -> Content:
    cost = cost or TaskCost(None, None, None)
    cells = [amount(cost.core_hours), amount(cost.memory_gb_hours), short_bytes(cost.input)]
    cpu, memory, size = (cell if cell == UNKNOWN else derived + cell for cell in cells)
    label = Content(name).truncate(_NAME_CELLS, ellipsis=True)
    return Content.assemble(label, " " * (_NAME_CELLS - label.cell_length), f" {cpu:>10} {memory:>9} {size:>7}")


def _arithmetic(cost: TaskCost | None) -> Iterator[Content]:
    """The same, from the service's own figures."""
    if cost is None:
        return
    figures = [
        f"{cost.cpu:,} / 100 / 3600" if cost.cpu is not None else "",
        f"{cost.memory:,} / 1024 / 3600" if cost.memory is not None else "",
        f"{cost.input:,} B" if cost.input is not None else "",
    ]
    yield Content.styled("  " + "  ·  ".join(filter(None, figures)), "$foreground-muted")


def _sum(costs: Iterable[TaskCost | None]) -> TaskCost:
    """Add up; what is not known of one is not known of all."""
    known = [cost or TaskCost(None, None, None) for cost in costs]

    def total(values: list[int | None]) -> int | None:
        told = [value for value in values if value is not None]
        return sum(told) if len(told) == len(values) else None

    return TaskCost(
        total([cost.cpu for cost in known]), total([cost.memory for cost in known]), total([cost.input for cost in known])
    )


def _formula() -> Iterator[Content]:
    yield Content.styled("FORMULA", "bold $text-accent")
    yield Content("core·h = CPU / 100 / 3600")
    yield Content("GB·h   = memory / 1024 / 3600")
    yield Content.styled("CPU in 1/100 core·s, memory in MB·s", "$foreground-muted")
    yield Content.styled(
        "What is billed is another thing: SQL by the input it scans times its complexity, or a quota by its size.",
        "$foreground-muted",
    )
