"""What no dashboard of this make can go below: its questions without a screen, and Textual with nothing but a number on it.

    python bench/floors.py polls      asks for the list once a second, as the environment says where
    python bench/floors.py screen     an app that counts seconds

Both go on until they are ended. `painting.py` measures what they take.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

from textual.app import App, ComposeResult
from textual.widgets import Static

from odps_tui.accounts import AccessKey
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.monitor import Poller
from odps_tui.secret_str import SecretStr


async def poll() -> None:
    """Ask, decode, and show nothing but that an answer has come."""
    key = AccessKey(os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], SecretStr(os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]))
    async with MaxComputeClient(os.environ["ODPS_ENDPOINT"], os.environ["ODPS_PROJECT_NAME"], key) as client:
        poller = Poller(client.background, interval=1.0, window=timedelta(days=7))
        async for answer in poller.instances():
            print(f"{type(answer).__name__} " * 100, flush=True)


class Seconds(App[None]):
    """Counts them."""

    def compose(self) -> ComposeResult:
        yield Static("0 seconds")

    def on_mount(self) -> None:
        self.seconds = 0
        self.set_interval(1, self.count)

    def count(self) -> None:
        self.seconds += 1
        self.query_one(Static).update(f"{self.seconds} seconds")


if __name__ == "__main__":
    if sys.argv[1:] == ["polls"]:
        asyncio.run(poll())
    elif sys.argv[1:] == ["screen"]:
        Seconds().run()
    else:
        raise SystemExit(__doc__)
