"""The program before there is a place to look at."""

from __future__ import annotations

from textual import on

from odps_tui.base_app import BaseApp
from odps_tui.screens.sign_in import SignInScreen
from odps_tui.screens.sign_in_service import SignIns, Wish

DEMO = "demo"


class SignInApp(BaseApp[Wish | str | None]):
    """Ends with a wish that the service has agreed to, with `DEMO`, or with nothing."""

    def __init__(self, sign_ins: SignIns, *, frugal: bool = True) -> None:
        super().__init__(frugal=frugal)
        self._sign_ins = sign_ins

    def get_default_screen(self) -> SignInScreen:
        """The only screen."""
        return SignInScreen(self._sign_ins)

    @on(SignInScreen.SignedIn)
    def go(self, message: SignInScreen.SignedIn) -> None:
        """The service said yes."""
        self.exit(message.wish)

    @on(SignInScreen.DemoWanted)
    def go_to_the_demo(self) -> None:
        """Nobody has to sign in there."""
        self.exit(DEMO)
