"""What each visit of a day counts as: visits = charged + explained + difference, visit by visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from core.store.tables.days import explanations
from core.store.tables.findings import findings
from core.store.tables.people import visits

CHARGED, COMING, EXPLAINED, NOTHING_DUE, GAP, WAITING = (
    "charged", "coming", "explained", "nothing-due", "gap", "waiting",
)  # fmt: skip
"""coming: its charge is staged or with a coder. nothing-due: its own records say so. waiting: no rule speaks yet,
because the note is open or the days for entering charges are not over."""
IS_CHARGED = frozenset({CHARGED, COMING})
IS_EXPLAINED = frozenset({EXPLAINED, NOTHING_DUE})
ASKS_FOR_CHARGE = ("miss-visit-charge", "miss-telehealth-charge", "match-review")
"""Rules whose findings are about the whole charge of a visit."""
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class DayVisit:
    """One visit that took place, and what it counts as. `row` is its row in the visits table."""

    id: str
    state: str
    row: Mapping[Any, Any]
    explanation: Mapping[Any, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it makes a difference: neither charged nor explained."""
        return self.state in (GAP, WAITING)


@dataclass(frozen=True, slots=True)
class Count:
    """Visits of a day. `coming` of the charged ones are still on their way."""

    visits: int
    charged: int
    explained: int
    difference: int
    coming: int


def day_visits(connection: Connection, on: date) -> list[DayVisit]:
    """The visits of a day that took place, in the order of their times."""
    return visits_of(connection, [str(on)])[str(on)]


def visits_of(connection: Connection, days: Sequence[str]) -> dict[str, list[DayVisit]]:
    """The same for many days (ISO dates) at once."""
    found: dict[str, list[DayVisit]] = {on: [] for on in days}
    for start in range(0, len(days), _CHUNK):
        chunk = days[start : start + _CHUNK]
        rows = connection.execute(select(visits).where(visits.c.on_date.in_(chunk))).mappings().all()
        happened = [row for row in rows if row["summary"].get("stage", {}).get("visit") == "done"]
        explained = standing_explanations(connection, [row["id"] for row in happened])
        asked = _asked(connection, chunk)
        for row in happened:
            name = row["id"]
            state = _state(row, asked.get(name, ()), is_explained=name in explained)
            found[row["on_date"]].append(DayVisit(name, state, row, explained.get(name)))
    for listed in found.values():
        listed.sort(key=lambda visit: (visit.row["summary"].get("time") or "99", visit.id))
    return found


def count_of(listed: Iterable[DayVisit]) -> Count:
    """The equation. Every visit is counted once, so that it always holds."""
    listed = list(listed)
    charged = sum(visit.state in IS_CHARGED for visit in listed)
    explained = sum(visit.state in IS_EXPLAINED for visit in listed)
    difference = sum(visit.is_open for visit in listed)
    return Count(len(listed), charged, explained, difference, sum(visit.state == COMING for visit in listed))


def standing_explanations(connection: Connection, ids: Sequence[str]) -> dict[str, Mapping[Any, Any]]:
    """Visit -> its explanation in force. One for another question about the visit (a line, a double) is none."""
    found: dict[str, Mapping[Any, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(explanations, findings.c.rule)
            .outerjoin(findings, findings.c.key == explanations.c.finding_key)
            .where(explanations.c.visit_id.in_(ids[start : start + _CHUNK]), explanations.c.ended_at.is_(None))
            .order_by(explanations.c.at)
        )
        for row in connection.execute(query).mappings():
            if row["rule"] is None or row["rule"] in ASKS_FOR_CHARGE:
                found[row["visit_id"]] = row
    return found


def _asked(connection: Connection, days: Sequence[str]) -> dict[str, list[str]]:
    """Visit -> states of the findings that ask for its charge."""
    query = select(findings.c.status, findings.c.subjects).where(
        findings.c.on_date.in_(days), findings.c.rule.in_(ASKS_FOR_CHARGE)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for status, subjects in connection.execute(query):
        for subject in subjects:
            found[ref_text(subject)].append(status)
    return found


def ref_text(subject: Mapping[str, str]) -> str:
    """A finding's subject as records are named elsewhere: system/Kind/id."""
    return f"{subject['system']}/{subject['kind']}/{subject['id']}"


def _state(row: Mapping[Any, Any], asked: Sequence[str], *, is_explained: bool) -> str:
    summary = row["summary"]
    charge = summary["stage"]["charge"]
    if charge == "done" or (charge == "odd" and row["charges"]):
        return CHARGED
    if "staged" in asked or "resolved" in asked:
        return COMING
    if "open" in asked:
        return GAP
    if is_explained:
        return EXPLAINED
    if summary.get("is_billable") or summary.get("is_note_open"):
        return WAITING
    return NOTHING_DUE
