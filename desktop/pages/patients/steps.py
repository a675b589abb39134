"""The decisions of this session that Undo takes back, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.pages.patients.words import undo_words

MOST = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One decision and the pair it was about."""

    decision: str
    answer: str
    key: str


class Steps:
    """At most fifty; pairs are named by number, never by name."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def number(self, key: str) -> int:
        """The number of a pair: its place among those decided in this session."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def add(self, step: Step) -> None:
        """A decision was recorded (or could not be taken back)."""
        self.number(step.key)
        self._steps = [*self._steps, step][-MOST:]

    def pop(self) -> Step:
        """The newest, to be taken back."""
        return self._steps.pop()

    def drop(self, decision: str) -> None:
        """A decision that was taken back on its own."""
        self._steps = [step for step in self._steps if step.decision != decision]

    def words(self) -> str:
        """What Undo would take back."""
        newest = self._steps[-1]
        return undo_words(newest.answer, self.number(newest.key))
