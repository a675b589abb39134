"""One pair or group laid side by side: a flagged one, or any two records that somebody wants to hold together.

Everything the page shows is made here, as plain values; the page only paints. Reason, chart and stop signs come from
the same levels, so they cannot disagree. Hidden values leave here shortened; `reveal` gives one whole, and says so in
the audit trail.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from core.changes import Changes
from core.decisions.signs import StopSign, refs_of, signs_of, standing_signs
from core.decisions.unsure import unsure_people
from core.desk import Desk
from core.errors import BadInput, NotPossible
from core.match.plan import plan_in_force
from core.match.run import nicknames, saved_model
from core.queries._compare import MASKED, CompareRow, compare_rows
from core.queries._pair_records import SideRecord, insurance_of, records_of, side_of, with_activity
from core.queries._questions import PairQuestion, questions_of
from core.queries._sending import Way, ways
from core.queries.patients import TIERS, label_of, tier_of
from core.security.roles import require
from core.store.tables.findings import decisions, findings, notes
from matching.explain import Explanation, explain
from matching.findings import Weight
from matching.model import Model
from matching.people import PeopleTable
from matching.plan import Plan
from matching.records import Ref
from matching.survive import compose, suggest_keep
from matching.wording import wording

__all__ = ["NOT_FLAGGED", "PairQuestion", "PairView", "SideRecord", "any_pair", "pair", "reveal", "viewed"]
NOT_FLAGGED = "not-flagged"
"""The status of two records that nobody asked about."""


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair or group, ready to be painted. `keep` is the place of the suggested record, `keep_words` why.

    Reason, chart and probability are those of the two records at the places `explained`: of a group, the two that are
    least alike. `ways` says per record that might be kept how the merge would be sent. `members` are the places of the
    records that are taken to be the kept one's person until somebody says otherwise. `unsure` are the people who could
    not tell, `question` is the newest one that was asked about it.
    """

    key: str
    tier: str
    status: str
    label: str
    records: tuple[SideRecord, ...]
    rows: tuple[CompareRow, ...]
    reason: str
    check: str
    looks_like: str
    probability: float
    start: float
    total: float
    weights: tuple[Weight, ...]
    thresholds: tuple[tuple[str, float], ...]
    signs: tuple[StopSign, ...]
    keep: int
    keep_words: str
    decided: Mapping[str, Any] | None
    notes: tuple[Mapping[str, Any], ...]
    members: tuple[int, ...]
    explained: tuple[int, int] = (0, 1)
    ways: tuple[tuple[Way, ...], ...] = ()
    unsure: tuple[str, ...] = ()
    question: PairQuestion | None = None


def pair(desk: Desk, key: str, *, is_viewed: bool = True) -> PairView:
    """One pair or group with everything the page shows. The view of patient data is a row in the audit trail.

    A page that reads ahead passes `is_viewed=False`, and calls `viewed` when the pair is shown. Raises BadInput for an
    unknown key, NotPossible when a record is gone.
    """
    require(desk.role, "see-patients")
    model = saved_model(desk)
    with desk.store.read() as connection:
        finding = connection.execute(select(findings).where(findings.c.key == key)).mappings().one_or_none()
        if finding is None:
            raise BadInput("There is no such pair.", code="CM-DEC-03")
        view = _view(desk, connection, refs_of(finding), model, finding)
    if is_viewed:
        viewed(desk, key, view.records)
    return view


def any_pair(desk: Desk, one: Ref, other: Ref) -> PairView:
    """Two records side by side that nobody asked about; `key` is "". Raises BadInput when both are one record."""
    require(desk.role, "see-patients")
    if one == other:
        raise BadInput("Choose two different records.", code="CM-DEC-13")
    model = saved_model(desk)
    with desk.store.read() as connection:
        view = _view(desk, connection, [one, other], model, None)
    viewed(desk, "", view.records)
    return view


def viewed(desk: Desk, key: str, records: Sequence[SideRecord]) -> None:
    """Write into the audit trail that this pair was looked at."""
    with desk.store.write(desk.actor) as unit:
        unit.audit("view-patient", key, records=[str(side.ref) for side in records])


def reveal(desk: Desk, key: str, field: str) -> Changes[tuple[str, ...]]:
    """The whole values of a hidden field, one per record. Who looked at which field goes into the audit trail."""
    require(desk.role, "reveal")
    if field not in MASKED:
        raise BadInput("This field is not hidden.", code="CM-REV-01")
    with desk.store.write(desk.actor) as unit:
        finding = unit.connection.execute(select(findings).where(findings.c.key == key)).mappings().one()
        refs = refs_of(finding)
        found = records_of(unit.connection, refs)
        rows = [found[ref] | insurance_of(unit.connection, found[ref]) for ref in refs if ref in found]
        unit.audit("reveal", key, field=field)
        return unit.changes(tuple(str(row.get(field) or "") for row in rows))


def _view(
    desk: Desk, connection: Connection, refs: Sequence[Ref], model: Model | None, finding: Mapping[Any, Any] | None
) -> PairView:
    plan, today = plan_in_force(connection), desk.clock.today()
    found = records_of(connection, refs)
    alive = [ref for ref in refs if ref in found]
    if len(alive) < 2:
        raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
    sides = tuple(side_of(connection, ref, place, found[ref], today) for place, ref in enumerate(alive))
    rows = [with_activity(connection, found[ref], side) for ref, side in zip(alive, sides, strict=True)]
    said = _said_of(connection, finding, rows, today)
    explanations = _explanations(rows, model, plan)
    explained = min(explanations, key=lambda places: explanations[places].total, default=(0, 1))
    why = explanations.get(explained)
    index = str(finding["facts"].get("index") or "") if finding else ""
    keep, keep_words = suggest_keep(rows)
    return PairView(
        key=finding["key"] if finding else "",
        tier=tier_of(finding) if finding else (why.tier if why else "") or "unsure",
        status=finding["status"] if finding else NOT_FLAGGED,
        label=label_of(rows[0]),
        records=sides,
        rows=compare_rows(rows, compose(rows)),
        probability=why.probability if why and not index else float((finding or {}).get("probability") or 0),
        keep=keep,
        keep_words=keep_words,
        members=_members(len(rows), keep, explanations),
        thresholds=tuple((tier, getattr(plan, tier)) for tier in TIERS),
        explained=explained,
        ways=ways(connection, alive) if finding and finding["status"] == "open" else (),
        **said,
        **_why(why, index),
    )


def _said_of(
    connection: Connection, finding: Mapping[Any, Any] | None, rows: Sequence[Mapping[str, Any]], today: Any
) -> dict[str, Any]:
    """What stands beside the records: stop signs, the decision in force, notes, questions, who was not sure."""
    if finding is None:
        return {"signs": signs_of(connection, rows, today), "decided": None, "notes": ()}
    key = finding["key"]
    made = connection.execute(
        select(decisions).where(decisions.c.finding_key == key, decisions.c.undone_at.is_(None))
    ).mappings()
    last = max((dict(row) for row in made), key=lambda row: row["at"], default=None)
    # The decision that stands on this very pair is not an earlier one, unless it is asked about anew.
    own = last["id"] if last and finding["status"] != "open" else None
    written = connection.execute(select(notes).where(notes.c.finding_key == key).order_by(notes.c.id)).mappings()
    return {
        "signs": standing_signs(connection, finding, rows, today, but=own),
        "decided": last,
        "notes": tuple(dict(row) for row in written),
        "question": questions_of(connection, key).get(key),
        "unsure": unsure_people(connection, key).get(key, ()),
    }


def _explanations(
    rows: Sequence[Mapping[str, Any]], model: Model | None, plan: Plan
) -> dict[tuple[int, int], Explanation]:
    """Why any two of the records might be one person, by their places."""
    if model is None:
        return {}
    table, known = PeopleTable.of(rows), nicknames()
    return {
        (a, b): explain(table, rows[a]["key"], rows[b]["key"], model, plan, nicknames=known)
        for a, b in itertools.combinations(range(len(rows)), 2)
    }


def _members(count: int, keep: int, found: Mapping[tuple[int, int], Explanation]) -> tuple[int, ...]:
    """The kept record and those that strong pairs lead to; all of them where that leaves nobody beside it."""
    reached, added = {keep}, True
    while added:
        strong = {places for places, why in found.items() if why.tier == "strong" and len(reached & set(places)) == 1}
        added = bool(strong)
        reached |= {place for places in strong for place in places}
    return tuple(sorted(reached)) if len(reached) > 1 else tuple(range(count))


def _why(found: Explanation | None, index: str) -> dict[str, Any]:
    """The words and the chart of a pair; `index` names the system whose own index calls it a candidate, else ""."""
    said = {"looks_like": wording()["hinted"].format(system=index)} if index else {}
    if found is None:
        return {"reason": "", "check": "", "looks_like": "", "start": 0.0, "total": 0.0, "weights": (), **said}
    names = ("reason", "check", "looks_like", "start", "total")
    return {name: getattr(found, name) for name in names} | {"weights": found.rows} | said
