"""The queue's rows: groups by tier, or by answer once decided, and what the filter looks at."""

from __future__ import annotations

from collections.abc import Sequence

from core.queries.patients import ANSWERED, ASKED, ASKS_YOU, THREE_UNSURE
from core.queries.patients import QueueRow as FoundRow
from desktop.pages.patients.words import TIER_LETTERS, answer_words, tier_words
from desktop.widgets.queue_model import QueueRow
from desktop.words import tr


def queue_rows(rows: Sequence[FoundRow], *, is_decided: bool, has_years: bool = True) -> list[QueueRow]:
    """Rows as the list takes them; decided ones grouped by answer, newest first inside.

    At a counter the list shows no years of birth.
    """
    order = {"same-person": 0, "different-people": 1}
    listed = sorted(rows, key=lambda row: order.get(row.answer or "", 2)) if is_decided else rows
    return [_row(row, is_decided=is_decided, has_years=has_years) for row in listed]


def _row(row: FoundRow, *, is_decided: bool, has_years: bool) -> QueueRow:
    icon, ink, word = _mark(row)
    return QueueRow(
        key=row.key,
        title=row.label,
        facts=" · ".join(part for part in (row.born if has_years else "", row.facts) if part),
        tier=TIER_LETTERS[row.tier],
        group=_group(row, is_decided=is_decided),
        mark_icon=icon,
        mark_ink=ink,
        mark_word=word,
    )


def _group(row: FoundRow, *, is_decided: bool) -> str:
    if is_decided:
        return answer_words(row.answer or "") or tr("Settled elsewhere")
    if row.mark == ASKED:
        return tr("Waiting for a colleague")
    if row.mark == ASKS_YOU:
        return tr("A colleague asks you")
    if row.mark == THREE_UNSURE:
        return tr("Three people were not sure")
    return answer_words("not-sure") if row.answer == "not-sure" and not row.mark else tier_words()[row.tier]


def _mark(row: FoundRow) -> tuple[str, str, str]:
    """Icon, ink and word at the right end of a row."""
    if row.mark in (ASKED, ASKS_YOU):
        return "question", "muted", tr("waiting for a colleague")
    if row.mark == THREE_UNSURE:
        return "question", "warn", tr("three people were not sure")
    if row.mark == ANSWERED:
        return "chat-circle-dots", "accent", tr("answered")
    return ("hand-palm", "bad", tr("stop sign")) if row.has_stop else ("", "muted", "")


def fits(row: FoundRow, text: str) -> bool:
    """Whether every word of a filter occurs in a row's name, facts or record numbers."""
    seen = f"{row.label} {row.born} {row.facts} {row.numbers}".casefold()
    return all(word in seen for word in text.casefold().split())
