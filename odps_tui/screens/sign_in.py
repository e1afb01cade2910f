"""The first screen of all: who are you, and where do you want to look? Nothing is written before the service has said yes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList, RadioButton, RadioSet, Static
from textual.widgets.option_list import Option

from odps_tui.accounts import AccessKey
from odps_tui.errors import OdpsTuiError, SettingsError
from odps_tui.screens.sign_in_service import FoundPlace, Keeping, SignIns, Wish
from odps_tui.secret_str import SecretStr

_TYPED, _DEMO = "typed", "demo"
_OPT_IN = "in clear"
"""What has to be typed before a secret goes into a file."""
_ENDPOINT_EXAMPLE = "https://service.cn-hangzhou.maxcompute.aliyun.com/api"


class SignInScreen(Screen[None]):
    """Posts `SignedIn` with what was tried out and kept, or `DemoWanted`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "quit", key_display="esc", id="sign_in.leave"),
    ]

    who: reactive[str] = reactive(_TYPED, init=False)
    """The choice at the top: a found identity by its number, a typed key, or the demo."""

    class SignedIn(Message):
        """The service has said yes, and what was to be kept is kept."""

        def __init__(self, wish: Wish) -> None:
            super().__init__()
            self.wish = wish

    class DemoWanted(Message):
        """The demo is to be opened."""

    def __init__(self, sign_ins: SignIns) -> None:
        super().__init__()
        self._sign_ins = sign_ins
        self._found: tuple[FoundPlace, ...] = sign_ins.found()

    # What it looks like ----------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Who, where, what to keep, and one sentence for what goes wrong."""
        with VerticalScroll(id="sign-in", can_focus=False) as frame:
            frame.border_title = "Welcome to odps-tui"
            yield Static(Content("Nothing says yet where to look. Who are you?"))
            yield OptionList(*self._choices(), id="who")
            yield from _field("Endpoint", Input(placeholder=_ENDPOINT_EXAMPLE, id="sign-in-endpoint", compact=True))
            yield from _field("Project", Input(id="sign-in-project", compact=True))
            yield from _field("Key id", Input(id="sign-in-key-id", compact=True), "of-key")
            yield from _field(
                "Secret", Input(password=True, placeholder="not shown", id="sign-in-key-secret", compact=True), "of-key"
            )
            yield from _field(
                "Profile", Input("default", placeholder="empty: nothing is written", id="sign-in-profile", compact=True)
            )
            yield from _field("Keep it", RadioSet(*_keepings(), id="keeping", compact=True), "of-key")
            words = f"type “{_OPT_IN}”: every program you run can read such a file"
            yield from _field("", Input(placeholder=words, id="sign-in-opt-in", compact=True), "of-file")
            yield Static(id="sign-in-problem")
            with Horizontal(id="buttons"):
                yield Button("Connect", id="connect", variant="primary")
                yield Button("Quit (esc)", id="quit")

    def _choices(self) -> Iterator[Option]:
        for number, place in enumerate(self._found):
            source = place.source
            yield Option(Content.assemble((f"{source.who:<14}", "bold"), f" {source.words}"), id=str(number))
        yield Option(Content("type an access key"), id=_TYPED)
        yield Option(Content("try the demo: a MaxCompute that comes with the program, no account needed"), id=_DEMO)

    def on_mount(self) -> None:
        """Begin at the first choice."""
        self.query_one("#who", OptionList).focus()
        self._arrange()

    def watch_who(self) -> None:
        """Show what the choice needs, and fill in what it tells."""
        place = self._place
        if place is not None:
            for name, told in (("endpoint", place.endpoint), ("project", place.project)):
                if told:
                    self.query_one(f"#sign-in-{name}", Input).value = told
        self._arrange()

    def _arrange(self) -> None:
        self.set_class(self.who == _TYPED, "-typed")
        self.set_class(self.who == _DEMO, "-demo")
        self.set_class(self._keeping is Keeping.FILE, "-file")

    # Choosing and typing ---------------------------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted, "#who")
    def look(self, message: OptionList.OptionHighlighted) -> None:
        """The form follows the cursor."""
        self.who = message.option.id or _TYPED

    @on(OptionList.OptionSelected, "#who")
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Go on to what is still missing."""
        self.who = message.option.id or _TYPED
        if self.who == _DEMO:
            self.post_message(self.DemoWanted())
        else:
            self._go_on()

    @on(Input.Submitted)
    def submit(self) -> None:
        """Enter goes to the next empty line, and connects when there is none."""
        self._go_on()

    @on(RadioSet.Changed)
    def rearrange(self) -> None:
        """A file needs a word more."""
        self._arrange()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Connect, or leave."""
        if event.button.id == "quit":
            self.action_leave()
        else:
            self._go_on(insist=True)

    def action_leave(self) -> None:
        """Leave without a trace."""
        self.app.exit()

    def _go_on(self, *, insist: bool = False) -> None:
        empty = [field for field in self._needed() if not field.value.strip()]
        if empty and not insist:
            empty[0].focus()
            return
        try:
            wish = self._wish()
            self._say("asking the service …", is_problem=False)
            self.connect(wish)
        except OdpsTuiError as error:
            self._say(str(error))

    def _needed(self) -> list[Input]:
        names = ["endpoint", "project", *(("key-id", "key-secret") if self.who == _TYPED else ())]
        return [self.query_one(f"#sign-in-{name}", Input) for name in names]

    # Connecting ------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="connect")
    async def connect(self, wish: Wish) -> None:
        """Try it, keep it, go there; what goes wrong is said in place, and everything typed stays."""
        try:
            await self._sign_ins.try_out(wish)
            await self._sign_ins.keep(wish)
        except OdpsTuiError as error:
            self._say(str(error))
        else:
            self.post_message(self.SignedIn(wish))

    def _wish(self) -> Wish:
        """Return what was typed. Raises SettingsError that names what is missing."""
        for field in self._needed():
            if not field.value.strip():
                field.focus()
                raise SettingsError(f"The {(field.id or '').removeprefix('sign-in-').replace('-', ' ')} is missing")
        endpoint, project, profile = map(self._typed, ("endpoint", "project", "profile"))
        if (place := self._place) is not None:
            return Wish(endpoint, project, auth=place.source.auth, profile=profile)
        keeping = self._keeping
        if keeping is Keeping.FILE and self._typed("opt-in") != _OPT_IN:
            self.query_one("#sign-in-opt-in", Input).focus()
            raise SettingsError(f"A file is read by every program you run: type “{_OPT_IN}” to keep the key there all the same")
        if keeping is not Keeping.SESSION and not profile:
            raise SettingsError("A key is kept under the name of a profile, and none was typed")
        secret = SecretStr(self._typed("key-secret"))
        key = AccessKey(self._typed("key-id"), secret)
        return Wish(endpoint, project, key=key, profile=profile, keeping=keeping)

    def _typed(self, name: str) -> str:
        return self.query_one(f"#sign-in-{name}", Input).value.strip()

    @property
    def _place(self) -> FoundPlace | None:
        return self._found[int(self.who)] if self.who.isdigit() else None

    @property
    def _keeping(self) -> Keeping:
        pressed = self.query_one("#keeping", RadioSet).pressed_index
        return list(Keeping)[max(0, pressed)]

    def _say(self, words: str, *, is_problem: bool = True) -> None:
        style = "$text-error" if is_problem else "$text-muted"
        self.query_one("#sign-in-problem", Static).update(Content.styled(f"{'✗ ' if is_problem else ''}{words}", style))


def _field(name: str, field: Input | RadioSet, classes: str = "") -> Iterator[Horizontal]:
    kind = "of-text" if isinstance(field, Input) else ""
    yield Horizontal(Static(Content(name), classes="fact-name"), field, classes=f"sign-in-field {classes} {kind}")


def _keepings() -> Iterator[RadioButton]:
    for number, keeping in enumerate(Keeping):
        yield _Choice(keeping.value, value=number == 0, compact=True)


class _Choice(RadioButton):
    """One of several; which one is chosen shows without colours, too."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override] # noqa: N802 - Textual's own name
        return "●" if self.value else " "
