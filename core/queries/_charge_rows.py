"""Rows of the day page: a gap or a visit as its line in the ledger shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from core.days.close import CHANGED
from core.days.state import COMING, GAP, WAITING, DayVisit
from core.queries._pair_records import label_of
from core.store.tables.intake import connections
from core.store.tables.records import RECORDS, patients
from core.words import render
from matching.records import Ref

TABS = {
    "no-charge": ("miss-visit-charge", "miss-telehealth-charge"),
    "line": ("miss-",),
    "no-visit": ("orphan-",),
    "twice": ("dup-",),
    "changed": (CHANGED,),
    "differs": ("mm-", "match-", "mismatch-encounter"),
}
"""Tab -> beginnings of rule ids; the first tab that fits takes the finding. "waiting" has no rule."""
STEPS = ("visit", "charge", "claim", "paid")
VISIT = "visit:"
"""Beginning of the key of a row that is a visit without a finding."""
_READ_FROM = ("encounters", "appointments", "charges", "service_events", "claims", "patients")
_NOT_RECOVERABLE = frozenset({"exposure", "audit risk", "refused as a duplicate"})


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the ledger: a finding, or a visit that no finding is about (its key begins with VISIT).

    `status` is the finding's, or the visit's state; `note` the reason of an explanation, with its follow-up day.
    """

    key: str
    tab: str
    time: str
    patient: str
    provider: str
    site: str
    visit_type: str
    stage: tuple[str, str, str, str]
    gap: str
    lag_days: int | None
    worth_cents: int | None
    worth_basis: str
    severity: str
    status: str
    proposal: str
    visit_id: str | None = None
    reason: str = ""
    follow_up: str = ""


def tab_of(rule: str) -> str:
    """The tab that a rule's findings stand under."""
    return next((tab for tab, starts in TABS.items() if rule.startswith(starts)), "differs")


def recoverable_cents(finding: Mapping[Any, Any]) -> int:
    """What a finding has at risk; what would have to be paid back is exposure and never added to it."""
    return 0 if finding["at_risk_basis"] in _NOT_RECOVERABLE else finding["at_risk_cents"] or 0


def finding_row(connection: Connection, row: Mapping[Any, Any], visit: DayVisit | None) -> DayRow:
    """A finding as a line."""
    shown = visit.row["summary"] if visit else {}
    said = visit.explanation if visit and row["status"] == "dismissed" else None
    tab = tab_of(row["rule"])
    return DayRow(
        key=row["key"],
        tab=tab,
        time=shown.get("time") or "",
        patient=patient_of(connection, row),
        provider=shown.get("provider") or ("" if visit else _charge_provider(connection, row)),
        site=shown.get("location") or "",
        visit_type=shown.get("visit_type") or ("" if visit else "none found"),
        stage=_stage(tab, row["status"], shown.get("stage") or {}, has_visit=visit is not None or tab == "changed"),
        gap=render(row["rule"], row["facts"])[0],
        lag_days=shown.get("lag_days"),
        worth_cents=row["at_risk_cents"],
        worth_basis=row["at_risk_basis"] or "",
        severity=row["severity"],
        status=row["status"],
        proposal=(row["proposal"] or {}).get("kind", ""),
        visit_id=visit.id if visit else None,
        reason=said["reason"] if said else "",
        follow_up=(said["follow_up"] or "") if said else "",
    )


def visit_line(connection: Connection, visit: DayVisit) -> DayRow:
    """A visit as a line."""
    shown, said = visit.row["summary"], visit.explanation
    stage = shown["stage"]
    charge = "later" if visit.state == WAITING else "gap" if visit.state == GAP else stage["charge"]
    return DayRow(
        key=VISIT + visit.id,
        tab="waiting" if visit.state == WAITING else "settled",
        time=shown.get("time") or "",
        patient=_first_patient(connection, shown.get("patients") or ()),
        provider=shown.get("provider") or "",
        site=shown.get("location") or "",
        visit_type=shown.get("visit_type") or "",
        stage=(stage["visit"], "done" if visit.state == COMING else charge, stage["claim"], stage["paid"]),
        gap="note-open" if visit.state == WAITING and shown.get("is_note_open") else visit.state,
        lag_days=shown.get("lag_days"),
        worth_cents=shown.get("worth_cents"),
        worth_basis=shown.get("worth_basis") or "",
        severity="info",
        status=visit.state,
        proposal="",
        visit_id=visit.id,
        reason=said["reason"] if said else "",
        follow_up=(said["follow_up"] or "") if said else "",
    )


def patient_of(connection: Connection, row: Mapping[Any, Any]) -> str:
    """Whom a finding is about, as lists name people."""
    for subject in row["subjects"]:
        ref = Ref(subject["system"], subject["kind"], subject["id"])
        body = _patient_body(connection, ref)
        if body:
            return label_of(body)
    return ""


def read_of(connection: Connection, row: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """(system, when it was read) for the records a finding is about; of several in one system the oldest reading."""
    read: dict[str, str] = {}
    for subject in row["subjects"]:
        ref = Ref(subject["system"], subject["kind"], subject["id"])
        owner = _connection_id(connection, ref)
        for entity in _READ_FROM:
            table = RECORDS[entity]
            query = select(table.c.fetched_at).where(table.c.connection_id == owner, table.c.ref == ref.local)
            if (at := connection.execute(query).scalar()) is not None:
                read[ref.system] = min(at, read.get(ref.system, at))
                break
    return tuple(read.items())


def _first_patient(connection: Connection, refs: Any) -> str:
    bodies = (_patient_body(connection, Ref.parse(ref)) for ref in refs)
    return next((label_of(body) for body in bodies if body), "")


def _stage(tab: str, status: str, stage: Mapping[str, str], *, has_visit: bool) -> tuple[str, str, str, str]:
    """Four dots: done, gap, odd or later. An open finding's own gap is laid over what the visit shows."""
    dots = {step: stage.get(step, "later") for step in STEPS}
    if not has_visit:
        dots |= {"visit": "gap" if status == "open" else "later", "charge": "done"}
    elif status == "open":
        dots |= {"visit": "done", "charge": "gap" if tab == "no-charge" else "odd"}
    elif dots["charge"] == "gap":  # staged or explained: no gap any more, and nothing there yet
        dots |= {"charge": "later"}
    return dots["visit"], dots["charge"], dots["claim"], dots["paid"]


def _connection_id(connection: Connection, ref: Ref) -> int | None:
    found: int | None = connection.execute(select(connections.c.id).where(connections.c.name == ref.system)).scalar()
    return found


def _charge_provider(connection: Connection, row: Mapping[Any, Any]) -> str:
    """Who a charge without a visit was entered for."""
    charges, providers = RECORDS["charges"], RECORDS["providers"]
    for subject in row["subjects"]:
        ref = Ref(subject["system"], subject["kind"], subject["id"])
        owner = _connection_id(connection, ref)
        query = select(charges.c.body).where(charges.c.connection_id == owner, charges.c.ref == ref.local)
        body = connection.execute(query).scalar()
        if body and body.get("rendering"):
            named = select(providers.c.body).where(
                providers.c.connection_id == owner, providers.c.ref == body["rendering"]
            )
            known = connection.execute(named).scalar() or {}
            whole = " ".join(part for part in (known.get("given_name"), known.get("family_name")) if part)
            return str(known.get("name") or whole)
    return ""


def _patient_body(connection: Connection, ref: Ref) -> dict[str, Any] | None:
    system = _connection_id(connection, ref)
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
