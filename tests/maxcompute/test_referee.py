"""The referee: PyODPS and our client ask the demo service the same questions, and the answers are the same.

Each question goes to a world of its own, one of the same seed at the same stopped moment, so that no answer depends on an
earlier one (the service tells a quota once in 30 s; PyODPS keeps instances). Where the two differ, the test says why: it is one
of PyODPS's faults (protocol §11), or text that we clean and PyODPS does not.
"""

from __future__ import annotations

import asyncio
import json
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from odps_tui.accounts import AccessKey, Account, BearerToken
from odps_tui.demo import DemoServiceThread, World
from odps_tui.errors import (
    InstanceCancelled,
    InstanceFailed,
    InvalidStateSetting,
    NoPermission,
    NoSuchObject,
    NoSuchProject,
    WaitTimeout,
)
from odps_tui.maxcompute.client import MaxComputeClient
from odps_tui.models import Instance, StageProgress, Task, TaskProgress
from odps_tui.safe_text import clean, clean_line
from odps_tui.secret_str import SecretStr

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps import ODPS
    from odps import errors as odps_errors
    from odps.accounts import BearerTokenAccount, StsAccount
    from odps.config import option_context
    from odps.models.xflows import XFlows

PROJECT = "demo_project"
NOW = time.time()
REGION = "cn-hangzhou"

LIVING = ["running", "skewed", "multi_task", "cupid", "session", "hostile", "xflow", "waiting", "suspended", "ending_soon"]
ENDED = ["succeeded", "ddl", "failed", "failed_table", "hostile_failed", "cancelled", "xflow_ended"]
STORIES = [*LIVING, *ENDED]

Answer = TypeVar("Answer")


class Bench:
    """One demo service, and both clients at it."""

    def __init__(self, service: DemoServiceThread) -> None:
        self.service = service
        self.stories = service.world.stories

    def pyodps(self, account: Any = None, **options_: Any) -> Any:
        """Return a fresh PyODPS: it keeps what it has read of an instance."""
        identity = self.service.identity
        settings = {"project": PROJECT, "endpoint": self.service.endpoint, "overwrite_global": False, **options_}
        if account is not None:
            return ODPS(account=account, **settings)
        return ODPS(identity.access_id, identity.secret, **settings)

    def instance(self, story: str, **options_: Any) -> Any:
        """Return PyODPS's instance of a story."""
        return self.pyodps(**options_).get_instance(self.stories[story])

    def ask(
        self, question: Callable[[MaxComputeClient], Awaitable[Answer]], *, account: Account | None = None, **options_: Any
    ) -> Answer:
        """Ask with our client."""
        identity = self.service.identity
        key = account or AccessKey(identity.access_id, SecretStr(identity.secret))

        async def run() -> Answer:
            async with MaxComputeClient(self.service.endpoint, PROJECT, key, **options_) as client:
                return await question(client)

        return asyncio.run(run())

    def first_task(self, story: str) -> str:
        """Return the name of an instance's first task."""
        return self.ask(lambda client: client.get_task_names(self.stories[story]))[0]


@contextmanager
def at_the_same_moment(clock: Callable[[], float] = lambda: NOW, *, seed: int = 7) -> Iterator[Bench]:
    with DemoServiceThread(World(seed=seed, instances=120, clock=clock), long_poll_seconds=0.05) as service:
        yield Bench(service)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with at_the_same_moment() as bench:
        yield bench


def local(moment: datetime | None) -> datetime | None:
    """Our time as PyODPS writes it: without a zone, in that of this machine."""
    return None if moment is None else moment.astimezone().replace(tzinfo=None)


def text(value: str | None) -> str | None:
    """PyODPS's text as we show it: trimmed, cleaned, and None when there is nothing in it."""
    return clean_line((value or "").strip()) or None


def told(instance: Any) -> tuple[Any, ...]:
    return (
        instance.id,
        text(in_utf8(instance.owner)),
        instance._getattr("_status").value,
        instance.start_time,
        instance.end_time,
    )


def in_utf8(owner: str) -> str:
    """An owner from a header: PyODPS's HTTP library takes headers for Latin-1, so a name that is not ASCII comes out broken."""
    try:
        return owner.encode("latin-1").decode()
    except UnicodeError:
        return owner


def ours(instance: Instance) -> tuple[Any, ...]:
    return (instance.id, instance.owner, instance.status, local(instance.start_time), local(instance.end_time))


def lines(value: Any) -> Any:
    """A document of PyODPS with its texts cleaned as ours are."""
    return json.loads(json.dumps(value), object_hook=lambda found: {clean(k): _clean(v) for k, v in found.items()})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return [_clean(part) for part in value] if isinstance(value, list) else value


# Lists


@pytest.mark.parametrize("only_owner", [None, True, False])
def test_list_instances(bench: Bench, only_owner: bool | None) -> None:
    theirs = [told(instance) for instance in bench.pyodps().list_instances(only_owner=only_owner)]

    async def ask(client: MaxComputeClient) -> list[Any]:
        return [ours(instance) async for instance in client.list_instances(only_owner=only_owner)]

    assert bench.ask(ask) == theirs
    assert len(theirs) > 10


def test_list_instances_in_pages(bench: Bench) -> None:
    project = bench.pyodps().get_project()
    theirs = [instance.id for instance in project.instances.iterate(only_owner=False, max_items=7)]

    async def ask(client: MaxComputeClient) -> list[list[str]]:
        return [[one.id for one in page.instances] async for page in client.list_instance_pages(only_owner=False, max_items=7)]

    pages = bench.ask(ask)
    assert sum(pages, []) == theirs  # noqa: RUF017  # a dozen short lists
    assert {len(page) for page in pages[:-1]} == {7}


@pytest.mark.parametrize("status", ["running", "Suspended", "TERMINATED"])
def test_list_instances_by_status(bench: Bench, status: str) -> None:
    theirs = [told(instance) for instance in bench.pyodps().list_instances(only_owner=False, status=status)]

    async def ask(client: MaxComputeClient) -> list[Any]:
        return [ours(instance) async for instance in client.list_instances(only_owner=False, status=status)]

    assert bench.ask(ask) == theirs
    assert theirs


@pytest.mark.parametrize(("since", "until"), [(60, None), (None, 30), (60, 30)])
def test_list_instances_by_time(bench: Bench, since: int | None, until: int | None) -> None:
    bounds = [None if ago is None else datetime.fromtimestamp(NOW, UTC) - timedelta(minutes=ago) for ago in (since, until)]
    naive = [local(bound) for bound in bounds]
    theirs = [told(one) for one in bench.pyodps().list_instances(start_time=naive[0], end_time=naive[1], only_owner=False)]

    async def ask(client: MaxComputeClient) -> list[Any]:
        found = client.list_instances(start_time=bounds[0], end_time=bounds[1], only_owner=False)
        return [ours(instance) async for instance in found]

    assert bench.ask(ask) == theirs
    assert theirs


def test_list_instances_by_job_and_quota(bench: Bench) -> None:
    name = "dwd_trade_order_wide_di"
    theirs = [one.id for one in bench.pyodps().get_project().instances.iterate(job_name=name, only_owner=False)]

    async def by_job(client: MaxComputeClient) -> list[str]:
        return [instance.id async for instance in client.list_instances(job_name=name, only_owner=False)]

    assert bench.ask(by_job) == theirs
    assert bench.stories["succeeded"] in theirs


def queued(info: Any) -> tuple[Any, ...]:
    """What PyODPS tells of the queue. Its `progress` is always None, it asks for a key that does not exist: so read it raw."""
    assert info.progress is None
    raw = info._properties
    sub_status = raw.get("subStatus") or {}
    return (
        info.instance_id,
        text(info.project),
        text(info.job_name),
        text(info.task_type),
        text(info.task_name),
        text(info.user_account),
        text(info.skynet_id),
        info.status.value,
        info.priority,
        raw.get("instanceProgress"),
        info.start_time,
        raw.get("cpuUsage"),
        raw.get("memUsage"),
        raw.get("totalCpuUsage"),
        raw.get("totalMemUsage"),
        raw.get("waitPos"),
        raw.get("queueLength"),
        sub_status.get("code"),
        text(sub_status.get("description")),
        [entry["code"] for entry in raw.get("subStatusHistory", [])],
    )


def ours_queued(info: Any) -> tuple[Any, ...]:
    sub_status = info.sub_status
    return (
        info.instance_id,
        info.project,
        info.job_name,
        info.task_type,
        info.task_name,
        info.owner,
        info.node_id,
        info.status,
        info.priority,
        info.progress,
        info.start_time,
        info.cpu_usage,
        info.memory_usage,
        info.total_cpu_usage,
        info.total_memory_usage,
        info.wait_pos,
        info.queue_length,
        None if sub_status is None else sub_status.code,
        None if sub_status is None else sub_status.description,
        [entry.code for entry in info.sub_status_history],
    )


@pytest.mark.parametrize(("status", "only_owner"), [(None, False), ("Suspended", False), ("running", True)])
def test_list_instance_queueing_infos(bench: Bench, status: str | None, only_owner: bool) -> None:
    theirs = [queued(info) for info in bench.pyodps().list_instance_queueing_infos(status=status, only_owner=only_owner)]

    async def ask(client: MaxComputeClient) -> list[Any]:
        return [ours_queued(info) async for info in client.list_instance_queueing_infos(status=status, only_owner=only_owner)]

    assert bench.ask(ask) == theirs
    assert theirs


@pytest.mark.parametrize("story", STORIES)
def test_get_queueing_info(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_queueing_info()
    info = bench.ask(lambda client: client.get_queueing_info(bench.stories[story]))

    if theirs.instance_id is None:  # `{}`, an instance that has ended: PyODPS returns an object of nothing
        assert info is None
    else:
        assert ours_queued(info) == queued(theirs)


def test_list_projects(bench: Bench) -> None:
    theirs = [(project.name, project.owner, project.comment) for project in bench.pyodps().list_projects(max_items=1)]

    async def ask(client: MaxComputeClient) -> list[Any]:
        return [(project.name, project.owner, project.comment) async for project in client.list_projects(max_items=1)]

    assert bench.ask(ask) == theirs
    assert len(theirs) == 3


def test_get_project(bench: Bench) -> None:
    theirs = bench.pyodps().get_project()
    theirs.reload()
    project = bench.ask(lambda client: client.get_project())

    assert (project.name, project.owner, project.comment) == (theirs.name, theirs.owner, theirs.comment)
    assert project.state == theirs.status.value
    assert project.region == REGION


def test_whoami(bench: Bench) -> None:
    theirs = bench.pyodps().execute_security_query("whoami")
    identity = bench.ask(lambda client: client.whoami())

    assert {"DisplayName": identity.display_name, "ID": identity.id} == theirs


# One instance


@pytest.mark.parametrize("story", ["running", "nobody"])
def test_exist_instance(bench: Bench, story: str) -> None:
    instance_id = bench.stories.get(story, "20250101000000000gdoesnotex")
    theirs = bench.pyodps().exist_instance(instance_id)

    assert bench.ask(lambda client: client.exist_instance(instance_id)) is theirs


@pytest.mark.parametrize("story", STORIES)
def test_get_instance(bench: Bench, story: str) -> None:
    theirs = bench.instance(story)
    theirs.reload()
    instance = bench.ask(lambda client: client.get_instance(bench.stories[story]))

    assert ours(instance) == told(theirs)


@pytest.mark.parametrize("story", ["running", "succeeded"])
def test_get_instance_blocking(bench: Bench, story: str) -> None:
    theirs = bench.instance(story)
    theirs.reload(blocking=True)
    instance = bench.ask(lambda client: client.get_instance(bench.stories[story], blocking=True))

    assert ours(instance) == told(theirs)


@pytest.mark.parametrize("story", STORIES)
def test_is_terminated_and_is_successful(bench: Bench, story: str) -> None:
    async def ask(client: MaxComputeClient) -> tuple[bool, bool]:
        instance_id = bench.stories[story]
        return await client.is_terminated(instance_id), await client.is_successful(instance_id)

    assert bench.ask(ask) == (bench.instance(story).is_terminated(), bench.instance(story).is_successful())


@pytest.mark.parametrize("story", STORIES)
def test_get_outcome(bench: Bench, story: str) -> None:
    """PyODPS knows successful or not; the two ways not to be are told apart by its task statuses."""
    theirs = bench.instance(story)
    statuses = [task.status.value.capitalize() for task in theirs.get_task_statuses().values()]
    outcome = bench.ask(lambda client: client.get_outcome(bench.stories[story]))

    if theirs.is_terminated():
        assert outcome == next((word for word in ("Failed", "Cancelled") if word in statuses), "Success")
    else:
        assert outcome is None


def task_told(task: Any) -> tuple[Any, ...]:
    return (text(task.name), task.type, task.status.value, task.start_time, task.end_time)


def task_ours(task: Task) -> tuple[Any, ...]:
    return (task.name, task.type, task.status.upper(), local(task.start_time), local(task.end_time))


@pytest.mark.parametrize("story", STORIES)
def test_get_task_statuses(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_task_statuses()
    tasks = bench.ask(lambda client: client.get_task_statuses(bench.stories[story]))

    assert [task_ours(task) for task in tasks.values()] == [task_told(task) for task in theirs.values()]
    assert [[task_ours(past)[1:] for past in task.histories] for task in tasks.values()] == [
        [task_told(past)[1:] for past in task.histories or []] for task in theirs.values()
    ]


@pytest.mark.parametrize("story", STORIES)
def test_get_task_names(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_task_names()

    assert bench.ask(lambda client: client.get_task_names(bench.stories[story])) == [text(name) for name in theirs]


@pytest.mark.parametrize("story", STORIES)
def test_get_job(bench: Bench, story: str) -> None:
    theirs = bench.instance(story)
    job = bench.ask(lambda client: client.get_job(bench.stories[story]))

    assert job.priority == theirs.priority
    assert [task.name for task in job.tasks] == [text(task.name) for task in theirs.tasks]
    for task, their_task in zip(job.tasks, theirs.tasks, strict=True):
        query = getattr(their_task, "query", None)
        assert task.query == (None if query is None else clean(query))
        properties = getattr(their_task, "properties", None) or {}
        assert dict(task.properties) == {name: clean(value) for name, value in properties.items()}
        assert dict(task.settings) == {
            name: clean(value) for name, value in json.loads(properties.get("settings") or "{}").items()
        }


@pytest.mark.parametrize("story", ["running", "skewed", "succeeded", "failed"])
def test_get_sql_query(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_sql_query()

    assert bench.ask(lambda client: client.get_sql_query(bench.stories[story])) == clean(theirs)


@pytest.mark.parametrize("story", STORIES)
def test_get_task_results(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_task_results()
    results = bench.ask(lambda client: client.get_task_results(bench.stories[story]))

    # PyODPS leaves out a task whose result is missing altogether; we keep it, empty.
    assert {name: result.text for name, result in results.items() if result.text or name in theirs} == {
        name: clean(str(result)) for name, result in theirs.items()
    }


def test_get_task_result_and_descriptor() -> None:
    moment = [NOW]
    with at_the_same_moment(lambda: moment[0]) as bench:
        instance_id = bench.pyodps().run_sql("SELECT 1, 'eu, \"west\"';").id
        moment[0] = NOW + 60
        task = bench.ask(lambda client: client.get_task_names(instance_id))[0]
        theirs = bench.pyodps().get_instance(instance_id)
        descriptor = theirs.get_result_descriptor(task)
        result = bench.ask(lambda client: client.get_task_result(instance_id, task))
        their_text = str(theirs.get_task_result(task))

    assert result is not None
    assert result.descriptor is not None
    assert (result.format, result.text) == ("csv", clean(their_text))
    assert result.descriptor.is_select is descriptor.is_select
    assert result.descriptor.select_status == descriptor.select_result_status
    assert [(name, kind.upper()) for name, kind in result.descriptor.columns] == [
        (column.name, str(column.type).upper()) for column in descriptor.schema.columns
    ]


def stage_told(stage: Any) -> tuple[Any, ...]:
    return (
        stage.name.strip(),
        stage.backup_workers,
        stage.terminated_workers,
        stage.running_workers,
        stage.total_workers,
        stage.input_records,
        stage.output_records,
        stage.finished_percentage,
    )


def stage_ours(stage: StageProgress) -> tuple[Any, ...]:
    return (
        stage.name,
        stage.backup_workers,
        stage.terminated_workers,
        stage.running_workers,
        stage.total_workers,
        stage.input_records,
        stage.output_records,
        stage.finished_percentage,
    )


@pytest.mark.parametrize("story", STORIES)
def test_get_task_progress_and_its_line(bench: Bench, story: str) -> None:
    task = bench.first_task(story)
    theirs = bench.instance(story).get_task_progress(task)
    progress = bench.ask(lambda client: client.get_task_progress(bench.stories[story], task))

    assert [stage_ours(stage) for stage in progress.stages] == [stage_told(stage) for stage in theirs.stages or []]
    line = progress.get_stage_progress_formatted_string(datetime.now(UTC))
    assert line[20:] == str(theirs.get_stage_progress_formatted_string())[20:]


def test_the_line_of_progress_to_the_character(bench: Bench) -> None:
    """Time and all; when the second changes between the two, they are compared again."""
    task = bench.first_task("skewed")
    theirs = bench.instance("skewed").get_task_progress(task)
    progress: TaskProgress = bench.ask(lambda client: client.get_task_progress(bench.stories["skewed"], task))

    for _ in range(3):
        now = datetime.now().astimezone()
        pair = (theirs.get_stage_progress_formatted_string(), progress.get_stage_progress_formatted_string(now))
        if pair[0] == pair[1]:
            break
    assert pair[0] == pair[1]
    assert "/" in pair[0]


@pytest.mark.parametrize("story", ["running", "multi_task", "succeeded"])
def test_get_all_task_progresses(bench: Bench, story: str) -> None:
    theirs = bench.instance(story).get_all_task_progresses()
    progresses = bench.ask(lambda client: client.get_all_task_progresses(bench.stories[story]))

    assert {name: [stage_ours(stage) for stage in progress.stages] for name, progress in progresses.items()} == {
        name: [stage_told(stage) for stage in progress.stages or []] for name, progress in theirs.items()
    }


@pytest.mark.parametrize("story", STORIES)
def test_get_task_summary_and_cost(bench: Bench, story: str) -> None:
    task = bench.first_task(story)
    theirs = bench.instance(story).get_task_summary(task, with_finalized=True)

    async def ask(client: MaxComputeClient) -> Any:
        return await client.get_task_summary(bench.stories[story], task), await client.get_task_cost(bench.stories[story], task)

    summary, cost = bench.ask(ask)
    if not theirs:
        assert (summary, cost) == (None, None)
        return
    assert dict(summary.document) == lines(theirs)
    assert summary.text == clean(theirs.summary_text)
    assert summary.finalized is theirs.finalized
    their_cost = bench.instance(story).get_task_cost(task)
    assert (cost.cpu, cost.memory, cost.input) == (their_cost.cpu_cost, their_cost.memory_cost, their_cost.input_size)


@pytest.mark.parametrize("story", STORIES)
def test_get_task_detail(bench: Bench, story: str) -> None:
    task = bench.first_task(story)
    theirs = bench.instance(story).get_task_detail(task)
    detail = bench.ask(lambda client: client.get_task_detail(bench.stories[story], task))

    assert (dict(detail.document) or detail.text) == (lines(theirs) if isinstance(theirs, dict) else clean(theirs))


@pytest.mark.parametrize("story", ["running", "skewed", "wide", "hostile", "succeeded", "failed"])
def test_get_task_workers(bench: Bench, story: str) -> None:
    task = bench.first_task(story)
    theirs = bench.instance(story).get_task_workers(task)
    workers = bench.ask(lambda client: client.get_task_workers(bench.stories[story], task))

    assert [
        (
            worker.id,
            worker.log_id,
            worker.status,
            int(worker.start_time.timestamp()) if worker.start_time else 0,
            int(worker.end_time.timestamp()) if worker.end_time else 0,
            worker.input_bytes,
            worker.input_records,
            worker.output_bytes,
            worker.output_records,
        )
        for worker in workers
    ] == [
        (
            worker.id,
            worker.log_id,
            worker.status,
            worker.start_time or 0,
            worker.end_time or 0,
            worker.input_bytes,
            worker.input_records,
            worker.output_bytes,
            worker.output_records,
        )
        for worker in theirs
    ]
    assert workers


@pytest.mark.parametrize(("log_type", "size"), [("stdout", 0), ("stderr", 100), ("hs_err_log", 0), ("coreinfo", 0)])
def test_get_worker_log(bench: Bench, log_type: str, size: int) -> None:
    task = bench.first_task("running")
    worker = bench.instance("running").get_task_workers(task)[0]
    theirs = bench.instance("running").get_worker_log(worker.log_id, log_type, size)
    log = bench.ask(lambda client: client.get_worker_log(bench.stories["running"], worker.log_id, log_type, size))

    assert log == clean(theirs)


@pytest.mark.parametrize("story", ["running", "waiting", "succeeded"])
def test_get_task_quota(story: str) -> None:
    """The service tells a quota once in 30 s and `{}` in between, so each client gets a service of its own."""
    with at_the_same_moment() as bench:
        task = bench.first_task(story)
        theirs = bench.instance(story).get_task_quota(task)
    with at_the_same_moment() as bench:
        quota = bench.ask(lambda client: client.get_task_quota(bench.stories[story], task))
        again = bench.ask(lambda client: client.get_task_quota(bench.stories[story], task))

    assert again is None
    if not theirs:
        assert quota is None
        return
    (document,) = map(json.loads, theirs["quotaInfos"].values())
    assert quota is not None
    assert dict(quota.document) == document
    assert (quota.group, quota.used and quota.used.cpu) == (document["GroupAlias"], document["UsedQuota"]["CPU"])


@pytest.mark.parametrize("story", ["running", "succeeded", "ddl"])
def test_get_task_info(bench: Bench, story: str) -> None:
    task = bench.first_task(story)
    theirs = bench.instance(story).get_task_info(task, "warnings")

    assert bench.ask(lambda client: client.get_task_info(bench.stories[story], task, "warnings")) == clean(theirs)


# Links


def test_get_logview_address_without_a_token(bench: Bench) -> None:
    with option_context() as options:
        options.use_legacy_logview = False
        theirs = bench.instance("running", region_name=REGION).get_logview_address(use_legacy=False)
    address = bench.ask(lambda client: client.get_logview_address(bench.stories["running"]), region=REGION)

    assert address.url == theirs == address.masked
    assert not address.carries_token


def test_get_logview_address_with_a_token(bench: Bench) -> None:
    theirs = bench.instance("running").get_logview_address(hours=2, use_legacy=True)
    address = bench.ask(lambda client: client.get_logview_address(bench.stories["running"], 2, legacy=True))

    assert address.url == theirs
    assert address.carries_token
    assert address.masked == theirs.partition("&token=")[0] + "&token=…"


# XFlow


@pytest.mark.parametrize("story", ["xflow", "xflow_ended", "sub_xflow"])
def test_get_xflow_sub_instances(bench: Bench, story: str) -> None:
    theirs = bench.pyodps().get_xflow_sub_instances(bench.instance(story))
    flat = bench.ask(lambda client: client.get_xflow_sub_instances(bench.stories[story]))

    assert [(name, sub.instance_id) for name, sub in flat.items()] == [(text(name), one.id) for name, one in theirs.items()]
    assert theirs


def test_get_xflow_actions(bench: Bench) -> None:
    """PyODPS has no tree; its leaves are the flat list, and the sub-workflows are those that PyODPS replaced."""
    tree = bench.ask(lambda client: client.get_xflow_actions(bench.stories["xflow"]))
    results = bench.pyodps().get_xflow_results(bench.instance("xflow"))

    assert [(action.name, action.node_type, action.instance_id) for action in tree] == [
        (text(result.name), result.node_type, result.instance_id) for result in results.values() if result.node_type != "Local"
    ]
    assert any(action.children for action in tree)


@pytest.mark.parametrize("story", ["xflow", "xflow_ended", "running", "succeeded"])
def test_is_xflow_instance(bench: Bench, story: str) -> None:
    """PyODPS 0.13.2 raises TypeError for every XFlow: it hands bytes to a reader of text (protocol §7.4)."""
    is_xflow = bench.ask(lambda client: client.is_xflow_instance(bench.stories[story]))

    if story.startswith("xflow"):
        with pytest.raises(TypeError):
            bench.pyodps().get_project().xflows.is_xflow_instance(bench.instance(story))
        assert is_xflow
    else:
        assert bench.pyodps().get_project().xflows.is_xflow_instance(bench.instance(story)) is False is is_xflow


def test_get_xflow_source(bench: Bench) -> None:
    """For the same reason PyODPS's own reader is given the text by hand."""
    theirs_client = bench.pyodps()
    instance = theirs_client.get_instance(bench.stories["xflow"])
    answer = theirs_client.rest.get(instance.resource(), params={"xsource": ""}).text
    theirs = XFlows.AnonymousSubmitXFlowInstance.parse(theirs_client.rest, answer).instance
    source = bench.ask(lambda client: client.get_xflow_source(bench.stories["xflow"]))

    assert (source.project, source.xflow) == (theirs.xflow_project, theirs.xflow_name)
    assert dict(source.parameters) == {name: clean(value) for name, value in theirs.parameters.items()}


# Stopping and waiting


def test_stop_instance() -> None:
    requests = []
    for stop in (
        lambda bench: bench.pyodps().stop_instance(bench.stories["skewed"]),
        lambda bench: bench.ask(lambda client: client.stop_instance(bench.stories["skewed"])),
    ):
        with at_the_same_moment() as bench:
            stop(bench)  # type: ignore[no-untyped-call]
            request = next(request for request in bench.service.requests if request.method == "PUT")
            requests.append((request.path, dict(request.query), request.headers["content-type"], request.body, request.status))

    assert requests[0] == requests[1]


@pytest.mark.parametrize(
    ("story", "kind"), [("succeeded", InvalidStateSetting), ("cancelled", InvalidStateSetting), ("not_ours", NoPermission)]
)
def test_stop_instance_refused(bench: Bench, story: str, kind: type[Exception]) -> None:
    with pytest.raises(getattr(odps_errors, kind.__name__)) as theirs:
        bench.pyodps().stop_instance(bench.stories[story])
    with pytest.raises(kind) as caught:
        bench.ask(lambda client: client.stop_instance(bench.stories[story]))

    assert caught.value.code == theirs.value.code  # type: ignore[attr-defined]
    assert caught.value.status == theirs.value.status_code  # type: ignore[attr-defined]
    assert caught.value.cause in str(theirs.value)  # type: ignore[attr-defined]


@pytest.mark.parametrize("story", ["failed", "failed_table", "hostile_failed"])
def test_wait_for_success_of_a_failed_instance(bench: Bench, story: str) -> None:
    with pytest.raises(odps_errors.ODPSError) as theirs:
        bench.instance(story).wait_for_success()
    with pytest.raises(InstanceFailed) as caught:
        bench.ask(lambda client: client.wait_for_success(bench.stories[story]))

    assert caught.value.code == theirs.value.code
    # PyODPS puts the code and the instance before the text, and leaves the text as it came.
    assert clean(str(theirs.value)).endswith(str(caught.value))
    assert caught.value.instance_id == theirs.value.instance_id == bench.stories[story]


def test_wait_for_success_of_a_cancelled_instance(bench: Bench) -> None:
    with pytest.raises(odps_errors.ODPSError) as theirs:
        bench.instance("cancelled").wait_for_success()
    with pytest.raises(InstanceCancelled) as caught:
        bench.ask(lambda client: client.wait_for_success(bench.stories["cancelled"]))

    # The same sentence but for the case of the status word, which we keep as the wire has it.
    assert str(theirs.value).lower().endswith(str(caught.value).lower())
    assert caught.value.code is None is theirs.value.code


@pytest.mark.parametrize("story", ["succeeded", "ddl", "xflow_ended"])
def test_wait_for_success_of_a_successful_instance(bench: Bench, story: str) -> None:
    bench.instance(story).wait_for_success()

    assert bench.ask(lambda client: client.wait_for_success(bench.stories[story])).is_terminated


def test_wait_for_completion_of_an_instance_that_ends() -> None:
    ends = []
    for wait in (_their_end, _our_end):
        moment = [NOW]
        with at_the_same_moment(lambda moment=moment: moment[0]) as bench:  # type: ignore[misc]
            bench.pyodps()
            moment[0] = NOW + 60
            ends.append(wait(bench))

    assert ends[0] == ends[1]
    assert ends[0] is not None


def _their_end(bench: Bench) -> datetime | None:
    instance = bench.instance("ending_soon")
    instance.wait_for_completion(interval=0.01)
    instance.reload()
    end: datetime | None = instance.end_time
    return end


def _our_end(bench: Bench) -> datetime | None:
    return local(bench.ask(lambda client: client.wait_for_completion(bench.stories["ending_soon"], 0.01)).end_time)


def test_wait_for_completion_times_out(bench: Bench) -> None:
    with pytest.raises(odps_errors.WaitTimeoutError) as theirs:
        bench.instance("running").wait_for_completion(interval=0.01, timeout=0.1)
    with pytest.raises(WaitTimeout) as caught:
        bench.ask(lambda client: client.wait_for_completion(bench.stories["running"], 0.01, 0.1))

    assert isinstance(caught.value, TimeoutError)
    assert isinstance(theirs.value, TimeoutError)


# Refusals, and other ways to sign


@pytest.mark.parametrize("method", ["get_task_results", "get_job"])
def test_what_is_forbidden_is_forbidden_to_both(bench: Bench, method: str) -> None:
    instance = bench.instance("forbidden")
    with pytest.raises(odps_errors.NoPermission) as theirs:
        instance.get_task_results() if method == "get_task_results" else instance.get_sql_query()
    with pytest.raises(NoPermission) as caught:
        bench.ask(lambda client: getattr(client, method)(bench.stories["forbidden"]))

    assert caught.value.code == theirs.value.code
    assert caught.value.cause in str(theirs.value)


@pytest.mark.parametrize(
    ("project", "instance_id", "kind"), [(PROJECT, "20250101000000000gx", NoSuchObject), ("nope", "1", NoSuchProject)]
)
def test_what_is_not_there_is_there_for_neither(bench: Bench, project: str, instance_id: str, kind: type[NoSuchObject]) -> None:
    with pytest.raises(odps_errors.NoSuchObject) as theirs:
        bench.pyodps().get_instance(instance_id, project=project).reload()
    with pytest.raises(kind) as caught:
        bench.ask(lambda client: client.get_instance(instance_id, project=project))

    assert type(caught.value) is kind
    assert caught.value.cause in str(theirs.value)


def test_a_temporary_key(bench: Bench) -> None:
    identity = bench.service.sts_identity
    assert identity.token is not None
    theirs = bench.pyodps(StsAccount(identity.access_id, identity.secret, identity.token)).get_instance(bench.stories["running"])
    theirs.reload()
    key = AccessKey(identity.access_id, SecretStr(identity.secret), SecretStr(identity.token))
    instance = bench.ask(lambda client: client.get_instance(bench.stories["running"]), account=key)

    assert ours(instance) == told(theirs)


def test_a_bearer_token(bench: Bench) -> None:
    """The token of a legacy link reads its one instance, for both."""
    token = bench.instance("running").get_logview_address(use_legacy=True).partition("&token=")[2]
    account = BearerTokenAccount(get_bearer_token_fun=lambda: token)
    theirs = bench.pyodps(account).get_instance(bench.stories["running"])
    theirs.reload()
    bearer = BearerToken(SecretStr(token))
    instance = bench.ask(lambda client: client.get_instance(bench.stories["running"]), account=bearer)

    assert ours(instance) == told(theirs)
    with pytest.raises(odps_errors.NoPermission):
        bench.pyodps(account).get_instance(bench.stories["skewed"]).reload()
    with pytest.raises(NoPermission):
        bench.ask(lambda client: client.get_instance(bench.stories["skewed"]), account=bearer)


def test_the_signature_of_a_region(bench: Bench) -> None:
    theirs = bench.instance("running", region_name=REGION)
    theirs.reload()
    instance = bench.ask(lambda client: client.get_instance(bench.stories["running"]), region=REGION)

    assert ours(instance) == told(theirs)
    signatures = [request.headers["authorization"] for request in bench.service.requests if "authorization" in request.headers]
    assert sum("aliyun_v4_request" in signature for signature in signatures) >= 2
