"""The queue's rows: groups by tier, or by answer once decided, and what the filter looks at."""

from __future__ import annotations

from collections.abc import Sequence

from core.queries.patients import QueueRow as FoundRow
from desktop.pages.patients.words import TIER_LETTERS, answer_words, tier_words
from desktop.widgets.queue_model import QueueRow
from desktop.words import tr


def queue_rows(rows: Sequence[FoundRow], *, is_decided: bool) -> list[QueueRow]:
    """Rows as the list takes them; decided ones grouped by answer, newest first inside."""
    order = {"same-person": 0, "different-people": 1}
    listed = sorted(rows, key=lambda row: order.get(row.answer or "", 2)) if is_decided else rows
    return [_row(row, is_decided=is_decided) for row in listed]


def _row(row: FoundRow, *, is_decided: bool) -> QueueRow:
    if is_decided:
        group = answer_words(row.answer or "") or tr("Settled elsewhere")
    else:
        group = answer_words("not-sure") if row.answer == "not-sure" else tier_words()[row.tier]
    return QueueRow(
        key=row.key,
        title=row.label,
        facts=row.facts,
        tier=TIER_LETTERS[row.tier],
        group=group,
        mark_icon="hand-palm" if row.has_stop else "",
        mark_ink="bad",
        mark_word=tr("stop sign") if row.has_stop else "",
    )


def fits(row: FoundRow, text: str) -> bool:
    """Whether every word of a filter occurs in a row's name, facts or record numbers."""
    seen = f"{row.label} {row.facts} {row.numbers}".casefold()
    return all(word in seen for word in text.casefold().split())
