"""What every test may rely on: one time zone, and no setting of this machine's user."""

import os
import tempfile
import time

import pytest
from hypothesis import settings

os.environ["TZ"] = "UTC"
time.tzset()
for name in [name for name in os.environ if name.startswith(("ODPS_", "ALIBABA_CLOUD_", "NO_COLOR", "TEXTUAL"))]:
    if name not in ("ODPS_TUI_TAKE_SCREENSHOTS", "ODPS_TUI_WALK_KEYS", "ODPS_TUI_REQUIRE_KEYRING") and "HOSTILE" not in name:
        del os.environ[name]
_EMPTY = tempfile.TemporaryDirectory(prefix="odps-tui-tests-", ignore_cleanup_errors=True)
os.environ["ODPS_TUI_CONFIG_DIR"] = _EMPTY.name  # no profile of this user's

# These machines are noisy: a slow example is no failure. The same examples each time, so that a red run can be run again.
settings.register_profile("odps-tui", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("odps-tui")


@pytest.fixture(autouse=True)
def state_directory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes where this machine's user keeps things."""
    monkeypatch.setenv("ODPS_TUI_STATE_DIR", str(tmp_path_factory.mktemp("state")))
