"""Signing in: what lies about, one question to the service, and what is kept of the answer; then the place to open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from odps_tui.clients import open_client
from odps_tui.config.aside import aside
from odps_tui.config.config_file import read_config
from odps_tui.config.config_writing import save_profile
from odps_tui.config.credentials import Credentials
from odps_tui.config.credentials_file import CredentialsFile
from odps_tui.config.identity import find_sources
from odps_tui.config.keystore import Keystore
from odps_tui.config.settings import Flags, Settings, home_of, host_of, read_settings
from odps_tui.errors import NoPermission, OdpsTuiError, SettingsError
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.screens.contexts import SourceLine
from odps_tui.screens.sign_in_service import FoundPlace, Keeping, Wish


class SigningIn:
    """Does what `odps_tui.screens.sign_in_service.SignIns` asks for, for one user and environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def found(self) -> tuple[FoundPlace, ...]:
        """Return the identities that can be used as they are."""
        sources = find_sources(self._environ, home_of(self._environ))
        return tuple(
            FoundPlace(SourceLine(one.auth, one.masked or "…", one.words), one.hints.endpoint or "", one.hints.project or "")
            for one in sources
            if not one.problem
        )

    def settings(self, wish: Wish) -> Settings:
        """Return the settings of a wish, as a run with it would read them. Raises an OdpsTuiError."""
        Endpoint.parse(wish.endpoint)
        auth = "prompt" if wish.key is not None else wish.auth
        key = wish.key
        flags = Flags(endpoint=wish.endpoint, project=wish.project, auth=auth)
        settings = read_settings(self._environ, flags) if key is None else read_settings(self._environ, flags, ask=lambda _: key)
        return replace(settings, profile=wish.profile)

    async def try_out(self, wish: Wish) -> str:
        """Ask the service who we are and whether the project is there."""
        settings = await aside(lambda: self.settings(wish))
        async with open_client(settings) as client:
            await client.get_project()
            try:
                return (await client.whoami()).display_name
            except NoPermission:  # the key is right, and may do little
                return settings.credentials.masked

    async def keep(self, wish: Wish) -> None:
        """Keep the key first and the profile after it; without a profile there is no key, either."""
        await aside(lambda: self._keep(wish))

    def _keep(self, wish: Wish) -> None:
        if not wish.profile or (wish.key is not None and wish.keeping is Keeping.SESSION):
            return
        place: dict[str, object] = {"endpoint": wish.endpoint, "project": wish.project, "auth": wish.auth}
        if wish.key is None:
            save_profile(self._environ, wish.profile, place)
            return
        host = host_of(wish.endpoint)
        store = CredentialsFile.of(self._environ) if wish.keeping is Keeping.FILE else self._keystore()
        place["auth"] = "file" if wish.keeping is Keeping.FILE else "keyring"
        store.store(wish.profile, host, wish.key)
        try:
            save_profile(self._environ, wish.profile, place)
        except OdpsTuiError:
            store.remove(wish.profile)
            raise

    def _keystore(self) -> Keystore:
        config = read_config(self._environ).config
        if config is None:
            raise SettingsError("config.toml cannot be used", remedy="`odps-tui config validate` shows what is wrong.")
        return Keystore(config.keyring.backend)


def settings_after(wish: Wish, environ: Mapping[str, str]) -> Settings:
    """Return the settings to open the dashboard with, the typed key in memory only."""
    settings = SigningIn(environ).settings(wish)
    if wish.key is None:
        return settings
    return replace(settings, credentials=Credentials(wish.key, "typed for this session"))
