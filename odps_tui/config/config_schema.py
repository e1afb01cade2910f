"""What pydantic checks `config.toml` by: a model for each table of `profiles`, made of its fields and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, create_model
from pydantic_core import PydanticCustomError, PydanticKnownError

from odps_tui.config.auth import parse_auth
from odps_tui.config.profiles import Config, Profile, inner_table
from odps_tui.errors import SettingsError
from odps_tui.secret_str import SecretStr


class _Table(BaseModel):
    """A table of the file. What it does not know is told elsewhere, as a warning."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


def checked(document: Mapping[str, object]) -> Config:
    """Return what a document says. Raises pydantic's ValidationError."""
    config = _value(_schema_of(Config).model_validate(document), Config)
    assert isinstance(config, Config)  # noqa: S101 - it was made of it
    return config


@cache
def _schema_of(table: type) -> type[BaseModel]:
    hints = get_type_hints(table)
    described: dict[str, Any] = {
        one.name: (_annotation(table, one.name, hints[one.name]), _field(one, hints[one.name])) for one in fields(table)
    }
    return create_model(table.__name__, __base__=_Table, **described)


def _annotation(table: type, name: str, hint: Any) -> Any:
    inner = inner_table(table, name)
    if inner is not None:
        schema = _schema_of(inner.kind)
        return dict[Annotated[str, pydantic.Field(min_length=1)], schema] if inner.is_named else schema  # type: ignore[valid-type]
    if (table, name) == (Profile, "auth"):
        return Annotated[str, AfterValidator(_auth_value)] | None
    if SecretStr in get_args(hint):
        return Annotated[SecretStr, PlainValidator(_secret_value)] | None
    return hint


def _field(one: Field[Any], hint: Any) -> Any:
    given: dict[str, Any] = dict(one.metadata)
    if any(get_origin(part) is tuple for part in (hint, *get_args(hint))):
        given["strict"] = False  # a file has lists
    if one.default_factory is not MISSING:
        return pydantic.Field(default_factory=one.default_factory, **given)
    return pydantic.Field(default=one.default, **given)


def _value(model: BaseModel, table: type) -> object:
    """Return the plain value of what was checked; what was not said is what the table says itself."""
    return table(**{name: _plain(getattr(model, name), table, name) for name in model.model_fields_set})


def _plain(value: Any, table: type, name: str) -> Any:
    inner = inner_table(table, name)
    if inner is None:
        return value
    return {key: _value(one, inner.kind) for key, one in value.items()} if inner.is_named else _value(value, inner.kind)


def _auth_value(text: str) -> str:
    try:
        return str(parse_auth(text))
    except SettingsError as error:
        raise PydanticCustomError("auth", "{words}", {"words": str(error)}) from None


def _secret_value(value: object) -> SecretStr:
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    return SecretStr(value)
