"""Projects, and who we are in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from odps_tui.errors import DeadlineExceeded
from odps_tui.maxcompute import codec, requests
from odps_tui.maxcompute.calls.asking import Asking
from odps_tui.maxcompute.paging import walk

if TYPE_CHECKING:
    from odps_tui.models import Identity, Project, ProjectPage

_LOOKS = 30  # one per second


class ProjectCalls(Asking):
    """Protocol §9."""

    async def list_projects(
        self, *, name: str | None = None, owner: str | None = None, max_items: int | None = None
    ) -> AsyncIterator[Project]:
        """Yield the projects. The parameters are those of `list_project_pages`."""
        async for page in self.list_project_pages(name=name, owner=owner, max_items=max_items):
            for project in page.projects:
                yield project

    def list_project_pages(
        self, *, name: str | None = None, owner: str | None = None, max_items: int | None = None
    ) -> AsyncIterator[ProjectPage]:
        """Yield the projects page by page; `name` is the beginning of one. Many accounts may not list them: `NoPermission`."""

        async def fetch(marker: str | None) -> ProjectPage:
            request = requests.list_projects(name=name, owner=owner, max_items=max_items, marker=marker)
            return await self._ask(request, codec.decode_project_page)

        return walk(fetch)

    async def get_project(self, name: str | None = None) -> Project:
        """Return one project, the client's own without a `name`."""
        return await self._ask(requests.project(name or self.project), codec.decode_project)

    async def whoami(self, *, project: str | None = None) -> Identity:
        """Return who the service takes us for."""
        project = project or self.project
        answer = await self._ask(requests.whoami(project), codec.decode_whoami)
        return await self._awaited(project, answer) if isinstance(answer, codec.PendingQuery) else answer

    async def _awaited(self, project: str, query: codec.PendingQuery) -> Identity:
        for _ in range(_LOOKS):
            identity = await self._ask(requests.authorization_query(project, query.query_id), codec.decode_query_answer)
            if identity is not None:
                return identity
            await self._sleep(1)
        raise DeadlineExceeded("The service did not tell in time who we are")
