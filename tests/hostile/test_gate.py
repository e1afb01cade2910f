"""How text comes in and goes out, read from the source: cleaned where bytes become values, and never markup where it is painted.

The other tests here look at what happens; these at what could be written tomorrow.
"""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import typing
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import odps_tui
from odps_tui import models
from odps_tui.errors import OdpsTuiError
from odps_tui.maxcompute.codec.xflow import Action
from odps_tui.maxcompute.exchange import Request, Response
from odps_tui.maxcompute.transcript import Transcript
from odps_tui.safe_text import clean
from tests.hostile.disguise import Disguise
from tests.hostile.texts import COUNT, given_to, texts
from tests.maxcompute.codec.test_lenience import DECODERS
from tests.maxcompute.wire_samples import ENTRIES, sample

PACKAGE = Path(odps_tui.__path__[0])
UI = [path for part in ("screens", "widgets", "painting") for path in (PACKAGE / part).rglob("*.py")]
UI += [PACKAGE / name for name in ("app.py", "base_app.py", "sign_in_app.py")]

TAKES_MARKUP = {"Static", "Label", "Button", "Option", "RadioButton", "Tooltip", "Toast", "Collapsible"}
"""Widgets and options whose first argument is markup when it is a str."""
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "label"}
"""Attributes that are markup when they are a str."""
NEVER = {"from_markup", "from_text", "notify", "render_markup", "render_str"}
"""Calls that read markup, or may."""
CONTENT = {"Content", "Text"}


def ours() -> Iterator[Path]:
    return (path for path in PACKAGE.rglob("*.py") if "demo" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def returns(path: Path) -> Mapping[str, set[str]]:
    """What the functions of a module return, as they are annotated, by their names."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            found[node.name].add(ast.unparse(node.returns))
    return found


def is_safe(value: ast.expr, known: Mapping[str, str]) -> bool:
    """True for literals and for what is a Content; False for a str that was put together, and for what nobody knows."""
    match value:
        case ast.Constant():
            return True
        case ast.IfExp():
            return is_safe(value.body, known) and is_safe(value.orelse, known)
        case ast.BoolOp(values=values):
            return all(is_safe(one, known) for one in values)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            roots = {node.id for node in ast.walk(value.func) if isinstance(node, ast.Name)}
            return bool(roots & CONTENT) or name in CONTENT or known.get(f"{name}()") == "Content"
        case ast.Name(id=name) | ast.Attribute(attr=name):
            place = name if isinstance(value, ast.Name) else f"self.{name}"
            return known.get(place) in {"Content", "Content | None", "literal"}
    return False


def known_names(path: Path) -> dict[str, str]:
    """Names whose values are told by an annotation, or by a literal that they stand for."""
    known = {f"{name}()": " ".join(kinds) for name, kinds in returns(path).items()}
    for node in ast.walk(tree(path)):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as annotation):
                known[name] = ast.unparse(annotation)
            case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name), annotation=annotation):
                known[name] = ast.unparse(annotation)
    for node in ast.walk(tree(path)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str())):
                known[name] = "literal"
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_safe(value, known):
                known.setdefault(name, "Content")
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name(id=given)):
                known[f"self.{name}"] = known.get(given, "")
    return known


def markup_taken(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Yield each expression that would be read as markup if it were a str."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in TAKES_MARKUP:
                yield node.lineno, first
            case ast.Call(func=ast.Attribute(attr="update", value=ast.Call()), args=[first]):
                yield node.lineno, first
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in ATTRIBUTES:
                yield node.lineno, value
            case ast.keyword(arg="tooltip" | "label", value=value):
                yield value.lineno, value


def test_nothing_that_was_put_together_is_markup() -> None:
    unsafe = [
        f"{path.relative_to(PACKAGE)}:{line} {ast.unparse(value)}"
        for path in UI
        for known in [known_names(path)]
        for line, value in markup_taken(path)
        if not is_safe(value, known)
    ]
    assert not unsafe, "wrap it in Content(…)"


def test_the_rule_finds_what_it_is_for(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(
        "def show(name: str, text: Content) -> None:\n"
        "    Static(f'{name}')\n    Static(name)\n    Static('a' + name)\n    Static('{}'.format(name))\n    Option(str(name))\n"
        "    self.border_title = name\n    Binding('a', 'b', tooltip=f'{name}')\n    self.query_one(Static).update(name)\n"
        "    Static(Content(name))\n    Static('plain')\n    Static(text)\n    self.border_title = Content(name)\n"
    )
    known = known_names(path)
    assert sorted(line for line, value in markup_taken(path) if not is_safe(value, known)) == [2, 3, 4, 5, 6, 7, 8, 9]


def test_nobody_reads_markup_or_makes_an_action_of_a_text() -> None:
    """The demo is outside: it sends such texts."""
    nodes = ((path, node) for path in ours() for node in ast.walk(tree(path)))
    for path, node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr=name)):
                assert name not in NEVER, f"{path}:{node.lineno} {name}"
            case ast.keyword(arg="markup" | "meta"):
                raise AssertionError(f"{path}:{node.value.lineno}: neither markup nor an action comes from a text")
            case ast.keyword(arg="link") if path.name != "logview_dialog.py":
                raise AssertionError(f"{path}:{node.value.lineno}: the one link is that of Logview")
            case ast.Constant(value=str(text)):
                assert "@click" not in text, f"{path}:{node.lineno}"


def test_bytes_become_text_in_the_codec_and_nowhere_else() -> None:
    """What decodes bytes has to clean them; whoever does so is known by name here."""
    allowed = {
        "maxcompute/codec",
        "maxcompute/signing.py",  # base64 of a signature
        "maxcompute/direct/transport.py",  # the host that we ask
        "config",  # files and programs: see `test_outputs.test_settings`
        "notifying/terminal.py",  # cuts a text that is clean
        "clipboard.py",  # base64 of a text that is clean
        "commands/stop_request.py",  # our own request
        "commands/demo_input.py",  # what is typed to the demo service, and said of it there
    }
    found = {
        str(path.relative_to(PACKAGE))
        for path in ours()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "decode"
    }
    assert {name for name in found if not any(name.startswith(place) for place in allowed)} == set()


# Every text of every model ---------------------------------------------------------------------------------------------------

CLASSES = {name: value for name, value in vars(models).items() if dataclasses.is_dataclass(value)} | {"Action": Action}
NEVER_HOSTILE = {
    "LogviewAddress.url": "made by us, of quoted parts",
    "LogviewAddress.masked": "the same without its token",
    "RawAnswer.question": "what we asked, quoted",
    "TaskSource.type": "the name of an XML element holds no control",
    "TaskFailure.code": "a part of a message, which is met",
    "TaskFailure.symbol": "an identifier",
    **{f"SubInstance.{name}": "of an Action, which is met" for name in ("name", "node_type", "instance_id", "path")},
}


def text_fields() -> set[str]:
    """Every field of a model that holds text, by `Class.field`."""
    found = set()
    for name, value in CLASSES.items():
        for field, kind in typing.get_type_hints(value).items():
            if field in {one.name for one in dataclasses.fields(value)} and "str" in str(kind).replace("<class 'str'>", "str"):
                found.add(f"{name}.{field}")
    return found


def walk(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif type(value).__name__ in CLASSES:
        for field in dataclasses.fields(value):
            yield from walk(getattr(value, field.name), f"{type(value).__name__}.{field.name}")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (*walk(key, place), *walk(part, place))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from walk(part, place)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from walk(getattr(value, field.name), place)


def hostile_answers(disguise: Disguise) -> Iterator[Response]:
    for name in ENTRIES:
        response = sample(name)
        headers = {**response.headers, "x-odps-owner": disguise.text("header")}
        try:
            if response.body.lstrip().startswith(b"<?xml"):
                yield Response(response.status, headers, disguise.xml(response.body))
            elif response.body.lstrip().startswith((b"{", b"[")):
                body = disguise.json(response.body.decode()).encode()
                yield Response(response.status, headers, body)
        except ValueError:
            continue
        yield Response(response.status, headers, disguise.block("text").encode("utf-8", "surrogatepass"))


def test_every_text_of_every_model_has_passed_the_gate() -> None:
    """Each decoder reads each sample with hostile words in it, until all texts are used; every field that holds text is met."""
    disguise = Disguise(texts(COUNT), wholly=True)
    met: dict[str, int] = defaultdict(int)
    wanted = text_fields() - NEVER_HOSTILE.keys()
    while disguise.given.total() < COUNT or (disguise.given.total() < 60_000 and not all(map(met.get, wanted))):
        disguise.turn()
        for response in hostile_answers(disguise):
            for value in _decoded(response):
                for place, text in walk(value):
                    assert text == clean(text), f"{place}: {text!r}"
                    met[place] += "\N{REPLACEMENT CHARACTER}" in text
    missing = sorted(field for field in wanted if not met[field])
    assert not missing, f"nothing hostile was met there: {missing}"
    given_to["decoders"] += disguise.given.total()


def _decoded(response: Response) -> Iterator[object]:
    for decode in DECODERS:
        try:
            yield decode(response)
        except OdpsTuiError as error:
            yield str(error)
    transcript = Transcript()
    transcript.keep("i")
    transcript.note(Request("GET", ("projects", "p", "instances", "i")), response, datetime.now(UTC))
    yield asyncio.run(transcript.answers("i"))
