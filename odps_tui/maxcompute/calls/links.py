"""Links to the pages of an instance in a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from odps_tui.accounts import Account, BearerToken
from odps_tui.errors import OdpsTuiError
from odps_tui.maxcompute import codec, requests
from odps_tui.maxcompute.calls.projects import ProjectCalls
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.maxcompute.exchange import Request
from odps_tui.maxcompute.logview import (
    DEFAULT_LOGVIEW_HOST,
    DEFAULT_WEBCONSOLE_HOST,
    NoLink,
    job_insight_address,
    legacy_address,
)
from odps_tui.maxcompute.transport import Transport

if TYPE_CHECKING:
    from odps_tui.models import LogviewAddress


class LinkCalls(ProjectCalls):
    """Protocol §7.1–7.3. What the service answers about its web sites is kept as long as the client lives."""

    def __init__(
        self,
        transport: Transport,
        project: str,
        *,
        endpoint: Endpoint,
        account: Account,
        region: str | None,
        logview_host: str | None,
        sleep: Callable[[float], Awaitable[object]],
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(transport, project, sleep=sleep, monotonic=monotonic)
        self.endpoint = endpoint
        self.region = region
        self._can_sign_tokens = not isinstance(account, BearerToken)
        self._logview_host = logview_host
        self._webconsole_host: str | None = None
        self._regions: dict[str, str] = {}

    async def get_logview_address(
        self, instance_id: str, hours: int = 24, *, legacy: bool = False, project: str | None = None
    ) -> LogviewAddress:
        """Return the link to an instance's page.

        Without `legacy` it is the one of Job Insight and holds no secret. With it, the service is asked for a token that may
        read this instance for `hours`. Raises `NoLink` when the kind that was asked for cannot be made.
        """
        project = project or self.project
        if legacy:
            return await self._legacy(project, instance_id, hours)
        region = await self._region_of(project)
        host = await self._webconsole()
        return job_insight_address(host, region, self.endpoint, project, instance_id)

    async def _legacy(self, project: str, instance_id: str, hours: int) -> LogviewAddress:
        if not self._can_sign_tokens:
            raise NoLink(
                "A legacy link needs a token of its own, and only an access key can ask for one",
                remedy="Your own token is never put into a link. Use the link without a token.",
            )
        token = await self._ask(requests.read_token(project, instance_id, hours), codec.decode_token)
        return legacy_address(await self._logview(), self.endpoint, project, instance_id, token)

    async def _region_of(self, project: str) -> str:
        """Return the region of the endpoint, else of the project, as the Java SDK asks for it."""
        region = self.region or self._regions.get(project)
        if region is None:
            try:
                region = (await self.get_project(project)).region
            except OdpsTuiError as error:
                raise _no_region() from error
            if region is None:
                raise _no_region()
            self._regions[project] = region
        return region

    async def _logview(self) -> str:
        if self._logview_host is None:
            answered = await self._answered_host(requests.logview_host())
            if answered is None:
                return DEFAULT_LOGVIEW_HOST
            self._logview_host = answered
        return self._logview_host

    async def _webconsole(self) -> str:
        if self._webconsole_host is None:
            answered = await self._answered_host(requests.webconsole_host())
            if answered is None and not self.endpoint.is_public_service:
                raise NoLink(
                    "No link without a token can be made: this service names no web console",
                    remedy="A legacy link can be asked for; it carries a token that reads this instance.",
                )
            if answered is None:
                return DEFAULT_WEBCONSOLE_HOST
            self._webconsole_host = answered
        return self._webconsole_host

    async def _answered_host(self, request: Request) -> str | None:
        try:
            return await self._ask(request, codec.decode_web_host)
        except OdpsTuiError:
            return None


def _no_region() -> NoLink:
    return NoLink(
        "No link without a token can be made: the region of this endpoint is not known",
        remedy="Set the region. A legacy link can be asked for; it carries a token that reads this instance.",
    )
