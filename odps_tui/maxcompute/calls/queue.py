"""The live queue of the scheduler."""

from __future__ import annotations

from collections.abc import AsyncIterator

from odps_tui.maxcompute import requests
from odps_tui.maxcompute.calls.asking import Asking
from odps_tui.maxcompute.codec.queueing import decode_queueing_info, decode_queueing_page
from odps_tui.maxcompute.paging import walk
from odps_tui.models import QueueingInfo, QueueingPage


class QueueCalls(Asking):
    """Protocol §3.2, §3.3."""

    async def list_instance_queueing_infos(
        self,
        *,
        status: str | None = None,
        only_owner: bool | None = None,
        quota_index: str | None = None,
        max_items: int | None = None,
        project: str | None = None,
    ) -> AsyncIterator[QueueingInfo]:
        """Yield what runs or queues now. The parameters are those of `list_instance_queueing_pages`."""
        pages = self.list_instance_queueing_pages(
            status=status, only_owner=only_owner, quota_index=quota_index, max_items=max_items, project=project
        )
        async for page in pages:
            for info in page.infos:
                yield info

    def list_instance_queueing_pages(
        self,
        *,
        status: str | None = None,
        only_owner: bool | None = None,
        quota_index: str | None = None,
        max_items: int | None = None,
        project: str | None = None,
    ) -> AsyncIterator[QueueingPage]:
        """Yield the queue page by page; `only_owner` None leaves the choice to the service, which then lists our own."""

        async def fetch(marker: str | None) -> QueueingPage:
            request = requests.list_queueing_infos(
                project or self.project,
                status=status,
                only_owner=only_owner,
                quota_index=quota_index,
                max_items=max_items,
                marker=marker,
            )
            return await self._ask(request, decode_queueing_page)

        return walk(fetch)

    async def get_queueing_info(self, instance_id: str, *, project: str | None = None) -> QueueingInfo | None:
        """Return what the scheduler knows of an instance; None when it no longer knows it."""
        return await self._ask(requests.queueing_info(project or self.project, instance_id), decode_queueing_info)
