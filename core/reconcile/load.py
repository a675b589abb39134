"""Cases from the store: documents read in bulk, decoded, put together by person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from core.queries.intake import complete_through
from core.records import Reading, decode
from core.settings.store import all_settings
from core.store.tables.intake import connections
from core.store.tables.people import person_records
from core.store.tables.records import RECORDS, patients
from matching.case import Case, Context, Practice, SourceState
from matching.learn import is_ours
from matching.records import ENTITIES, Diagnosis, Encounter, Location, Organization, Provider, Ref, ServiceEvent

DEFAULT_ZONE = "America/New_York"
_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
          "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico")  # fmt: skip
_OF_PERSON = ("encounters", "appointments", "service_events", "charges", "claims", "coverages", "conditions")
_CHUNK = 400

Persons = Mapping[tuple[int, str], str]
"""(connection id, Kind/id of the patient record) -> person."""


class Loader:
    """Reads cases. One per run: names of systems, the zone and who is whose person are read once."""

    def __init__(self, connection: Connection, today: date) -> None:
        self.connection, self.today = connection, today
        self.settings = all_settings(connection)
        rows = connection.execute(select(connections)).mappings().all()
        self.systems = {row["id"]: row["name"] for row in rows}
        self._roles = {row["name"]: row["role"] for row in rows}
        self._ids = {row["name"]: row["id"] for row in rows}
        self.zone = ZoneInfo(self.settings.get("practice.time_zone") or self._likely_zone())
        query = select(patients.c.connection_id, patients.c.ref, person_records.c.person_id).join(
            person_records, person_records.c.patient_id == patients.c.id
        )
        self.persons: Persons = {(c, ref): person for c, ref, person in connection.execute(query)}

    def context(self, practice: Practice) -> Context:
        """What rules may know besides their case."""
        return Context(self.today, self.settings, self._sources(), practice)

    def known_practice(self) -> Practice:
        """What the records say outright: own organizations, provider numbers, names."""
        places: dict[Ref, Location] = {r.ref: r for r in self._all("locations")}
        providers: dict[Ref, Provider] = {r.ref: r for r in self._all("providers")}
        organizations: dict[Ref, Organization] = {r.ref: r for r in self._all("organizations")}
        own = frozenset(place.organization for place in places.values() if place.organization)
        names = {ref: place.name for ref, place in places.items() if place.name}
        names |= {ref: known.name for ref, known in organizations.items() if known.name}
        return Practice(
            organizations=own,
            npi={ref: provider.npi for ref, provider in providers.items() if provider.npi},
            provider_names={ref: _provider_name(provider) for ref, provider in providers.items()},
            place_names=names,
        )

    def cases(self, persons: Iterable[str] | None = None) -> list[Case]:
        """The cases of these persons (all when none is named), with everything their records hold."""
        wanted = None if persons is None else set(persons)
        parts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for record, person in self._of_patients(wanted):
            parts[person]["patients"].append(record)
        keys = [key for key, person in self.persons.items() if wanted is None or person in wanted]
        for entity in _OF_PERSON:
            for record, person in self._of_people(entity, keys, is_all=wanted is None):
                parts[person][entity].append(record)
        return [_case(person, found) for person, found in sorted(parts.items())]

    def _of_patients(self, wanted: set[str] | None) -> Iterable[tuple[Any, str]]:
        query = select(patients.c.connection_id, patients.c.ref, patients.c.body).where(patients.c.gone_at.is_(None))
        for connection_id, ref, body in self.connection.execute(query.order_by(patients.c.id)):
            person = self.persons.get((connection_id, ref))
            if person is not None and (wanted is None or person in wanted):
                yield decode(ENTITIES["patients"], ref, body, self._reading(connection_id), person=person), person

    def _of_people(self, entity: str, keys: list[tuple[int, str]], *, is_all: bool) -> Iterable[tuple[Any, str]]:
        table = RECORDS[entity]
        query = select(table.c.connection_id, table.c.ref, table.c.patient, table.c.body).where(
            table.c.gone_at.is_(None)
        )
        if is_all:
            chunks = [query]
        else:
            by_connection: dict[int, list[str]] = defaultdict(list)
            for connection_id, ref in keys:
                by_connection[connection_id].append(ref)
            chunks = [
                query.where(table.c.connection_id == connection_id, table.c.patient.in_(refs[start : start + _CHUNK]))
                for connection_id, refs in by_connection.items()
                for start in range(0, len(refs), _CHUNK)
            ]
        for chunk in chunks:
            for connection_id, ref, patient, body in self.connection.execute(chunk):
                person = self.persons.get((connection_id, patient))
                if person is not None:
                    yield decode(ENTITIES[entity], ref, body, self._reading(connection_id)), person

    def _all(self, entity: str) -> list[Any]:
        table = RECORDS[entity]
        query = select(table.c.connection_id, table.c.ref, table.c.body).where(table.c.gone_at.is_(None))
        return [
            decode(ENTITIES[entity], ref, body, self._reading(connection_id))
            for connection_id, ref, body in self.connection.execute(query)
        ]

    def _reading(self, connection_id: int) -> Reading:
        return Reading(self.systems[connection_id], self.zone)

    def _sources(self) -> dict[str, SourceState]:
        found = {}
        for name, connection_id in self._ids.items():
            through = complete_through(self.connection, connection_id)
            # A system that holds none of an entity is not where it comes from; its silence is no evidence.
            given = {
                entity: self._day(stamp) for entity, stamp in through.items() if self._holds(connection_id, entity)
            }
            found[name] = SourceState(name, self._roles[name], given)
        return found

    def _holds(self, connection_id: int, entity: str) -> bool:
        table = RECORDS.get(entity)
        if table is None:
            return False
        query = select(table.c.id).where(table.c.connection_id == connection_id).limit(1)
        return self.connection.execute(query).scalar() is not None

    def _day(self, stamp: str) -> date:
        moment = datetime.fromisoformat(stamp)
        return moment.astimezone(self.zone).date() if moment.tzinfo else moment.date()

    def _likely_zone(self) -> str:
        """The zone whose offsets explain most of the times that carry one; those in UTC say nothing."""
        table = RECORDS["encounters"]
        votes: Counter[str] = Counter()
        query = select(table.c.body).order_by(table.c.id.desc()).limit(2000)
        for body in self.connection.execute(query).scalars():
            moment = _offset_time(body.get("start"))
            if moment is not None:
                offset = moment.utcoffset()
                votes.update(z for z in _ZONES if moment.astimezone(ZoneInfo(z)).utcoffset() == offset)
        return max(_ZONES, key=lambda zone: (votes[zone], -_ZONES.index(zone))) if votes else DEFAULT_ZONE


def _offset_time(text: object) -> datetime | None:
    if not isinstance(text, str) or len(text) < 16:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.utcoffset() else None


def _provider_name(provider: Provider) -> str:
    parts = [part for part in (provider.given_name, provider.family_name) if part]
    return provider.name or " ".join(parts) or provider.npi or provider.ref.id


def _case(person: str, parts: Mapping[str, list[Any]]) -> Case:
    of_visit: dict[Ref, list[str]] = defaultdict(list)
    for condition in parts.get("conditions", ()):
        if condition.encounter and condition.code:
            of_visit[condition.encounter].append(condition.code)
    encounters = [_with_diagnoses(e, of_visit.get(e.ref, ())) for e in parts.get("encounters", ())]
    return Case(
        person=person,
        patients=tuple(sorted(parts.get("patients", ()), key=lambda r: r.ref)),
        encounters=tuple(sorted(encounters, key=lambda r: r.ref)),
        appointments=tuple(sorted(parts.get("appointments", ()), key=lambda r: r.ref)),
        events=tuple(sorted(parts.get("service_events", ()), key=lambda r: r.ref)),
        charges=tuple(sorted(parts.get("charges", ()), key=lambda r: r.ref)),
        claims=tuple(sorted(parts.get("claims", ()), key=lambda r: r.ref)),
        coverages=tuple(sorted(parts.get("coverages", ()), key=lambda r: r.ref)),
    )


def _with_diagnoses(encounter: Encounter, codes: Iterable[str]) -> Encounter:
    known = [d.code for d in encounter.diagnoses]
    more = tuple(Diagnosis(code=code) for code in dict.fromkeys(codes) if code not in known)
    return replace(encounter, diagnoses=encounter.diagnoses + more) if more else encounter


def attach_events(case: Case) -> None:
    """Put services on their visits: by their own link, else on the only visit of their day."""
    by_ref = {e.ref: v for v in case.visits for e in (v.encounter, *v.repeats) if e is not None}
    for event in case.events:
        visit = by_ref.get(event.encounter) if event.encounter else _only_visit(case, event)
        if visit is not None:
            visit.events.append(event)


def _only_visit(case: Case, event: ServiceEvent) -> Any:
    on = event.performed_start.on if event.performed_start else None
    found = [v for v in case.visits if v.encounter and v.on == on and is_ours(v, frozenset())]
    return found[0] if len(found) == 1 else None
