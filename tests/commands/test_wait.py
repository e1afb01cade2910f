from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.commands.outages import Outages
from odps_tui.commands.waiting import End, Waiting
from odps_tui.demo import DemoService, DemoServiceThread, World
from odps_tui.demo.wire.messages import HTML, Answer, Request, Response
from odps_tui.errors import Throttled, TransportError, WaitTimeout
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.models import Outcome
from odps_tui.secret_str import SecretStr
from tests.clock import Clock
from tests.commands.program import NOBODY, PROJECT, Run, environ_of, pyodps, started
from tests.ui.terminal import Terminal

AT_ONCE = ("--interval", "0.01s")


@pytest.fixture
def stories(service: DemoServiceThread) -> dict[str, str]:
    return dict(service.world.stories)


@pytest.mark.parametrize(
    ("story", "status", "outcome"), [("succeeded", 0, "Success"), ("failed", 1, "Failed"), ("cancelled", 3, "Cancelled")]
)
def test_how_it_ended(run: Run, service: DemoServiceThread, story: str, status: int, outcome: str) -> None:
    instance = pyodps(service).get_instance(service.world.stories[story])
    instance.wait_for_completion()
    ran = run("wait", instance.id, "-o", "json")
    (row,) = ran.json
    assert (ran.status, row["outcome"]) == (status, outcome)
    assert (ran.status == 0) is instance.is_successful()
    if status:
        with pytest.raises(Exception, match=instance.id) as theirs:
            instance.wait_for_success()
        assert row["error"].lower() in str(theirs.value).lower()
        assert ran.err.startswith(f"odps-tui: {instance.id} {outcome}: ")
    assert ran.err.count("\n") == (status != 0)


def test_the_worst_of_several(run: Run, stories: dict[str, str]) -> None:
    everybody = [stories[story] for story in ("succeeded", "cancelled", "failed")]
    ran = run("wait", *everybody, *everybody, "-o", "jsonl")
    assert ran.status == 1
    assert [row["outcome"] for row in ran.lines] == ["Success", "Cancelled", "Failed"]
    assert run("wait", *everybody[:2]).status == 3


def test_time_is_over(run: Run, stories: dict[str, str]) -> None:
    ran = run("wait", stories["running"], stories["succeeded"], "--timeout", "0.05s", *AT_ONCE, "-o", "jsonl")
    assert ran.status == 5
    assert [row["id"] for row in ran.lines] == [stories["succeeded"]]
    assert ran.err.startswith(f"odps-tui: Time is over and {stories['running']} still runs. To attach again: odps-tui wait ")


def test_any_and_success(run: Run, stories: dict[str, str]) -> None:
    running, succeeded, failed = (stories[story] for story in ("running", "succeeded", "failed"))
    assert run("wait", running, failed, "--any").status == 1
    assert run("wait", running, succeeded, "--any").status == 0
    assert run("wait", failed, succeeded, "--any", "--success").status == 0
    assert run("wait", running, failed, "--success").status == 1
    ran = run("wait", running, succeeded, "--success", "--timeout", "0.05s", *AT_ONCE)
    assert ran.status == 5


def test_one_that_is_not_there(run: Run, stories: dict[str, str]) -> None:
    ran = run("wait", NOBODY, stories["succeeded"], "-o", "jsonl")
    assert ran.status == 6
    assert [(row["id"], row["outcome"]) for row in ran.lines] == [(NOBODY, None), (stories["succeeded"], "Success")]
    assert f"{NOBODY} cannot be waited for: " in ran.err


def test_refused_credentials_are_not_waited_out(run: Run, stories: dict[str, str]) -> None:
    assert run("wait", stories["succeeded"], ALIBABA_CLOUD_ACCESS_KEY_SECRET="wrong").status == 4


def test_a_service_that_stays_away_is_left(run: Run, stories: dict[str, str]) -> None:
    nowhere = "http://127.0.0.1:1/api"
    ran = run("wait", stories["running"], "--give-up", "0.1s", "--project", "p q", ODPS_ENDPOINT=nowhere)
    assert (ran.status, ran.out.splitlines()[1:]) == (7, [])
    beginning, end = ran.err.splitlines()
    assert beginning.endswith("trying again for 0.1 s")
    assert end.endswith(f"To attach again: odps-tui --project 'p q' wait {stories['running']}")


def test_ctrl_c_says_how_to_attach_again(service: DemoServiceThread, stories: dict[str, str]) -> None:
    service.requests.clear()
    with started(environ_of(service), "wait", stories["running"], "--project", PROJECT) as process:
        _until(lambda: bool(service.requests), "the first look")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == (
        "odps-tui: Interrupted; the service goes on with its work. "
        f"To attach again: odps-tui --project {PROJECT} wait {stories['running']}\n"
    )


def test_a_service_that_comes_back() -> None:
    """The process waits through it: the service dies under it, and another one at the same address knows the end."""
    clock = Clock(time.time())
    world = World(seed=7, instances=60, clock=clock.time)
    with DemoServiceThread(world) as first:
        port = int(first.origin.rpartition(":")[2])
        process_of = started(environ_of(first), "wait", world.stories["ending_soon"], "--interval", "0.05s", "-o", "json")
        process = process_of.__enter__()
        _until(lambda: bool(first.requests), "the first look")
    try:
        assert process.stderr is not None
        assert "trying again for 600 s" in process.stderr.readline()
        clock.advance(60)
        with DemoServiceThread(world, port):
            out, err = process.communicate(timeout=30)
    finally:
        process_of.__exit__(None, None, None)
    assert process.returncode == 0
    assert '"outcome": "Success"' in out
    assert err.startswith("odps-tui: the service is back after ")


def test_a_service_that_dies_under_it_and_stays_away_is_left() -> None:
    with DemoServiceThread(World(seed=7, instances=60, clock=lambda: 1_795_000_000.0)) as service:
        running = service.world.stories["running"]
        process_of = started(environ_of(service), "wait", running, "--interval", "0.05s", "--give-up", "0.4s")
        process = process_of.__enter__()
        _until(lambda: bool(service.requests), "the first look")
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process_of.__exit__(None, None, None)
    assert process.returncode == 7
    assert err.splitlines()[0].endswith("trying again for 0.4 s")
    assert err.splitlines()[-1].endswith(f"To attach again: odps-tui wait {running}")


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)


@pytest.mark.parametrize("output", ["table", "json", "jsonl", "csv"])
def test_a_closed_pipe_does_not_change_how_it_ended(service: DemoServiceThread, stories: dict[str, str], output: str) -> None:
    environ = {**environ_of(service), "PYTHONUNBUFFERED": "1"}
    with started(environ, "wait", stories["succeeded"], stories["failed"], "-o", output) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=20) == 1
        assert process.stderr.read().count("\n") == 1


def test_a_bar_on_a_terminal_only(service: DemoServiceThread, stories: dict[str, str]) -> None:
    with Terminal(["wait", stories["running"]], environ_of(service)) as terminal:
        terminal.until_shown("workers")
        assert "Running [#" in terminal.text
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.exit_status() == 130
        assert "To attach again" in terminal.text
        assert "workers" not in terminal.text


def test_many_are_waited_for_at_five_calls_a_second() -> None:
    with DemoServiceThread(World(seed=7, instances=120)) as service:
        ids = [info.instance_id for info in pyodps(service).list_instance_queueing_infos(only_owner=False)][:20]
        service.requests.clear()
        with started(environ_of(service), "wait", *ids, "--interval", "0.01s", "--timeout", "3s") as process:
            assert process.wait(timeout=30) in {1, 3, 5}
        assert len(ids) == 20
        assert 20 < len(service.requests) <= 50, "twenty-five at once, and as many in the five seconds after them"


def test_top_watches_until_ctrl_c(service: DemoServiceThread) -> None:
    with started(environ_of(service), "top", "--watch", "0.02s", "--limit", "1", "-o", "jsonl") as process:
        assert process.stdout is not None
        assert len({process.stdout.readline().partition('"id"')[2] for _ in range(3)}) == 1
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 130


def test_streams_that_were_closed_before(service: DemoServiceThread, stories: dict[str, str]) -> None:
    command = f"exec '{sys.executable}' -m odps_tui wait {stories['failed']} {NOBODY} >&- 2>&-"
    done = subprocess.run(["bash", "-c", command], env={**os.environ, **environ_of(service)}, check=False, timeout=20)
    assert done.returncode == 6


# Waiting itself, with time in our hands.


async def at_once(_seconds: float) -> None:
    return


def client_of(service: DemoService) -> MaxComputeClient:
    key = AccessKey(service.identity.access_id, SecretStr(service.identity.secret))
    return MaxComputeClient(service.endpoint, PROJECT, key, sleep=at_once)


async def test_an_outage_is_waited_out() -> None:
    clock, passed = Clock(time.time()), Clock(0.0)
    world = World(seed=7, instances=60, clock=clock.time)
    service = await DemoService(world).__aenter__()
    port = int(service.origin.rpartition(":")[2])
    said: list[str] = []
    pauses: list[float] = []
    later: list[DemoService] = []

    async def interval(seconds: float) -> None:
        passed.advance(seconds)
        await service.__aexit__(None, None, None)

    async def pause(seconds: float) -> None:
        passed.advance(seconds)
        pauses.append(seconds)
        if len(pauses) == 4:
            clock.advance(60)
            later.append(await DemoService(world, port).__aenter__())

    async with client_of(service) as client:
        outages = Outages(600, monotonic=passed.time, sleep=pause, say=said.append)
        waiting = Waiting(client, outages, interval=2, monotonic=passed.time, sleep=interval)
        ends = [end async for end in waiting.ends([world.stories["ending_soon"]])]
    for one in later:
        await one.__aexit__(None, None, None)

    assert [end.outcome for end in ends] == [Outcome.SUCCESS]
    assert pauses == [1, 2, 4, 8]
    assert [said[0].rpartition("; ")[2], said[1:]] == ["trying again for 600 s", ["the service is back after 15 s"]]


@pytest.mark.parametrize(
    "disturbed",
    [Response(502, b"<html>Bad Gateway</html>", HTML), Response(503, b""), Response(200, b"<html>Sign in</html>", HTML)],
)
async def test_a_gateway_in_trouble_is_waited_out(disturbed: Response) -> None:
    answers = 0

    def disturb(answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            nonlocal answers
            answers += 1
            return disturbed if answers <= 10 else await answer(request)

        return answering

    async with DemoService(World(seed=7, instances=60), disturb=disturb) as service, client_of(service) as client:
        waiting = Waiting(client, Outages(600, sleep=at_once, say=lambda _: None), interval=1, sleep=at_once)
        ends = [end async for end in waiting.ends([service.world.stories["failed"]])]
    assert [end.outcome for end in ends] == [Outcome.FAILED]


def failing(error: Exception) -> Callable[[], Awaitable[None]]:
    async def fail() -> None:
        raise error

    return fail


def sleeping(clock: Clock) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    return sleep


async def test_the_limit_of_an_outage_is_kept() -> None:
    clock = Clock(0.0)
    outages = Outages(100, monotonic=clock.time, sleep=sleeping(clock), say=lambda _: None)
    with pytest.raises(TransportError):
        await outages.ask(failing(TransportError("gone")))
    assert clock.now == 100


async def test_an_outage_is_no_longer_than_the_waiting() -> None:
    clock = Clock(0.0)
    outages = Outages(100, monotonic=clock.time, sleep=sleeping(clock), say=lambda _: None)
    with pytest.raises(WaitTimeout, match="gone"):
        await outages.ask(failing(TransportError("gone")), until=30)
    assert clock.now == 30


async def test_quiet_that_the_service_asks_for_is_kept() -> None:
    clock = Clock(0.0)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds)

    with pytest.raises(Throttled):
        await Outages(100, monotonic=clock.time, sleep=sleep, say=lambda _: None).ask(
            failing(Throttled("slow down", retry_after=40))
        )
    assert pauses == [40, 40, 20]


async def test_an_end_that_no_task_explains_is_no_success() -> None:
    assert End("1", None, Outcome.UNKNOWN, None).exit == 1
