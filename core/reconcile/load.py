"""Cases from the store: documents read in bulk, decoded, put together by person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
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
from matching.link.claimed import charges_of_claims
from matching.records import ENTITIES, Diagnosis, Encounter, Location, Note, Organization, Provider, Ref

DEFAULT_ZONE = "America/New_York"
_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
          "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico")  # fmt: skip
_WATCHED = ("patients", "encounters", "appointments", "service_events", "charges", "claims")
_OF_PERSON = (*_WATCHED, "coverages", "conditions", "notes")
_MAIN = {"ehr": ("patients", "encounters"), "pm": ("patients", "charges")}
"""Role of a system -> what it is there for."""
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
        self.seen_at: dict[Ref, str] = {}  # when each record that was loaded last came in
        query = select(patients.c.connection_id, patients.c.ref, person_records.c.person_id).join(
            person_records, person_records.c.patient_id == patients.c.id
        )
        self.persons: Persons = {(c, ref): person for c, ref, person in connection.execute(query)}

    def at(self, connection: Connection) -> Loader:
        """The same loader on another connection; what it read once is not read again."""
        other = copy(self)
        other.connection, other.seen_at = connection, {}
        return other

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
            specialties={r: (p.group_id or "", _specialty(p)) for r, p in providers.items() if _specialty(p)},
            not_billing=frozenset(ref for ref, provider in providers.items() if provider.billing_allowed is False),
            visits_not_loaded=frozenset(ref for ref, place in places.items() if place.visits_loaded is False),
        )

    def cases(self, persons: Collection[str]) -> list[Case]:
        """The cases of these persons, with everything their records hold."""
        wanted = set(persons)
        keys: dict[int, list[str]] = defaultdict(list)
        for (connection_id, ref), person in self.persons.items():
            if person in wanted:
                keys[connection_id].append(ref)
        parts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        origins: dict[str, dict[Ref, str]] = defaultdict(dict)
        for entity in _OF_PERSON:
            for connection_id, row in self._rows(entity, keys):
                person = self.persons[connection_id, row.patient]
                more = {"person": person} if entity == "patients" else {}
                record = decode(ENTITIES[entity], row.ref, row.body, self._reading(connection_id), **more)
                parts[person][entity].append(record)
                self.seen_at[record.ref] = row.fetched_at
                if row.source:
                    origins[person][record.ref] = origin_of(record.ref.system, row.source)
        return [_case(person, found, origins[person]) for person, found in sorted(parts.items())]

    def _rows(self, entity: str, keys: Mapping[int, Sequence[str]]) -> Iterable[tuple[int, Any]]:
        table = RECORDS[entity]
        # A patient is its own patient, whatever the column says.
        owner = table.c.ref if entity == "patients" else table.c.patient
        query = select(table.c.ref, owner.label("patient"), table.c.source, table.c.fetched_at, table.c.body).where(
            table.c.gone_at.is_(None)
        )
        for connection_id, refs in keys.items():
            for start in range(0, len(refs), _CHUNK):
                chunk = query.where(table.c.connection_id == connection_id, owner.in_(refs[start : start + _CHUNK]))
                for row in self.connection.execute(chunk):
                    yield connection_id, row

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
        inside = self._inner_sources()
        for name, connection_id in self._ids.items():
            through = {e: self._day(stamp) for e, stamp in complete_through(self.connection, connection_id).items()}
            held = self._held(connection_id)
            # A system that holds none of an entity is not where it comes from; its silence is no evidence.
            given = {entity: day for entity, day in through.items() if (entity, None) in held}
            if given or not inside.get(connection_id):
                found[name] = SourceState(name, self._roles[name], given)
            for source, role, said in inside.get(connection_id, ()):
                stated = {e: self._day(stamp) for e, stamp in said.items()}
                # A source that says how complete it is says so of what it is there for, be it empty.
                vouched = {*stated, *(_MAIN.get(role, ()) if "*" in stated else ())}
                read = {
                    entity: stated.get(entity) or stated.get("*") or day
                    for entity, day in through.items()
                    if (entity, source) in held or entity in vouched
                }
                found[origin_of(name, source)] = SourceState(origin_of(name, source), role, read)
        return found

    def _inner_sources(self) -> dict[int, list[tuple[str, str, Mapping[str, str]]]]:
        """Systems inside a connection (table format): id, role, and how far each says that its data is complete."""
        table = RECORDS["sources"]
        query = select(table.c.connection_id, table.c.ref, table.c.body).where(table.c.gone_at.is_(None))
        found: dict[int, list[tuple[str, str, Mapping[str, str]]]] = defaultdict(list)
        for connection_id, ref, body in self.connection.execute(query):
            said = body.get("complete_through") or {}
            found[connection_id].append((ref.partition("/")[2], body.get("role") or "", said))
        return found

    def _held(self, connection_id: int) -> set[tuple[str, str | None]]:
        """Which entities a connection holds, and from which of its inner systems."""
        found: set[tuple[str, str | None]] = set()
        for entity in _WATCHED:
            table = RECORDS[entity]
            query = select(table.c.source).where(table.c.connection_id == connection_id).distinct()
            found |= {(entity, source) for source in self.connection.execute(query).scalars()}
        return found

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


def origin_of(connection: str, source: str) -> str:
    """The name of a system inside a connection."""
    return f"{connection}#{source}"


def _specialty(provider: Provider) -> str:
    return (provider.taxonomy or provider.specialty or "").casefold()


def _case(person: str, parts: Mapping[str, list[Any]], origins: Mapping[Ref, str]) -> Case:
    of_visit: dict[Ref, list[str]] = defaultdict(list)
    for condition in parts.get("conditions", ()):
        if condition.encounter and condition.code:
            of_visit[condition.encounter].append(condition.code)
    notes: dict[Ref, list[Note]] = defaultdict(list)
    for note in parts.get("notes", ()):
        if note.encounter:
            notes[note.encounter].append(note)
    told = (_with_diagnoses(e, of_visit.get(e.ref, ())) for e in parts.get("encounters", ()))
    encounters = [_with_note(encounter, notes.get(encounter.ref, ())) for encounter in told]
    claimed = charges_of_claims(parts.get("claims", ()), parts.get("charges", ()))
    whole = {charge.ref: replace(charge.ref, part=()) for charge in claimed}
    return Case(
        person=person,
        patients=tuple(sorted(parts.get("patients", ()), key=lambda r: r.ref)),
        encounters=tuple(sorted(encounters, key=lambda r: r.ref)),
        appointments=tuple(sorted(parts.get("appointments", ()), key=lambda r: r.ref)),
        events=tuple(sorted(parts.get("service_events", ()), key=lambda r: r.ref)),
        charges=tuple(sorted((*parts.get("charges", ()), *claimed), key=lambda r: r.ref)),
        claims=tuple(sorted(parts.get("claims", ()), key=lambda r: r.ref)),
        coverages=tuple(sorted(parts.get("coverages", ()), key=lambda r: r.ref)),
        origins={**origins, **{ref: origins[claim] for ref, claim in whole.items() if claim in origins}},
    )


def _with_diagnoses(encounter: Encounter, codes: Iterable[str]) -> Encounter:
    known = [d.code for d in encounter.diagnoses]
    more = tuple(Diagnosis(code=code) for code in dict.fromkeys(codes) if code not in known)
    return replace(encounter, diagnoses=encounter.diagnoses + more) if more else encounter


def _with_note(encounter: Encounter, notes: Sequence[Note]) -> Encounter:
    """What separate notes say about a visit whose own record does not: signed once one of them is."""
    if encounter.note_status is not None or not notes:
        return encounter
    signed = [note for note in notes if note.status in ("signed", "amended")]
    moments = [note.signed_at for note in signed if note.signed_at]
    status = signed[0].status if signed else notes[0].status
    return replace(encounter, note_status=status, signed_at=encounter.signed_at or max(moments, default=None))
