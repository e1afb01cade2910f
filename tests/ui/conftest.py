"""A dashboard over the real client, real sockets and the demo service; only the clock is ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from odps_tui.accounts import AccessKey
from odps_tui.app import OdpsApp
from odps_tui.demo import DemoService, World
from odps_tui.demo.wire.messages import Answer, undisturbed
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.maxcompute.call_budget import CallBudget
from odps_tui.monitor import DetailPoller, Poller
from odps_tui.notifying.notifier import Notifier
from odps_tui.screens.dashboard import DashboardScreen
from odps_tui.screens.dashboard_service import Keeps, Records
from odps_tui.screens.place import Place
from odps_tui.secret_str import SecretStr
from odps_tui.widgets.kept_lines import KeptLines
from tests.clock import Clock

REGION = "cn-demo"


async def until_woken(event: asyncio.Event, _seconds: float) -> None:
    """A poll comes when somebody asks for one, never by itself."""
    await event.wait()


@dataclass
class Session:
    """An open dashboard, its service and its clock."""

    app: OdpsApp
    pilot: Pilot[None]
    service: DemoService
    world: World
    clock: Clock
    client: MaxComputeClient = field(repr=False)

    @property
    def screen(self) -> DashboardScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DashboardScreen)
        return screen

    async def until(self, condition: Callable[[], object], what: str = "", *, patience: int = 400) -> None:
        """Let the app work until `condition` holds; fail after many turns of its loop."""
        for _ in range(patience):
            if condition():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never came true: {what or condition}\n{self.text}")

    async def settle(self) -> None:
        """Wait until nothing more is being asked for what is on the screen, and all of it has been drawn."""
        table = self.screen.table
        await self.until(lambda: all(row.is_live or row.ending is not None for row in table.visible_rows()), "all ends known")
        await self.pilot.pause()

    async def type(self, *keys: str) -> None:
        """Type in one burst, as a slow line delivers it: no key waits for what the one before it does."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            character = " " if key == "space" else key if len(key) == 1 else None
            driver.send_message(events.Key(key, character))
        await self.pilot.pause()

    async def end_service(self) -> None:
        """The service goes away: connections drop, new ones are refused."""
        await self.service.__aexit__(None, None, None)

    async def poll(self) -> None:
        """Press `r` and wait until the screen shows what the poll brought."""
        before = self.screen.snapshot
        await self.pilot.press("r")
        await self.until(lambda: self.screen.snapshot is not before, "a new snapshot")

    async def select(self, story: str) -> str:
        """Put the cursor on a story's instance and wait until its detail has been read; return its id."""
        instance_id = self.world.stories[story]
        self.screen.table.select(instance_id)
        await self.until(lambda: self._has_been_read(instance_id), f"the detail of {story}")
        return instance_id

    def _has_been_read(self, instance_id: str) -> bool:
        """Its SQL and the progress of every task that has begun; or why they cannot be read."""
        detail = self.screen.drawn_detail
        if detail is None or detail.id != instance_id or not (detail.job.read_at or detail.job.error):
            return False
        return all(task.name in detail.progress for task in detail.tasks.value or () if task.status != "Waiting")

    @property
    def text(self) -> str:
        """The screen as a user reads it."""
        screen = self.app.screen
        return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips(screen.size))

    @property
    def dialog_text(self) -> str:
        """What the screen on top says, however its lines are wrapped; nothing while that is the dashboard."""
        dialog = self.app.screen
        return "" if dialog is self.screen else "\n".join(str(static.content) for static in dialog.query(Static))

    @property
    def detail_text(self) -> str:
        return str(self.screen.query_one("#overview", KeptLines).content)

    @property
    def progress_text(self) -> str:
        return self.screen.progress_pane.text


@asynccontextmanager
async def open_dashboard(
    *,
    size: tuple[int, int] = (120, 40),
    instances: int = 60,
    seed: int = 7,
    store: Keeps | None = None,
    audit: Records | None = None,
    watched: Keeps | None = None,
    notifier: Notifier | None = None,
    read_only: bool = False,
    protected: bool = False,
    disturb: Callable[[Answer], Answer] = undisturbed,
    deadline: float = 60.0,
    now: float | None = None,
    clock: Clock | None = None,
    world: World | None = None,
    budget: CallBudget | None = None,
) -> AsyncIterator[Session]:
    clock = clock or (Clock() if now is None else Clock(now))
    world = world or World(seed=seed, instances=instances, clock=clock.time, project="demo_project")
    async with DemoService(world, port=0, disturb=disturb) as service:
        key = AccessKey(service.identity.access_id, SecretStr(service.identity.secret))
        client = MaxComputeClient(
            service.endpoint, "demo_project", key, region=REGION, clock=clock.time, deadline=deadline, budget=budget
        )
        async with client:
            poller = Poller(client.background, clock=clock.utc_now, wait=until_woken, monotonic=clock.time)
            details = DetailPoller(client, clock=clock.utc_now, wait=until_woken)
            place = Place("demo_project", service.endpoint, REGION, "demo", read_only=read_only, protected=protected)
            app = OdpsApp(
                client,
                poller,
                details,
                place,
                clock=clock.utc_now,
                store=store,
                audit=audit,
                watched=watched,
                notifier=notifier,
            )
            async with app.run_test(size=size, notifications=True) as pilot:
                session = Session(app, pilot, service, world, clock, client)
                await session.until(
                    lambda: session.screen.snapshot is not None and session.screen.snapshot.complete, "a first snapshot"
                )
                yield session
