"""The day page: every visit of a day held against its charges, what is open, and what one line is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from core.desk import Desk
from core.queries.patients import label_of
from core.security.roles import require
from core.store.tables.findings import decisions, findings, notes
from core.store.tables.intake import connections
from core.store.tables.people import visits
from core.store.tables.records import RECORDS, patients
from core.words import render
from matching.records import Ref

TABS = {
    "no-charge": ("miss-visit-charge", "miss-telehealth-charge"),
    "line": ("miss-",),
    "no-visit": ("orphan-",),
    "twice": ("dup-",),
    "differs": ("mm-", "match-", "mismatch-encounter"),
}
"""Tab -> beginnings of rule ids; the first tab that fits takes the finding."""
OFF_DAY = ("duplicate-patient", "mismatch-demographics")
STEPS = ("visit", "charge", "claim", "paid")


@dataclass(frozen=True, slots=True)
class DayTotals:
    """visits = charged + explained + difference; money at risk counts each subject once."""

    visits: int
    charged: int
    explained: int
    difference: int
    at_risk_cents: int
    tabs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One open gap of the day."""

    key: str
    tab: str
    time: str
    patient: str
    provider: str
    visit_type: str
    stage: tuple[str, str, str, str]
    gap: str
    lag_days: int | None
    worth_cents: int | None
    worth_basis: str
    severity: str
    status: str
    proposal: str


@dataclass(frozen=True, slots=True)
class DayView:
    """A day: its totals and its open gaps, in the order of the visits."""

    on: date
    totals: DayTotals
    rows: tuple[DayRow, ...]


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


def day(desk: Desk, on: date, *, with_settled: bool = False) -> DayView:
    """One day. `with_settled` also lists gaps that are staged, resolved or explained."""
    require(desk.role, "see-patients")
    states = ("open", "staged", "resolved", "dismissed") if with_settled else ("open",)
    with desk.store.read() as connection:
        day_visits = connection.execute(select(visits).where(visits.c.on_date == str(on))).mappings().all()
        query = select(findings).where(findings.c.on_date == str(on), findings.c.rule.not_in(OFF_DAY))
        found = connection.execute(query).mappings().all()
        at = {ref: visit for visit in day_visits for ref in _member_refs(visit)}
        rows = [_row(connection, row, _visit_of(row, at)) for row in found if row["status"] in states]
    rows.sort(key=lambda row: (row.time or "99", row.patient.casefold(), row.key))
    return DayView(on, _totals(day_visits, found, at), tuple(rows))


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
        patient = _patient(connection, row)
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
    )


def tab_of(rule: str) -> str:
    """The tab that a rule's findings stand under."""
    return next((tab for tab, starts in TABS.items() if rule.startswith(starts)), "differs")


def _member_refs(visit: Mapping[Any, Any]) -> set[str]:
    # A charge that is a line of a claim stands there with its line; findings are looked up by the whole record.
    return {_text(member).partition(";")[0] for member in (*visit["members"], *visit["charges"])}


def _text(member: Any) -> str:
    return str(member.get("ref") if isinstance(member, Mapping) else member)


def _visit_of(row: Mapping[Any, Any], at: Mapping[str, Any]) -> Mapping[Any, Any] | None:
    return next((at[ref] for subject in row["subjects"] if (ref := _ref_text(subject)) in at), None)


def _ref_text(subject: Mapping[str, str]) -> str:
    return f"{subject['system']}/{subject['kind']}/{subject['id']}"


def _totals(day_visits: Sequence[Any], found: Sequence[Any], at: Mapping[str, Any]) -> DayTotals:
    is_open = [row for row in found if row["status"] == "open"]
    lacking = {v["id"] for row in is_open if tab_of(row["rule"]) == "no-charge" and (v := _visit_of(row, at))}
    charged = [v for v in day_visits if v["charges"] and v["id"] not in lacking]
    worth: dict[str, int] = {}
    for row in is_open:
        subject = _ref_text(row["subjects"][0])
        worth[subject] = max(worth.get(subject, 0), row["at_risk_cents"] or 0)
    tabs = {tab: sum(tab_of(row["rule"]) == tab for row in is_open) for tab in TABS}
    explained = len(day_visits) - len(charged) - len(lacking)
    return DayTotals(len(day_visits), len(charged), explained, len(lacking), sum(worth.values()), tabs)


def _row(connection: Connection, row: Mapping[Any, Any], visit: Mapping[Any, Any] | None) -> DayRow:
    shown = visit["summary"] if visit else {}
    stage = shown.get("stage") or {}
    tab = tab_of(row["rule"])
    return DayRow(
        key=row["key"],
        tab=tab,
        time=shown.get("time") or "",
        patient=_patient(connection, row),
        provider=shown.get("provider") or "",
        visit_type=shown.get("visit_type") or ("" if visit else "none found"),
        stage=_stage(tab, stage, has_visit=visit is not None),
        gap=render(row["rule"], row["facts"])[0],
        lag_days=shown.get("lag_days"),
        worth_cents=row["at_risk_cents"],
        worth_basis=row["at_risk_basis"] or "",
        severity=row["severity"],
        status=row["status"],
        proposal=(row["proposal"] or {}).get("kind", ""),
    )


def _stage(tab: str, stage: Mapping[str, str], *, has_visit: bool) -> tuple[str, str, str, str]:
    """Four dots: done, gap, odd or later. The finding's own gap is laid over what the visit shows."""
    dots = {step: stage.get(step, "later") for step in STEPS}
    if not has_visit:
        dots |= {"visit": "gap", "charge": "done"}
    elif tab == "no-charge":
        dots |= {"visit": "done", "charge": "gap"}
    else:
        dots |= {"visit": "done", "charge": "odd"}
    return dots["visit"], dots["charge"], dots["claim"], dots["paid"]


def _patient(connection: Connection, row: Mapping[Any, Any]) -> str:
    for subject in row["subjects"]:
        ref = Ref(subject["system"], subject["kind"], subject["id"])
        body = _patient_body(connection, ref)
        if body:
            return label_of(body)
    return ""


def _patient_body(connection: Connection, ref: Ref) -> dict[str, Any] | None:
    system = connection.execute(select(connections.c.id).where(connections.c.name == ref.system)).scalar()
    local: str | None = ref.local if ref.kind == "Patient" else None
    for entity in ("encounters", "charges", "appointments", "service_events", "claims"):
        if local is None:
            table = RECORDS[entity]
            local = connection.execute(
                select(table.c.patient).where(table.c.connection_id == system, table.c.ref == ref.local)
            ).scalar()
    if local is None:
        return None
    query = select(patients.c.body).where(patients.c.connection_id == system, patients.c.ref == local)
    body: dict[str, Any] | None = connection.execute(query).scalar()
    return body
