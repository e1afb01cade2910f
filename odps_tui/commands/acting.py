"""Where acts are allowed, and where they are written down: the same rules as on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.commands.exits import Guarded
from odps_tui.commands.output import tell
from odps_tui.config.audit_log import AuditLog
from odps_tui.errors import OdpsTuiError

if TYPE_CHECKING:
    from odps_tui.config.settings import Settings
    from odps_tui.monitor.stopping import StopAnswer


def refuse_if_read_only(settings: Settings) -> None:
    """Raise `Guarded` in a place from which nothing is stopped."""
    if settings.read_only:
        raise Guarded("Nothing was stopped: this place is read-only", remedy="Switch that off where it was switched on.")


class Record:
    """The audit log for one run; an act that cannot be written down is told, before the first one if that can be known."""

    def __init__(self, settings: Settings) -> None:
        self._log = AuditLog(settings.account.masked)
        self._place: dict[str, object] = {"project": settings.project, "endpoint": settings.endpoint}
        try:
            self._log.check()
        except OdpsTuiError as error:
            tell(f"{error}. What is stopped now leaves no trace here.")

    def stop(self, instance_id: str, owner: str | None, answer: StopAnswer) -> None:
        """Write down what became of a stop."""
        try:
            self._log.write("stop", {**self._place, "instance_id": instance_id, "owner": owner, **answer.facts})
        except OdpsTuiError as error:
            tell(str(error))
