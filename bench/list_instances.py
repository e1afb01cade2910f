"""Listing 20,000 instances: CPU of our client and of PyODPS, side by side; memory page by page; the screen's longest stall.

    python bench/list_instances.py [--instances 20000] [--rounds 7]

The demo service runs in a process of its own, its clock stopped, so that both clients get the very same pages and only the
client's work is counted (`time.process_time`, all threads). Each client is built and has asked once before the clock starts.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import statistics
import time
import tracemalloc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from odps_tui.accounts import AccessKey
from odps_tui.demo import DemoService, World
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.secret_str import SecretStr

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps import ODPS

PROJECT = "demo_project"
PAGE = 1000


@dataclass(frozen=True)
class Service:
    """Where the demo service listens, and the key it knows."""

    endpoint: str
    access_id: str
    secret: str


def serve(instances: int, answer: Connection) -> None:
    """Run the demo service until the process is ended."""

    async def run() -> None:
        stopped = time.time()
        async with DemoService(World(seed=7, instances=instances, clock=lambda: stopped)) as service:
            answer.send(Service(service.endpoint, service.identity.access_id, service.identity.secret))
            await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def demo_service(instances: int) -> Iterator[Service]:
    """Serve from another process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(instances, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


@asynccontextmanager
async def our_client(service: Service) -> AsyncIterator[MaxComputeClient]:
    """Our client, connected."""
    key = AccessKey(service.access_id, SecretStr(service.secret))
    async with MaxComputeClient(service.endpoint, PROJECT, key) as client:
        await client.get_project()
        yield client


def pyodps_client(service: Service) -> Any:
    """PyODPS, having asked once. A fresh one each time: it keeps what it has read."""
    client = ODPS(service.access_id, service.secret, project=PROJECT, endpoint=service.endpoint, overwrite_global=False)
    client.get_project().reload()
    return client


async def cpu_of_ours(service: Service) -> tuple[float, list[str]]:
    """Return microseconds of CPU per instance, and the ids."""
    async with our_client(service) as client:
        gc.collect()
        before = time.process_time()
        ids = [instance.id async for instance in client.list_instances(only_owner=False, max_items=PAGE)]
        return (time.process_time() - before) / len(ids) * 1e6, ids


def cpu_of_pyodps(service: Service) -> tuple[float, list[str]]:
    """Return microseconds of CPU per instance, and the ids."""
    client = pyodps_client(service)
    gc.collect()
    before = time.process_time()
    ids = [instance.id for instance in client.list_instances(only_owner=False)]
    return (time.process_time() - before) / len(ids) * 1e6, ids


def measure_cpu(service: Service, rounds: int) -> None:
    """Print the CPU of both, and by how much they differ."""
    ours, theirs = [], []
    for _ in range(rounds):
        our_cost, our_ids = asyncio.run(cpu_of_ours(service))
        their_cost, their_ids = cpu_of_pyodps(service)
        if our_ids != their_ids:
            raise SystemExit("the two clients did not list the same instances")
        ours.append(our_cost)
        theirs.append(their_cost)
    print(f"CPU per instance, median of {rounds} alternating rounds over {len(our_ids):,} instances in pages of {PAGE}")
    for name, costs in (("odps-tui", ours), ("PyODPS", theirs)):
        print(f"  {name:10} {statistics.median(costs):7.1f} µs   ({min(costs):.1f} … {max(costs):.1f})")
    print(f"  ratio      {statistics.median(theirs) / statistics.median(ours):7.1f} ×")


async def measure_memory(service: Service) -> None:
    """Print what is held after some of the pages, each page dropped when the next one comes."""
    async with our_client(service) as client:
        tracemalloc.start()
        pages = client.list_instance_pages(only_owner=False, max_items=PAGE)
        held = [tracemalloc.get_traced_memory()[0] async for _ in pages]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    shown = sorted({1, len(held) // 4, len(held) // 2, 3 * len(held) // 4, len(held)} - {0})
    print("Memory held after a page, the pages before it dropped")
    figures = [f"page {number}: {held[number - 1] / 1e6:.2f} MB" for number in shown]
    print("  " + "   ".join([*figures, f"peak: {peak / 1e6:.2f} MB"]))


async def measure_stall(service: Service) -> None:
    """Print how long the event loop was held up at most while the whole list was read."""
    gaps: list[float] = []

    async def heartbeat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - before - 0.001)

    async with our_client(service) as client:
        beat = asyncio.create_task(heartbeat())
        gc.collect()
        await asyncio.sleep(0.05)
        gaps.clear()
        async for _ in client.list_instances(only_owner=False, max_items=PAGE):
            pass
        beat.cancel()
    gaps.sort()
    print("Event loop held up while listing")
    print(f"  99 % of beats below {gaps[int(len(gaps) * 0.99)] * 1e3:.1f} ms, longest {gaps[-1] * 1e3:.1f} ms (a frame is 16 ms)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with demo_service(options.instances) as service:
        measure_cpu(service, options.rounds)
        asyncio.run(measure_memory(service))
        asyncio.run(measure_stall(service))


if __name__ == "__main__":
    main()
