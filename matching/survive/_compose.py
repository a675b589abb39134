"""The golden record: each field's value by rules, with the record it came from and the rule that chose it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matching.survive
from matching._discover import discover
from matching.clean.addresses import clean_city, clean_street, clean_zip
from matching.clean.identifiers import clean_sex, clean_ssn
from matching.clean.names import clean_name, fold
from matching.clean.phones import clean_email, clean_phones
from matching.people import FIELDS, as_text
from matching.plan import DEFAULT_PLAN, Plan
from matching.survive._base import Candidate, SurvivorshipRule

ONLY, AGREED, FIRST = "only value", "all agree", "first record"
# Fields whose values add up instead of competing.
_ADD_UP = frozenset({"identifiers", "former_name"})
# An address is one thing: its parts come from one record.
_TOGETHER = ("street", "city", "state", "zip")


@dataclass(frozen=True, slots=True)
class Kept:
    """A golden value, the place of the record it came from, and in words which rule chose it."""

    value: str
    from_index: int
    rule: str


@cache
def rules() -> dict[str, SurvivorshipRule]:
    """All survivorship rules, in order."""
    return discover(matching.survive, "RULE")


def compose(records: Sequence[Mapping[str, Any]], plan: Plan = DEFAULT_PLAN) -> dict[str, Kept]:
    """The best view of one person over records with `system`, `updated_at` (ISO) and any people fields.

    A record may name fields in `verified`. Fields that no record knows are left out.
    """
    kept: dict[str, Kept] = {}
    for name in FIELDS:
        if name in _TOGETHER:
            continue
        found = _add_up(name, records) if name in _ADD_UP else _chosen(name, records, plan)
        if found:
            kept[name] = found
    return kept | _address(records, plan)


def _address(records: Sequence[Mapping[str, Any]], plan: Plan) -> dict[str, Kept]:
    """All parts of the address from the record whose street was chosen; each for itself where no street is known."""
    street = _chosen("street", records, plan)
    found = {}
    for name in _TOGETHER:
        own = as_text(records[street.from_index].get(name)) if street else ""
        chosen = Kept(own, street.from_index, street.rule) if street and own else _chosen(name, records, plan)
        if chosen and (not street or own or _fits(name, chosen.from_index, street.from_index, records)):
            found[name] = chosen
    return found


def _fits(name: str, other: int, street: int, records: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a missing part may come from another record: only where that one has the same street."""
    left, right = (clean_street(as_text(records[index].get("street")))[:2] for index in (other, street))
    return left == right


def _chosen(name: str, records: Sequence[Mapping[str, Any]], plan: Plan) -> Kept | None:
    candidates = _candidates(name, records, plan)
    if not candidates:
        return None
    if len(candidates) == 1:
        return Kept(candidates[0].value, candidates[0].index, ONLY)
    agreed = len({one.compared for one in candidates}) == 1
    chosen_by = AGREED if agreed else FIRST
    left = candidates
    for rule in _order(name, plan):
        narrowed = rule.keep(name, left, plan)
        if not agreed and len({one.compared for one in narrowed}) == 1 < len({one.compared for one in left}):
            chosen_by = rule.words
        left = narrowed
    best = min(left, key=lambda one: one.index)
    return Kept(best.value, best.index, chosen_by)


def _order(name: str, plan: Plan) -> list[SurvivorshipRule]:
    wanted = plan.preferences.get(name) or plan.preferences.get("*")
    return [rules()[rule_id] for rule_id in wanted] if wanted else list(rules().values())


def _candidates(name: str, records: Sequence[Mapping[str, Any]], plan: Plan) -> list[Candidate]:
    owners = plan.owners.get(name) or plan.owners.get("*") or ()
    found = []
    for index, record in enumerate(records):
        value = as_text(record.get(name)).strip()
        compared = _COMPARED.get(name, fold)(value) if value else ""
        if not compared:
            continue
        system = as_text(record.get("system"))
        found.append(
            Candidate(
                index=index,
                system=system,
                value=value,
                compared=compared,
                updated_at=as_text(record.get("updated_at")),
                rank=owners.index(system) if system in owners else len(owners),
                verified=name in (record.get("verified") or ()),
            )
        )
    return found


def _add_up(name: str, records: Sequence[Mapping[str, Any]]) -> Kept | None:
    values: dict[str, int] = {}
    for index, record in enumerate(records):
        for part in as_text(record.get(name)).split(";"):
            if part.strip():
                values.setdefault(part.strip(), index)
    return Kept(";".join(values), next(iter(values.values())), "all are kept") if values else None


_COMPARED: Mapping[str, Callable[[str], str]] = {
    "given_name": clean_name,
    "middle_name": clean_name,
    "family_name": clean_name,
    "sex": clean_sex,
    "ssn": clean_ssn,
    "phone": lambda text: ";".join(clean_phones(text)),
    "email": clean_email,
    "street": lambda text: " ".join(clean_street(text)).strip(),
    "city": clean_city,
    "zip": clean_zip,
}
