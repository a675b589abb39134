"""Between stored documents and the values that matching and rules work on.

A document holds JSON values and references as `Kind/id`; a value holds dates, moments in local time and full
references. The class's own type hints say what each field becomes; unknown fields stay in the document only.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from matching.records import Moment, Ref

T = TypeVar("T")
_Convert = Callable[[Any, "Reading"], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Where a document is read from: its connection's name, and the zone that local times are in."""

    system: str
    zone: ZoneInfo


def decode(cls: type[T], ref: str, body: Mapping[str, Any], reading: Reading, **more: Any) -> T:
    """Build a value of `matching.records` from a stored document. Values that do not fit their field become None."""
    kind, _, record_id = ref.partition("/")
    fields: dict[str, Any] = {"ref": Ref(reading.system, kind, record_id)}
    for name, key, convert in _plan(cls):  # type: ignore[arg-type]
        raw = body.get(key)
        if raw is not None:
            fields[name] = convert(raw, reading)
    return cls(**fields, **more)


def moment(text: str, zone: ZoneInfo) -> Moment | None:
    """A date or time as sources write it: an instant is moved into the zone, a bare date or local time never shifts."""
    try:
        if len(text) == 10:
            return Moment(date.fromisoformat(text))
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    if stamp.tzinfo is None:
        return Moment(stamp.date(), stamp.time())
    local = stamp.astimezone(zone)
    return Moment(local.date(), local.time().replace(tzinfo=None), stamp.astimezone(UTC).date())


@cache
def _plan(cls: type[Any]) -> tuple[tuple[str, str, _Convert], ...]:
    hints = typing.get_type_hints(cls)
    return tuple(
        (field.name, field.metadata.get("name", field.name), _converter(hints[field.name]))
        for field in dataclasses.fields(cls)
        if field.name not in ("ref", "person")
    )


def _converter(hint: Any) -> _Convert:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _converter(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        inner = _converter(args[0])
        return lambda raw, reading: _each(raw, inner, reading)
    if dataclasses.is_dataclass(hint) and hint not in (Ref, Moment):
        plan = _plan(hint)  # type: ignore[arg-type]
        build = typing.cast("Callable[..., Any]", hint)
        return lambda raw, reading: _nested(build, plan, raw, reading)
    return _SCALARS[hint]


def _each(raw: Any, inner: _Convert, reading: Reading) -> tuple[Any, ...]:
    items = raw if isinstance(raw, list) else [raw]
    return tuple(value for item in items if (value := inner(item, reading)) is not None)


def _nested(build: Callable[..., Any], plan: Any, raw: Any, reading: Reading) -> Any:
    if not isinstance(raw, Mapping):
        return None
    values = {name: convert(raw[key], reading) for name, key, convert in plan if raw.get(key) is not None}
    try:
        return build(**values)
    except TypeError:  # a part without the field it cannot do without says nothing
        return None


def _ref(raw: Any, reading: Reading) -> Ref | None:
    kind, _, record_id = str(raw).partition("/")
    return Ref(reading.system, kind, record_id) if record_id else None


def _date(raw: Any, reading: Reading) -> date | None:
    found = moment(str(raw), reading.zone)
    return found.on if found else None


def _number(raw: Any, _reading: Reading) -> float | None:
    try:
        return float(raw)
    except (TypeError, ValueError):
        return None


def _whole(raw: Any, reading: Reading) -> int | None:
    number = _number(raw, reading)
    return None if number is None else round(number)


_SCALARS: dict[Any, _Convert] = {
    str: lambda raw, _: str(raw),
    bool: lambda raw, _: raw if isinstance(raw, bool) else str(raw).lower() in ("true", "1", "yes"),
    int: _whole,
    float: _number,
    date: _date,
    Moment: lambda raw, reading: moment(str(raw), reading.zone),
    Ref: _ref,
}
