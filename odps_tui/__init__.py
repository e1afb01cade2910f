"""odps-tui: live monitoring of MaxCompute (ODPS) instances in a terminal."""

__version__ = "0.1.0"
