"""What every test may rely on: one time zone, and no setting of this machine's user."""

import os
import time

os.environ["TZ"] = "UTC"
time.tzset()
for name in [name for name in os.environ if name.startswith(("ODPS_", "ALIBABA_CLOUD_", "NO_COLOR", "TEXTUAL"))]:
    if name != "ODPS_TUI_TAKE_SCREENSHOTS":
        del os.environ[name]
