"""A reconciling run: cases that changed are linked, looked at by every rule, and their findings brought up to date.

In batches, each its own transaction: what is done stays done when a run is interrupted, and the rest waits its turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import delete

import matching.rules as rules_package
from core.days.close import notice_changes
from core.days.explain import bring_back, quiet_explained
from core.desk import Desk
from core.jobs import Job
from core.reconcile.agenda import STATE, Queue, is_new_outlook, made_due, read_queue, state_of
from core.reconcile.learn import PRACTICE, batches, kept_practice, learned_practice, linked
from core.reconcile.load import Loader
from core.reconcile.pairs import PairBook
from core.reconcile.store import Difference, forget_vanished, known_pairs, save, save_pairs, save_visits
from core.registry import discover
from core.settings.store import set_setting
from core.store.tables.people import case_queue
from core.store.unit import Unit
from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.learn import as_plain
from matching.precedence import settle


@dataclass(frozen=True, slots=True)
class ReconcileResult:
    """The contract's figures of one run."""

    cases: int
    findings_opened: int
    findings_closed: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The contract's form."""
        return asdict(self)


def reconcile(desk: Desk, job: Job | None = None) -> ReconcileResult:
    """Look again at every case that changed since the last run, or that time made due."""
    job = job or Job("Reconciling")
    began = time.perf_counter()
    plan = _prepare(desk, job)
    total = Difference()
    cases = sum(_batch(desk, plan, batch, total, job) for batch in batches(plan.touched))
    _finish(desk, plan, total)
    return ReconcileResult(cases, total.opened, total.closed, round(time.perf_counter() - began, 3))


def look(case: Case, ctx: Context) -> list[Finding]:
    """What the rules say about one linked case. Test patients raise nothing."""
    if case.is_test:
        return []
    return settle(finding for rule in all_rules() for finding in rule.find(case, ctx))


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rule catalogue, in its order."""
    return tuple(discover(rules_package, "RULE").values())


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a run knows before it begins: the practice, whose cases it looks at, and what waited in the queue."""

    ctx: Context
    loader: Loader
    touched: frozenset[str]
    queue: Queue
    candidates: Mapping[str, Mapping[str, float]]


def _prepare(desk: Desk, job: Job) -> _Plan:
    with desk.store.read() as connection:
        loader = Loader(connection, desk.clock.today())
        everyone = sorted(set(loader.persons.values()))
        queue = read_queue(connection, loader)
        touched = set(queue.persons)
        practice = kept_practice(connection, loader, len(touched), len(everyone))
        job.advance(0, total=len(everyone) * (practice is None) + len(touched), text="learning")
        if practice is None:
            practice = learned_practice(connection, loader, everyone, job)
        ctx = loader.context(practice)
        if is_new_outlook(connection, ctx):
            touched = set(everyone)
        else:
            touched |= made_due(connection, loader, ctx)
        candidates = PairBook(desk, connection).candidates()
        # What is found on one of two records that may be one person depends on the other.
        touched |= {other for person in touched for other in candidates.get(person, ())}
    job.advance(0, total=job.done + len(touched), text="reconciling")
    return _Plan(ctx, loader, frozenset(touched), queue, candidates)


def _batch(desk: Desk, plan: _Plan, batch: Sequence[str], total: Difference, job: Job) -> int:
    """Look at some cases and write what was found."""
    with desk.store.read() as connection:
        loader = plan.loader.at(connection)
        cases = linked(loader, batch, plan.ctx, job)
        PairBook(desk, connection).add(cases)
        _add_candidates(loader, plan, cases, job)
    found = [finding for case in cases for finding in look(case, plan.ctx)]
    wanted = set(batch)
    with desk.store.write(desk.actor) as unit:
        save(unit, wanted, found, loader.seen_at, total)
        save_visits(unit, cases, plan.ctx)
        _unqueue(unit, [row for row in plan.queue.rows if loader.persons.get(row) in wanted])
    return len(cases)


def _add_candidates(loader: Loader, plan: _Plan, cases: Sequence[Case], job: Job) -> None:
    """Give each case the cases of those who are probably the same person."""
    known = {case.person: case for case in cases}
    wanted = {other for person in known for other in plan.candidates.get(person, ())} - known.keys()
    if not plan.candidates.keys() & known.keys():
        return
    around = known | {case.person: case for case in linked(loader, sorted(wanted), plan.ctx, job)}
    for case in cases:
        pairs = sorted(plan.candidates.get(case.person, {}).items())
        case.candidates = tuple((around[other], probability) for other, probability in pairs if other in around)


def _finish(desk: Desk, plan: _Plan, total: Difference) -> None:
    """Open pairs, what vanished, and what the next run compares with."""
    with desk.store.read() as connection:
        found, standing = PairBook(desk, connection).open_pairs(plan.touched, known_pairs(connection))
    with desk.store.write(desk.actor) as unit:
        save_pairs(unit, found, standing, total)
        forget_vanished(unit, total)
        quiet_explained(unit)
        bring_back(unit, desk.clock.today())
        notice_changes(unit)
        # Rows of persons went with their batch; one that came back meanwhile is new and waits for the next run.
        _unqueue(unit, [row for row in plan.queue.rows if row not in plan.loader.persons])
        set_setting(unit, PRACTICE, as_plain(plan.ctx.practice))
        set_setting(unit, STATE, state_of(plan.ctx))


def _unqueue(unit: Unit, rows: Iterable[tuple[int, str]]) -> None:
    for connection_id, patient in rows:
        unit.connection.execute(
            delete(case_queue).where(case_queue.c.connection_id == connection_id, case_queue.c.patient == patient)
        )
