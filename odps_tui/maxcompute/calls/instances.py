"""Instances: the list, one of them, and stopping one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from odps_tui.errors import NoSuchObject, NoSuchProject
from odps_tui.maxcompute import requests
from odps_tui.maxcompute.calls.asking import Asking
from odps_tui.maxcompute.codec.instances import decode_instance, decode_instance_page
from odps_tui.maxcompute.codec.service_error import request_id_of
from odps_tui.maxcompute.exchange import Response
from odps_tui.maxcompute.paging import walk
from odps_tui.models import Instance, InstancePage


class InstanceCalls(Asking):
    """Protocol §3.1, §4.1, §5."""

    async def list_instances(
        self,
        *,
        status: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        only_owner: bool | None = None,
        quota_index: str | None = None,
        job_name: str | None = None,
        max_items: int | None = None,
        project: str | None = None,
    ) -> AsyncIterator[Instance]:
        """Yield instances, in the service's order. The parameters are those of `list_instance_pages`."""
        pages = self.list_instance_pages(
            status=status,
            start_time=start_time,
            end_time=end_time,
            only_owner=only_owner,
            quota_index=quota_index,
            job_name=job_name,
            max_items=max_items,
            project=project,
        )
        async for page in pages:
            for instance in page.instances:
                yield instance

    def list_instance_pages(
        self,
        *,
        status: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        only_owner: bool | None = None,
        quota_index: str | None = None,
        job_name: str | None = None,
        max_items: int | None = None,
        project: str | None = None,
    ) -> AsyncIterator[InstancePage]:
        """Yield the list page by page.

        `start_time` and `end_time` are aware and bound the start of an instance. `only_owner` None leaves the choice to the
        service, which then lists our own. `max_items` is the size of a page. The order is not promised (protocol §13).
        """

        async def fetch(marker: str | None) -> InstancePage:
            request = requests.list_instances(
                project or self.project,
                status=status,
                start_time=start_time,
                end_time=end_time,
                only_owner=only_owner,
                quota_index=quota_index,
                job_name=job_name,
                max_items=max_items,
                marker=marker,
            )
            return await self._ask(request, decode_instance_page)

        return walk(fetch)

    async def exist_instance(self, instance_id: str, *, project: str | None = None) -> bool:
        """Tell whether the service knows an instance. A project that it does not know is an error, not a no."""
        try:
            await self.get_instance(instance_id, project=project)
        except NoSuchProject:
            raise
        except NoSuchObject:
            return False
        return True

    async def get_instance(self, instance_id: str, *, blocking: bool = False, project: str | None = None) -> Instance:
        """Return one instance's status, owner and times.

        A `blocking` read is held by the service for some five seconds and answered early when the instance ends.
        """

        def decode(response: Response) -> Instance:
            return decode_instance(response, instance_id)

        return await self._ask(requests.status(project or self.project, instance_id, blocking=blocking), decode)

    async def stop_instance(self, instance_id: str, *, project: str | None = None) -> str | None:
        """Ask the service to end an instance; return the id of the request. It still runs when this returns (protocol §5).

        Never sent again once it may have left. Raises `InvalidStateSetting` when the instance has ended already.
        """
        return await self._ask(requests.stop(project or self.project, instance_id), request_id_of)

    async def is_terminated(self, instance_id: str, *, blocking: bool = False, project: str | None = None) -> bool:
        """Tell whether an instance has ended, in whatever way."""
        return (await self.get_instance(instance_id, blocking=blocking, project=project)).is_terminated
