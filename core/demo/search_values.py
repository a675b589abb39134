"""How a FHIR search value is compared with what a resource holds: tokens, references, dates, texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$")
_FAR_PAST = datetime(1, 1, 2, tzinfo=UTC)
_FAR_FUTURE = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, start inside and end outside; what a partial date covers."""

    start: datetime
    end: datetime


def values_at(resource: Any, path: str) -> Iterator[Any]:
    """All values under a dotted path, through lists."""
    head, _, rest = path.partition(".")
    if isinstance(resource, list):
        for item in resource:
            yield from values_at(item, path)
    elif isinstance(resource, dict) and head in resource:
        found = resource[head]
        if rest:
            yield from values_at(found, rest)
        elif isinstance(found, list):
            yield from found
        else:
            yield found


@lru_cache(maxsize=4096)
def span_of(text: str, zone: ZoneInfo) -> Span:
    """The stretch that a FHIR date, dateTime or instant covers; no offset: in `zone`. ValueError if it is none."""
    if not _DATE.match(text):
        raise ValueError(f"not a FHIR date: {text}")
    if "T" in text:
        start = datetime.fromisoformat(text)
        start = start if start.tzinfo else start.replace(tzinfo=zone)
        clock = text.split("T")[1]
        width = timedelta(milliseconds=1) if "." in clock else timedelta(seconds=1) if clock.count(":") > 1 else None
        return Span(start, start + (width or timedelta(minutes=1)))
    parts = [int(part) for part in text.split("-")]
    first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    if len(parts) == 3:
        after = first + timedelta(days=1)
    elif len(parts) == 2:
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    else:
        after = date(first.year + 1, 1, 1)
    return Span(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone))


def spans_in(value: Any, zone: ZoneInfo) -> Iterator[Span]:
    """The stretch of a stored date or Period; values that cannot be read have none."""
    try:
        if isinstance(value, str):
            yield span_of(value, zone)
        elif isinstance(value, dict) and (value.get("start") or value.get("end")):
            start = span_of(value["start"], zone).start if value.get("start") else _FAR_PAST
            end = span_of(value["end"], zone).end if value.get("end") else _FAR_FUTURE
            yield Span(start, end)
    except ValueError:
        return


def split_prefix(text: str) -> tuple[str, str]:
    """A date parameter's prefix ("eq" when there is none) and its date."""
    return (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)


def date_matches(found: Span, prefix: str, wanted: Span) -> bool:
    """FHIR's comparison of two stretches of time."""
    return {
        "eq": wanted.start <= found.start and found.end <= wanted.end,
        "ne": not (wanted.start <= found.start and found.end <= wanted.end),
        "gt": found.end > wanted.end,
        "ge": found.end > wanted.end or (wanted.start <= found.start and found.end <= wanted.end),
        "lt": found.start < wanted.start,
        "le": found.start < wanted.start or (wanted.start <= found.start and found.end <= wanted.end),
        "sa": found.start >= wanted.end,
        "eb": found.end <= wanted.start,
        "ap": found.start < wanted.end and wanted.start < found.end,
    }[prefix]


def token_matches(value: Any, wanted: str) -> bool:
    """`code`, `system|code`, `|code` or `system|` against an identifier, coding, concept, code or truth value."""
    system, bar, code = wanted.rpartition("|")
    if isinstance(value, bool):
        return code.lower() == str(value).lower()
    if isinstance(value, str):
        return value == code
    if not isinstance(value, dict):
        return False
    if "coding" in value:
        return any(token_matches(coding, wanted) for coding in value["coding"])
    if bar and value.get("system", "") != system:
        return False
    return not code or code in (value.get("value"), value.get("code"))


def reference_matches(value: Any, wanted: str, target: str) -> bool:
    """`id`, `Type/id` or an absolute address against a reference; `target` limits a bare id to one type."""
    text = value.get("reference", "") if isinstance(value, dict) else ""
    kind, _, found_id = text.partition("/_history/")[0].rpartition("/")
    kind = kind.rpartition("/")[2]
    if "/" in wanted:
        return wanted.split("/")[-2:] == [kind, found_id]
    return bool(found_id) and found_id == wanted and (not target or kind == target)


def folded(text: str) -> str:
    """Text without accents and case."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def text_matches(value: Any, wanted: str) -> bool:
    """Starts-with, without accents and case."""
    return isinstance(value, str) and folded(value).startswith(folded(wanted))
