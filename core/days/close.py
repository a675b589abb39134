"""Signing a day, opening it again, and what changed after the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from core.days.state import COMING, DayVisit, count_of, day_visits, visits_of
from core.errors import BadInput, NotPossible, Refused
from core.ids import new_id
from core.store.tables.days import day_closings, day_reopenings
from core.store.tables.findings import finding_subjects, findings
from core.store.unit import Unit
from matching.findings import evidence_fingerprint, finding_key
from matching.records import Ref

CHANGED = "closed-day-changed"
NOT_OF_A_DAY = ("duplicate-patient", "mismatch-demographics")
"""Rules whose findings are about people: a closed day leaves them open."""
_OPEN_GAPS = select(findings.c.key).where(findings.c.status == "open", findings.c.rule.not_in((*NOT_OF_A_DAY, CHANGED)))


def close_day(unit: Unit, on: date) -> str:
    """Sign a day. Raises NotPossible while it does not add up, Refused when it is signed already."""
    if on > unit.clock.today():
        raise NotPossible("This day is still to come.", code="CM-DAY-07")
    if closing_of(unit.connection, on) is not None:
        raise Refused("This day is closed already.", todo="", code="CM-DAY-08")
    listed = day_visits(unit.connection, on)
    count = count_of(listed)
    if not listed:
        raise NotPossible("There is no visit on this day: nothing to sign.", code="CM-DAY-09")
    if count.difference:
        raise NotPossible(
            f"The day closes at difference 0; it is {count.difference} now.",
            todo="Draft, link or explain what is open.",
            code="CM-DAY-10",
        )
    closing_id = new_id("dc")
    gaps = len(unit.connection.execute(_OPEN_GAPS.where(findings.c.on_date == str(on))).all())
    totals = {"visits": count.visits, "charged": count.charged, "explained": count.explained}
    unit.connection.execute(
        insert(day_closings).values(
            id=closing_id, on_date=str(on), by=unit.actor, at=unit.now, **totals, open_gaps=gaps,
            signed=_signature(listed),
        )
    )  # fmt: skip
    unit.audit("close-day", str(on), closing=closing_id, **totals, open_gaps=gaps)
    unit.touch("visits", "findings")
    return closing_id


def reopen_day(unit: Unit, on: date, reason: str) -> str:
    """Open a signed day again; the signature stays, with who opened it and why. Gives the reopening's id."""
    if not reason.strip():
        raise BadInput("Opening a closed day needs a reason.", code="CM-DAY-11")
    closing = closing_of(unit.connection, on)
    if closing is None:
        raise Refused("This day is open.", todo="", code="CM-DAY-12")
    reopening_id = new_id("dr")
    unit.connection.execute(
        insert(day_reopenings).values(
            id=reopening_id, closing_id=closing["id"], by=unit.actor, at=unit.now, reason=reason.strip()
        )
    )
    unit.audit("reopen-day", str(on), closing=closing["id"], reopening=reopening_id, reason=reason.strip())
    _quiet(unit, closing)
    unit.touch("visits", "findings")
    return reopening_id


def undo_closing(unit: Unit, closing_id: str) -> None:
    """Take one's own signature back: a slip, not a reopening. The row stays, with when it was taken back."""
    query = select(day_closings).where(day_closings.c.id == closing_id)
    closing = unit.connection.execute(query).mappings().one_or_none()
    standing = closing and closing_of(unit.connection, date.fromisoformat(closing["on_date"]))
    if closing is None or standing is None or standing["id"] != closing_id:
        raise Refused("This closing does not stand any more.", todo="", code="CM-DAY-13")
    if closing["by"] != unit.actor:
        raise Refused("Somebody else signed this day.", todo="Open it with a reason.", code="CM-DAY-14")
    undone = {"undone_at": unit.now, "undone_by": unit.actor}
    unit.connection.execute(update(day_closings).where(day_closings.c.id == closing_id).values(**undone))
    unit.audit("undo-close-day", closing["on_date"], closing=closing_id)
    _quiet(unit, closing)
    unit.touch("visits", "findings")


def undo_reopening(unit: Unit, reopening_id: str) -> None:
    """Take a reopening back: the signature stands again, as it was. Not once the day was signed anew."""
    query = (
        select(day_reopenings.c.undone_at, day_closings.c.on_date)
        .join(day_closings, day_closings.c.id == day_reopenings.c.closing_id)
        .where(day_reopenings.c.id == reopening_id)
    )
    found = unit.connection.execute(query).one_or_none()
    if found is None or found.undone_at or closing_of(unit.connection, date.fromisoformat(found.on_date)) is not None:
        raise Refused("This reopening cannot be taken back any more.", todo="Close the day again.", code="CM-DAY-15")
    undone = {"undone_at": unit.now, "undone_by": unit.actor}
    unit.connection.execute(update(day_reopenings).where(day_reopenings.c.id == reopening_id).values(**undone))
    unit.audit("undo-reopen-day", found.on_date, reopening=reopening_id)
    notice_changes(unit)
    unit.touch("visits", "findings")


def closing_of(connection: Connection, on: date | str) -> RowMapping | None:
    """The signature in force of a day, None while it is open."""
    return next(iter(standing(connection, day_closings.c.on_date == str(on))), None)


def standing(connection: Connection, *conditions: Any) -> list[RowMapping]:
    """Signatures in force: neither taken back nor opened again."""
    opened = select(day_reopenings.c.closing_id).where(day_reopenings.c.undone_at.is_(None))
    query = select(day_closings).where(
        day_closings.c.undone_at.is_(None), day_closings.c.id.not_in(opened), *conditions
    )
    return list(connection.execute(query.order_by(day_closings.c.on_date)).mappings())


def require_open_day(connection: Connection, finding: Mapping[Any, Any]) -> None:
    """Raise Refused when a decision would change a signed day."""
    if finding["rule"] in (*NOT_OF_A_DAY, CHANGED) or finding["on_date"] is None:
        return
    require_open(connection, finding["on_date"])


def require_open(connection: Connection, on: date | str) -> None:
    """Raise Refused when this day is signed."""
    closing = closing_of(connection, on)
    if closing is not None:
        raise Refused(
            "This day is closed.", todo="Open it again first, with a reason: a reviewer or approver may.",
            code="CM-DAY-16",
        )  # fmt: skip


def changed_visits(connection: Connection, closing: Mapping[Any, Any]) -> list[str]:
    """Visits that count otherwise now than when the day was signed: also those that came or went."""
    listed = day_visits(connection, date.fromisoformat(closing["on_date"]))
    return _differing(closing["signed"], _signature(listed))


def notice_changes(unit: Unit) -> int:
    """A signed day that no longer is what was signed raises a finding; one that is again, closes it. Gives how many."""
    signed = standing(unit.connection)
    now = visits_of(unit.connection, [closing["on_date"] for closing in signed])
    raised = 0
    for closing in signed:
        listed = now[closing["on_date"]]
        differing = _differing(closing["signed"], _signature(listed))
        if differing:
            raised += _raise(unit, closing, listed, differing)
        else:
            _quiet(unit, closing)
    return raised


def _signature(listed: Sequence[DayVisit]) -> dict[str, list[Any]]:
    """Codes of a charge that is still on its way are not known yet, so they sign nothing."""
    return {
        visit.id: [_class(visit), None if visit.state == COMING else visit.row["summary"].get("codes")]
        for visit in listed
    }


def _class(visit: DayVisit) -> str:
    return "open" if visit.is_open else "explained" if visit.state not in ("charged", COMING) else "charged"


def _differing(signed: Mapping[str, Sequence[Any]], now: Mapping[str, Sequence[Any]]) -> list[str]:
    def is_same(one: Sequence[Any] | None, other: Sequence[Any] | None) -> bool:
        if one is None or other is None or one[0] != other[0]:
            return False
        return None in (one[1], other[1]) or list(one[1]) == list(other[1])

    return sorted(name for name in signed.keys() | now.keys() if not is_same(signed.get(name), now.get(name)))


def _raise(unit: Unit, closing: Mapping[Any, Any], listed: Sequence[DayVisit], differing: Sequence[str]) -> int:
    count, key = count_of(listed), finding_key(CHANGED, closing["id"])
    now = _signature(listed)
    fingerprint = evidence_fingerprint(*((name, now.get(name)) for name in differing))
    known = unit.connection.execute(select(findings).where(findings.c.key == key)).mappings().one_or_none()
    if known is not None and known["fingerprint"] == fingerprint and known["status"] in ("open", "dismissed"):
        return 0
    subjects = [Ref.parse(name) for name in differing]
    values = {
        "rule": CHANGED, "status": "open", "severity": "high", "confidence": 1.0, "on_date": closing["on_date"],
        "facts": {
            "dos": closing["on_date"], "who": closing["by"], "n": str(len(differing)),
            "was": _equation(closing["visits"], closing["charged"], closing["explained"], 0),
            "now": _equation(count.visits, count.charged, count.explained, count.difference),
        },
        "subjects": [ref.as_json() for ref in subjects],
        "evidence": [
            {"label": "visit", "value": f"signed as {_told(closing['signed'].get(name))}, now {_told(now.get(name))}",
             "ref": ref.as_json(), "seen_at": None}
            for name, ref in zip(differing, subjects, strict=True)
        ],
        "fingerprint": fingerprint, "changed_at": unit.now, "closed_at": None,
    }  # fmt: skip
    if known is None:
        unit.connection.execute(insert(findings).values(key=key, opened_at=unit.now, **values))
        unit.connection.execute(insert(finding_subjects), [{"finding_key": key, "ref": name} for name in differing])
    else:
        unit.connection.execute(update(findings).where(findings.c.key == key).values(**values))
    unit.audit(CHANGED, closing["on_date"], closing=closing["id"], visits=len(differing))
    unit.touch("findings")
    return 1


def _quiet(unit: Unit, closing: Mapping[Any, Any]) -> None:
    """Nothing differs from the signature, or it stands no more: its finding has no cause."""
    key = finding_key(CHANGED, closing["id"])
    gone = update(findings).where(findings.c.key == key, findings.c.status == "open")
    if unit.connection.execute(gone.values(status="fixed-outside", changed_at=unit.now, closed_at=unit.now)).rowcount:
        unit.touch("findings")


def _equation(visits: int, charged: int, explained: int, difference: int) -> str:
    return f"{visits} = {charged} + {explained} + {difference}"


def _told(state: Sequence[Any] | None) -> str:
    if state is None:
        return "not there"
    codes = ", ".join(state[1] or ())
    return f"{state[0]} ({codes})" if codes else str(state[0])
