"""What a submitted statement does: its rows, or the sentence it fails with.

The demo reads one table, `pyodps_iris`, and understands `select *|columns|count(*) from … [limit n]`, `select` of constants and
`desc`. Data definition succeeds and changes nothing; inserting succeeds when it reads the known table. Another table is
"not found", other words are a parse exception, both with the service's numbers (Protocol §4.4).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from odps_tui.demo.world import iris
from odps_tui.demo.world.accounts import CALLER
from odps_tui.demo.world.sql_tokens import Token, tokens

_DEFINITIONS = ("create", "drop", "alter", "truncate", "grant", "revoke", "analyze", "msck", "add", "undo", "purge")
_WRITERS = ("insert", "merge", "with", "from", "update", "delete")
_BEFORE_A_TABLE = frozenset({"from", "join", "using"})
_QUICK, _SCAN, _REDUCE = 0.8, 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a statement will do in `seconds` of world time.

    `text` is its result, or with `failed` its error; `{project}` in it stands for the project's name. `columns` are the (name,
    type) pairs of a select, None for anything else.
    """

    seconds: float
    text: str = ""
    stages: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] | None = None
    rows: int = 0
    failed: bool = False


def understand(query: str, task_type: str = "SQL") -> Verdict:
    """Say what `query` does. Tasks of other types than SQL just take three seconds and succeed."""
    if task_type == "SQLCost":
        cost = {"Cost": {"SQL": {"UDF": 0, "Complexity": 1, "Input": 150 * 40}}}
        return Verdict(_QUICK, json.dumps(cost))
    if task_type != "SQL":
        return Verdict(_SCAN)
    return _understand_sql(tokens(query))


def seconds_until_failure(verdicts: Sequence[Verdict]) -> float:
    """Seconds that tasks in sequence take, up to and with the first that fails."""
    seconds = 0.0
    for verdict in verdicts:
        seconds += verdict.seconds
        if verdict.failed:
            break
    return seconds


def _understand_sql(statement: list[Token]) -> Verdict:
    if not statement:
        return _parse_exception("[1,1]", "unexpected end of statement")
    if (understand_verb := _VERBS.get(statement[0].word)) is not None:
        return understand_verb(statement)
    return _parse_exception(statement[0].place, f"invalid token '{statement[0].text}'")


def _parse_exception(place: str, what: str) -> Verdict:
    return Verdict(_QUICK, f"ODPS-0130161:{place} Parse exception - {what}", failed=True)


def _semantic_exception(place: str, what: str) -> Verdict:
    return Verdict(_QUICK, f"ODPS-0130071:{place} Semantic analysis exception - {what}", failed=True)


def _unknown_table(statement: Sequence[Token]) -> Verdict | None:
    """The failure for the first table read that is not the known one; None when all are known."""
    for before, token in pairwise(statement):
        if before.word in _BEFORE_A_TABLE and token.text != "(" and not _is_iris(token):
            return _not_found(token)
    return None


def _is_iris(token: Token) -> bool:
    return token.word.replace("`", "").rpartition(".")[2] == iris.TABLE


def _not_found(token: Token) -> Verdict:
    name = token.text.replace("`", "").rpartition(".")[2]
    text = f"ODPS-0130131:{token.place} Table not found - table {{project}}.{name} cannot be resolved"
    return Verdict(_QUICK, text, failed=True)


def _define(statement: list[Token]) -> Verdict:
    """Data definition: no stages, no text. `create table … as select` reads, so its table must be known."""
    if len(statement) == 1:
        return _parse_exception(statement[0].place, "unexpected end of statement")
    return _unknown_table(statement) or Verdict(_QUICK)


def _write(statement: list[Token]) -> Verdict:
    return _unknown_table(statement) or Verdict(_SCAN, stages=("M1",), rows=len(iris.ROWS))


def _describe(statement: list[Token]) -> Verdict:
    if len(statement) == 1:
        return _parse_exception(statement[0].place, "unexpected end of statement")
    if not _is_iris(statement[-1]):
        return _not_found(statement[-1])
    rule = f"+{'-' * 82}+\n"
    lines = [rule, f"| {'Table: {project}.' + iris.TABLE:<80} |\n", rule]
    lines += [f"| {'Native Columns:':<80} |\n", rule, f"| {'Field':<16}| {'Type':<11}| {'Label':<6}| {'Comment':<41} |\n", rule]
    lines += [f"| {name:<16}| {kind:<11}| {'':<6}| {'':<41} |\n" for name, kind in iris.COLUMNS]
    return Verdict(_QUICK, "".join([*lines, rule]))


def _show(statement: list[Token]) -> Verdict:
    """`show tables` and its like; whatever is asked, there is one table."""
    if len(statement) == 1:
        return _parse_exception(statement[0].place, "unexpected end of statement")
    return Verdict(_QUICK, f"{CALLER.name}:{iris.TABLE}\n")


def _select(statement: list[Token]) -> Verdict:
    words = [token.word for token in statement]
    if "from" not in words:
        return _select_constants(statement[1:])
    place = words.index("from")
    items, tail = _items(statement[1:place]), statement[place + 1 :]
    if not items or not tail:
        return _parse_exception(statement[-1].place, "unexpected end of statement")
    if (unknown := _unknown_table(statement)) is not None:
        return unknown
    limit = _limit(tail[1:])
    if limit is None:
        return _semantic_exception(tail[1].place, f"the demo reads {iris.TABLE} with a column list and a limit only")
    return _read_iris(items, limit)


def _items(listed: list[Token]) -> list[str]:
    """The select list as lower-case texts, white space taken out: `['count(*)']`."""
    text = "".join(token.word.replace("`", "") for token in listed)
    return text.split(",") if text else []


def _limit(tail: list[Token]) -> int | None:
    """The number of rows asked for after the table; None when something else stands there."""
    if not tail:
        return len(iris.ROWS)
    if len(tail) == 2 and tail[0].word == "limit" and tail[1].text.isdigit():
        return min(int(tail[1].text), len(iris.ROWS))
    return None


def _read_iris(items: list[str], limit: int) -> Verdict:
    names = [name for name, _ in iris.COLUMNS]
    if items in (["count(*)"], ["count(1)"]):
        count = min(1, limit)
        text = _csv(("_c0",), [(str(len(iris.ROWS)),)][:count], {0})
        return Verdict(_REDUCE, text, ("M1", "R2_1"), (("_c0", "bigint"),), count)
    wanted = [column for item in items for column in (names if item == "*" else [item])]
    for column in wanted:
        if column not in names:
            return _semantic_exception("[1,8]", f"column {column} cannot be resolved")
    places = [names.index(column) for column in wanted]
    rows = [tuple(row[place] for place in places) for row in iris.ROWS[:limit]]
    bare = {at for at, place in enumerate(places) if iris.COLUMNS[place][1] != "string"}
    return Verdict(_SCAN, _csv(wanted, rows, bare), ("M1",), tuple(iris.COLUMNS[place] for place in places), len(rows))


def _select_constants(listed: list[Token]) -> Verdict:
    values = [token for place, token in enumerate(listed) if place % 2 == 0]
    commas = listed[1::2]
    if not values or len(values) != len(commas) + 1 or any(token.text != "," for token in commas):
        return _semantic_exception("[1,8]", "the demo selects numbers and strings only")
    if any(not (token.text[0].isdigit() or token.text[0] in "'\"") for token in values):
        return _semantic_exception(values[0].place, f"column {values[0].text} cannot be resolved")
    bare = {place for place, token in enumerate(values) if token.text[0].isdigit()}
    columns = tuple((f"_c{place}", "bigint" if place in bare else "string") for place in range(len(values)))
    row = tuple(token.text.strip("'\"") for token in values)
    return Verdict(_QUICK, _csv([name for name, _ in columns], [row], bare), (), columns, 1)


def _csv(header: Sequence[str], rows: Sequence[tuple[str, ...]], bare: set[int]) -> str:
    """CSV as the service writes it: names and strings quoted, the columns in `bare` (numbers) not (Protocol §4.4)."""
    lines = [",".join(_quoted(name) for name in header)]
    lines += [",".join(value if place in bare else _quoted(value) for place, value in enumerate(row)) for row in rows]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


_VERBS: dict[str, Callable[[list[Token]], Verdict]] = {
    "select": _select,
    "desc": _describe,
    "describe": _describe,
    "show": _show,
    **dict.fromkeys(_DEFINITIONS, _define),
    **dict.fromkeys(_WRITERS, _write),
}
