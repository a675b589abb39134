"""Values, rules and answers of the review page as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.queries._compare import CompareRow
from core.queries.pair import SideRecord
from desktop.words import tr

TIER_LETTERS = {"strong": "S", "likely": "L", "unsure": "U"}
_DATES = frozenset({"birth_date", "deceased_on", "last_visit_on", "next_visit_on"})


def tier_words() -> dict[str, str]:
    """Tiers in words."""
    return {"strong": tr("Strong"), "likely": tr("Likely"), "unsure": tr("Unsure")}


def value_words(field: str, value: str) -> str:
    """A value as it is shown: dates with the month in letters, a sex as a word."""
    if field in _DATES:
        return date_words(value)
    if field == "sex":
        known = {"female": tr("Female"), "male": tr("Male"), "other": tr("Other"), "unknown": tr("Unknown")}
        return known.get(value, value)
    return value


def date_words(value: str) -> str:
    """An ISO date as 7 Oct 1960; a year, or a year and a month, stays as it is."""
    try:
        on = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{on.day} {on:%b %Y}"


def read_words(stamp: str, now: datetime | None = None) -> str:
    """When a record was last read: minutes, the time of today, else the day."""
    read = datetime.fromisoformat(stamp)
    now = now or datetime.now(UTC)
    minutes = int((now - read).total_seconds() // 60)
    if 0 <= minutes < 1:
        return tr("read just now")
    if 0 <= minutes < 60:
        return tr("read {count} min ago", count=minutes)
    local = read.astimezone()
    if local.date() == now.astimezone().date():
        return tr("read today, {time}", time=f"{local:%H:%M}")
    return tr("read {day}", day=f"{local.day} {local:%b}")


def rule_words(row: CompareRow) -> str:
    """Why a value is the result."""
    if row.kind in ("same", "hidden"):
        return tr("same in both") if len(row.values) == 2 else tr("same in all")
    if row.kind == "both":
        return tr("both kept") if sum(map(bool, row.values)) == 2 else tr("kept")
    if row.kind == "history":
        return tr("stays known")
    if row.rule == "only value":
        return tr("rule: only one")
    if row.rule == "first record":
        return tr("rule: first")
    return tr("rule: {rule}", rule=row.rule) if row.rule else ""


def record_name(side: SideRecord) -> str:
    """A record as heads and menus call it."""
    return f"{side.ref.system} {side.number}"


def answer_words(answer: str) -> str:
    """What was decided."""
    return {
        "same-person": tr("Same person"),
        "different-people": tr("Kept apart"),
        "not-sure": tr("Not sure yet"),
    }.get(answer, answer)


def undo_words(answer: str, number: int) -> str:
    """The step that Undo takes back; a number, never a name."""
    return {
        "same-person": tr("Undo: same person, pair {number}", number=number),
        "different-people": tr("Undo: keep apart, pair {number}", number=number),
        "ask": tr("Undo: ask a colleague, pair {number}", number=number),
    }.get(answer, tr("Undo: not sure, pair {number}", number=number))


def redo_words(answer: str, number: int) -> str:
    """The step that Redo does again; a number, never a name."""
    return {
        "same-person": tr("Redo: same person, pair {number}", number=number),
        "different-people": tr("Redo: keep apart, pair {number}", number=number),
        "ask": tr("Redo: ask a colleague, pair {number}", number=number),
    }.get(answer, tr("Redo: not sure, pair {number}", number=number))


def apart_reasons() -> tuple[tuple[str, str], ...]:
    """Reasons for keeping apart, with the digit that gives each."""
    return (
        ("1", tr("Twins")),
        ("2", tr("Same name")),
        ("3", tr("Parent, child")),
        ("4", tr("Wrong entry")),
        ("5", tr("Other")),
    )
