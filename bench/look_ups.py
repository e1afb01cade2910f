"""200 progress look-ups: our client with at most 8 in flight, and PyODPS, which asks for one after another, in the same run.

    python bench/look_ups.py [--json] [--look-ups 200] [--answer-ms 20] [--rounds 3]

The demo service runs in a process of its own and takes `--answer-ms` for each answer, as one behind a network does. Both ask for
the progress of the same tasks. Ours is asked for all at once; how many are in flight is counted where they arrive.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection

from list_instances import Service, our_client, pyodps_client

from odps_tui.demo import DemoService, World
from odps_tui.demo.wire.messages import Answer, Request, Response

INSTANCES = 1_000


class _Slow:
    """Takes its time for every answer, and counts how many are waited for at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._now = 0
        self.most = 0

    def disturb(self, answer: Answer) -> Answer:
        async def answered(request: Request) -> Response:
            self._now += 1
            self.most = max(self.most, self._now)
            try:
                await asyncio.sleep(self._seconds)
                return await answer(request)
            finally:
                self._now -= 1

        return answered


def _serve(seconds: float, line: Connection) -> None:
    async def run() -> None:
        slow = _Slow(seconds)
        stopped = time.time()
        world = World(seed=7, instances=INSTANCES, clock=lambda: stopped)
        async with DemoService(world, disturb=slow.disturb) as service:
            line.send(Service(service.endpoint, service.identity.access_id, service.identity.secret))
            while True:
                await asyncio.to_thread(line.recv)
                line.send(slow.most)
                slow.most = 0

    asyncio.run(run())


async def ours(service: Service, chosen: list[tuple[str, str]]) -> tuple[float, float, int]:
    """Return the seconds that our client takes, those of the processor among them, and how many stages it was told."""
    async with our_client(service) as client:
        before, busy = time.perf_counter(), time.process_time()
        answers = await asyncio.gather(*(client.get_task_progress(*each) for each in chosen))
        return time.perf_counter() - before, time.process_time() - busy, sum(len(answer.stages) for answer in answers)


async def _chosen(service: Service, count: int) -> list[tuple[str, str]]:
    """The same for both: tasks of instances, again from the first when there are too few."""
    async with our_client(service) as client:
        ids = [instance.id async for instance in client.list_instances(only_owner=False, max_items=1000)]
        found: list[tuple[str, str]] = []
        for instance_id in ids[: count // 4]:
            found += [
                (instance_id, task.name) for task in (await client.get_task_statuses(instance_id)).values() if task.type == "SQL"
            ]
        return (found * (count // max(1, len(found)) + 1))[:count]


def pyodps(service: Service, chosen: list[tuple[str, str]]) -> tuple[float, int]:
    """Return the seconds that PyODPS takes, and how many stages it was told."""
    client = pyodps_client(service)
    instances = {instance_id: client.get_instance(instance_id) for instance_id, _ in chosen}
    before = time.perf_counter()
    stages = sum(len(instances[instance_id].get_task_progress(task).stages) for instance_id, task in chosen)
    return time.perf_counter() - before, stages


def measure(count: int, seconds: float, rounds: int) -> dict[str, float]:
    """Ask in turns; return medians, and how many of ours were in flight at most."""
    context = multiprocessing.get_context("spawn")
    line, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(seconds, theirs), daemon=True)
    process.start()
    try:
        service: Service = line.recv()
        chosen = asyncio.run(_chosen(service, count))
        our_times, our_shares, their_times, most = [], [], [], 0
        for _ in range(rounds):
            took, busy, our_stages = asyncio.run(ours(service, chosen))
            our_times.append(took)
            our_shares.append(busy)
            line.send("most")
            most = max(most, line.recv())
            took, their_stages = pyodps(service, chosen)
            their_times.append(took)
            if our_stages != their_stages:
                raise SystemExit("the two clients were not told the same")
    finally:
        process.terminate()
        process.join()
    ours_ms, theirs_ms = statistics.median(our_times) * 1000, statistics.median(their_times) * 1000
    return {
        f"{count} look-ups, ours, ms": ours_ms,
        f"{count} look-ups, PyODPS, ms": theirs_ms,
        "look-ups, of PyODPS's time": ours_ms / theirs_ms,
        "look-ups in flight at most": most,
        "look-ups, processor for each, ms": statistics.median(our_shares) / count * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print name → figure")
    parser.add_argument("--look-ups", type=int, default=200)
    parser.add_argument("--answer-ms", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = measure(options.look_ups, options.answer_ms / 1000, options.rounds)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:32} {value:10,.2f}")


if __name__ == "__main__":
    main()
