"""What each method asks, as recorded from PyODPS (protocol §10), and what it makes of the answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from odps_tui.accounts import AccessKey, BearerToken
from odps_tui.errors import DeadlineExceeded, DecodeError, NoPermission, NoSuchProject, SettingsError, Throttled
from odps_tui.maxcompute.client import MaxComputeClient
from odps_tui.maxcompute.exchange import Response
from odps_tui.maxcompute.logview import NoLink
from odps_tui.models import Identity
from odps_tui.secret_str import SecretStr
from tests.maxcompute.clients import canned, client_of, target
from tests.maxcompute.exchanges import by_flag
from tests.maxcompute.wire_samples import sample

R = "20250314020815123ga1b2c3d4"
AT = f"/projects/demo_project/instances/{R}"
TASK = "AnonymousSQLTask"
LOG = "d01UQXVPVGN1TVRnNExqY3c=="

Call = Callable[[MaxComputeClient], Awaitable[Any]]

CALLS: dict[str, tuple[Call, str, str]] = {
    "exist_instance": (lambda client: client.exist_instance(R), AT, "instance-running.xml"),
    "get_instance": (lambda client: client.get_instance(R), AT, "instance-running.xml"),
    "get_instance blocking": (
        lambda client: client.get_instance(R, blocking=True),
        f"{AT}?instancestatus",
        "instance-running.xml",
    ),
    "is_terminated": (lambda client: client.is_terminated(R), AT, "instance-running.xml"),
    "get_task_statuses": (lambda client: client.get_task_statuses(R), f"{AT}?taskstatus", "taskstatus-running.xml"),
    "get_task_names": (lambda client: client.get_task_names(R), f"{AT}?taskstatus", "taskstatus-running.xml"),
    "get_job": (lambda client: client.get_job(R), f"{AT}?source", "source-sql.xml"),
    "get_sql_query": (lambda client: client.get_sql_query(R), f"{AT}?source", "source-sql.xml"),
    "get_task_results": (lambda client: client.get_task_results(R), f"{AT}?result", "result-csv.xml"),
    "get_task_result": (lambda client: client.get_task_result(R, TASK), f"{AT}?result", "result-csv.xml"),
    "get_task_progress": (
        lambda client: client.get_task_progress(R, TASK),
        f"{AT}?instanceprogress={TASK}&taskname={TASK}",
        "progress-running.xml",
    ),
    "get_task_summary": (
        lambda client: client.get_task_summary(R, TASK),
        f"{AT}?instancesummary&taskname={TASK}",
        "summary.json",
    ),
    "get_task_cost": (lambda client: client.get_task_cost(R, TASK), f"{AT}?instancesummary&taskname={TASK}", "summary.json"),
    "get_task_detail": (lambda client: client.get_task_detail(R, TASK), f"{AT}?instancedetail&taskname={TASK}", "detail-v1.json"),
    "get_task_workers": (lambda client: client.get_task_workers(R, TASK), f"{AT}?detail&taskname={TASK}", "detail-v2.json"),
    "get_worker_log": (
        lambda client: client.get_worker_log(R, LOG, "stdout", 10000),
        f"{AT}?log=&id={LOG.replace('=', '%3D')}&logtype=stdout&size=10000",
        "log-stdout.txt",
    ),
    "get_worker_log of a crash": (
        lambda client: client.get_worker_log(R, LOG, "hs_err_log"),
        f"{AT}?log=&id={LOG.replace('=', '%3D')}&logtype=hs_err_%2A.log",
        "log-stdout.txt",
    ),
    "get_task_quota": (lambda client: client.get_task_quota(R, TASK), f"{AT}?instancequota&taskname={TASK}", "quota.json"),
    "get_queueing_info": (lambda client: client.get_queueing_info(R), f"{AT}?cached", "queueing.json"),
    "get_task_info": (
        lambda client: client.get_task_info(R, TASK, "warnings"),
        f"{AT}?info&taskname={TASK}&key=warnings",
        "info-warnings.json",
    ),
    "get_xflow_source": (lambda client: client.get_xflow_source(R), f"{AT}?xsource", "xsource.xml"),
    "get_xflow_actions": (lambda client: client.get_xflow_actions(R), f"{AT}?xresult", "xresult-nested.xml"),
    "get_project": (lambda client: client.get_project(), "/projects/demo_project", "project.xml"),
    "whoami": (lambda client: client.whoami(), "/projects/demo_project/authorization", "whoami.xml"),
    "list_instances": (
        lambda client: anext(
            client.list_instances(
                status="running",
                start_time=datetime(2025, 3, 13, 16, tzinfo=UTC),
                end_time=datetime(2025, 3, 14, 4, tzinfo=UTC),
                only_owner=True,
                max_items=3,
                job_name="j",
                quota_index="q1",
            )
        ),
        "/projects/demo_project/instances?status=Running&daterange=1741881600%3A1741924800&onlyowner=yes&maxitems=3&jobname=j&quotaindex=q1",
        "instances-page1.xml",
    ),
    "list_instances without a word": (
        lambda client: anext(client.list_instances()),
        "/projects/demo_project/instances",
        "instances-page1.xml",
    ),
    "list_instances since": (
        lambda client: anext(client.list_instances(start_time=datetime(2025, 3, 13, 16, tzinfo=UTC))),
        "/projects/demo_project/instances?daterange=1741881600%3A",
        "instances-page1.xml",
    ),
    "list_instance_queueing_infos": (
        lambda client: anext(client.list_instance_queueing_infos(status="Running", only_owner=False, quota_index="q1")),
        "/projects/demo_project/cachedinstances?status=Running&onlyowner=no&quotaindex=q1",
        "cachedinstances.xml",
    ),
    "list_projects": (
        lambda client: anext(client.list_projects(name="demo", max_items=1)),
        "/projects?expectmarker=true&name=demo&maxitems=1",
        "projects-page1.xml",
    ),
}


@pytest.mark.parametrize("name", CALLS)
async def test_one_call_is_one_request(name: str) -> None:
    call, expected, answer = CALLS[name]
    asked: list[httpx.Request] = []

    def service(request: httpx.Request) -> Response:
        asked.append(request)
        return sample(answer)

    async with canned(service) as client:
        await call(client)

    (request,) = asked
    assert target(request) == expected
    assert request.url.query.endswith(b"curr_project=demo_project")
    assert request.method == ("POST" if name == "whoami" else "GET")


async def test_another_project_is_in_the_path_and_ours_in_the_query() -> None:
    asked: list[str] = []

    def service(request: httpx.Request) -> Response:
        asked.append(request.url.raw_path.decode())
        return sample("instance-running.xml")

    async with canned(service) as client:
        await client.get_instance(R, project="a b/c")

    assert asked == [f"/api/projects/a%20b%2Fc/instances/{R}?curr_project=demo_project"]


async def test_without_a_project_none_is_named() -> None:
    asked: list[str] = []

    def service(request: httpx.Request) -> Response:
        asked.append(request.url.raw_path.decode())
        return sample("projects-page2.xml")

    async with canned(service, project="") as client:
        assert [project.name async for project in client.list_projects()] == ["risk_dev"]
        with pytest.raises(SettingsError):
            await client.get_instance(R)

    assert asked == ["/api/projects?expectmarker=true"]


async def test_an_empty_id_is_never_asked_for() -> None:
    async with canned(lambda _: Response(200)) as client:
        for instance_id in ("", ".", ".."):
            with pytest.raises(SettingsError):
                await client.stop_instance(instance_id)


def test_a_time_without_a_zone_is_an_error_of_ours() -> None:
    naive = datetime(2025, 3, 14)  # noqa: DTZ001  # the point

    async def ask() -> None:
        async with canned(lambda _: sample("instances-empty.xml")) as client:
            await anext(client.list_instance_pages(start_time=naive))

    with pytest.raises(ValueError, match="make it aware"):
        asyncio.run(ask())


async def test_only_what_is_not_known_does_not_exist() -> None:
    async with canned(lambda _: sample("error-nosuchobject.xml")) as client:
        assert not await client.exist_instance(R)
    async with canned(lambda _: sample("error-nosuchproject.xml")) as client:
        with pytest.raises(NoSuchProject):
            await client.exist_instance(R)
    async with canned(lambda _: sample("error-nopermission.xml")) as client:
        with pytest.raises(NoPermission):
            await client.exist_instance(R)


async def test_the_sql_of_several_tasks_is_one_text_and_of_none_is_none() -> None:
    async with canned(by_flag({"source": "source-multi.xml"})) as client:
        query = await client.get_sql_query(R)
    async with canned(lambda _: Response(200, {}, b"<Job><Tasks><CUPID><Name>s</Name></CUPID></Tasks></Job>")) as client:
        assert await client.get_sql_query(R) is None

    assert query is not None
    assert query.split("\n\n")[1] == "INSERT OVERWRITE TABLE rpt SELECT * FROM stg;"


async def test_the_result_of_a_task_that_left_none_is_none() -> None:
    async with canned(by_flag({"result": "result-running.xml"})) as client:
        assert await client.get_task_result(R, TASK) is None


async def test_every_task_has_its_progress() -> None:
    answers = by_flag({"taskstatus": "taskstatus-multi.xml", "instanceprogress": "progress-finished.xml"})
    async with canned(answers) as client:
        progresses = await client.get_all_task_progresses(R)

    assert list(progresses) == ["load_orders", "build_report", "export_report"]


async def test_the_older_summary_is_asked_for_only_when_none_can_follow() -> None:
    empty = Response(200, {}, b'{"Instance": {}}')
    asked: list[str] = []

    def service(request: httpx.Request) -> Response:
        asked.append(target(request).partition("?")[2])
        return empty if "instancesummary" in asked[-1] else sample("summary-odpscmd.json")

    async with canned(service) as client:
        summary = await client.get_task_summary(R, TASK)
    async with canned(by_flag({"instancesummary": "summary-empty.json"})) as client:
        assert await client.get_task_cost(R, TASK) is None

    assert summary is not None
    assert summary.cost is not None
    assert asked == [f"instancesummary&taskname={TASK}", f"summary&taskname={TASK}"]


@pytest.mark.parametrize("name", ["error-parameter.xml", "instance-running.xml", "summary-empty.json"])
async def test_a_service_without_the_older_summary_has_none(name: str) -> None:
    def service(request: httpx.Request) -> Response:
        return Response(200, {}, b'{"Instance": {}}') if "instancesummary" in str(request.url) else sample(name)

    async with canned(service) as client:
        assert await client.get_task_summary(R, TASK) is None


async def test_an_empty_detail_is_asked_for_in_the_other_way() -> None:
    async with canned(by_flag({"instancedetail": "detail-empty.txt", "detail": "detail-v2.json"})) as client:
        assert [stage.name for stage in (await client.get_task_detail(R, TASK)).stages] == ["M1", "R2_1"]


async def test_workers_are_those_of_every_stage() -> None:
    async with canned(by_flag({"detail": "detail-v2.json"})) as client:
        workers = await client.get_task_workers(R, TASK)

    assert [worker.id.rpartition("/")[2] for worker in workers] == ["M1#0_0", "M1#1_0", "R2_1#0_0"]


async def test_a_log_that_no_worker_has_is_an_error_of_ours() -> None:
    async with canned(lambda _: Response(200)) as client:
        with pytest.raises(ValueError, match="it is one of stdout, stderr"):
            await client.get_worker_log(R, LOG, "syslog")


async def test_identity_may_take_a_while() -> None:
    pending = Response(202, {}, b"<Authorization><Result>query-7</Result></Authorization>")
    running = Response(200, {}, b"<AuthorizationQuery><Status>RUNNING</Status></AuthorizationQuery>")
    done = Response(
        200,
        {},
        b'<AuthorizationQuery><Result>{"DisplayName": "ALIYUN$a"}</Result><Status>TERMINATED</Status></AuthorizationQuery>',
    )
    answers = [pending, running, done]
    asked: list[str] = []

    def service(request: httpx.Request) -> Response:
        asked.append(f"{request.method} {target(request)}")
        return answers.pop(0)

    async with canned(service) as client:
        assert await client.whoami() == Identity("ALIYUN$a", None)

    assert asked[1:] == ["GET /projects/demo_project/authorization/query-7"] * 2


async def test_identity_may_not_come_at_all() -> None:
    def service(request: httpx.Request) -> Response:
        status = "RUNNING" if request.method == "GET" else None
        body = (
            f"<AuthorizationQuery><Status>{status}</Status></AuthorizationQuery>"
            if status
            else "<Authorization><Result>q</Result></Authorization>"
        )
        return Response(200 if status else 202, {}, body.encode())

    async with canned(service) as client:
        with pytest.raises(DeadlineExceeded):
            await client.whoami()
    for body in (b"<Authorization/>", b"<Authorization><Result>{}</Result></Authorization>"):
        async with canned(lambda _, body=body: Response(200, {}, body)) as client:  # type: ignore[misc]
            with pytest.raises(DecodeError, match="who we are"):
                await client.whoami()
    failed = Response(200, {}, b"<AuthorizationQuery><Status>FAILED</Status></AuthorizationQuery>")
    async with canned(
        lambda request: (
            failed if request.method == "GET" else Response(202, {}, b"<Authorization><Result>q</Result></Authorization>")
        )
    ) as client:
        with pytest.raises(DecodeError, match="could not tell"):
            await client.whoami()


def hosts(**answers: Response) -> Callable[[httpx.Request], Response]:
    """Answer by the last part of the path but one: `logview`, `webconsole`; a project and a token are always there."""

    def service(request: httpx.Request) -> Response:
        path = request.url.path.removeprefix("/api/").split("/")
        if path[-1] == "authorization":
            return sample("authorization-token.xml")
        if path[0] == "projects":
            return answers.get("project", sample("project.xml"))
        return answers.get(path[0], sample(f"{path[0]}-host.txt"))

    return service


JOB_INSIGHT = f"https://maxcompute.console.aliyun.com/cn-hangzhou/job-insights?h=http://127.0.0.1/api&p=demo_project&i={R}"
LEGACY = f"https://logview.aliyun.com/logview/?h=http://127.0.0.1/api&p=demo_project&i={R}&token="


async def test_the_link_holds_no_secret_unless_it_is_asked_for() -> None:
    async with canned(hosts(), region="cn-hangzhou") as client:
        plain = await client.get_logview_address(R)
        legacy = await client.get_logview_address(R, legacy=True)

    assert (plain.url, plain.masked, plain.carries_token) == (JOB_INSIGHT, JOB_INSIGHT, False)
    assert (legacy.url.startswith(LEGACY + "YzNs"), legacy.masked, legacy.carries_token) == (True, f"{LEGACY}…", True)
    assert "YzNs" not in repr(legacy)


async def test_the_token_is_asked_for_with_its_hours_and_the_hosts_once() -> None:
    asked: list[httpx.Request] = []

    def service(request: httpx.Request) -> Response:
        asked.append(request)
        return hosts()(request)

    async with canned(service, region="cn-hangzhou") as client:
        for _ in range(3):
            await client.get_logview_address(R, 2, legacy=True)
            await client.get_logview_address(R)

    paths = [request.url.path for request in asked]
    assert (paths.count("/api/logview/host"), paths.count("/api/webconsole/host")) == (1, 1)
    tokens = [request for request in asked if request.method == "POST"]
    assert len(tokens) == 3
    assert b'"expires_in_hours": 2' in tokens[0].content
    assert target(tokens[0]) == "/projects/demo_project/authorization?sign_bearer_token"


async def test_without_a_region_the_project_tells_it() -> None:
    async with canned(hosts()) as client:
        assert (await client.get_logview_address(R)).url == JOB_INSIGHT


@pytest.mark.parametrize("project", [Response(200, {}, b"<Project><Name>p</Name></Project>"), sample("error-nopermission.xml")])
async def test_without_any_region_there_is_no_link_without_a_token(project: Response) -> None:
    async with canned(hosts(project=project)) as client:
        with pytest.raises(NoLink, match=r"the region of this endpoint is not known\. Set the region"):
            await client.get_logview_address(R)
        assert (await client.get_logview_address(R, legacy=True)).carries_token


@pytest.mark.parametrize(
    "answer", [Response(404), Response(200, {}, b"<html/>"), Response(200), Response(200, {}, b"javascript:x")]
)
async def test_hosts_that_are_not_told_are_the_documented_ones(answer: Response) -> None:
    def service(request: httpx.Request) -> Response:
        return hosts(webconsole=answer, logview=answer)(request)

    public = "https://service.cn-hangzhou.maxcompute.aliyun.com/api"

    def handle(request: httpx.Request) -> httpx.Response:
        response = service(request)
        return httpx.Response(response.status, headers=dict(response.headers), stream=httpx.ByteStream(response.body))

    async with client_of(public, transport=httpx.MockTransport(handle)) as client:
        assert (await client.get_logview_address(R)).url.startswith("https://maxcompute.console.aliyun.com/cn-hangzhou/")
        assert (await client.get_logview_address(R, legacy=True)).url.startswith(
            "https://logview.aliyun.com/logview/?h=https://service"
        )
    async with canned(service, region="cn-hangzhou") as client:
        with pytest.raises(NoLink, match="names no web console"):
            await client.get_logview_address(R)


async def test_a_bearer_token_is_never_put_into_a_link() -> None:
    async with canned(hosts(), region="cn-hangzhou", account=BearerToken(SecretStr("canary"))) as client:
        with pytest.raises(NoLink, match="never put into a link") as caught:
            await client.get_logview_address(R, legacy=True)
        assert "canary" not in (await client.get_logview_address(R)).url

    assert "canary" not in str(caught.value)


async def test_a_host_of_ones_own_is_used_and_checked() -> None:
    async with canned(hosts(), logview_host="https://logview.corp/ ") as client:
        assert (await client.get_logview_address(R, legacy=True)).url.startswith("https://logview.corp/logview/?h=")
    with pytest.raises(SettingsError, match="Logview host"):
        canned(hosts(), logview_host="javascript:alert(1)")


async def test_names_in_links_are_encoded() -> None:
    async with canned(hosts(), region="cn-hangzhou") as client:
        url = (await client.get_logview_address("i&x=1", project="a b#c")).url

    assert url.endswith("&p=a%20b%23c&i=i%26x%3D1")


async def test_a_throttled_call_says_how_long() -> None:
    async with canned(lambda _: Response(429, {"retry-after": "90"}, b"")) as client:
        with pytest.raises(Throttled) as caught:
            await client.get_instance(R)

    assert caught.value.retry_after == 90.0


async def test_a_large_answer_is_decoded_beside_the_event_loop() -> None:
    row = b"<Instance><Name>20250314020815123ga1b2c3d4</Name><Status>Running</Status></Instance>"
    body = b"<Instances>" + row * 60_000 + b"</Instances>"
    longest = 0.0

    async def heartbeat() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    async with canned(lambda _: Response(200, {}, body)) as client:
        beat = asyncio.create_task(heartbeat())
        page = await anext(client.list_instance_pages())
        beat.cancel()

    assert len(page.instances) == 60_000
    assert longest < 0.1  # processor time of the loop's thread: decoding takes half a second of it, wherever it is done


def test_importing_the_room_is_cheap_and_the_values_cheaper() -> None:
    script = (
        "import sys, odps_tui.models, odps_tui.errors, odps_tui.maxcompute;"
        "assert not {'httpx', 'pydantic', 'asyncio'} & set(sys.modules), sorted(sys.modules);"
        "from odps_tui.maxcompute import MaxComputeClient; assert 'httpx' in sys.modules;"
        "import odps_tui.maxcompute as room\n"
        "try: room.Nothing\n"
        "except AttributeError as error: assert 'Nothing' in str(error)\n"
        "else: raise SystemExit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_key_shows_nothing_of_its_secret() -> None:
    assert "canary" not in repr(AccessKey("id", SecretStr("canary"), SecretStr("canary")))
