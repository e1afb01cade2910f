"""What the environment tells an HTTP client, proxies and certificates, and how to say that it cannot work."""

from __future__ import annotations

import os
from urllib.request import getproxies_environment, proxy_bypass

from odps_tui.errors import SettingsError
from odps_tui.maxcompute.endpoint import Endpoint

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def proxy_variable(endpoint: Endpoint) -> str | None:
    """Return the name of the variable whose proxy is asked for `endpoint`; None when none is."""
    proxies = getproxies_environment()
    if proxy_bypass(endpoint.host):
        return None
    return next((_spelled(f"{kind}_proxy".upper()) for kind in (endpoint.scheme, "all") if proxies.get(kind)), None)


def proxy_address(variable: str) -> str:
    """Return what a variable of `proxy_variable` holds; it may hold a password, so it is never shown."""
    return os.environ.get(variable, "")


def explained(error: Exception) -> SettingsError:
    """Return the error to raise when a client cannot be built from the environment. Values are never quoted."""
    if isinstance(error, OSError):
        names = _set_among(_CERTIFICATE_VARIABLES)
        return SettingsError(f"The certificates of {names} cannot be read", remedy="Correct the path, or unset it.")
    names = _set_among(_PROXY_VARIABLES)
    if isinstance(error, ImportError):
        return SettingsError(f"{names} names a kind of proxy that is not supported", remedy="Use an http:// proxy.")
    return SettingsError(f"{names} holds no address of a proxy", remedy="It looks like http://proxy.example.com:3128.")


def _set_among(names: tuple[str, ...]) -> str:
    found = [_spelled(name) for name in names if os.environ.get(name) or os.environ.get(name.lower())]
    return " or ".join(found or names)


def _spelled(name: str) -> str:
    """Return the spelling that is in use: these variables are read in lower case, too."""
    return name.lower() if os.environ.get(name.lower()) else name
