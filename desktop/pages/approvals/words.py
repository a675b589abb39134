"""A decision that waits, in words: its line in the list, its head, and its rows of the comparison."""

from __future__ import annotations

from core.queries.approvals import Approval, ChangeLine
from desktop.pages.conflict.settling import field_words
from desktop.widgets.compare_model import CompareRow, Fold, RecordHead
from desktop.widgets.letters import letters_that_differ
from desktop.widgets.queue_model import QueueRow
from desktop.words import tr
from desktop.words.moments import clock_time

MOST_LINES = 8
_MORE = "more"
# Beyond this many letters two values are different rather than nearly the same.
_MOST_LETTERS = 4


def what(card: Approval) -> str:
    """What was decided, with record numbers and never a name."""
    if not card.is_pair:
        return card.title
    numbers = list(dict.fromkeys(number for line in card.lines for number in _numbers(line)))
    return tr("Same person: {numbers}", numbers=", ".join(numbers)) if numbers else tr("Same person")


def queue_row(card: Approval) -> QueueRow:
    """The line in the list."""
    systems = ", ".join(dict.fromkeys(line.system for line in card.lines))
    facts = [systems, tr("you") if card.is_own else card.staged_by, clock_time(card.staged_at)]
    return QueueRow(
        key=card.decision,
        title=what(card),
        facts=" · ".join(fact for fact in facts if fact),
        icon="git-merge" if card.is_pair else "note-pencil",
        mark_icon="lock-simple" if card.is_own else "hand-palm" if card.stops else "",
        mark_ink="muted" if card.is_own else "bad",
        mark_word=tr("yours") if card.is_own else tr("stop sign") if card.stops else "",
    )


def heads(card: Approval) -> tuple[RecordHead, ...]:
    """Before and after."""
    return (
        RecordHead(tr("Now"), tr("as it was decided on"), icon="database"),
        RecordHead(tr("After approval"), tr("staged by {who}", who=card.staged_by), icon="note-pencil"),
    )


def rows(card: Approval, revealed: tuple[str, tuple[str, str]] = ("", ("", ""))) -> tuple[CompareRow, ...]:
    """One row per field; what goes beyond eight lies under a fold. `revealed` is a key with its whole values."""
    found = []
    for place, line in enumerate(card.lines):
        key = key_of(line)
        values = revealed[1] if revealed[0] == key else (line.before, line.after)
        kind = "hidden" if line.is_masked and revealed[0] != key else _kind(*values)
        fold = _MORE if place >= MOST_LINES else ""
        found.append(CompareRow(key, _label(line), kind, values, fold=fold))  # type: ignore[arg-type]
    return tuple(found)


def folds(card: Approval) -> tuple[Fold, ...]:
    """The fold over what goes beyond eight lines."""
    count = len(card.lines) - MOST_LINES
    if count <= 0:
        return ()
    detail = ", ".join(field_words(line.field).lower() for line in card.lines[MOST_LINES:])
    return (Fold(_MORE, tr("1 field more") if count == 1 else tr("{count} fields more", count=count), detail),)


def key_of(line: ChangeLine) -> str:
    """A row's key: the correction and its field."""
    return f"{line.correction}/{line.field}"


def line_of(card: Approval, key: str) -> ChangeLine | None:
    """The line behind a row's key."""
    return next((line for line in card.lines if key_of(line) == key), None)


def asked_words(card: Approval) -> tuple[str, str]:
    """Why a second person is asked, and what the first one wrote."""
    said = tr("{who} wrote: {reason}", who=card.staged_by, reason=card.reason) if card.reason else ""
    return card.asked or tr("This practice wants a second person here."), said


def notes_words(card: Approval) -> str:
    """The notes on the finding, the newest last."""
    lines = [tr("{who}, {when}: {text}", who=one.by, when=clock_time(one.at), text=one.text) for one in card.notes]
    return "\n".join(lines)


def _label(line: ChangeLine) -> str:
    record = " ".join(part for part in (line.system, _short(line.number)) if part)
    return tr("{record}: {field}", record=record, field=field_words(line.field).lower())


def _numbers(line: ChangeLine) -> list[str]:
    others = (line.after if line.field in ("merged_into", "replaces") else "").split(", ")
    return [_short(number) for number in (line.number, *others) if number]


def _short(number: str) -> str:
    return number if len(number) <= 14 else number[:8] + "…"


def _kind(before: str, after: str) -> str:
    if not before or not after:
        return "only"
    differing = letters_that_differ((before, after))
    return "near" if differing <= min(_MOST_LETTERS, len(after) // 2) else "different"
