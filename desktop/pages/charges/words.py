"""Gaps, stages, reasons and bases of money in plain words."""

from __future__ import annotations

from datetime import date
from typing import cast

from core.days.draft import Warned
from core.days.reasons import REASONS
from core.days.state import CHARGED, COMING, EXPLAINED, NOTHING_DUE
from core.queries.charges import VISIT, DayRow
from desktop.widgets.stage_ladder import Stage, Step
from desktop.words import tr
from desktop.words.moments import dollars


def tab_words() -> dict[str, str]:
    """The tabs of the day, in their order."""
    return {
        "all": tr("All"),
        "no-charge": tr("Visit, no charge"),
        "waiting": tr("Not yet due"),
        "line": tr("Line missing"),
        "no-visit": tr("Charge, no visit"),
        "twice": tr("Twice"),
        "differs": tr("Differs"),
        "changed": tr("Changed"),
    }


def view_words() -> list[tuple[str, str]]:
    """Which lines are shown."""
    return [("open", tr("Open gaps")), ("settled", tr("Settled by us")), ("all", tr("Every visit"))]


def reason_words() -> dict[str, str]:
    """Why nothing is due, in the order of the digits that choose it."""
    words = (tr("no-show"), tr("left before seen"), tr("nurse visit included"), tr("inside a global period"),
             tr("courtesy"), tr("self-pay outside this system"), tr("not finished documenting"), tr("wrong visit"),
             tr("other"))  # fmt: skip
    return dict(zip(REASONS, words, strict=True))


def gap_word(row: DayRow) -> str:
    """The gap in a word."""
    if row.reason:
        return reason_words()[row.reason]
    if row.key.startswith(VISIT):
        return {
            CHARGED: "",
            COMING: tr("on its way"),
            EXPLAINED: tr("explained"),
            NOTHING_DUE: tr("nothing due"),
            "waiting": tr("not yet due"),
            "note-open": tr("note open"),
        }.get(row.gap, tr("no charge"))
    words = {
        "no-charge": tr("no charge"),
        "line": tr("line missing"),
        "no-visit": tr("no visit"),
        "twice": tr("twice"),
        "differs": tr("differs"),
        "changed": tr("changed"),
    }
    return words[row.tab] if row.status == "open" else tr("staged") if row.status == "staged" else tr("settled")


def stage_of(row: DayRow) -> Stage:
    """The four dots and the gap beside them."""
    return Stage(cast("tuple[Step, Step, Step, Step]", row.stage), gap_word(row))


def worth(row: DayRow) -> str:
    """What a gap is worth."""
    if row.tab in ("twice", "changed"):
        return "—"
    return dollars(row.worth_cents, is_short=True) if row.worth_cents else tr("unknown")


def basis_words(basis: str) -> str:
    """How the worth is known."""
    return {
        "fee": tr("about: your list price, not what you would be paid"),
        "history": tr("about: the median that such visits were charged with here"),
        "none": tr("no price known"),
        "exposure": tr("would have to be paid back"),
        "audit risk": tr("no money to gain: it has to be explained at an audit"),
        "refused as a duplicate": tr("the payer would refuse the second one"),
        "": "",
    }.get(basis, basis)


def next_word(row: DayRow) -> str:
    """What the biller does next."""
    if row.key.startswith(VISIT):
        return tr("Wait") if row.status == "waiting" else "—"
    if row.status != "open":
        return "—"
    return {
        "create_charge_draft": tr("Draft"),
        "amend_charge": tr("Correct"),
        "void_charge": tr("Void"),
        "link_charge": tr("Link"),
        "move_charge": tr("Move"),
    }.get(row.proposal, tr("Look"))


def warning_words(warned: Warned) -> str:
    """What the coder should look at."""
    return {
        "no-fee": tr("{code}: no fee of your own is known.", code=warned.code),
        "no-diagnosis": tr("{code}: no diagnosis is pointed to.", code=warned.code),
        "twice": tr("{code} stands twice with the same modifiers.", code=warned.code),
        "not-documented": tr("{code} is not documented in this visit. The coder decides.", code=warned.code),
        "billed-already": tr("{code} is on another charge of that day already.", code=warned.code),
    }[warned.id]


def short_day(on: date) -> str:
    """A day without its year: Tue 17 Nov."""
    return f"{on:%a} {on.day} {on:%b}"
