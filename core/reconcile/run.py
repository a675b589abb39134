"""A reconciling run: cases that changed are linked, looked at by every rule, and their findings brought up to date."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

import matching.rules as rules_package
from core.desk import Desk
from core.jobs import Job
from core.match.rows import patient_rows
from core.match.run import nicknames, saved_model
from core.reconcile.load import Loader, attach_events
from core.reconcile.store import forget_vanished, save, save_visits
from core.registry import discover
from core.settings.store import get_setting, set_setting
from core.store.tables.people import case_queue, judgements, pairs, person_records
from core.store.tables.records import RECORDS
from matching.case import Case, Context, PairEvidence, Practice
from matching.explain import explain
from matching.findings import Finding, Rule
from matching.learn import as_plain, from_plain, learn
from matching.link.bills import link_bills
from matching.link.visits import visits_of
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN
from matching.precedence import settle
from matching.records import Ref
from matching.rules.duplicate_patient import finding_of
from matching.stops import stops as stop_signs

RELEARN_SHARE = 0.1
ASK_FROM = 0.5
"""Pairs that were not joined are asked about from this probability on."""
_WATCH_DAYS = 45


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
    today = desk.clock.today()
    with desk.store.read() as connection:
        loader = Loader(connection, today)
        queued, touched = _queue(connection, loader)
        touched |= _made_due(connection, loader, today)
        everyone = set(loader.persons.values())
        practice = _practice(connection, loader, touched, everyone)
        ctx = loader.context(practice)
        cases = _linked(loader.cases(touched), ctx, job)
        evidence = _Evidence(desk, connection)
        evidence.add(cases)
        open_pairs = evidence.open_pairs(loader)
    found = [finding for case in cases for finding in look(case, ctx)]
    with desk.store.write(desk.actor) as unit:
        persons = touched | {finding.person for finding in open_pairs if finding.person}
        difference = save(unit, persons, [*found, *open_pairs])
        save_visits(unit, cases, ctx)
        forget_vanished(unit)
        set_setting(unit, "learned.practice", as_plain(practice))
        set_setting(unit, "learned.today", str(today))
        for connection_id, patient in queued:
            unit.connection.execute(
                delete(case_queue).where(case_queue.c.connection_id == connection_id, case_queue.c.patient == patient)
            )
    seconds = round(time.perf_counter() - began, 3)
    return ReconcileResult(len(cases), difference.opened, difference.closed, seconds)


def look(case: Case, ctx: Context) -> list[Finding]:
    """What the rules say about one linked case. Test patients raise nothing."""
    if case.is_test:
        return []
    rules: Iterable[Rule] = discover(rules_package, "RULE").values()
    return settle(finding for rule in rules for finding in rule.find(case, ctx))


def _queue(connection: Connection, loader: Loader) -> tuple[list[tuple[int, str]], set[str]]:
    queued = [(row.connection_id, row.patient) for row in connection.execute(select(case_queue))]
    touched: set[str] = set()
    for connection_id, patient in queued:
        if patient == "*":
            touched |= {person for (owner, _), person in loader.persons.items() if owner == connection_id}
        elif (connection_id, patient) in loader.persons:
            touched.add(loader.persons[connection_id, patient])
    return queued, touched


def _made_due(connection: Connection, loader: Loader, today: date) -> set[str]:
    """Persons whose visits became due because a day has passed."""
    before = get_setting(connection, "learned.today")
    if before in (None, str(today)):
        return set()
    first = min(today, date.fromisoformat(before)) - timedelta(days=_WATCH_DAYS)
    last = max(today, date.fromisoformat(before))
    touched = set()
    for entity in ("encounters", "appointments", "charges"):
        table = RECORDS[entity]
        query = select(table.c.connection_id, table.c.patient).where(
            table.c.on_date >= str(first), table.c.on_date <= f"{last}T99"
        )
        touched |= {loader.persons[key] for key in connection.execute(query).all() if key in loader.persons}
    return touched


def _practice(connection: Connection, loader: Loader, touched: set[str], everyone: set[str]) -> Practice:
    """What is known of the practice: learned anew when much changed, else as it was."""
    known = loader.known_practice()
    kept = get_setting(connection, "learned.practice")
    if kept is not None and len(touched) <= RELEARN_SHARE * len(everyone):
        return from_plain(kept, known)
    ctx = loader.context(known)
    return learn(_linked(loader.cases(), ctx, Job()), known)


def _linked(cases: list[Case], ctx: Context, job: Job) -> list[Case]:
    for case in cases:
        job.check()
        case.visits = visits_of(case.encounters, case.appointments, ctx)
        attach_events(case)
        link_bills(case, ctx)
        job.advance(total=len(cases))
    return cases


class _Evidence:
    """Scores and explanations of pairs, for cases with several records in one system and for open pairs."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self.connection = connection
        self.model = saved_model(desk)
        rows = patient_rows(connection)
        self.rows = {row["key"]: row for row in rows}
        self.refs = {row["key"]: _ref(row) for row in rows}
        self.keys = {ref: key for key, ref in self.refs.items()}
        self.pairs = list(connection.execute(select(pairs)).mappings())
        self.persons: dict[int, str] = dict(connection.execute(select(person_records)).all())

    def add(self, cases: list[Case]) -> None:
        """Give each case the pairs among its records."""
        by_person: dict[str, list[Any]] = {}
        for pair in self.pairs:
            person = self.persons.get(pair["a_id"])
            if person is not None and person == self.persons.get(pair["b_id"]):
                by_person.setdefault(person, []).append(pair)
        for case in cases:
            systems = [p.ref.system for p in case.patients]
            if len(set(systems)) < len(systems):
                case.pairs = tuple(self._evidence(pair) for pair in by_person.get(case.person, ()) if self._alive(pair))

    def open_pairs(self, loader: Loader) -> list[Finding]:
        """Pairs that were not joined and are likely enough to ask: inside one system, or with no better partner."""
        linked = {(person, self.refs[key].system) for key, person in self.persons.items() if key in self.refs}
        no = {(a, b) for a, b, same in self.connection.execute(select(judgements.c.a_id, judgements.c.b_id,
                                                                        judgements.c.is_same)) if not same}  # fmt: skip
        found = []
        for pair in self.pairs:
            a, b = pair["a_id"], pair["b_id"]
            one, other = self.persons.get(a), self.persons.get(b)
            if pair["probability"] < ASK_FROM or not self._alive(pair) or one is None or other is None or one == other:
                continue
            if (a, b) in no or (b, a) in no:
                continue
            left, right = self.refs[a], self.refs[b]
            if left.system != right.system and ((one, right.system) in linked or (other, left.system) in linked):
                continue  # each has its counterpart there already
            evidence = self._evidence(pair)
            if evidence.stops and evidence.probability < DEFAULT_PLAN.likely:
                continue  # twins or parent and child, and not likely one person: not worth a question
            refs = tuple(sorted((left, right)))
            found.append(finding_of(Case(one, pairs=(evidence,)), refs, evidence, evidence.probability))
        return found

    def _alive(self, pair: Any) -> bool:
        return pair["a_id"] in self.refs and pair["b_id"] in self.refs

    def _evidence(self, pair: Any) -> PairEvidence:
        a, b = pair["a_id"], pair["b_id"]
        rows = [self.rows[a], self.rows[b]]
        signs = tuple(sign.words for sign in stop_signs(rows[0], rows[1], nicknames=nicknames()))
        refs, probability = (self.refs[a], self.refs[b]), pair["probability"]
        if self.model is None:
            return PairEvidence(*refs, probability, pair["tier"], stops=signs)
        why = explain(PeopleTable.of(rows), a, b, self.model, nicknames=nicknames())
        return PairEvidence(*refs, probability, pair["tier"], why.rows, why.reason, signs)


def _ref(row: dict[str, Any]) -> Ref:
    kind, _, record_id = row["ref"].partition("/")
    return Ref(row["connection"], kind, record_id)
