"""What was said for sure about two records, with who they were at that time: an answer holds until that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, select

from core.store.tables.people import judgements
from core.store.tables.records import patients

IDENTITY = ("given_name", "middle_name", "family_name", "suffix", "birth_date", "sex", "ssn", "phone", "email",
            "street", "zip", "deceased_on")  # fmt: skip
"""What says who somebody is; a "different people" is asked again only when one of these changed."""
_WORDS = {
    "given_name": "first name", "middle_name": "middle name", "family_name": "last name", "suffix": "suffix",
    "birth_date": "birth date", "sex": "sex", "ssn": "Social Security number", "phone": "phone", "email": "email",
    "street": "address", "zip": "ZIP", "deceased_on": "date of death",
}  # fmt: skip
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Said:
    """An answer "different people" on the records `a` and `b` (store ids): who, when, why, and what changed since."""

    a: int
    b: int
    by: str
    at: str
    reason: str
    changed: tuple[str, ...]


def identity_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Who a record says it is, as it is remembered beside an answer."""
    return {name: str(body[name]) for name in IDENTITY if body.get(name)}


def identities(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Who these records say they are now."""
    query = select(patients.c.id, patients.c.body)
    listed = sorted(set(ids))
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(listed), _CHUNK):
        chunk = query.where(patients.c.id.in_(listed[start : start + _CHUNK]))
        found |= {key: identity_of(body) for key, body in connection.execute(chunk)}
    return found


def earlier_no(connection: Connection, ids: Sequence[int], *, but: str | None = None) -> list[Said]:
    """Each "different people" on two of these records; `but` names a decision whose own answer is left out."""
    query = select(judgements).where(judgements.c.a_id.in_(ids), judgements.c.b_id.in_(ids), judgements.c.is_same == 0)
    if but is not None:
        query = query.where(judgements.c.decision_id.is_distinct_from(but))
    rows = connection.execute(query.order_by(judgements.c.a_id, judgements.c.b_id)).mappings().all()
    now = identities(connection, ids) if rows else {}
    return [
        Said(row["a_id"], row["b_id"], row["by"], row["at"], row["reason"] or "", _changed_words(row, now))
        for row in rows
    ]


def is_stale(row: RowMapping, now: Mapping[int, Mapping[str, str]]) -> bool:
    """Whether a judgement was made on other identity data than the records hold now."""
    return bool(_changed(row, now))


def fingerprint_part(identity: Mapping[str, str]) -> str:
    """An identity as one text, for the fingerprint of what a decision was based on."""
    return orjson.dumps(identity, option=orjson.OPT_SORT_KEYS).decode()


def _changed(row: Mapping[Any, Any], now: Mapping[int, Mapping[str, str]]) -> list[str]:
    seen = row["seen"]
    if not seen:
        return []  # said by another system, or told by hand: nobody noted who they were
    names = []
    for side in ("a", "b"):
        then, today = seen[side], now.get(row[f"{side}_id"], {})
        names += [name for name in IDENTITY if then.get(name) != today.get(name)]
    return names


def _changed_words(row: Mapping[Any, Any], now: Mapping[int, Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORDS[name] for name in _changed(row, now)))
