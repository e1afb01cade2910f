"""Yanking: a menu, a key, and the text is on its way to the terminal's clipboard; or any field, chosen from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import App

from odps_tui.browser import is_trusted
from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.safe_text import clean_line
from odps_tui.screens.dashboard_service import DashboardService
from odps_tui.screens.field_dialog import FieldDialog
from odps_tui.screens.logview import UNTRUSTED, ask_address
from odps_tui.screens.place import Place
from odps_tui.screens.sending import send_to_clipboard
from odps_tui.screens.yank_dialog import YankDialog
from odps_tui.screens.yanking import FIELD, Piece, link_piece, pieces
from odps_tui.widgets.fields import Field
from odps_tui.widgets.notation import id_tail


async def yank(
    app: App[None],
    service: DashboardService,
    row: InstanceRow,
    read: Callable[[], InstanceDetail | None],
    fields: Callable[[], Iterable[Field]],
    *,
    place: Place,
    note: Callable[[str], None],
) -> None:
    """Let the operator choose a piece of `row`, send it, and tell what was done. `read` returns what is known by now."""

    async def ask_link() -> Piece:
        address, reason = await ask_address(service, row.id)
        if address is None:
            return link_piece(reason=f"{reason} Press o for it." if reason else "")
        if address.carries_token or not is_trusted(address.url, place.endpoint):
            return link_piece(reason=UNTRUSTED)
        return link_piece(address.url)

    dialog = YankDialog(f"Yank {row.id}", lambda link: pieces(row, read(), link, place), ask_link)
    piece = await app.push_screen_wait(dialog)
    if piece is FIELD:
        await yank_field(app, row, fields(), note=note)
    elif piece is not None:
        sent = await send_to_clipboard(app, piece.text)
        note(f"{piece.name} of {id_tail(row.id)} {sent.words}")


async def yank_field(app: App[None], row: InstanceRow, fields: Iterable[Field], *, note: Callable[[str], None]) -> None:
    """Let the operator choose one of `fields`, send it, and tell what was done."""
    field = await app.push_screen_wait(FieldDialog(f"Yank a field of {row.id}", fields))
    if field is not None:
        sent = await send_to_clipboard(app, field.text)
        note(f"{clean_line(f'{field.name} ({field.group})')} of {id_tail(row.id)} {sent.words}")
