"""Near matches: charges that may belong to a visit, and visits that a charge may belong to, each with its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from core.days.links import Link, links_of
from core.desk import Desk
from core.reconcile.single import linked_case
from core.security.roles import require
from core.store.tables.findings import findings
from matching.case import Bill, Context, Visit
from matching.link.scores import Parts


@dataclass(frozen=True, slots=True)
class NearMatch:
    """A candidate. `id` goes to `usecases.charges.link_charge`; `score` 0 to 1 with its `parts`.

    `cannot` says why it cannot be linked from here ("" where it can).
    """

    id: str
    is_charge: bool
    on: date | None
    what: str
    provider: str
    cents: int | None
    score: float
    parts: Mapping[str, float]
    cannot: str


def near_matches(desk: Desk, key: str) -> tuple[NearMatch, ...]:
    """The best first; of equal ones the nearer day."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        row = connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        if row["person_id"] is None:
            return ()
        found = linked_case(connection, desk.clock.today(), row["person_id"])
        if found is None:
            return ()
        case, ctx = found
        return tuple(_match(link, ctx) for link in links_of(row["subjects"], case, ctx))


def _match(link: Link, ctx: Context) -> NearMatch:
    bill, visit = link.bill, link.visit
    shown: Sequence[Any] = (_of_bill if link.is_charge else _of_visit)(bill, visit, ctx)
    on, what, provider, cents = shown
    return NearMatch(
        id=link.id,
        is_charge=link.is_charge,
        on=on,
        what=what,
        provider=provider,
        cents=cents,
        score=round(link.parts.total, 2),
        parts=_parts(link.parts),
        cannot=link.cannot,
    )


def _of_bill(bill: Bill, _visit: Visit, ctx: Context) -> tuple[date | None, str, str, int | None]:
    amounts = [line.amount for line in bill.lines if line.amount is not None]
    return bill.on, ", ".join(sorted(bill.codes)), ctx.name_of(bill.first.rendering), sum(amounts) if amounts else None


def _of_visit(_bill: Bill, visit: Visit, ctx: Context) -> tuple[date | None, str, str, int | None]:
    encounter = visit.encounter
    return visit.on, (encounter.type or encounter.cls or "") if encounter else "", ctx.name_of(visit.provider), None


def _parts(parts: Parts) -> dict[str, float]:
    names = ("date", "provider", "place", "codes", "diagnoses", "references")
    return {name: getattr(parts, name) for name in names}
