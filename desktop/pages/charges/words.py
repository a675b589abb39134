"""Gaps, stages and bases of money in plain words."""

from __future__ import annotations

from typing import cast

from core.queries.charges import DayRow
from desktop.widgets.stage_ladder import Stage, Step
from desktop.words import tr
from desktop.words.moments import dollars


def tab_words() -> dict[str, str]:
    """The tabs of the day, in their order."""
    return {
        "all": tr("All gaps"),
        "no-charge": tr("Visit, no charge"),
        "line": tr("Line missing"),
        "no-visit": tr("Charge, no visit"),
        "twice": tr("Twice"),
        "differs": tr("Differs"),
    }


def gap_word(row: DayRow) -> str:
    """The gap in a word."""
    words = {
        "no-charge": tr("no charge"),
        "line": tr("line missing"),
        "no-visit": tr("no visit"),
        "twice": tr("twice"),
        "differs": tr("differs"),
    }
    return words[row.tab] if row.status == "open" else tr("staged") if row.status == "staged" else tr("settled")


def stage_of(row: DayRow) -> Stage:
    """The four dots and the gap beside them."""
    return Stage(cast("tuple[Step, Step, Step, Step]", row.stage), gap_word(row))


def worth(row: DayRow) -> str:
    """What a gap is worth."""
    return dollars(row.worth_cents, is_short=True) if row.worth_cents else tr("unknown") if row.tab != "twice" else "—"


def basis_words(basis: str) -> str:
    """How the worth is known."""
    return {
        "fee": tr("your list price, not what you would be paid"),
        "history": tr("what such visits usually brought"),
        "none": tr("no price known"),
        "exposure": tr("would have to be paid back"),
        "": "",
    }.get(basis, basis)


def next_word(row: DayRow) -> str:
    """What the biller does next."""
    return {
        "create_charge_draft": tr("Draft"),
        "amend_charge": tr("Correct"),
        "void_charge": tr("Void"),
        "task": tr("Look"),
    }.get(row.proposal, tr("Look"))
