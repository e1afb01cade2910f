"""Whom we trust over TLS, and who we say we are there: one context for all connections of a client."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from odps_tui.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Certificates:
    """`ca_file` is trusted besides the system's authorities. `client_cert` is shown to who asks, with `client_key` if that is a
    file of its own. All PEM.

    Without `strict` an authority may lack what RFC 5280 asks of it, as many a company's own does (Python asks it from 3.13 on);
    every other check stays.
    """

    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    strict: bool = True

    def context(self) -> ssl.SSLContext:
        """Return the context. Raises SettingsError that names the file which cannot be used."""
        _require_readable("SSL_CERT_FILE")
        # Finds the system's authorities where Python's own OpenSSL does not look for them; 3 ms, and only for https.
        import truststore  # noqa: PLC0415

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if not self.strict:
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self.ca_file is not None:
            self._trust(context, self.ca_file)
        if self.client_cert is not None:
            self._present(context, self.client_cert)
        return context

    def _trust(self, context: ssl.SSLContext, ca_file: Path) -> None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except ssl.SSLError:
            raise SettingsError(
                f"The authorities in {ca_file} cannot be read", remedy="It must hold certificates in PEM."
            ) from None
        except OSError as error:
            raise SettingsError(
                f"The authorities in {ca_file} cannot be read: {error.strerror}", remedy="Correct ca_file."
            ) from None

    def _present(self, context: ssl.SSLContext, client_cert: Path) -> None:
        try:
            context.load_cert_chain(client_cert, self.client_key, password=_no_password)
        except (ssl.SSLError, ValueError):
            raise SettingsError(
                f"The client certificate {client_cert} cannot be used",
                remedy="It must be PEM, with its own key beside it or in client_key, and that key without a password.",
            ) from None
        except OSError as error:
            raise SettingsError(
                f"The client certificate {client_cert} cannot be read: {error.strerror}", remedy="Correct client_cert."
            ) from None


def _require_readable(variable: str) -> None:
    """OpenSSL passes over a file that is not there, and trusts nobody."""
    path = os.environ.get(variable)
    if path and not os.access(path, os.R_OK):
        raise SettingsError(f"The certificates of {variable} cannot be read", remedy="Correct the path, or unset it.")


def _no_password() -> str:
    """OpenSSL would ask on the terminal."""
    raise ValueError("a password is needed")
