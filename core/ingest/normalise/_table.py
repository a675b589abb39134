"""The table format as data: what each entity's rows hold, need, and become.

The fields, their types and what references point to come from the value classes of `matching.records`; here stand
only the differences: other names, fields kept as they are, and what a row cannot do without.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import orjson

from core.ingest.normalise._fhir import decimal, exists, number, plain, text
from matching.records import ENTITIES, Moment, Ref

Note = Callable[[str, str], None]
Convert = Callable[[Any, str, Note], Any]

_CODES = frozenset({"code", "modifiers", "type_codes"})  # compared in upper case, without dots


@dataclass(frozen=True, slots=True)
class Rows:
    """One entity of the table format.

    `needs`: groups of fields; of each group at least one must be there. `on`: the business date. `other_names`: our
    field -> names it may have, the best first. `as_is`: fields of the catalogue that no rule has a value class for yet.
    """

    needs: tuple[tuple[str, ...], ...] = ()
    on: str | None = None
    other_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_is: tuple[str, ...] = ()


_PEOPLE_NAMES = {"birth_date": ("dob", "birth_date"), "sex": ("sex_admin", "sex")}
_VISIT_NEEDS = (("patient",), ("start",), ("status",))

TABLES: dict[str, Rows] = {
    "sources": Rows(needs=(("role",),), as_is=("complete_through",)),
    "patients": Rows(needs=(("family_name", "mrn"),), other_names=_PEOPLE_NAMES, as_is=("sex_clinical",)),
    "patient_links": Rows(needs=(("a",), ("b",), ("state",))),
    "payers": Rows(needs=(("name",),)),
    "coverages": Rows(needs=(("patient",), ("payer",)), on="start"),
    "providers": Rows(needs=(("npi", "name"),), as_is=("payer_enrolment",)),
    "locations": Rows(needs=(("tz",),)),
    "appointments": Rows(needs=_VISIT_NEEDS, on="start"),
    "encounters": Rows(needs=_VISIT_NEEDS, on="start"),
    "notes": Rows(needs=(("encounter",), ("date",), ("status",)), on="date"),
    "service_events": Rows(
        needs=(("patient", "encounter"), ("kind",), ("status",)), on="performed_start", as_is=("drug", "vaccine")
    ),
    "orders": Rows(on="ordered_at"),
    "charges": Rows(needs=(("patient",), ("dos_from",), ("status",)), on="dos_from"),
    "claims": Rows(needs=(("pcn",), ("payer",), ("frequency",), ("lines",)), on="created_at"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one value class is read from a row: (field of the document, names in the row, conversion)."""

    fields: tuple[tuple[str, tuple[str, ...], Convert], ...]
    known: frozenset[str]


@cache
def shape_of(entity: str) -> Shape:
    """The shape of an entity's rows."""
    table = TABLES.get(entity, Rows())
    fields = [
        (key, table.other_names.get(key, (key,)), convert)
        for key, convert in _class_fields(ENTITIES[entity])  # type: ignore[arg-type]
    ] + [(key, (key,), _as_is) for key in table.as_is]
    known = {"id", "source", *(name for _, names, _ in fields for name in names)}
    return Shape(tuple(fields), frozenset(known))


@cache
def _class_fields(cls: type[Any]) -> tuple[tuple[str, Convert], ...]:
    hints = typing.get_type_hints(cls)
    return tuple(
        (f.metadata.get("name", f.name), _converter(hints[f.name], f))
        for f in dataclasses.fields(cls)
        if f.name not in ("ref", "person")
    )


def _converter(hint: Any, f: dataclasses.Field[Any]) -> Convert:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _converter(next(arg for arg in args if arg is not type(None)), f)
    if origin is tuple:
        inner = _converter(args[0], f)
        return lambda value, where, note: _list(value, inner, where, note)
    if hint is Ref:
        kind = ENTITIES[f.metadata["ref"][0]].__name__
        return lambda value, _where, _note: f"{kind}/{found}" if (found := text(value)) else None
    if f.name in _CODES and hint is str:
        return lambda value, _where, _note: plain(text(value))
    if dataclasses.is_dataclass(hint) and hint is not Moment:
        return lambda value, where, note: _part(typing.cast("type[Any]", hint), value, where, note)
    return _SCALARS[hint]


def _list(value: Any, inner: Convert, where: str, note: Note) -> list[Any] | None:
    if isinstance(value, str):
        value = _from_cell(value, where, note)
    items = value if isinstance(value, list) else [value]
    found = [one for item in items if (one := inner(item, where, note)) is not None]
    return found or None


def _from_cell(cell: str, where: str, note: Note) -> Any:
    """A list in a CSV cell: JSON, or plain values joined with semicolons."""
    if not cell.lstrip().startswith(("[", "{")):
        return [part.strip() for part in cell.split(";") if part.strip()]
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        note(where, "is not readable JSON")
        return []


def _part(cls: type[Any], value: Any, where: str, note: Note) -> dict[str, Any] | None:
    """A part of a record (a diagnosis, a role, a claim line); a bare value fills its first field."""
    fields = _class_fields(cls)  # type: ignore[arg-type]
    if not isinstance(value, dict):
        value = {fields[0][0]: value}
    found = {
        key: one for key, convert in fields if (one := convert(value.get(key), f"{where}.{key}", note)) is not None
    }
    return found or None


def _as_is(value: Any, where: str, note: Note) -> Any:
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        return _from_cell(value, where, note)
    return None if value in ("", [], {}) else value


def _whole(value: Any, where: str, note: Note) -> int | None:
    found = decimal(value.strip() if isinstance(value, str) else value)
    if found is None:
        if text(value):
            note(where, "is no number")
        return None
    if found != found.to_integral_value():
        note(where, "is not a whole number")
        return None
    return int(found)


def _number(value: Any, where: str, note: Note) -> float | int | None:
    found = number(value.strip() if isinstance(value, str) else value)
    if found is None and text(value):
        note(where, "is no number")
    return found


def _truth(value: Any, where: str, note: Note) -> bool | None:
    if isinstance(value, bool):
        return value
    said = (text(value) or "").lower()
    if said in ("true", "1", "yes", "y"):
        return True
    if said in ("false", "0", "no", "n"):
        return False
    if said:
        note(where, "is neither true nor false")
    return None


def _moment(value: Any, where: str, note: Note) -> str | None:
    found = text(value)
    if found is None:
        return None
    if len(found) in (4, 7) and found.replace("-", "").isdigit():
        note(where, "is not a full date")
        return found
    if not exists(found):
        note(where, "is no date")
        return None
    return found if len(found) == 10 else found[:10] + "T" + found[11:]


def _day(value: Any, where: str, note: Note) -> str | None:
    found = _moment(value, where, note)
    return found[:10] if found else None


_SCALARS: dict[Any, Convert] = {
    str: lambda value, _where, _note: text(value),
    bool: _truth,
    int: _whole,
    float: _number,
    date: _day,
    Moment: _moment,
}
