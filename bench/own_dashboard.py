"""Our dashboard on a list made up in its own process, as the stock dashboard's is: what the screen takes, and no client.

    python bench/own_dashboard.py [--rows 1000] [--changed 50]

A poll a second changes the cores that so many rows use. What is asked of one instance goes to the service of the environment,
which does not know it: it is asked for once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from list_data import FakeService

from odps_tui.accounts import AccessKey
from odps_tui.app import OdpsApp
from odps_tui.large_heap import expect_many_rows
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.models import QueueingPage
from odps_tui.monitor import DetailPoller, Poller
from odps_tui.screens.place import Place
from odps_tui.secret_str import SecretStr

NEVER = 3600.0


class Changing(FakeService):
    """At every poll the first rows use other cores."""

    def __init__(self, rows: int, changed: int) -> None:
        super().__init__(rows)
        self._first = list(self._queue)[:changed]
        self._step = 0

    async def list_instance_queueing_pages(self, *, only_owner: bool | None = None) -> AsyncIterator[QueueingPage]:
        self._step += 1
        for number, instance_id in enumerate(self._first):
            cores = 1_000 + 100 * ((number + 7 * self._step) % 90)
            self._queue[instance_id] = replace(self._queue[instance_id], cpu_usage=cores)
        async for page in super().list_instance_queueing_pages(only_owner=only_owner):
            yield page


async def run(rows: int, changed: int) -> None:
    key = AccessKey(os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], SecretStr(os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]))
    endpoint, project = os.environ["ODPS_ENDPOINT"], os.environ["ODPS_PROJECT_NAME"]
    expect_many_rows()
    async with MaxComputeClient(endpoint, project, key) as client:
        poller = Poller(Changing(rows, changed), interval=1.0, window=timedelta(days=3650))
        details = DetailPoller(client, interval=NEVER)
        await OdpsApp(client, poller, details, Place(project, endpoint, "cn-demo", "bench"), clock=now).run_async()


def now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=50)
    options = parser.parse_args()
    asyncio.run(run(options.rows, options.changed))
