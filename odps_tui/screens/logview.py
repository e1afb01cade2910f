"""Opening an instance's page: in a browser where there is one, else as a link to copy."""

from __future__ import annotations

import os
from collections.abc import Callable

from textual.app import App

from odps_tui.browser import is_trusted, open_link, opener
from odps_tui.errors import OdpsTuiError
from odps_tui.models import LogviewAddress
from odps_tui.screens.dashboard_service import DashboardService
from odps_tui.screens.logview_dialog import LogviewDialog
from odps_tui.widgets.notation import id_tail

Note = Callable[[str], None]


async def show_logview(app: App[None], service: DashboardService, instance_id: str, *, endpoint: str, note: Note) -> None:
    """Ask for the link without a token; make one with a token only when the user says so in the dialog."""
    legacy = False
    while True:
        address, reason = await _address(service, instance_id, legacy=legacy)
        if address is not None:
            reason = _open(address, endpoint)
            if not reason:
                note(f"Logview of {id_tail(instance_id)} opened in the browser")
                return
        answer = await app.push_screen_wait(LogviewDialog(instance_id, address, reason=reason))
        if answer == "copy" and address is not None:
            app.copy_to_clipboard(address.url)
            note(f"Logview link of {id_tail(instance_id)} sent to the terminal's clipboard")
        if answer != "token":
            return
        legacy = True


async def _address(service: DashboardService, instance_id: str, *, legacy: bool) -> tuple[LogviewAddress | None, str]:
    try:
        return await service.get_logview_address(instance_id, legacy=legacy), ""
    except OdpsTuiError as error:
        return None, str(error)


def _open(address: LogviewAddress, endpoint: str) -> str:
    """Open a link; return why it was not opened, or nothing."""
    if not is_trusted(address.url, endpoint):
        return "The service named a host for this link that is neither its own nor the vendor's; it is not opened."
    command = opener(os.environ)
    if command is None:
        return "There is no browser on this side of the terminal."
    try:
        open_link(address.url, command)
    except OSError as error:
        return f"The browser could not be started: {error.strerror}."
    return ""
