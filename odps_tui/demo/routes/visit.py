"""What a route knows when it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from odps_tui.demo.wire.authentication import Caller, Gatekeeper
from odps_tui.demo.wire.bearer_tokens import BearerTokens
from odps_tui.demo.wire.messages import Request, ServiceFault
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.world import World

PREFIX = "/api"
"""The endpoint's own path; it is not part of the signed resource (Protocol §1.1)."""


@dataclass(slots=True)
class Setting:
    """What all routes share. `origin` is the service's own address; `quota_told` says when each quota was last told."""

    world: World
    tokens: BearerTokens
    gatekeeper: Gatekeeper
    long_poll_seconds: float
    sleep: Callable[[float], Awaitable[None]]
    origin: str = ""
    quota_told: dict[str, float] = field(default_factory=dict)
    clock_offset: Callable[[], float] = lambda: 0.0
    """Seconds that the service's own clock is ahead: requests are judged by it, and its Date is told."""

    def clock(self) -> float:
        """The service's own clock, in epoch s."""
        return self.world.clock() + self.clock_offset()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request with all that it takes to answer it. `now` is the world's time when it came."""

    setting: Setting
    request: Request
    caller: Caller
    segments: tuple[str, ...]
    now: float

    @property
    def world(self) -> World:
        """The world that is asked about."""
        return self.setting.world

    @property
    def project(self) -> str:
        """The project in the path."""
        return self.segments[1]

    def instance(self) -> Instance:
        """The instance in the path. Raises ServiceFault (NoSuchObject) when there is none."""
        found = self.world.find(self.segments[3]) if self.project == self.world.project else None
        if found is None:
            raise ServiceFault(
                404,
                "NoSuchObject",
                f"ODPS-0420061: Invalid parameter in HTTP request - Instance '{self.segments[3]}' does not exist",
            )
        return found


def invalid(what: str) -> ServiceFault:
    """The error for a parameter or a body that cannot be used."""
    return ServiceFault(400, "InvalidParameter", f"ODPS-0420061: Invalid parameter in HTTP request - {what}")


def no_permission(privilege: str, project: str, resource: str, seed: int = 0) -> ServiceFault:
    """The error for a right that the caller lacks, in the service's own words (Protocol §5)."""
    name = f"acs:odps:*:projects/{project}{resource}"
    context = UUID(int=(seed * 0x9E3779B97F4A7C15) % 2**128, version=4)
    return ServiceFault(
        403,
        "NoPermission",
        f"ODPS-0420095: Access Denied - Authorization Failed [4019], You have NO privilege '{privilege}' on {{{name}}}. "
        f"Context ID:{context}. --->Tips: CurrentProject:{project}; NoPermission object:{name}",
    )
