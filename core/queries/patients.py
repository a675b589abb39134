"""The review queue of duplicate patients: which pairs wait for whom, and what their rows in the list say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from core.corrections.approval import MERGES, STOP_SIGNS
from core.decisions.signs import refs_of
from core.decisions.unsure import NEEDED, unsure_people
from core.desk import Desk
from core.queries._pair_records import label_of, records_of
from core.queries._questions import PairQuestion, may_answer, questions_of
from core.queries.status import Status, status
from core.security.roles import may, require
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings
from matching.plan import DEFAULT_PLAN
from matching.records import Ref

__all__ = ["RULE", "TIERS", "QueueRow", "QueueView", "label_of", "overview", "queue", "tier_of"]
RULE = "duplicate-patient"
TIERS = ("strong", "likely", "unsure")
ASKS_YOU, ANSWERED, ASKED, THREE_UNSURE = "asks-you", "answered", "asked", "three-unsure"
"""What marks a pair beside its tier: a colleague asks whoever is here, the answer came, somebody else is asked, three
people were not sure."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the list: who, born in which year ("" where no record says it), and in a fact or two what about.

    `mark` is one of the marks above or "". With `is_elsewhere` the pair waits for somebody else.
    """

    key: str
    tier: str
    label: str
    facts: str
    status: str
    answer: str | None
    has_stop: bool = False
    numbers: str = ""  # record numbers, for the filter
    born: str = ""
    mark: str = ""
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class QueueView:
    """What the page shows beside the pair at hand. `hold_minutes` is how long a decision waits before it is sent.

    `waiting` are open pairs that a colleague or an approver has to speak about first.
    """

    open: tuple[QueueRow, ...]
    waiting: tuple[QueueRow, ...]
    decided: tuple[QueueRow, ...]
    hold_minutes: int
    needs_approval: bool
    stops_need_approval: bool
    status: Status


def overview(desk: Desk) -> QueueView:
    """All lists with what stands around them, in one reading."""
    with desk.store.read() as connection:
        hold: int = get_setting(connection, "outbox.hold_minutes")
        asked = get_setting(connection, "approvals.kinds")
    rows = _open_rows(desk)
    return QueueView(
        open=tuple(row for row in rows if not row.is_elsewhere),
        waiting=tuple(row for row in rows if row.is_elsewhere),
        decided=tuple(queue(desk, is_decided=True)),
        hold_minutes=hold,
        needs_approval=MERGES in asked,
        stops_need_approval=STOP_SIGNS in asked,
        status=status(desk),
    )


def queue(desk: Desk, *, is_decided: bool = False) -> list[QueueRow]:
    """Open pairs that this desk may decide now, strongest first (or the decided ones, newest first)."""
    if not is_decided:
        return [row for row in _open_rows(desk) if not row.is_elsewhere]
    require(desk.role, "see-patients")
    query = select(findings).where(findings.c.rule == RULE, findings.c.status.in_(("staged", "resolved", "dismissed")))
    with desk.store.read() as connection:
        rows = connection.execute(query.order_by(findings.c.changed_at.desc())).mappings().all()
        people = records_of(connection, [ref for row in rows for ref in refs_of(row)])
        answers = _answers(connection)
    return [_queue_row(row, people, answers.get(row["key"])) for row in rows]


def _open_rows(desk: Desk) -> list[QueueRow]:
    """All open pairs: what a colleague asks of this desk first, then by tier and name, what nobody is sure of last."""
    require(desk.role, "see-patients")
    query = select(findings).where(findings.c.rule == RULE, findings.c.status == "open").order_by(findings.c.key)
    with desk.store.read() as connection:
        rows = connection.execute(query).mappings().all()
        people = records_of(connection, [ref for row in rows for ref in refs_of(row)])
        answers, asked, unsure = _answers(connection), questions_of(connection), unsure_people(connection)
    listed = []
    for row in rows:
        mark, is_elsewhere = _mark(desk, asked.get(row["key"]), unsure.get(row["key"], ()))
        listed.append(_queue_row(row, people, answers.get(row["key"]), mark=mark, is_elsewhere=is_elsewhere))

    return sorted(listed, key=_place)


def _place(row: QueueRow) -> tuple[int, int, str]:
    """What one is asked about comes first, what one is not sure of last, the rest by tier and name."""
    order = (ASKS_YOU, THREE_UNSURE, "", ASKED)
    mark = "" if row.mark == ANSWERED else row.mark
    turn = len(order) if row.answer == "not-sure" and not row.mark else order.index(mark)
    return turn, TIERS.index(row.tier), row.label.casefold()


def _mark(desk: Desk, question: PairQuestion | None, unsure: tuple[str, ...]) -> tuple[str, bool]:
    """The mark of an open pair, and whether it waits for somebody else."""
    if question is not None and not question.answer:
        is_mine = may_answer(desk, question) and question.by != desk.actor
        return (ASKS_YOU, False) if is_mine else (ASKED, True)
    if len(unsure) >= NEEDED:
        return THREE_UNSURE, not may(desk.role, "approve")
    return (ANSWERED if question is not None else ""), False


def _answers(connection: Connection) -> dict[str, str]:
    """Finding -> the newest answer in force."""
    query = select(decisions.c.finding_key, decisions.c.answer).where(decisions.c.undone_at.is_(None))
    return dict(connection.execute(query.order_by(decisions.c.at, decisions.c.id)).all())


def _queue_row(
    row: Mapping[Any, Any],
    people: Mapping[Ref, dict[str, Any]],
    answer: str | None,
    *,
    mark: str = "",
    is_elsewhere: bool = False,
) -> QueueRow:
    refs = [ref for ref in refs_of(row) if ref in people]
    records = [people[ref] for ref in refs]
    year = next((r["birth_date"][:4] for r in records if r.get("birth_date")), "")
    systems = [ref.system for ref in refs]
    where = ", ".join(_times(name, systems.count(name)) for name in dict.fromkeys(systems))
    return QueueRow(
        key=row["key"],
        tier=tier_of(row),
        label=label_of(records[0]) if records else "no longer in the store",
        born=year,
        facts=" · ".join(part for part in (where, _first_difference(row)) if part),
        status=row["status"],
        answer=answer,
        has_stop=bool((row["facts"] or {}).get("stops")),
        numbers=" ".join(ref.id for ref in refs),
        mark=mark,
        is_elsewhere=is_elsewhere,
    )


def _times(system: str, count: int) -> str:
    return system if count == 1 else f"{system} twice" if count == 2 else f"{system} {count} times"


def _first_difference(row: Mapping[Any, Any]) -> str:
    against = [w for w in row["weights"] or () if w["weight"] < 0]
    field: str = min(against, key=lambda w: w["weight"])["field"] if against else ""
    return {"place": "ZIP", "street": "address", "family_name": "last name", "given_name": "first name"}.get(
        field, field.replace("_", " ")
    )


def tier_of(finding: Mapping[Any, Any]) -> str:
    """The tier that a pair was found in."""
    return (finding["facts"] or {}).get("tier") or DEFAULT_PLAN.tier(finding["probability"] or 0) or "unsure"
