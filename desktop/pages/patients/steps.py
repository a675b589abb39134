"""What was done in this session, newest first: Undo takes it back, Redo does it again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.decisions.decide import Answer
from desktop.pages.patients.words import redo_words, undo_words

MOST = 50
ASKED = "ask"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a role, in words."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A decision or a question: its id in the store, the pair it was about, and what does it again."""

    id: str
    key: str
    deed: Answer | Asked

    @property
    def kind(self) -> str:
        """The answer, or that somebody was asked."""
        return self.deed.answer if isinstance(self.deed, Answer) else ASKED


class Steps:
    """At most fifty; pairs are named by number, never by name."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone that can be done again."""
        return bool(self._undone)

    def number(self, key: str) -> int:
        """The number of a pair: its place among those decided in this session."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def add(self, step: Step) -> None:
        """Something new was done: what was undone before it cannot be done again."""
        self.number(step.key)
        self._done = [*self._done, step][-MOST:]
        self._undone.clear()

    def pop(self) -> Step:
        """The newest, to be taken back."""
        return self._done.pop()

    def was_undone(self, step: Step) -> None:
        """It was taken back and can be done again."""
        self._undone = [*self._undone, step][-MOST:]

    def put_back(self, step: Step) -> None:
        """It could not be taken back: it stands as before."""
        self._done.append(step)

    def pop_undone(self) -> Step:
        """What was undone last, to be done again."""
        return self._undone.pop()

    def was_redone(self, step: Step, new_id: str) -> None:
        """It was done again, under a new id."""
        self._done = [*self._done, replace(step, id=new_id)][-MOST:]

    def drop(self, decision: str) -> None:
        """A decision that was taken back on its own."""
        self._done = [step for step in self._done if step.id != decision]

    def undo_words(self) -> str:
        """What Undo would take back."""
        newest = self._done[-1]
        return undo_words(newest.kind, self.number(newest.key))

    def redo_words(self) -> str:
        """What Redo would do again."""
        newest = self._undone[-1]
        return redo_words(newest.kind, self.number(newest.key))
