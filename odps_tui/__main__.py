"""`python -m odps_tui` is the same program as the `odps-tui` command."""

import sys

from odps_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
