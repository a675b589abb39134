"""Explanations of visits: written down, ended when they are taken back, and ended when their follow-up day comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from core.days.close import NOT_OF_A_DAY, require_open
from core.days.reasons import Why
from core.days.state import ASKS_FOR_CHARGE, ref_text
from core.errors import BadInput, Refused
from core.ids import new_id
from core.store.tables.days import explanations
from core.store.tables.findings import findings
from core.store.tables.people import visits
from core.store.unit import Unit

UNDONE, CAME_BACK = "undone", "came-back"


def explain_finding(unit: Unit, finding: Mapping[Any, Any], decision_id: str, why: Why) -> None:
    """Write down why a finding needs no charge; a visit that the finding is about counts as explained by it."""
    if finding["rule"] in NOT_OF_A_DAY:
        return
    known = [text for subject in finding["subjects"] if _has_visit(unit, text := ref_text(subject))]
    about = {"visit_id": known[0] if known else None, "finding_key": finding["key"], "decision_id": decision_id}
    _write(unit, about, why)


def explain_visit(unit: Unit, visit_id: str, why: Why) -> str:
    """Write down why a visit needs no charge before any rule asked for one. Gives the explanation's id."""
    if not _has_visit(unit, visit_id):
        raise BadInput("There is no such visit.", code="CM-DAY-03")
    if _standing(unit, explanations.c.visit_id == visit_id):
        raise Refused("This visit is explained already.", todo="Take that back first.", code="CM-DAY-04")
    require_open(unit.connection, _day_of(unit, visit_id))
    explanation_id = _write(unit, {"visit_id": visit_id}, why)
    unit.audit("explain", visit_id, explanation=explanation_id, reason=why.reason, follow_up=_day(why.follow_up))
    unit.touch("findings", "visits")
    return explanation_id


def take_back(unit: Unit, explanation_id: str) -> None:
    """End an explanation of a visit; a finding that was quieted by it speaks again."""
    rows = _standing(unit, explanations.c.id == explanation_id)
    if not rows or rows[0]["decision_id"] is not None:
        raise Refused("This explanation was taken back already.", todo="", code="CM-DAY-05")
    require_open(unit.connection, _day_of(unit, rows[0]["visit_id"]))
    _end(unit, rows[0], UNDONE)
    _speak_again(unit, rows[0])
    unit.audit("undo-explain", rows[0]["visit_id"] or rows[0]["finding_key"] or "", explanation=explanation_id)
    unit.touch("findings", "visits")


def end_with_decision(unit: Unit, decision_id: str) -> None:
    """A decision is taken back: what it explained is explained no longer."""
    for row in _standing(unit, explanations.c.decision_id == decision_id):
        _end(unit, row, UNDONE)


def bring_back(unit: Unit, today: date) -> int:
    """Explanations whose follow-up day has come: their visits count as open again. Gives how many."""
    due = _standing(unit, explanations.c.follow_up <= str(today))
    for row in due:
        _end(unit, row, CAME_BACK)
        _speak_again(unit, row)
        unit.audit("explanation-came-back", row["visit_id"] or row["finding_key"] or "", explanation=row["id"])
        unit.touch("findings", "visits")
    return len(due)


def is_anything_due(connection: Any, today: date) -> bool:
    """Whether a follow-up day has come: asked before a unit is opened for it."""
    query = select(explanations.c.id).where(explanations.c.ended_at.is_(None), explanations.c.follow_up <= str(today))
    return connection.execute(query.limit(1)).scalar() is not None


def quiet_explained(unit: Unit) -> int:
    """A rule now asks for the charge of a visit that somebody explained before: it stays explained. Gives how many."""
    count = 0
    for row in _standing(unit, explanations.c.finding_key.is_(None)):
        query = select(findings.c.key, findings.c.subjects).where(
            findings.c.status == "open",
            findings.c.rule.in_(ASKS_FOR_CHARGE),
            findings.c.on_date == _day_of(unit, row["visit_id"]),
        )
        for key, subjects in unit.connection.execute(query).all():
            if row["visit_id"] in map(ref_text, subjects):
                _set_status(unit, key, "dismissed", unit.now)
                unit.connection.execute(
                    update(explanations).where(explanations.c.id == row["id"]).values(finding_key=key)
                )
                count += 1
                break
    return count


def _write(unit: Unit, about: Mapping[str, str | None], why: Why) -> str:
    why.check(unit.clock.today())
    explanation_id = new_id("ex")
    said = {"reason": why.reason, "note": why.note.strip(), "follow_up": _day(why.follow_up)}
    row = {"id": explanation_id, **about, **said, "by": unit.actor, "at": unit.now}
    unit.connection.execute(insert(explanations).values(**row))
    return explanation_id


def _standing(unit: Unit, condition: Any) -> list[RowMapping]:
    query = select(explanations).where(condition, explanations.c.ended_at.is_(None))
    return list(unit.connection.execute(query).mappings())


def _end(unit: Unit, row: Mapping[Any, Any], why: str) -> None:
    ended = {"ended_at": unit.now, "ended_why": why}
    unit.connection.execute(update(explanations).where(explanations.c.id == row["id"]).values(**ended))


def _speak_again(unit: Unit, row: Mapping[Any, Any]) -> None:
    """Its finding is open again, unless a charge came meanwhile: then its cause is gone."""
    if row["finding_key"] is None:
        return
    finding = unit.connection.execute(select(findings).where(findings.c.key == row["finding_key"])).mappings().one()
    if finding["status"] != "dismissed":
        return
    visit = unit.connection.execute(select(visits.c.charges).where(visits.c.id == row["visit_id"])).scalar()
    if visit and finding["rule"] in ASKS_FOR_CHARGE:
        _set_status(unit, finding["key"], "fixed-outside", unit.now)
    else:
        _set_status(unit, finding["key"], "open", None)


def _set_status(unit: Unit, key: str, status: str, closed_at: str | None) -> None:
    values = {"status": status, "changed_at": unit.now, "closed_at": closed_at}
    unit.connection.execute(update(findings).where(findings.c.key == key).values(**values))


def _has_visit(unit: Unit, visit_id: str) -> bool:
    return unit.connection.execute(select(visits.c.id).where(visits.c.id == visit_id)).scalar() is not None


def _day_of(unit: Unit, visit_id: str | None) -> str:
    on: str | None = unit.connection.execute(select(visits.c.on_date).where(visits.c.id == visit_id)).scalar()
    return on or ""


def _day(on: date | None) -> str | None:
    return str(on) if on else None
