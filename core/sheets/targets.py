"""What a column of a spreadsheet can become: the fields of the table format, by entity, with their types.

Fields, types and what a row needs come from the value classes and from the reader of the table format; here stand only
the parts that spreadsheets write in columns of their own (a whole name, a time of day), and the words for a status.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from core.ingest.normalise._table import TABLES
from matching.records import ENTITIES, Diagnosis, Moment, Ref

IGNORE = "ignore"
# What a file of rows can hold. Claims are left out: their lines are no cells.
SHEET_ENTITIES = (
    "patients", "appointments", "encounters", "charges", "service_events", "coverages", "payers", "providers",
    "locations", "orders",
)  # fmt: skip
_MONEY = frozenset({("charges", "amount")})
_KINDS: Mapping[Any, str] = {str: "text", bool: "truth", int: "whole", float: "number", date: "date", Moment: "moment"}
_INTERNAL = frozenset({"golden_id", "link_probability", "merged_into", "replaces", "says_services", "visits_loaded"})
# Parts of a field in a column of their own -> the field they complete.
PARTS: Mapping[str, Mapping[str, str]] = {
    "patients": {"full_name": "family_name", "street_2": "street", "phone_2": "phone"},
    "appointments": {"start_time": "start"},
    "encounters": {"start_time": "start", "rendering": "providers"},
    "service_events": {"performed_time": "performed_start"},
}
_PART_KINDS = {"start_time": "time", "performed_time": "time", "rendering": "reference"}
# Field -> our word -> what other systems call it, as `headings.compact` writes it.
_VISIT = {
    "finished": "completed complete checkedout checkout closed signed seen done kept fulfilled finished",
    "arrived": "checkedin checkin arrived present roomed",
    "in_progress": "inprogress open inroom started",
    "planned": "planned booked scheduled pending confirmed",
    "cancelled": "cancelled canceled cancel rescheduled deleted noshow missed dna",
    "entered_in_error": "enteredinerror error voided",
}
_APPOINTMENT = {
    "fulfilled": "fulfilled completed complete checkedout checkout kept seen finished done",
    "arrived": "arrived checkedin checkin present roomed",
    "booked": "booked scheduled confirmed pending planned new unconfirmed",
    "noshow": "noshow ns missed didnotattend dna didnotshow",
    "cancelled": "cancelled canceled cancel rescheduled deleted",
    "entered_in_error": "enteredinerror error",
}
_CHARGE = {
    "billed": "billed posted submitted sent claimed paid closed filed",
    "ready": "ready readytobill approved released unbilled new open active",
    "hold": "hold onhold held pending review",
    "draft": "draft incomplete unsigned",
    "void": "void voided deleted cancelled canceled reversed",
}
_SERVICE_STATUS = {
    "completed": "completed complete done given performed final",
    "not_done": "notdone refused cancelled canceled notgiven",
    "in_progress": "inprogress active pending ordered",
    "entered_in_error": "enteredinerror error",
}
_SERVICE_KIND = {
    "procedure": "procedure proc surgery",
    "immunization": "immunization immunisation vaccine vaccination shot",
    "drug_admin": "drugadmin injection drug medication infusion",
    "specimen_draw": "specimendraw draw venipuncture blooddraw",
    "in_house_lab": "inhouselab lab labtest poct",
    "imaging": "imaging xray radiology ultrasound",
    "therapy": "therapy pt ot",
    "supply": "supply dme",
}
WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("encounters", "status"): _VISIT,
    ("appointments", "status"): _APPOINTMENT,
    ("charges", "status"): _CHARGE,
    ("service_events", "status"): _SERVICE_STATUS,
    ("service_events", "kind"): _SERVICE_KIND,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can feed.

    `kind`: text, date, moment (a date with or without its time), time, money, number, whole, truth, list, reference
    (an id of `to`), or word (one of `words`). `with_others`: fields of which one is enough, this one among them; empty
    where a row does not need it.
    """

    id: str
    kind: str
    with_others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    to: str = ""

    @property
    def is_required(self) -> bool:
        """Whether a row cannot be used without it, or one of the others with it."""
        return bool(self.with_others)


@cache
def targets_of(entity: str) -> Mapping[str, Target]:
    """Every field that a column of such a file can feed, the id first, then what a row needs, then the rest."""
    cls = ENTITIES[entity]
    hints = typing.get_type_hints(cls)
    needs = needs_of(entity)
    found = [Target("id", "text")]
    for one in dataclasses.fields(cls):
        name = str(one.metadata.get("name", one.name))
        kind = _kind(entity, name, hints[one.name])
        if not kind or one.name in ("ref", "person") or name in _INTERNAL:
            continue
        group = next((group for group in needs if name in group), ())
        words = tuple(WORDS.get((entity, name), ()))
        to = one.metadata["ref"][0] if kind == "reference" else ""
        found.append(Target(name, "word" if words else kind, group, words, to))
    found += [
        Target(part, _PART_KINDS.get(part, "text"), to="providers" if part == "rendering" else "")
        for part in PARTS.get(entity, {})
    ]
    found.sort(key=lambda target: (target.id != "id", not target.is_required))
    return {target.id: target for target in found}


def needs_of(entity: str) -> tuple[tuple[str, ...], ...]:
    """Groups of fields; a row has to have one of each."""
    needs = TABLES[entity].needs if entity in TABLES else ()
    return (*needs, ("code",)) if entity == "charges" else needs


def meets(entity: str, group: tuple[str, ...], fields: frozenset[str]) -> bool:
    """Whether one of a group of needed fields is among these, or a part that stands for it (a whole name)."""
    return any(name in fields for name in group) or ("family_name" in group and "full_name" in fields)


def _kind(entity: str, name: str, hint: Any) -> str:
    """The kind of a field by its type, "" for what is no single cell."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _kind(entity, name, next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return "list" if args[0] in (str, int, Diagnosis) else ""
    if hint is Ref:
        return "reference"
    if (entity, name) in _MONEY:
        return "money"
    return _KINDS.get(hint, "")
