"""How instances ended: a few at a time, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from odps_tui.errors import NoPermission
from odps_tui.models import Outcome, Task
from odps_tui.monitor.outcomes import OutcomeSeeker


class Service:
    """Counts who asks at the same time; of every tenth instance nothing may be read."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = self.most = 0

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        self.asked.append(instance_id)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if instance_id.endswith("0"):
            raise NoPermission("no")
        return {"t": Task("t", "SQL", "Failed", None, None)}


async def test_at_most_eight_at_a_time_and_what_may_not_be_read_only_once() -> None:
    service = Service()
    seeker = OutcomeSeeker(service)
    ids = [str(number) for number in range(40)]
    found = [endings async for endings in seeker.endings(ids)]
    assert service.most == 8
    known = {id_: ending for endings in found for id_, ending in endings.items()}
    assert known.keys() == {id_ for id_ in ids if not id_.endswith("0")}
    assert {ending.outcome for ending in known.values()} == {Outcome.FAILED}
    assert [endings async for endings in seeker.endings(["10", "20"])] == []
    assert service.asked == ids
