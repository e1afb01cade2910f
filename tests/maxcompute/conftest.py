"""Settings of the tests of the wire."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no fault of the code.
settings.register_profile("wire", deadline=None)
settings.load_profile("wire")
