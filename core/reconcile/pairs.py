"""Scores and reasons of pairs of patient records: for cases that hold several of one system, and for open pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from core.decisions.said import fingerprint_part, identities, identity_of, is_stale
from core.desk import Desk
from core.match.plan import plan_in_force
from core.match.rows import patient_rows
from core.match.run import nicknames, saved_model
from core.store.tables.intake import connections
from core.store.tables.people import judgements, pairs, person_records
from core.store.tables.records import patients
from matching.case import Case, PairEvidence
from matching.explain import explain
from matching.findings import Finding
from matching.pairs import HINTED
from matching.people import PeopleTable
from matching.records import Ref
from matching.rules.duplicate_patient import finding_of
from matching.stops import stops as stop_signs

ASK_FROM = 0.5
"""Pairs that were not joined are asked about from this probability on."""
CANDIDATE_FROM = 0.85
"""From here on two persons' visits and charges are held against each other."""
_CHUNK = 400


class PairBook:
    """Reads pairs and explains them. One per batch: rows are read for the records in question only."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self.connection = connection
        self.model = saved_model(desk)
        self.plan = plan_in_force(connection)
        self._rows: dict[int, dict[str, Any]] = {}

    def add(self, cases: Iterable[Case]) -> None:
        """Give each case with several records of one system the pairs among its records."""
        several = {case.person: case for case in cases if _has_several(case)}
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for person, pair in self._within(sorted(several)):
            found[person].append(pair)
        self._load({key for listed in found.values() for pair in listed for key in (pair["a_id"], pair["b_id"])})
        for person, listed in found.items():
            several[person].pairs = tuple(self.evidence(pair) for pair in listed if self._is_alive(pair))

    def open_pairs(self, touched: Collection[str], known: Mapping[str, float]) -> tuple[list[Finding], set[str]]:
        """Pairs that were not joined and are likely enough to ask about: findings, and keys that stand unchanged.

        Only pairs of touched persons, or with another probability than `known` holds by key, are explained anew; the
        rest just stands.
        """
        asked = [pair for pair in self._between() if self._is_open(pair)]
        standing: set[str] = set()
        fresh = []
        for pair in asked:
            key = finding_of(Case(""), _refs(pair), None, 0.0).key
            is_same = known.get(key) == round(pair["probability"], 6)
            if is_same and not {pair["a_person"], pair["b_person"]} & set(touched):
                standing.add(key)
            else:
                fresh.append(pair)
        self._load({key for pair in fresh for key in (pair["a_id"], pair["b_id"])})
        findings = []
        for pair in fresh:
            evidence = self.evidence(pair) if self._is_alive(pair) else None
            # Twins or parent and child who are not likely one person are not worth a question.
            if evidence is None or (evidence.stops and evidence.probability < self.plan.likely):
                continue
            case = Case(pair["a_person"], pairs=(evidence,))
            who = tuple(fingerprint_part(identity_of(self._rows[pair[side]])) for side in ("a_id", "b_id"))
            findings.append(finding_of(case, _refs(pair), evidence, evidence.probability, who))
        return findings, standing

    def candidates(self) -> dict[str, dict[str, float]]:
        """Person -> persons who are probably the same (no stop sign, no answer yet), with the probability."""
        likely = [p for p in self._between() if p["probability"] >= CANDIDATE_FROM and not self._is_settled(p)]
        self._load({key for pair in likely for key in (pair["a_id"], pair["b_id"])})
        found: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pair in likely:
            if self._is_alive(pair) and not self._signs(pair):
                one, other = pair["a_person"], pair["b_person"]
                best = max(pair["probability"], found[one].get(other, 0.0))
                found[one][other] = found[other][one] = best
        return dict(found)

    def _signs(self, pair: Any) -> tuple[str, ...]:
        rows = self._rows[pair["a_id"]], self._rows[pair["b_id"]]
        return tuple(sign.words for sign in stop_signs(*rows, nicknames=nicknames()))

    def evidence(self, pair: Any) -> PairEvidence:
        """One pair with its score, stop signs and the words for it."""
        rows = [self._rows[pair["a_id"]], self._rows[pair["b_id"]]]
        signs = self._signs(pair)
        refs, probability = (_ref(rows[0]), _ref(rows[1])), pair["probability"]
        if self.model is None:
            return PairEvidence(*refs, probability, pair["tier"], stops=signs)
        why = explain(PeopleTable.of(rows), pair["a_id"], pair["b_id"], self.model, self.plan, nicknames=nicknames())
        index = rows[0]["connection"] if pair["looks_like"] == HINTED else ""
        return PairEvidence(*refs, probability, pair["tier"], why.rows, why.reason, signs, index)

    def _within(self, persons: list[str]) -> Iterable[tuple[str, Any]]:
        of_a, of_b = person_records.alias(), person_records.alias()
        query = (
            select(of_a.c.person_id, pairs)
            .join(of_a, of_a.c.patient_id == pairs.c.a_id)
            .join(of_b, of_b.c.patient_id == pairs.c.b_id)
            .where(of_a.c.person_id == of_b.c.person_id)
        )
        for start in range(0, len(persons), _CHUNK):
            chunk = query.where(of_a.c.person_id.in_(persons[start : start + _CHUNK]))
            for row in self.connection.execute(chunk).mappings():
                yield row["person_id"], row

    def _between(self) -> list[Any]:
        of_a, of_b = person_records.alias(), person_records.alias()
        a, b = patients.alias(), patients.alias()
        query = (
            select(
                pairs, of_a.c.person_id.label("a_person"), of_b.c.person_id.label("b_person"),
                a.c.ref.label("a_ref"), b.c.ref.label("b_ref"), a.c.connection_id.label("a_owner"),
                b.c.connection_id.label("b_owner"), a.c.source.label("a_source"), b.c.source.label("b_source"),
            )
            .join(of_a, of_a.c.patient_id == pairs.c.a_id)
            .join(of_b, of_b.c.patient_id == pairs.c.b_id)
            .join(a, a.c.id == pairs.c.a_id)
            .join(b, b.c.id == pairs.c.b_id)
            .where(pairs.c.probability >= ASK_FROM, of_a.c.person_id != of_b.c.person_id)
            .where(a.c.gone_at.is_(None), b.c.gone_at.is_(None))
        )  # fmt: skip
        names = _names(self.connection)
        return [dict(row) | {"names": names} for row in self.connection.execute(query).mappings()]

    def _is_open(self, pair: Any) -> bool:
        if self._is_settled(pair):
            return False
        one, other = (pair["a_owner"], pair["a_source"]), (pair["b_owner"], pair["b_source"])
        if one == other:
            return True
        # Each has its counterpart there already: a third one is not looked for.
        return not (self._has_record(pair["a_person"], other) or self._has_record(pair["b_person"], one))

    def _is_settled(self, pair: Any) -> bool:
        """Whether somebody said that these are two people, and they are still who they were then."""
        query = select(judgements).where(
            ((judgements.c.a_id == pair["a_id"]) & (judgements.c.b_id == pair["b_id"]))
            | ((judgements.c.a_id == pair["b_id"]) & (judgements.c.b_id == pair["a_id"]))
        )
        said = [row for row in self.connection.execute(query).mappings() if not row["is_same"]]
        now = identities(self.connection, (pair["a_id"], pair["b_id"])) if said else {}
        return any(not is_stale(row, now) for row in said)

    def _has_record(self, person: str, origin: tuple[int, str | None]) -> bool:
        query = (
            select(patients.c.id)
            .join(person_records, person_records.c.patient_id == patients.c.id)
            .where(person_records.c.person_id == person, patients.c.connection_id == origin[0])
            .where(patients.c.source == origin[1] if origin[1] else patients.c.source.is_(None))
        )
        return self.connection.execute(query.limit(1)).scalar() is not None

    def _load(self, keys: Collection[int]) -> None:
        wanted = sorted(set(keys) - self._rows.keys())
        for start in range(0, len(wanted), _CHUNK):
            self._rows |= {r["key"]: r for r in patient_rows(self.connection, wanted[start : start + _CHUNK])}

    def _is_alive(self, pair: Any) -> bool:
        return pair["a_id"] in self._rows and pair["b_id"] in self._rows


def _has_several(case: Case) -> bool:
    origins = [case.origin(patient.ref) for patient in case.patients]
    return len(set(origins)) < len(origins)


def _names(connection: Connection) -> dict[int, str]:
    return dict(connection.execute(select(connections.c.id, connections.c.name)).all())


def _refs(pair: Any) -> tuple[Ref, ...]:
    found = []
    for side in ("a", "b"):
        kind, _, record_id = pair[f"{side}_ref"].partition("/")
        found.append(Ref(pair["names"][pair[f"{side}_owner"]], kind, record_id))
    return tuple(sorted(found))


def _ref(row: dict[str, Any]) -> Ref:
    kind, _, record_id = row["ref"].partition("/")
    return Ref(row["connection"], kind, record_id)
