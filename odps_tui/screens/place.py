"""Where the dashboard looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dashboard looks, for the top line, the dialogs and the check of links. `note` comes first (`demo`)."""

    project: str
    endpoint: str
    region: str | None = None
    note: str = ""
    read_only: bool = False
    """Nothing is stopped from here."""
    protected: bool = False
    """A stop wants something typed."""
    profile: str = ""
    production: bool = False
    """Looks like production: a colour and the word."""
    colour: str | None = None
    """What the profile is painted with: a name such as `green`, or `#rrggbb`."""
    projects: tuple[str, ...] = ()
    """Further projects that the profile names."""
    logview_hours: int = 24
    """How long a link with a token lasts."""

    @property
    def is_in_clear(self) -> bool:
        """True when what goes to the service can be read on the way: normal inside a VPC, and worth knowing."""
        scheme, _, rest = self.endpoint.partition("://")
        host = rest.partition("/")[0]
        return scheme.lower() == "http" and not host.startswith(("127.", "localhost", "[::1]"))

    def __str__(self) -> str:
        where = self.region or self.endpoint.partition("://")[2].partition("/")[0]
        return " · ".join(part for part in (self.note, self.project, where) if part)
