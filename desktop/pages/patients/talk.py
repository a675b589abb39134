"""What colleagues said about the pair at hand, in words, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from core.decisions.unsure import NEEDED
from core.desk import Desk
from core.queries._questions import may_answer
from core.queries.pair import PairView
from core.security.roles import may
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.roles import role_words


@dataclass(frozen=True, slots=True)
class Talk:
    """A sentence ("" for nothing to say), and whether it can be answered or taken back here."""

    words: str = ""
    can_answer: bool = False
    can_withdraw: bool = False


def talk_of(view: PairView, desk: Desk) -> Talk:
    """A question that waits, its answer, or who was not sure; a decided pair says nothing."""
    if view.status != "open":
        return Talk()
    asked = view.question
    if asked is not None and not asked.answer:
        words = tr(
            "Waiting for a colleague. {who} asked {role}, {when}: {text}",
            who=asked.by, role=role_words(asked.to_role), when=clock_time(asked.at), text=asked.text,
        )  # fmt: skip
        return Talk(words, can_answer=may_answer(desk, asked), can_withdraw=may(desk.role, "decide-pairs"))
    parts = []
    if asked is not None:
        parts.append(
            tr("{who} asked: {text} {other} answered: {answer}", who=asked.by, text=_closed(asked.text),
               other=asked.answered_by, answer=asked.answer)
        )  # fmt: skip
    if view.unsure:
        parts.append(_unsure_words(view.unsure))
    return Talk(" ".join(parts))


def _unsure_words(people: tuple[str, ...]) -> str:
    names = ", ".join(people)
    if len(people) >= NEEDED:
        return tr("Three people were not sure: {names}. An approver decides it now.", names=names)
    return tr("Was not sure: {names}.", names=names) if len(people) == 1 else tr("Were not sure: {names}.", names=names)


def _closed(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
