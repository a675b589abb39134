"""The day page: every visit of a day held against its charges, what is open, and what one line is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from core.days import close
from core.days.state import WAITING, Count, DayVisit, count_of, day_visits, ref_text
from core.desk import Desk
from core.queries._charge_rows import (
    TABS,
    VISIT,
    DayRow,
    finding_row,
    patient_of,
    read_of,
    recoverable_cents,
    tab_of,
    visit_line,
)
from core.security.roles import require
from core.store.tables.days import day_closings, day_reopenings
from core.store.tables.findings import decisions, findings, notes
from core.store.tables.people import visits
from core.words import render

OFF_DAY = close.NOT_OF_A_DAY
VIEWS = ("open", "settled", "all")
"""Which lines: open gaps, what was settled by somebody, or every visit."""
_SETTLED = ("staged", "resolved", "dismissed")

__all__ = ["OFF_DAY", "VIEWS", "VISIT", "ClosedDay", "DayRow", "DayTotals", "DayView", "GapView", "day", "days", "gap",
           "tab_of"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayTotals:
    """visits = charged + explained + difference; `coming` of the charged are on their way. Money counts each subject
    once, and only what could still come in."""

    visits: int
    charged: int
    explained: int
    difference: int
    at_risk_cents: int
    tabs: Mapping[str, int]
    coming: int = 0


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A signature in force: who, when, what was signed, and how many visits count otherwise since."""

    id: str
    by: str
    at: str
    visits: int
    charged: int
    explained: int
    open_gaps: int
    changed: int


@dataclass(frozen=True, slots=True)
class DayView:
    """A day: its lines in the order of the visits, what they add up to, and whether it is signed.

    `totals` are those of the site and provider that were chosen, `whole` the day's. `sites` and `providers` are what
    can be chosen; `month` is (days signed, days with visits). `opened` tells the last reopening, where there was one.
    """

    on: date
    totals: DayTotals
    rows: tuple[DayRow, ...]
    whole: Count
    closed: ClosedDay | None
    sites: tuple[str, ...]
    providers: tuple[str, ...]
    month: tuple[int, int]
    opened: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class GapView:
    """One finding in the drawer: its words, both sides of the difference, and what would put it right."""

    key: str
    rule: str
    title: str
    explanation: str
    status: str
    severity: str
    confidence: float
    patient: str
    evidence: tuple[Mapping[str, Any], ...]
    proposal: Mapping[str, Any] | None
    worth_cents: int | None
    worth_basis: str
    notes: tuple[Mapping[str, Any], ...]
    decided: Mapping[str, Any] | None
    read: tuple[tuple[str, str], ...] = ()
    """(system, when it was read) of the records on both sides."""


def days(desk: Desk) -> list[tuple[date, int]]:
    """Days with open gaps, newest first, with how many."""
    query = (
        select(findings.c.on_date, func.count())
        .where(findings.c.status == "open", findings.c.on_date.is_not(None), findings.c.rule.not_in(OFF_DAY))
        .group_by(findings.c.on_date)
        .order_by(findings.c.on_date.desc())
    )
    with desk.store.read() as connection:
        return [(date.fromisoformat(on), count) for on, count in connection.execute(query)]


def day(desk: Desk, on: date, *, view: str = "open", site: str = "", provider: str = "") -> DayView:
    """One day, as a whole or of one site or provider. `view` is one of VIEWS."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        listed = day_visits(connection, on)
        chosen = [visit for visit in listed if _fits(visit.row["summary"], site, provider)]
        at = {ref: visit for visit in listed for ref in _member_refs(visit)}
        query = select(findings).where(findings.c.on_date == str(on), findings.c.rule.not_in(OFF_DAY))
        found = [(row, _visit_of(row, at)) for row in connection.execute(query).mappings()]
        lines = [(row, finding_row(connection, row, visit)) for row, visit in found]
        kept = [(row, line) for row, line in lines if _is_of(line, site, provider)]
        rows = [line for _, line in kept if _is_in(view, line.status)]
        about = {line.visit_id for line in rows}
        rows += [visit_line(connection, visit) for visit in chosen if visit.id not in about and _is_line(view, visit)]
        return DayView(
            on=on,
            totals=_totals(chosen, [row for row, _ in kept]),
            rows=tuple(sorted(rows, key=lambda row: (row.time or "99", row.patient.casefold(), row.key))),
            whole=count_of(listed),
            closed=_closed(connection, on),
            sites=_values(listed, "location"),
            providers=_values(listed, "provider"),
            month=_month(connection, on),
            opened=_opened(connection, on),
        )


def gap(desk: Desk, key: str) -> GapView:
    """One finding for the drawer. Looking at it is a row in the audit trail."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        row = connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        written = connection.execute(select(notes).where(notes.c.finding_key == key).order_by(notes.c.id)).mappings()
        found_notes = tuple(dict(note) for note in written)
        said = connection.execute(
            select(decisions).where(decisions.c.finding_key == key, decisions.c.undone_at.is_(None))
        ).mappings()
        decided = next((dict(one) for one in reversed(said.all())), None)
        patient, read = patient_of(connection, row), read_of(connection, row)
    title, sentence = render(row["rule"], row["facts"])
    with desk.store.write(desk.actor) as unit:
        unit.audit("view-charge", key)
    return GapView(
        key=key,
        rule=row["rule"],
        title=title,
        explanation=sentence,
        status=row["status"],
        severity=row["severity"],
        confidence=row["confidence"],
        patient=patient,
        evidence=tuple(row["evidence"]),
        proposal=row["proposal"],
        worth_cents=row["at_risk_cents"],
        worth_basis=row["at_risk_basis"] or "",
        notes=found_notes,
        decided=decided,
        read=read,
    )


def _fits(summary: Mapping[str, Any], site: str, provider: str) -> bool:
    return (not site or summary.get("location") == site) and (not provider or summary.get("provider") == provider)


def _is_of(line: DayRow, site: str, provider: str) -> bool:
    return (not site or line.site == site) and (not provider or line.provider == provider)


def _is_in(view: str, status: str) -> bool:
    return (
        status == "open" if view == "open" else status in _SETTLED if view == "settled" else status != "fixed-outside"
    )


def _is_line(view: str, visit: DayVisit) -> bool:
    """Whether a visit that no shown finding is about has a line of its own."""
    if view == "open":
        return visit.state == WAITING
    return view == "all" or visit.explanation is not None


def _member_refs(visit: DayVisit) -> set[str]:
    # A charge that is a line of a claim stands there with its line; findings are looked up by the whole record.
    return {_text(member).partition(";")[0] for member in (*visit.row["members"], *visit.row["charges"])}


def _text(member: Any) -> str:
    return str(member.get("ref") if isinstance(member, Mapping) else member)


def _visit_of(row: Mapping[Any, Any], at: Mapping[str, DayVisit]) -> DayVisit | None:
    return next((at[ref] for subject in row["subjects"] if (ref := ref_text(subject)) in at), None)


def _totals(listed: Sequence[DayVisit], found: Sequence[Mapping[Any, Any]]) -> DayTotals:
    is_open = [row for row in found if row["status"] == "open"]
    worth: dict[str, int] = {}
    for row in is_open:
        subject = ref_text(row["subjects"][0])
        worth[subject] = max(worth.get(subject, 0), recoverable_cents(row))
    tabs = {tab: sum(tab_of(row["rule"]) == tab for row in is_open) for tab in TABS}
    tabs["waiting"] = sum(visit.state == WAITING for visit in listed)
    count = count_of(listed)
    return DayTotals(
        count.visits, count.charged, count.explained, count.difference, sum(worth.values()), tabs, count.coming
    )


def _values(listed: Sequence[DayVisit], name: str) -> tuple[str, ...]:
    return tuple(sorted({str(value) for visit in listed if (value := visit.row["summary"].get(name))}))


def _closed(connection: Connection, on: date) -> ClosedDay | None:
    row = close.closing_of(connection, on)
    if row is None:
        return None
    names = ("id", "by", "at", "visits", "charged", "explained", "open_gaps")
    return ClosedDay(**{name: row[name] for name in names}, changed=len(close.changed_visits(connection, row)))


def _opened(connection: Connection, on: date) -> Mapping[str, str] | None:
    query = (
        select(day_reopenings.c.by, day_reopenings.c.at, day_reopenings.c.reason)
        .join(day_closings, day_closings.c.id == day_reopenings.c.closing_id)
        .where(day_closings.c.on_date == str(on), day_reopenings.c.undone_at.is_(None))
        .order_by(day_reopenings.c.at.desc())
    )
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def _month(connection: Connection, on: date) -> tuple[int, int]:
    first = on.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    query = select(func.count(func.distinct(visits.c.on_date))).where(
        visits.c.on_date >= str(first), visits.c.on_date <= str(last)
    )
    signed = close.standing(connection, day_closings.c.on_date >= str(first), day_closings.c.on_date <= str(last))
    return len(signed), int(connection.execute(query).scalar() or 0)
