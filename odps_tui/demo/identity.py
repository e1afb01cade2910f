"""The access keys that the demo service knows. They open nothing but the demo."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """An access key. With `token` it is a temporary one: the token goes into `authorization-sts-token` (Protocol §2.5)."""

    access_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


DEMO_IDENTITY = DemoIdentity("demo-access-id", "demo-access-secret")
DEMO_STS_IDENTITY = DemoIdentity("STS.demo-access-id", "demo-sts-secret", "demo-sts-token")
