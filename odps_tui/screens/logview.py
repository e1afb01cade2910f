"""Opening an instance's page: in a browser where there is one, else as a link to copy."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from textual.app import App

from odps_tui.browser import is_trusted, open_link, opener, private_page, reads_our_files
from odps_tui.errors import OdpsTuiError
from odps_tui.models import LogviewAddress
from odps_tui.screens.dashboard_service import DashboardService
from odps_tui.screens.logview_dialog import LogviewDialog
from odps_tui.screens.sending import send_to_clipboard
from odps_tui.widgets.notation import id_tail

Note = Callable[[str], None]

UNTRUSTED = "The service named a host for this link that is neither its own nor the vendor's; it is not opened."
_NO_BROWSER = "There is no browser on this side of the terminal."
_FAR_BROWSER = (
    "The browser runs on another system: on the way there, every user of this host could read the token among the arguments "
    "of a process."
)
_PAGE_STAYS = 30.0
"""Seconds that a browser has to start and read the page with the token. It goes with the program at the latest."""


async def show_logview(
    app: App[None], service: DashboardService, instance_id: str, *, endpoint: str, note: Note, hours: int = 24
) -> None:
    """Open the link without a token, or offer it in a dialog; make one with a token only when the user asks for it there.

    A token lasts `hours`.
    """
    name, legacy, failed = id_tail(instance_id), False, ""
    address, reason = await ask_address(service, instance_id)
    while True:
        if not failed and address is not None:
            reason = await _open(address, endpoint, lambda: note(f"Logview of {name} handed to the browser"))
            if not reason:
                return
        dialog = LogviewDialog(instance_id, address, reason=failed or reason, is_ours=_is_ours(address, endpoint), hours=hours)
        answer = await app.push_screen_wait(dialog)
        if answer == "copy" and address is not None:
            sent = await send_to_clipboard(app, address.url)
            note(f"Logview link of {name} {sent.words}")
            if sent.done:
                return
            failed = f"The link was {sent.words}."
        elif answer == "token" and not legacy:
            legacy, failed = True, ""
            address, reason = await ask_address(service, instance_id, legacy=True, hours=hours)
        else:
            return


async def ask_address(
    service: DashboardService, instance_id: str, *, legacy: bool = False, hours: int = 24
) -> tuple[LogviewAddress | None, str]:
    """Return the link, or None and why there is none."""
    try:
        return await service.get_logview_address(instance_id, hours, legacy=legacy), ""
    except OdpsTuiError as error:
        return None, str(error)


def _is_ours(address: LogviewAddress | None, endpoint: str) -> bool:
    return address is not None and is_trusted(address.url, endpoint)


async def _open(address: LogviewAddress, endpoint: str, opened: Callable[[], None]) -> str:
    """Open a link and say so by `opened`; return why it was not opened, or nothing."""
    if not is_trusted(address.url, endpoint):
        return UNTRUSTED
    command = opener(os.environ)
    if command is None:
        return _NO_BROWSER
    try:
        if not address.carries_token:
            open_link(address.url, command)
            opened()
        elif reads_our_files(os.environ):
            await _open_privately(address.url, command, opened)
        else:
            return _FAR_BROWSER
    except OSError as error:
        return f"The browser could not be started: {error.strerror}."
    return ""


async def _open_privately(url: str, command: list[str], opened: Callable[[], None]) -> None:
    with private_page(url) as page:
        open_link(page, command)
        opened()
        await asyncio.sleep(_PAGE_STAYS)
