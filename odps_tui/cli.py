"""Arguments in, exit status out. Knows everyone, and imports each only when it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from odps_tui import __version__
from odps_tui.commands import demo_service
from odps_tui.errors import CredentialsRefused, NoPermission, OdpsTuiError

EXIT_USAGE = 2
EXIT_REFUSED = 4

_DESCRIPTION = "A live terminal dashboard for MaxCompute (ODPS) instances."
_EPILOG = """\
environment:
  ODPS_ENDPOINT, ODPS_PROJECT_NAME, ODPS_REGION_NAME, ODPS_LOGVIEW_HOST
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
  ODPS_STS_ACCESS_KEY_ID, ODPS_STS_ACCESS_KEY_SECRET, ODPS_STS_TOKEN, ODPS_STS_ACCOUNT_FILE
  ODPS_BEARER_TOKEN, ODPS_BEARER_TOKEN_FILE
A secret is never a flag: every user of a host can read the flags of every process.

exit status:
  0 ok   1 a bug   2 usage, settings or a service that cannot be used   4 credentials or permission refused
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except OdpsTuiError as error:
        print(f"odps-tui: {error}", file=sys.stderr)
        return EXIT_REFUSED if isinstance(error, (CredentialsRefused, NoPermission)) else EXIT_USAGE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="odps-tui",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"odps-tui {__version__}")
    parser.add_argument("--endpoint", metavar="URL", help="the service's address, with /api at its end")
    parser.add_argument("--project", metavar="NAME", help="the project to watch")
    parser.add_argument("--region", metavar="ID", help="e.g. cn-hangzhou; told from the endpoint where it names one")
    parser.add_argument("--demo", action="store_true", help="open the dashboard on a built-in MaxCompute service")
    parser.set_defaults(run=_run_dashboard)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    demo = commands.add_parser("demo-service", help="run the built-in MaxCompute service alone")
    demo_service.add_arguments(demo)
    demo.set_defaults(run=demo_service.run)
    return parser


def _run_dashboard(arguments: argparse.Namespace) -> int:
    from odps_tui.launch import open_dashboard, open_demo, require_terminal

    require_terminal()
    if arguments.demo:
        return open_demo()
    from odps_tui.config.settings import read_settings

    settings = read_settings(os.environ, endpoint=arguments.endpoint, project=arguments.project, region=arguments.region)
    return open_dashboard(settings)
