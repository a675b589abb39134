"""Which pairs may be accepted together: strong ones without a stop sign, on which all fields of a rule set agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from matching.registries import comparators


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Fields that all have to be the same in both records."""

    id: str
    fields: tuple[str, ...]


RULE_SETS = (
    RuleSet("ssn-birth-name", ("ssn", "birth_date", "given_name", "family_name")),
    RuleSet("number-birth-name", ("identifiers", "birth_date", "given_name", "family_name")),
    RuleSet("phone-birth-name", ("phone", "birth_date", "given_name", "family_name")),
    RuleSet("address-birth-name", ("street", "place", "birth_date", "given_name", "family_name")),
)


def rule_set(name: str) -> RuleSet | None:
    """A rule set by its id."""
    return next((one for one in RULE_SETS if one.id == name), None)


def agrees(rules: RuleSet, weights: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the fields of a rule set are the same, by a finding's rows of evidence."""
    same = {row["field"] for row in weights if row.get("level") in _same_levels().get(row["field"], ())}
    return set(rules.fields) <= same


@cache
def _same_levels() -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(level.id for level in one.levels if level.side == "same") for name, one in comparators().items()
    }
