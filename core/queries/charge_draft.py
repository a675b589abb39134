"""What a draft charge starts from: documented codes, the practice's own fees, and what such visits were billed with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.corrections import kinds
from core.corrections.draft import can, system_row
from core.days.draft import DraftLine
from core.desk import Desk
from core.reconcile.single import linked_case
from core.security.roles import require
from core.store.tables.findings import findings
from core.store.tables.people import visits
from matching.case import Visit
from matching.link.services import documented_codes
from matching.records import Ref

_TEMPLATES = 3


@dataclass(frozen=True, slots=True)
class Template:
    """A set of codes that visits of this type were billed with, `count` of `of` times at this site."""

    codes: tuple[str, ...]
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """All that the drafting needs. `lines` are filled from documented codes only, and may be none.

    `documented` is (code, what it is); `usual` are codes that earlier services like these were billed with, to be
    added by the person; `billed` are codes of other charges of that day. `writes`: the system takes charges itself.
    """

    key: str
    system: str
    writes: bool
    visit_type: str
    site: str
    documented: tuple[tuple[str, str], ...]
    usual: tuple[tuple[str, str], ...]
    diagnoses: tuple[str, ...]
    lines: tuple[DraftLine, ...]
    templates: tuple[Template, ...]
    fees: Mapping[str, int]
    billed: frozenset[str]


def draft_of(desk: Desk, key: str) -> DraftView | None:
    """The draft of a visit without a charge; None where the finding proposes no new charge for a whole visit."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        row = connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        proposal = row["proposal"]
        if not proposal or proposal["kind"] != "create_charge_draft" or row["rule"] != "miss-visit-charge":
            return None
        found = linked_case(connection, desk.clock.today(), row["person_id"])
        name = Ref(*(row["subjects"][0][part] for part in ("system", "kind", "id")))
        visit = next((v for v in found[0].visits if v.ref == name), None) if found else None
        if found is None or visit is None:
            return None
        case, ctx = found
        system = system_row(connection, proposal["system"])
        shown = connection.execute(select(visits.c.summary).where(visits.c.id == str(name))).scalar() or {}
        known = documented_codes(visit)
        words = {service.code: service.name for service in visit.services}
        fees = ctx.practice.fees
        diagnoses = tuple(dict.fromkeys(d.code for d in visit.encounter.diagnoses)) if visit.encounter else ()
        return DraftView(
            key=key,
            system=system["name"],
            writes=can(system, kinds.CREATE_CHARGE),
            visit_type=shown.get("visit_type") or "",
            site=shown.get("location") or "",
            documented=tuple((code, words.get(code, "")) for code in sorted(known)),
            usual=tuple((s.code, s.name) for s in visit.services if s.code not in known),
            diagnoses=diagnoses,
            lines=tuple(_line(code, visit, diagnoses, fees) for code in sorted(known)),
            templates=_templates(connection, shown),
            fees=dict(fees),
            billed=frozenset(c.code for c in case.charges if c.code and c.dos_from == visit.on and c.status != "void"),
        )


def _line(code: str, visit: Visit, diagnoses: tuple[str, ...], fees: Mapping[str, int]) -> DraftLine:
    events = [event for event in visit.events if event.code == code and event.status == "completed"]
    own = tuple(dict.fromkeys(d.code for event in events for d in event.diagnoses if d.code in diagnoses))
    units = max(1, len(events))
    fee = fees.get(code)
    amount = None if fee is None else fee * units
    return DraftLine(code, units, (), (own or diagnoses)[:4], amount, "documented")


def _templates(connection: Connection, shown: Mapping[str, object]) -> tuple[Template, ...]:
    """What other visits of this type were billed with, here; at any site where this one has none of them."""
    counts: dict[bool, Counter[tuple[str, ...]]] = {True: Counter(), False: Counter()}
    for summary in connection.execute(select(visits.c.summary)).scalars():
        if summary.get("visit_type") == shown.get("visit_type") and summary.get("codes"):
            codes = tuple(summary["codes"])
            counts[False][codes] += 1
            counts[True][codes] += summary.get("location") == shown.get("location")
    chosen = +counts[True] or counts[False]
    of = sum(chosen.values())
    ordered = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Template(codes, count, of) for codes, count in ordered[:_TEMPLATES])
