"""Asking a colleague about a pair: it leaves the queue of everybody else until somebody of that role answers."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from core.changes import Changes
from core.decisions.decide import open_finding
from core.desk import Desk
from core.errors import BadInput, Refused
from core.ids import new_id
from core.queries._questions import PairQuestion, may_answer, questions_of
from core.security.roles import require, roles_that_may
from core.store.tables.pair_questions import pair_questions
from core.store.unit import Unit

MOST_LETTERS = 500


def roles_to_ask() -> tuple[str, ...]:
    """Who can be asked: the roles that may see patients."""
    return tuple(role for role in roles_that_may("see-patients") if role != "owner")


def ask(desk: Desk, key: str, role: str, text: str) -> Changes[str]:
    """Ask a role about an open pair; gives the question's id.

    Raises Refused when a question waits already, BadInput without words or for a role that sees no patients.
    """
    require(desk.role, "decide-pairs")
    words = _words(text, "A question needs some words.")
    if role not in roles_to_ask():
        raise BadInput("This role cannot be asked.", code="CM-ASK-01")
    with desk.store.write(desk.actor) as unit:
        finding = open_finding(unit, key)
        waiting = questions_of(unit.connection, finding["key"]).get(finding["key"])
        if waiting is not None and not waiting.answer:
            raise Refused("Somebody is asked about this already.", todo="Wait for the answer.", code="CM-ASK-02")
        question = new_id("qu")
        unit.connection.execute(
            insert(pair_questions).values(
                id=question, finding_key=finding["key"], by=unit.actor, at=unit.now, to_role=role, text=words
            )
        )
        unit.audit("ask", finding["key"], question=question, role=role)
        unit.touch("findings")
        return unit.changes(question)


def answer(desk: Desk, question: str, text: str) -> Changes[None]:
    """Answer a question; its pair comes back to everybody. Raises Refused for a role that was not asked."""
    require(desk.role, "see-patients")
    words = _words(text, "An answer needs some words.")
    with desk.store.write(desk.actor) as unit:
        key, waiting = _waiting(unit, question)
        if not may_answer(desk, waiting):
            raise Refused("Somebody else was asked.", code="CM-ASK-03")
        row = {"answer": words, "answered_by": unit.actor, "answered_at": unit.now}
        unit.connection.execute(update(pair_questions).where(pair_questions.c.id == question).values(row))
        unit.audit("answer-question", key, question=question)
        unit.touch("findings")
        return unit.changes(None)


def withdraw(desk: Desk, question: str) -> Changes[None]:
    """Take a question back that nobody answered yet; its pair comes back to everybody."""
    require(desk.role, "decide-pairs")
    with desk.store.write(desk.actor) as unit:
        key, _ = _waiting(unit, question)
        unit.connection.execute(
            update(pair_questions).where(pair_questions.c.id == question).values(withdrawn_at=unit.now)
        )
        unit.audit("withdraw-question", key, question=question)
        unit.touch("findings")
        return unit.changes(None)


def _waiting(unit: Unit, question: str) -> tuple[str, PairQuestion]:
    """The pair of a question that waits. Raises BadInput or Refused."""
    query = select(pair_questions.c.finding_key).where(pair_questions.c.id == question)
    key = unit.connection.execute(query).scalar()
    if key is None:
        raise BadInput("There is no such question.", code="CM-ASK-04")
    found = questions_of(unit.connection, key).get(key)
    if found is None or found.id != question or found.answer:
        raise Refused("This question is settled already.", code="CM-ASK-05")
    return key, found


def _words(text: str, otherwise: str) -> str:
    words = " ".join(text.split())[:MOST_LETTERS]
    if not words:
        raise BadInput(otherwise, code="CM-ASK-06")
    return words
