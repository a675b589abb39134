"""Batch accept as its page shows it: what could be accepted together, the check under way, what waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.batch.rule_sets import RULE_SETS
from core.batch.sample import RATES, sample_size
from core.batch.state import candidates, fitting, is_on, open_batch, sample_of
from core.decisions.signs import refs_of
from core.desk import Desk
from core.queries._compare import CompareRow, compare_rows
from core.queries._pair_records import records_of
from core.security.roles import require
from core.store.tables.batches import batch_pairs, batches
from core.store.tables.findings import findings
from core.usecases.batch import FEWEST


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule set: its fields, how many pairs fit, and how many of them each check has to look at (percent -> count).

    `refused_at` is when a check found two people by it.
    """

    id: str
    fields: tuple[str, ...]
    pairs: int
    samples: dict[int, int]
    is_enough: bool
    refused_at: str | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The batch that is being checked or waits for a second person. `left` pairs of the sample are not answered yet."""

    id: str
    state: str
    rules: str
    fields: tuple[str, ...]
    rate_percent: int
    pairs: int
    sample: int
    left: int
    made_by: str
    made_at: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """The whole page."""

    is_on: bool
    choices: tuple[Choice, ...]
    under_way: UnderWay | None


@dataclass(frozen=True, slots=True)
class BlindPair:
    """A pair of the sample: its fields side by side, without score, suggestion or reason."""

    key: str
    number: int
    total: int
    rows: tuple[CompareRow, ...]


def batch_view(desk: Desk) -> BatchView:
    """What the page shows."""
    require(desk.role, "batch")
    with desk.store.read() as connection:
        under_way = _under_way(connection, desk.actor)
        switched_on = is_on(connection)
        rows = candidates(connection, desk.clock.today()) if switched_on and under_way is None else []
        choices = []
        for rules in RULE_SETS:
            count = len(fitting(rows, rules))
            samples = {int(rate * 100): sample_size(count, rate) for rate in RATES}
            refused = select(func.max(batches.c.ended_at)).where(
                batches.c.rules == rules.id, batches.c.state == "refused"
            )
            refused_at = connection.execute(refused).scalar()
            choices.append(Choice(rules.id, rules.fields, count, samples, count >= FEWEST, refused_at))
    return BatchView(switched_on, tuple(choices), under_way)


def blind_pair(desk: Desk, batch_id: str) -> BlindPair | None:
    """The next pair of the sample, None when all are answered. Looking at it goes into the audit trail."""
    require(desk.role, "batch")
    with desk.store.write(desk.actor) as unit:
        connection = unit.connection
        sample = sample_of(connection, batch_id)
        waiting = next((one for one in sample if one["answer"] is None), None)
        if waiting is None:
            return None
        query = select(findings).where(findings.c.key == waiting["finding_key"])
        finding = connection.execute(query).mappings().one()
        refs = refs_of(finding)
        rows = records_of(connection, refs)
        sides = [rows[ref] for ref in refs if ref in rows]
        if waiting["is_swapped"]:
            sides.reverse()
        shown = compare_rows(sides, {})
        unit.audit("view-patient", waiting["finding_key"], records=[str(ref) for ref in refs], batch=batch_id)
    return BlindPair(waiting["finding_key"], waiting["place"] + 1, len(sample), shown)


def _under_way(connection: Connection, actor: str) -> UnderWay | None:
    row = open_batch(connection)
    if row is None:
        return None
    count = select(func.count()).select_from(batch_pairs).where(batch_pairs.c.batch_id == row["id"])
    sample = sample_of(connection, row["id"])
    fields = next((one.fields for one in RULE_SETS if one.id == row["rules"]), ())
    return UnderWay(
        id=row["id"],
        state=row["state"],
        rules=row["rules"],
        fields=fields,
        rate_percent=row["rate_percent"],
        pairs=int(connection.execute(count).scalar_one()),
        sample=len(sample),
        left=sum(one["answer"] is None for one in sample),
        made_by=row["made_by"],
        made_at=row["made_at"],
        is_own=row["made_by"] == actor,
    )
