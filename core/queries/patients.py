"""The review queue of duplicate patients: rows of the list, and one pair or group laid side by side.

Everything the page shows is made here, as plain values; the page only paints. Reason, chart and stop signs come from
the same levels, so they cannot disagree. Hidden values leave here shortened; `reveal` gives one whole, and says so in
the audit trail.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from core.changes import Changes
from core.desk import Desk
from core.errors import BadInput, NotPossible
from core.match.plan import plan_in_force
from core.match.rows import patient_rows
from core.match.run import nicknames, saved_model
from core.queries._compare import MASKED, CompareRow, compare_rows
from core.queries._sending import Way, ways
from core.queries.status import Status, status
from core.security.roles import require
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings, notes
from core.store.tables.intake import connections
from core.store.tables.people import judgements
from core.store.tables.records import RECORDS, patients
from matching.explain import Explanation, explain
from matching.findings import Weight
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN, Plan
from matching.records import Ref
from matching.stops import stops as stop_signs
from matching.survive import compose, suggest_keep
from matching.wording import wording

RULE = "duplicate-patient"
TIERS = ("strong", "likely", "unsure")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOVES = ("encounters", "appointments", "charges", "claims", "coverages")
"""What hangs on a patient record and moves with it."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the list: who, and in two or three facts what it is about."""

    key: str
    tier: str
    label: str
    facts: str
    status: str
    answer: str | None
    has_stop: bool = False
    numbers: str = ""  # record numbers, for the filter


@dataclass(frozen=True, slots=True)
class QueueView:
    """What the page shows beside the pair at hand. `hold_minutes` is how long a decision waits before it is sent."""

    open: tuple[QueueRow, ...]
    decided: tuple[QueueRow, ...]
    hold_minutes: int
    needs_approval: bool
    status: Status


@dataclass(frozen=True, slots=True)
class SideRecord:
    """One record of the comparison: its letter, where it lives, how old the reading is, and what hangs on it."""

    ref: Ref
    letter: str
    number: str
    read_at: str
    counts: Mapping[str, int]
    last_visit_on: str | None
    next_visit_on: str | None


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair or group, ready to be painted. `keep` is the place of the suggested record, `keep_words` why.

    Reason, chart and probability are those of the two records at the places `explained`: of a group, the two that are
    least alike. `ways` says per record that might be kept how the merge would be sent.
    """

    key: str
    tier: str
    status: str
    label: str
    records: tuple[SideRecord, ...]
    rows: tuple[CompareRow, ...]
    reason: str
    check: str
    looks_like: str
    probability: float
    start: float
    total: float
    weights: tuple[Weight, ...]
    thresholds: tuple[tuple[str, float], ...]
    stops: tuple[str, ...]
    keep: int
    keep_words: str
    decided: Mapping[str, Any] | None
    notes: tuple[Mapping[str, Any], ...]
    explained: tuple[int, int] = (0, 1)
    ways: tuple[tuple[Way, ...], ...] = ()


def overview(desk: Desk) -> QueueView:
    """Both lists with what stands around them, in one reading."""
    with desk.store.read() as connection:
        hold: int = get_setting(connection, "outbox.hold_minutes")
        approval = bool(get_setting(connection, "approvals.required"))
    return QueueView(tuple(queue(desk)), tuple(queue(desk, is_decided=True)), hold, approval, status(desk))


def queue(desk: Desk, *, is_decided: bool = False) -> list[QueueRow]:
    """Open pairs, strongest first (or the decided ones, newest first)."""
    require(desk.role, "see-patients")
    states = ("staged", "resolved", "dismissed") if is_decided else ("open",)
    query = select(findings).where(findings.c.rule == RULE, findings.c.status.in_(states))
    query = query.order_by(findings.c.changed_at.desc()) if is_decided else query.order_by(findings.c.key)
    with desk.store.read() as connection:
        rows = connection.execute(query).mappings().all()
        people = _people_of(connection, [_refs(row) for row in rows])
        said = (
            select(decisions.c.finding_key, decisions.c.answer)
            .where(decisions.c.undone_at.is_(None))
            .order_by(decisions.c.at)
        )
        answers: dict[str, str] = dict(connection.execute(said).all())
    listed = [_queue_row(row, people, answers.get(row["key"])) for row in rows]
    if is_decided:
        return listed
    # "Not sure" goes to the end; inside a tier by name, as people look for them.
    return sorted(listed, key=lambda row: (row.answer == "not-sure", TIERS.index(row.tier), row.label.casefold()))


def pair(desk: Desk, key: str, *, is_viewed: bool = True) -> PairView:
    """One pair or group with everything the page shows. The view of patient data is a row in the audit trail.

    A page that reads ahead passes `is_viewed=False`, and calls `viewed` when the pair is shown.
    """
    require(desk.role, "see-patients")
    model = saved_model(desk)
    with desk.store.read() as connection:
        plan = plan_in_force(connection)
        finding = connection.execute(select(findings).where(findings.c.key == key)).mappings().one_or_none()
        if finding is None:
            raise BadInput("There is no such pair.", code="CM-DEC-03")
        refs = _refs(finding)
        bodies = _records(connection, refs)
        refs = [ref for ref in refs if ref in bodies]
        if len(refs) < 2:
            raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
        rows = [bodies[ref] for ref in refs]
        sides = tuple(_side(connection, ref, place, bodies[ref], desk.clock.today()) for place, ref in enumerate(refs))
        rows = [_with_activity(connection, row, side) for row, side in zip(rows, sides, strict=True)]
        decided = connection.execute(
            select(decisions).where(decisions.c.finding_key == key, decisions.c.undone_at.is_(None))
        ).mappings()
        last = max((dict(row) for row in decided), key=lambda row: row["at"], default=None)
        written = connection.execute(select(notes).where(notes.c.finding_key == key).order_by(notes.c.id)).mappings()
        found_notes = tuple(dict(row) for row in written)
        earlier = _earlier_no(connection, [row["key"] for row in rows], last["id"] if last else None)
        sent = ways(connection, refs) if finding["status"] == "open" else ()
    explained, found = _explained(rows, model, plan)
    index = str(finding["facts"].get("index") or "")
    keep, keep_words = suggest_keep(rows)
    if is_viewed:
        viewed(desk, key, sides)
    return PairView(
        key=key,
        tier=_tier(finding),
        status=finding["status"],
        label=label_of(rows[0]),
        records=sides,
        rows=compare_rows(rows, compose(rows)),
        probability=found.probability if found and not index else float(finding["probability"] or 0),
        stops=tuple(dict.fromkeys([*_signs(finding, rows), *earlier])),
        keep=keep,
        keep_words=keep_words,
        decided=last,
        notes=found_notes,
        thresholds=tuple((tier, getattr(plan, tier)) for tier in TIERS),
        explained=explained,
        ways=sent,
        **_why(found, index),
    )


def viewed(desk: Desk, key: str, records: Sequence[SideRecord]) -> None:
    """Write into the audit trail that this pair was looked at."""
    with desk.store.write(desk.actor) as unit:
        unit.audit("view-patient", key, records=[str(side.ref) for side in records])


def reveal(desk: Desk, key: str, field: str) -> Changes[tuple[str, ...]]:
    """The whole values of a hidden field, one per record. Who looked at which field goes into the audit trail."""
    require(desk.role, "see-patients")
    if field not in MASKED:
        raise BadInput("This field is not hidden.", code="CM-REV-01")
    with desk.store.write(desk.actor) as unit:
        finding = unit.connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        refs = _refs(finding)
        found = _records(unit.connection, refs)
        rows = [found[ref] | _insurance(unit.connection, found[ref]) for ref in refs if ref in found]
        unit.audit("reveal", key, field=field)
        return unit.changes(tuple(str(row.get(field) or "") for row in rows))


def _explained(rows: Sequence[Mapping[str, Any]], model: Any, plan: Plan) -> tuple[tuple[int, int], Explanation | None]:
    """The two records that are least alike, and why they were still called one person."""
    if model is None:
        return (0, 1), None
    table, known = PeopleTable.of(rows), nicknames()
    found = {
        (a, b): explain(table, rows[a]["key"], rows[b]["key"], model, plan, nicknames=known)
        for a, b in itertools.combinations(range(len(rows)), 2)
    }
    weakest = min(found, key=lambda places: found[places].total)
    return weakest, found[weakest]


def _signs(finding: Mapping[Any, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Stop signs of any two of the records, and those that the matching run saw."""
    known = nicknames()
    signs = [s.words for a, b in itertools.combinations(rows, 2) for s in stop_signs(a, b, nicknames=known)]
    return [*signs, *(part for part in str(finding["facts"].get("stops") or "").split("; ") if part)]


def _with_activity(connection: Connection, row: Mapping[str, Any], side: SideRecord) -> dict[str, Any]:
    return {
        **row,
        **_insurance(connection, row),
        "number": side.number,
        "last_visit_on": side.last_visit_on,
        "next_visit_on": side.next_visit_on,
        "last_activity_on": side.last_visit_on,
    }


def _insurance(connection: Connection, row: Mapping[str, Any]) -> dict[str, str]:
    """Member ids and payers of a record's insurances, each once."""
    table = RECORDS["coverages"]
    of_patient = select(patients.c.connection_id).where(patients.c.id == row["key"]).scalar_subquery()
    query = select(table.c.body).where(
        table.c.connection_id == of_patient, table.c.patient == row["ref"], table.c.gone_at.is_(None)
    )
    bodies = connection.execute(query.order_by(table.c.ref)).scalars().all()
    return {
        name: ", ".join(dict.fromkeys(str(body[source]) for body in bodies if body.get(source)))
        for name, source in (("member_id", "member_id"), ("payer", "payer_name"))
    }


def _why(found: Explanation | None, index: str) -> dict[str, Any]:
    """The words and the chart of a pair; `index` names the system whose own index calls it a candidate, else ""."""
    said = {"looks_like": wording()["hinted"].format(system=index)} if index else {}
    if found is None:
        return {"reason": "", "check": "", "looks_like": "", "start": 0.0, "total": 0.0, "weights": (), **said}
    names = ("reason", "check", "looks_like", "start", "total")
    return {name: getattr(found, name) for name in names} | {"weights": found.rows} | said


def _queue_row(row: Mapping[Any, Any], people: Mapping[Ref, dict[str, Any]], answer: str | None) -> QueueRow:
    refs = [ref for ref in _refs(row) if ref in people]
    records = [people[ref] for ref in refs]
    label = label_of(records[0]) if records else "no longer in the store"
    year = next((r["birth_date"][:4] for r in records if r.get("birth_date")), "")
    systems = [ref.system for ref in refs]
    where = ", ".join(_times(name, systems.count(name)) for name in dict.fromkeys(systems))
    facts = " · ".join(part for part in (year, where, _first_difference(row)) if part)
    numbers = " ".join(ref.id for ref in refs)
    has_stop = bool((row["facts"] or {}).get("stops"))
    return QueueRow(row["key"], _tier(row), label, facts, row["status"], answer, has_stop, numbers)


def _times(system: str, count: int) -> str:
    return system if count == 1 else f"{system} twice" if count == 2 else f"{system} {count} times"


def _first_difference(row: Mapping[Any, Any]) -> str:
    against = [w for w in row["weights"] or () if w["weight"] < 0]
    field: str = min(against, key=lambda w: w["weight"])["field"] if against else ""
    return {"place": "ZIP", "street": "address", "family_name": "last name", "given_name": "first name"}.get(
        field, field.replace("_", " ")
    )


def _tier(row: Mapping[Any, Any]) -> str:
    return (row["facts"] or {}).get("tier") or DEFAULT_PLAN.tier(row["probability"] or 0) or "unsure"


def label_of(record: Mapping[str, Any]) -> str:
    """A person as lists show them: last name, first names."""
    given = " ".join(part for part in (record.get("given_name"), record.get("middle_name")) if part)
    return ", ".join(part for part in (record.get("family_name"), given) if part) or "no name"


def _refs(row: Mapping[Any, Any]) -> list[Ref]:
    return [Ref(s["system"], s["kind"], s["id"]) for s in row["subjects"]]


def _people_of(connection: Connection, groups: Sequence[Sequence[Ref]]) -> dict[Ref, dict[str, Any]]:
    return _records(connection, [ref for refs in groups for ref in refs])


def _records(connection: Connection, refs: Sequence[Ref]) -> dict[Ref, dict[str, Any]]:
    wanted = {(ref.system, ref.local): ref for ref in refs}
    query = select(patients.c.id).join(connections, connections.c.id == patients.c.connection_id)
    ids: list[int] = []
    local = sorted({ref.local for ref in refs})
    for start in range(0, len(local), 500):
        ids += connection.execute(query.where(patients.c.ref.in_(local[start : start + 500]))).scalars()
    found: dict[Ref, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):
        for row in patient_rows(connection, ids[start : start + 500]):
            ref = wanted.get((row["connection"], row["ref"]))
            if ref is not None:
                found[ref] = row
    return found


def _side(connection: Connection, ref: Ref, place: int, row: Mapping[str, Any], today: date) -> SideRecord:
    stored = connection.execute(
        select(patients.c.connection_id, patients.c.fetched_at, patients.c.body).where(patients.c.id == row["key"])
    ).one()
    counts: dict[str, int] = {}
    dates: list[str] = []
    for entity in MOVES:
        table = RECORDS[entity]
        query = select(table.c.on_date).where(
            table.c.connection_id == stored.connection_id, table.c.patient == ref.local, table.c.gone_at.is_(None)
        )
        found = connection.execute(query).scalars().all()
        counts[entity] = len(found)
        if entity in ("encounters", "appointments"):
            dates += [on for on in found if on]
    past, coming = [on for on in dates if on <= str(today)], [on for on in dates if on > str(today)]
    return SideRecord(
        ref=ref,
        letter=LETTERS[place % len(LETTERS)],
        number=stored.body.get("mrn") or ref.id,
        read_at=stored.fetched_at,
        counts=counts,
        last_visit_on=max(past, default=None),
        next_visit_on=min(coming, default=None),
    )


def _earlier_no(connection: Connection, keys: Sequence[int], decision: str | None) -> list[str]:
    """An earlier "different people" on two of these records, with who said it, when and why.

    The decision that stands on this very pair is not an earlier one.
    """
    query = select(judgements).where(
        judgements.c.a_id.in_(keys), judgements.c.b_id.in_(keys), judgements.c.is_same == 0,
        judgements.c.decision_id.is_distinct_from(decision),
    )  # fmt: skip
    return [
        f"{row['by']} said on {row['at'][:10]} that these are different people: {row['reason'] or 'no reason given'}."
        for row in connection.execute(query).mappings()
    ]
