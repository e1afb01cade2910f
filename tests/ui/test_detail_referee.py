"""The referee: what the tabs say of an instance is what PyODPS says of the same instance at the same moment.

The clock is ours and stands still between looks. It begins at this machine's time, because PyODPS signs with that.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from odps_tui.safe_text import clean, clean_line
from odps_tui.screens.detail_tabs import Tab
from odps_tui.widgets.detail.cost_table import amount
from odps_tui.widgets.detail.task_list import TASK_WORDS
from odps_tui.widgets.notation import id_tail, short_bytes
from tests.ui.conftest import Session, open_dashboard
from tests.ui.test_detail import seen, show
from tests.ui.test_progress import look_again

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps import ODPS

FIGURES = re.compile(r"\s+")


@dataclass
class Theirs:
    """Everything that PyODPS tells of one instance."""

    owner: str
    status: str
    start: datetime
    end: datetime | None
    priority: int
    tasks: dict[str, Any]
    queue: dict[str, Any]
    queries: list[str]
    settings: dict[str, str]
    results: dict[str, str] = field(default_factory=dict)
    costs: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of an XFlow, by name: id and status."""


def ask_pyodps(session: Session, instance_id: str) -> Theirs:
    identity, endpoint = session.service.identity, session.service.endpoint
    odps = ODPS(identity.access_id, identity.secret, project="demo_project", endpoint=endpoint, overwrite_global=False)
    instance = odps.get_instance(instance_id)
    instance.reload()
    tasks = instance.get_task_statuses()
    is_ended = instance.is_terminated()
    is_xflow = any(task.type == "AlgoTask" for task in tasks.values())
    settings: dict[str, str] = {}
    for task in instance.tasks:
        settings |= json.loads(task.properties.get("settings") or "{}") if task.properties else {}
    return Theirs(
        owner=instance.owner,
        status=instance._getattr("_status").value,
        start=instance.start_time,
        end=instance.end_time,
        priority=instance.priority,
        tasks=tasks,
        queue=instance.get_queueing_info()._properties,
        queries=[task.query for task in instance.tasks if getattr(task, "query", None)],
        settings=settings,
        results=instance.get_task_results() if is_ended else {},
        costs={name: instance.get_task_cost(name) for name in tasks} if is_ended else {},
        steps={
            name: (step.id, step._getattr("_status").value if step.reload() is None else "")
            for name, step in odps.get_xflow_sub_instances(instance).items()
        }
        if is_xflow
        else {},
    )


def clock(moment: datetime | None, now: datetime) -> str:
    """PyODPS's times are local and carry no zone, as `now` here. Of another day they are shown with their date."""
    if moment is None:
        return "?"
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%m-%d %H:%M:%S}"


def now_of(session: Session) -> datetime:
    return datetime.fromtimestamp(session.clock.now)  # noqa: DTZ006  # as PyODPS has it


def squeezed(text: str) -> str:
    return FIGURES.sub(" ", text)


async def tab_text(session: Session, tab: Tab) -> str:
    await show(session, tab)
    pane = session.screen.detail_pane
    await session.until(lambda: not pane.text.display or pane.text.is_ready)
    await session.until(lambda: pane.table.display or "reading" not in seen(session), f"{tab} is read")
    return squeezed(seen(session))


def overview_words(theirs: Theirs, now: datetime) -> Iterator[str]:
    yield f"Owner {clean_line(theirs.owner)}"
    yield f"Status {theirs.status}"
    yield f"priority {theirs.priority}"
    yield f"Task {', '.join(theirs.tasks)}"
    yield f"Type {', '.join(dict.fromkeys(task.type for task in theirs.tasks.values()))}"
    yield f"Started {clock(theirs.start, now)} ended {'not yet' if theirs.end is None else clock(theirs.end, now)}"
    queue = theirs.queue
    if queue:
        place = f"place {queue['waitPos']} of {queue['queueLength']}" if queue["waitPos"] else "not waiting for its turn"
        yield f"Queue {place}"
        yield f"Uses {queue['cpuUsage'] / 100:g} cores, {short_bytes(queue['memUsage'] * 1024 * 1024)} now"
        for phase in queue["subStatusHistory"]:
            yield f"{phase['code']} {phase['description']}"


def task_words(theirs: Theirs, now: datetime) -> Iterator[str]:
    for name, task in theirs.tasks.items():
        yield f"{clean_line(name)} {task.type}"
        for attempt in (*(task.histories or ()), task):
            word = TASK_WORDS[attempt.status.value.capitalize()]
            end = clock(attempt.end_time, now) if attempt.end_time is not None else "still"
            yield f"{word} {clock(attempt.start_time, now)} → {end}"


def cost_words(theirs: Theirs) -> Iterator[str]:
    for name, cost in theirs.costs.items():
        core_hours, memory = cost.cpu_cost / 360_000, cost.memory_cost / 3_686_400
        yield f"{clean_line(name)[:13]}"
        yield f"{amount(core_hours)} {amount(memory)} {short_bytes(cost.input_size)}"
        yield f"{cost.cpu_cost:,} / 100 / 3600 · {cost.memory_cost:,} / 1024 / 3600 · {cost.input_size:,} B"


async def assert_same(session: Session, instance_id: str) -> Theirs:
    """Look at every tab; each word and figure of PyODPS's must be there."""
    theirs = await asyncio.to_thread(ask_pyodps, session, instance_id)
    overview = await tab_text(session, Tab.OVERVIEW)
    for words in overview_words(theirs, now_of(session)):
        assert squeezed(words) in overview, words
    tasks = await tab_text(session, Tab.TASKS)
    for words in task_words(theirs, now_of(session)):
        assert squeezed(words) in tasks, words
    sql = await tab_text(session, Tab.SQL)
    assert theirs.queries
    for query in theirs.queries:
        assert squeezed(clean(query)).strip() in sql
    for name, value in theirs.settings.items():
        assert f"{name} {value}" in sql, name
    cost = await tab_text(session, Tab.COST)
    for words in cost_words(theirs):
        assert words in cost, words
    result = await tab_text(session, Tab.RESULT)
    if not theirs.results:
        assert "It has not ended: there is no result yet." in result
    for text in theirs.results.values():
        assert squeezed(clean(text)).strip()[:1500] in result
    return theirs


# `waiting` queues, `multi_task` runs with an attempt that failed, `succeeded` and `failed` have ended.
@pytest.mark.parametrize("story", ["waiting", "multi_task", "succeeded", "failed"])
async def test_the_tabs_say_what_pyodps_says(story: str) -> None:
    async with open_dashboard(size=(160, 40), now=time.time()) as session:
        theirs = await assert_same(session, await session.select(story))
    assert bool(theirs.queue) is (story in {"waiting", "multi_task"})
    assert bool(theirs.results) is (story in {"succeeded", "failed"})
    assert bool(theirs.queue.get("waitPos")) is (story == "waiting")
    assert any(task.histories for task in theirs.tasks.values()) is (story == "multi_task")


async def test_they_still_do_when_it_has_gone_on_and_when_it_has_ended() -> None:
    async with open_dashboard(size=(160, 40), now=time.time()) as session:
        instance_id = await session.select("ending_soon")
        before = await assert_same(session, instance_id)
        await show(session, Tab.OVERVIEW)
        for _ in range(12):
            await look_again(session, 5)
            if session.screen.detail is not None and session.screen.detail.is_terminated:
                break
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.is_settled)
        await session.poll()
        after = await assert_same(session, instance_id)
    assert (before.status, after.status) == ("Running", "Terminated")
    assert after.end is not None
    assert after.costs


async def test_the_steps_of_an_xflow_are_those_of_pyodps() -> None:
    async with open_dashboard(size=(160, 40), now=time.time()) as session:
        instance_id = await session.select("xflow")
        await session.until(lambda: "iteration_2" in session.progress_text and "reading" not in session.progress_text)
        theirs = await asyncio.to_thread(ask_pyodps, session, instance_id)
        overview = await tab_text(session, Tab.OVERVIEW)
        for words in overview_words(theirs, now_of(session)):
            assert squeezed(words) in overview, words
        assert len(theirs.steps) == 3
        for name, (step_id, status) in theirs.steps.items():
            line = next(line for line in session.progress_text.splitlines() if f"─{name} " in line)
            assert id_tail(step_id) in line
            assert ("● running" if status == "Running" else "✓ success") in line
