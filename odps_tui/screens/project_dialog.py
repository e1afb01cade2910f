"""The choice of another project: from the service's list while it comes, or typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.errors import OdpsTuiError

_SHOWN = 200


class ProjectDialog(ModalScreen[str | None]):
    """Dismissed with a project's name, or None. `known` are shown at once; `listed` yields what the service lists."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", key_display="esc", id="projects.close"),
        Binding("down,up", "list", "list", id="projects.list", show=False),
    ]

    def __init__(self, known: tuple[str, ...], listed: Callable[[], AsyncIterator[tuple[str, ...]]]) -> None:
        super().__init__()
        self._names = known
        self._listed = listed

    def compose(self) -> ComposeResult:
        """What is typed narrows the list, and may be a name that is not in it."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Go to project …"
            yield Input(placeholder="a project's name, or the beginning of one", id="project", compact=True)
            yield OptionList(id="projects")
            yield Static(Content("asking the service for its projects …"), id="facts")

    def on_mount(self) -> None:
        """The names come while one types."""
        self.query_one("#project", Input).focus()
        self._show()
        self.read_projects()

    @work(group="projects")
    async def read_projects(self) -> None:
        """Add names as they come; where they may not be listed, a name can still be typed."""
        try:
            async for names in self._listed():
                self._names = tuple(dict.fromkeys((*self._names, *names)))
                self._show()
        except OdpsTuiError as error:
            self._say(f"{error} Type the name.", "$text-warning")
        else:
            self._say("Enter goes there; a name that is not in the list can be typed.", "$text-muted")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#facts", Static).update(Content.styled(words, style))

    @on(Input.Changed)
    def _show(self) -> None:
        typed = self.query_one("#project", Input).value.strip()
        fitting = [name for name in self._names if typed in name]
        options = self.query_one("#projects", OptionList)
        chosen = options.highlighted_option
        options.set_options([Option(Content(name), id=name) for name in fitting[:_SHOWN]])
        if chosen is not None and chosen.id in fitting[:_SHOWN]:  # names that come later choose nothing else
            options.highlighted = fitting.index(chosen.id)
        options.border_subtitle = Content(f"{_SHOWN} of {len(fitting)}" if len(fitting) > _SHOWN else "")

    def action_list(self) -> None:
        """From the text into the list, onto a name: Enter has something to take."""
        options = self.query_one("#projects", OptionList)
        options.focus()
        if options.highlighted is None:
            options.action_first()

    @on(Input.Submitted)
    def take_typed(self, message: Input.Submitted) -> None:
        """Enter in the text takes what was typed, as it is."""
        if name := message.value.strip():
            self.dismiss(name)

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(message.option.id)

    def on_key(self, event: events.Key) -> None:
        """Letters typed in the list go on with the text."""
        field = self.query_one("#project", Input)
        if event.character and event.is_printable and not field.has_focus:
            field.focus()
            field.insert_text_at_cursor(event.character)
            event.stop()
