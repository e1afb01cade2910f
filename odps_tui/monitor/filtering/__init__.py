"""The one grammar of filters: terms between blanks, and a row matches when all of them hold.

    etl  "two words"  /a.b/      text, or a regular expression, in anything the row says; case never counts
    !term                        the term does not hold
    owner:etl  job:"a b"         text in one field: id owner job type status why project
    type:/^sql$/  owner:a,b      … a regular expression; any of several
    state:wait,failed            a state by the beginning of its word; ended takes success, failed and cancelled too
    prio<3  cpu>=100  mem:4      figures: prio, progress (%), cpu (cores), mem (MB), pos (place in the queue)
    age>1h30m  run:<90s          durations: since its start, and of its run; d h m s, minutes without a unit

Comparisons are `<` `>` `<=` `>=` and `=`, with or without a colon before; a colon alone is `=`. `=` is as exact as it is
written: `age:1h` holds from one hour up to two, `cpu=5` from five cores up to six.

**Not known.** A figure that nobody told, or that does not exist (the cores of an ended instance, the place of one that does not
wait), matches neither a comparison nor its negation. Text that a row does not say is just not found: `!job:etl` keeps rows whose
job nobody told.

**How it ended** the list does not tell: the tasks do, for those that somebody asks about. Where a filter wants to know it,
`RowFilter.awaiting_ends` takes what ended in a way that is not known yet, until it is.

**Field or text.** `name:` is a field where the name is one. A name like a field's (`ownr:x`) or followed like one (`foo:`,
`foo:"x"`, `foo<3`) is a mistake; any other (`http://x`, `main:reader`, `a:b`) is text, and so is whatever stands in quotes.
Quotes and slashes count at the beginning of a word or value only: `don"t` and `a/b` are text. The `/` that opens the filter's box
is no part of the filter.

**Regular expressions** are Python's, see each field on its own (200 characters of it), write a slash as `\\/`, and are refused
when they could take very long.
"""

from odps_tui.monitor.filtering.expression import RowFilter, parse_filter
from odps_tui.monitor.filtering.failure import FilterError

__all__ = ["FilterError", "RowFilter", "parse_filter"]
