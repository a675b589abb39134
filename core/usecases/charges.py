"""Charges that a person drafts or links: in place of what a rule proposes, checked here, staged like any decision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.changes import Changes
from core.days import draft, links
from core.days.draft import DraftLine
from core.decisions.decide import Answer, Decided
from core.desk import Desk
from core.errors import NotPossible
from core.queries.charge_draft import draft_of
from core.reconcile.single import linked_case
from core.security.roles import require
from core.store.tables.findings import findings
from core.usecases.deciding import decide


def draft_charge(desk: Desk, key: str, lines: Sequence[DraftLine]) -> Changes[Decided]:
    """Stage a drafted charge, a correction per line; what the system cannot take becomes a task by hand.

    Raises BadInput for lines that no system would take, NotPossible where the finding asks for no charge.
    """
    require(desk.role, "decide-charges")
    view = draft_of(desk, key)
    if view is None:
        raise NotPossible("No charge can be drafted for this gap.", code="CM-DRF-08")
    draft.check_lines(lines, view.diagnoses)
    with desk.store.read() as connection:
        proposal = connection.execute(select(findings.c.proposal).where(findings.c.key == key)).scalar_one()
    instead = draft.as_proposals(proposal, lines)
    return decide(desk, Answer(key, "accept", takes=draft.origins(lines), instead=instead))


def link_charge(desk: Desk, key: str, chosen: str) -> Changes[Decided]:
    """Stage that a charge belongs to a visit; `chosen` is the id of a near match. Raises NotPossible."""
    require(desk.role, "decide-charges")
    with desk.store.read() as connection:
        row = connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        found = linked_case(connection, desk.clock.today(), row["person_id"]) if row["person_id"] else None
        offered = links.links_of(row["subjects"], *found) if found else []
    link = next((one for one in offered if one.id == chosen), None)
    if link is None:
        raise NotPossible(
            "This charge or visit is no longer offered.", todo="Look at the list again.", code="CM-LNK-01"
        )
    if link.cannot == links.FROM_CLAIM:
        raise NotPossible("This is a line of a claim: only a corrected claim moves it.", code="CM-LNK-02")
    if link.cannot:
        raise NotPossible("The visit has no number that the billing system knows.", code="CM-LNK-03")
    about = {"link": f"{link.bill.first.ref} to {link.visit.ref} ({link.parts.total:.2f})"}
    return decide(desk, Answer(key, "accept", takes=about, instead=links.as_proposals(link)))
