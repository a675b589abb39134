"""Any patient record by what is typed of it: name, record number, birth date, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.desk import Desk
from core.match.rows import patient_rows
from core.queries.heard import heard
from core.queries.lookup import likely_people
from core.queries.patients import label_of
from core.security.roles import require
from matching.records import Ref

_FIELDS = ("family_name", "given_name", "mrn", "birth_date")
_SEEN = " || ' ' || ".join((*(f"coalesce(json_extract(p.body, '$.{name}'), '')" for name in _FIELDS), "p.ref"))


@dataclass(frozen=True, slots=True)
class RecordHit:
    """One record: who it says it is, its number, and when it was born (ISO, "" unknown)."""

    ref: Ref
    number: str
    label: str
    birth_date: str


def search_records(desk: Desk, text: str, limit: int = 30) -> tuple[RecordHit, ...]:
    """Records in which every word of the text occurs, by name; then those of whoever sounds like it.

    Nothing for an empty text.
    """
    require(desk.role, "see-patients")
    words = text.split()
    if not words:
        return ()
    wanted = " AND ".join(f"{_SEEN} LIKE ? ESCAPE '!'" for _ in words)
    query = f"SELECT p.id FROM patients p WHERE p.gone_at IS NULL AND {wanted} LIMIT ?"  # noqa: S608 (no text in it)
    with desk.store.read() as connection:
        ids = list(connection.exec_driver_sql(query, (*map(_within, words), limit)).scalars())
        found = [_hit(row) for row in patient_rows(connection, ids)]
    found.sort(key=lambda hit: (hit.label.casefold(), hit.number))
    asked = heard(text, "", text if text.strip()[:1].isdigit() else "", desk.clock.today())
    if len(found) < limit and asked:
        known = {hit.ref for hit in found}
        found += [hit for hit in map(_answered, likely_people(desk, asked, limit)) if hit.ref not in known]
    return tuple(found[:limit])


def _within(word: str) -> str:
    return "%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"


def _hit(row: dict[str, Any]) -> RecordHit:
    kind, _, record_id = row["ref"].partition("/")
    ref = Ref(row["connection"], kind, record_id)
    return RecordHit(ref, row["number"] or record_id, label_of(row), row["birth_date"] or "")


def _answered(answer: dict[str, Any]) -> RecordHit:
    fields = answer["fields"]
    return RecordHit(Ref(**answer["record"]), answer["number"], label_of(fields), fields.get("birth_date") or "")
