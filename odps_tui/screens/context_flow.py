"""Going to another place, from the wish to the new dashboard; when it cannot be opened, the old one stays."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from textual.app import App
from textual.screen import Screen
from textual.worker import WorkerError
from textual.worker_manager import WorkerManager

from odps_tui.accounts import AccessKey
from odps_tui.errors import CredentialsRefused, NoCredentials, OdpsTuiError
from odps_tui.screens.context_dialog import ContextDialog
from odps_tui.screens.contexts import Connection, Contexts, Destination
from odps_tui.screens.key_dialog import KeyDialog
from odps_tui.screens.project_dialog import ProjectDialog

_ACTS = "acts"
"""The group of a dashboard's workers that change something or have a question on the screen."""


async def acts_done(workers: WorkerManager, screen: Screen[None]) -> None:
    """Wait for what is being done on a screen: a stop that was sent must not be cut off from its answer."""
    for worker in [worker for worker in workers if worker.group == _ACTS and worker.node is screen and worker.is_running]:
        with contextlib.suppress(WorkerError):
            await worker.wait()


class ContextFlow:
    """`show` replaces the dashboard by one of the new place; `said` puts words among the events."""

    def __init__(
        self, app: App[None], contexts: Contexts, *, show: Callable[[Connection], Awaitable[None]], said: Callable[[str], None]
    ) -> None:
        self._app = app
        self._contexts = contexts
        self._show = show
        self._said = said

    async def follow(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        """Do what `:ctx [name]` or `:project [name]` asks for."""
        if kind == "project":
            await (self.go(Destination(project=name)) if name else self.choose_project(known))
        else:
            await (self.go(Destination(profile=name)) if name else self.choose_profile())

    async def go(self, destination: Destination) -> None:
        """Open it, show it, close the old one."""
        self._said(f"opening {destination} …")
        try:
            connection = await self._opened(destination)
        except OdpsTuiError as error:
            self._said(f"{destination} was not opened: {error}")
            return
        if connection is None:
            self._said(f"{destination} was not opened")
            return
        await self._show(connection)
        for note in connection.notes:
            self._said(note)
        await self._contexts.close_others()

    async def _opened(self, destination: Destination) -> Connection | None:
        """Open it; without a key that works, ask for another for this session. None when nobody names one."""
        try:
            return await self._contexts.open(destination)
        except (NoCredentials, CredentialsRefused) as error:
            if destination.profile is None:
                raise
            reason = f"{error.cause.rstrip('.')}."
        answer = await self._ask(destination, reason)
        if answer is None:
            return None
        instead = replace(destination, auth=answer) if isinstance(answer, str) else replace(destination, key=answer)
        return await self._contexts.open(instead)

    async def _ask(self, destination: Destination, reason: str) -> AccessKey | str | None:
        sources = await self._contexts.sources()
        return await self._app.push_screen_wait(KeyDialog(f"An access key for {destination}", reason, sources))

    async def choose_profile(self) -> None:
        """Let one be chosen from the list, and go there."""
        try:
            profiles = self._contexts.profiles()
        except OdpsTuiError as error:
            self._said(str(error))
            return
        name = await self._app.push_screen_wait(ContextDialog(profiles))
        if name is not None:
            await self.go(Destination(profile=name))

    async def choose_project(self, known: tuple[str, ...]) -> None:
        """Let one be chosen or typed, and go there."""
        name = await self._app.push_screen_wait(ProjectDialog(known, self._contexts.projects))
        if name is not None:
            await self.go(Destination(project=name))
