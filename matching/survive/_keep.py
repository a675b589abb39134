"""Which of several records to keep: a suggestion with its reason. Any of them can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matching.people import FIELDS, as_text
from matching.plan import DEFAULT_PLAN, Plan

WORDS: Mapping[str, str] = {
    "master": "in the master system",
    "active": "the active record",
    "living": "not merged into another record",
    "last_visit": "most recent visit",
    "portal": "has the portal account",
    "updated": "most recently updated",
    "complete": "most complete",
    "first": "first of equal records",
}


def suggest_keep(records: Sequence[Mapping[str, Any]], plan: Plan = DEFAULT_PLAN) -> tuple[int, str]:
    """The place of the record to keep and why, in words.

    Looks at `merged_into`, `active`, `system` (the owners of "*" in the plan), `last_visit_on`, `has_portal`,
    `updated_at` and how many fields are filled; what a record does not say counts as nothing.
    """
    left = list(range(len(records)))
    for code, worth in _questions(plan):
        values = [worth(records[index]) for index in left]
        best = max(values)
        narrowed = [index for index, value in zip(left, values, strict=True) if value == best]
        if len(narrowed) == 1:
            return narrowed[0], WORDS[code]
        left = narrowed
    return left[0], WORDS["first"]


def _questions(plan: Plan) -> list[tuple[str, Callable[[Mapping[str, Any]], Any]]]:
    owners = plan.owners.get("*", ())

    def rank(record: Mapping[str, Any]) -> int:
        system = as_text(record.get("system"))
        return -owners.index(system) if system in owners else -len(owners)

    return [
        ("living", lambda record: not record.get("merged_into")),
        ("active", lambda record: record.get("active") is not False),
        ("master", rank),
        ("last_visit", lambda record: as_text(record.get("last_visit_on"))),
        ("portal", lambda record: bool(record.get("has_portal"))),
        ("complete", lambda record: sum(1 for name in FIELDS if as_text(record.get(name)))),
        ("updated", lambda record: as_text(record.get("updated_at"))),
    ]
