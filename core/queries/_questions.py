"""Questions that were asked about pairs: the newest of each, with its answer where there is one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.desk import Desk
from core.store.tables.pair_questions import pair_questions


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """Who asked which role what, and who answered. `answer` is "" while it waits."""

    id: str
    by: str
    at: str
    to_role: str
    text: str
    answer: str
    answered_by: str
    answered_at: str


def questions_of(connection: Connection, key: str | None = None) -> dict[str, PairQuestion]:
    """Finding -> its newest question that was not taken back; `key`: of this finding only."""
    table = pair_questions
    query = select(table).where(table.c.withdrawn_at.is_(None)).order_by(table.c.at, table.c.id)
    if key is not None:
        query = query.where(table.c.finding_key == key)
    return {
        row["finding_key"]: PairQuestion(
            row["id"], row["by"], row["at"], row["to_role"], row["text"], row["answer"] or "",
            row["answered_by"] or "", row["answered_at"] or "",
        )
        for row in connection.execute(query).mappings()
    }  # fmt: skip


def may_answer(desk: Desk, question: PairQuestion) -> bool:
    """Whether somebody at this desk was asked. An owner stands for every role."""
    return desk.role in (question.to_role, "owner")
