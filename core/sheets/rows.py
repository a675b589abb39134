"""Rows of a spreadsheet as rows of the table format, by a mapping; what is wrong with one is said by column."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from core.dedupe.headings import compact
from core.dedupe.names import split_name
from core.sheets.mapping import FileMapping
from core.sheets.targets import Target, meets, needs_of
from core.sheets.values import convert

_OWN_IDS = {"patients": "mrn", "encounters": "visit_number"}  # what stands for an id where no column holds one
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell (`place` of its column, None for the row). `is_bad`: the row cannot be used so."""

    reason: str
    place: int | None = None
    is_bad: bool = True


@dataclass(frozen=True, slots=True)
class Converted:
    """A row as the table format has it, and what is wrong with it."""

    id: str
    row: dict[str, Any]
    faults: tuple[Fault, ...] = ()
    is_repeat: bool = False  # the very same row came before: there is nothing to take from it

    @property
    def bad(self) -> Fault | None:
        """Why it cannot be used, None where it can."""
        return next((fault for fault in self.faults if fault.is_bad), None)


@dataclass(slots=True)
class RowConverter:
    """Converts the rows of one file, in order: it remembers the ids that came, to know a row that comes twice."""

    mapping: FileMapping
    today: date
    _fed: tuple[tuple[int, Target, str, dict[str, str]], ...] = field(init=False)
    _seen: dict[str, bytes] = field(init=False, default_factory=dict)
    _alike: dict[bytes, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        fed = []
        for place, column in enumerate(self.mapping.columns):
            if (target := self.mapping.target_of(place)) is not None:
                words = {compact(their): ours for their, ours in self.mapping.words.get(target.id, {}).items()}
                fed.append((place, target, column.format, words))
        self._fed = tuple(fed)

    def convert(self, cells: Sequence[str]) -> Converted:
        """One row. `cells` has as many as the mapping has columns."""
        row: dict[str, Any] = dict(self.mapping.fixed)
        faults: list[Fault] = []
        unread: set[str] = set()
        for place, target, form, words in self._fed:
            value, wrong = convert(cells[place], target, form, words, self.today)
            if wrong:
                # What is not needed is handed on as it is: it is kept, and counts as unknown.
                value = cells[place].strip()
                unread.add(target.id)
                faults.append(Fault(wrong, place, is_bad=target.is_required or target.kind == "money"))
            if value is not None:
                row[target.id] = value
        _join_parts(self.mapping.entity, row, unread)
        if any(fault.is_bad for fault in faults):
            return Converted("", row, tuple(faults))
        faults += self._lacking(row)
        row_id, wrong_id, is_repeat = self._id(row)
        if wrong_id is not None:
            faults.append(wrong_id)
        return Converted(row_id, {**row, "id": row_id}, tuple(faults), is_repeat)

    def _lacking(self, row: dict[str, Any]) -> list[Fault]:
        """What a row cannot do without and has not."""
        entity, found = self.mapping.entity, frozenset(row)
        faults = []
        for group in needs_of(entity):
            if meets(entity, group, found):
                continue
            parts = ("full_name", *group) if "family_name" in group else group
            place = next((place for place, target, _, _ in self._fed if target.id in parts), None)
            faults.append(Fault("is empty, but every row needs it", place))
        return faults

    def _id(self, row: dict[str, Any]) -> tuple[str, Fault | None, bool]:
        """The id of a row, of its own or made of what it holds; what is odd about it; whether the row is a repeat."""
        place = next((place for place, target, _, _ in self._fed if target.id == "id"), None)
        own = str(row.get("id") or row.get(_OWN_IDS.get(self.mapping.entity, ""), "")).strip()
        content = hashlib.blake2b(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
        if not own:
            if place is not None:
                return "", Fault("is empty, but it is the id of the row", place), False
            # Two rows that say the same are two: a charge that was entered twice has to be seen twice.
            count = self._alike[content] = self._alike.get(content, 0) + 1
            return f"row-{content.hex()[:20]}{f'-{count}' if count > 1 else ''}", None, False
        if len(own) > _LONGEST_ID or ";" in own or not own.isprintable():
            return "", Fault("cannot be used as an id", place), False
        if own not in self._seen:
            self._seen[own] = content
            return own, None, False
        if self._seen[own] == content:
            return own, Fault("came before, in a row that says the same", place, is_bad=False), True
        return own, Fault("came before, in another row; the first counts", place), False


def _join_parts(entity: str, row: dict[str, Any], unread: set[str]) -> None:
    """Parts in columns of their own become the field that they belong to; those that are unreadable stay apart."""
    if whole := row.pop("full_name", None):
        for name, part in zip(("given_name", "family_name"), split_name(str(whole)), strict=True):
            if part:
                row.setdefault(name, part)
    if more := row.pop("street_2", None):
        row["street"] = " ".join(filter(None, (row.get("street"), more)))
    if more := row.pop("phone_2", None):
        row["phone"] = ";".join(filter(None, (row.get("phone"), more)))
    if entity == "encounters" and (provider := row.pop("rendering", None)):
        row["providers"] = [{"role": "rendering", "provider": provider}]
    for part, field_name in (("start_time", "start"), ("performed_time", "performed_start")):
        on = row.get(field_name)
        if part in row and part not in unread and isinstance(on, str) and len(on) == 10:
            row[field_name] = f"{on}T{row.pop(part)}"
