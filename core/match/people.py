"""Patients of the store as columns for linkage, and what systems and people said for sure about pairs of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.store.plain import fetch, run
from matching.pairs import Hint, Judgement
from matching.people import FIELDS, PeopleTable, as_text
from matching.texts import Texts

_CHUNK = 10_000
# Records read together: of many at once the collector of garbage looks through all again and again.
_AT_ONCE = 200
_ALL = "SELECT id, connection_id, ref, source, body FROM patients WHERE gone_at IS NULL {} ORDER BY id"
_PLAIN = tuple(name for name in FIELDS if name != "identifiers")


class Record(NamedTuple):
    """A living patient record (not gone at its source). `system` names the source inside the connection too."""

    id: int
    connection_id: int
    ref: str
    system: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class People:
    """Records in the order of their ids. `merged` is "connection|Kind/id" of the record that one was merged into."""

    table: PeopleTable
    merged: Texts


def json_ids(ids: Iterable[Any] | NDArray[Any]) -> str:
    """Ids as the JSON list that `json_each(?)` takes."""
    listed = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    return orjson.dumps(listed).decode()


def records(connection: Connection, only: Iterable[int] | NDArray[Any] | None = None) -> Iterator[Record]:
    """Living records by id, all or those of `only`, read as they are asked for."""
    names: dict[int, str] = dict(fetch(connection, "SELECT id, name FROM connections"))
    if only is None:
        found = run(connection, _ALL.format(""))
    else:
        found = run(connection, _ALL.format("AND id IN (SELECT value FROM json_each(?))"), (json_ids(only),))
    for row_id, connection_id, ref, source, body in found:
        # A system inside a connection (table format) is a system of its own: two records in it are a duplicate.
        system = f"{names[connection_id]}#{source}" if source else names[connection_id]
        yield Record(row_id, connection_id, ref, system, orjson.loads(body))


class _Column:
    """A column of texts that grows: distinct values and codes, never one text per record."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {"": -1}
        self.codes = array("i")

    def add(self, values: Iterable[Any]) -> None:
        """Append values as texts."""
        places = self.places
        self.codes.extend(
            [
                -1 if v is None else places.setdefault(v if v.__class__ is str else as_text(v), len(places) - 1)
                for v in values
            ]
        )

    def add_unknown(self, count: int) -> None:
        """Append so many that are not known."""
        self.codes.extend(array("i", [-1]) * count)

    def texts(self) -> Texts:
        """What was added."""
        del self.places[""]
        return Texts(list(self.places), np.frombuffer(self.codes, dtype=np.int32).copy())


def people_of(found: Iterable[Record]) -> People:
    """Columns of records that come in the order of their ids."""
    keys = array("q")
    columns = {name: _Column() for name in (*FIELDS, "system", "golden", "merged")}
    rest = iter(found)
    while chunk := list(islice(rest, _AT_ONCE)):
        keys.extend([one.id for one in chunk])
        bodies = [one.body for one in chunk]
        present = set().union(*bodies)
        values: dict[str, Iterable[Any]] = {"system": [one.system for one in chunk]}
        values |= {name: [body.get(name) for body in bodies] for name in _PLAIN if name in present}
        if "identifiers" in present:
            values["identifiers"] = [_identifiers(body) for body in bodies]
        for name, field in (("golden", "golden_id"), ("merged", "merged_into")):
            if field in present:
                values[name] = [_inside(one, field) for one in chunk]
        for name, column in columns.items():
            if name in values:
                column.add(values[name])
            else:
                column.add_unknown(len(chunk))
    texts = {name: column.texts() for name, column in columns.items()}
    table = PeopleTable(
        keys=np.frombuffer(keys, dtype=np.int64).copy(),
        systems=texts.pop("system"),
        **{name: column for name, column in texts.items() if name != "merged"},
    )
    return People(table, texts["merged"])


def _identifiers(body: dict[str, Any]) -> str:
    listed = body.get("identifiers")
    return ";".join(f"{i.get('system', '')}|{i['value']}" for i in listed if i.get("value")) if listed else ""


def _inside(one: Record, name: str) -> str:
    """An id that counts inside a connection."""
    value = one.body.get(name)
    return f"{one.connection_id}|{value}" if value else ""


def own_labels(found: Sequence[Record]) -> Texts:
    """What other records call these when they were merged into them."""
    return Texts.of(f"{one.connection_id}|{one.ref}" for one in found)


def merges(connection: Connection, people: People) -> list[tuple[int, int]]:
    """(record, living record that it was merged into), both ids, as the systems say."""
    rows = np.flatnonzero(people.merged.codes >= 0)
    labels = [people.merged[row].partition("|") for row in rows.tolist()]
    found: list[tuple[int, int]] = []
    keys = people.table.keys[rows].tolist()
    for start in range(0, len(keys), _CHUNK):
        asked = [
            (key, int(owner), ref)
            for key, (owner, _, ref) in zip(keys[start : start + _CHUNK], labels[start : start + _CHUNK], strict=True)
        ]
        query = (
            "SELECT json_extract(j.value, '$[0]'), p.id FROM json_each(?) j CROSS JOIN patients p "
            "ON p.connection_id = json_extract(j.value, '$[1]') AND p.ref = json_extract(j.value, '$[2]') "
            "WHERE p.gone_at IS NULL"
        )
        found += [(key, target) for key, target in fetch(connection, query, orjson.dumps(asked).decode())]
    return found


def judged(connection: Connection, people: People, *, is_all: bool) -> list[Judgement]:
    """What is known for sure about pairs of these records; a later one of the same pair counts more.

    First what the systems say (merged records, golden ids), then decisions: a person may overrule a system.
    """
    keys = people.table.keys
    known = [Judgement(key, target, same=True) for key, target in merges(connection, people) if key != target]
    golden = people.table.golden.codes
    labelled = np.flatnonzero(golden >= 0)
    if len(labelled):
        _, first, of = np.unique(golden[labelled], return_index=True, return_inverse=True)
        heads = keys[labelled][first[of]]
        known += [
            Judgement(head, key, same=True)
            for head, key in zip(heads.tolist(), keys[labelled].tolist(), strict=True)
            if head != key
        ]
    query = "SELECT a_id, b_id, is_same FROM judgements"
    if is_all:
        decided = fetch(connection, query)
    else:
        ids = json_ids(keys)
        both = " WHERE a_id IN (SELECT value FROM json_each(?)) AND b_id IN (SELECT value FROM json_each(?))"
        decided = fetch(connection, query + both, ids, ids)
    alive = set(keys.tolist())
    return known + [Judgement(a, b, bool(same)) for a, b, same in decided if a in alive and b in alive and a != b]


def hints_of(connection: Connection, ids: Iterable[int]) -> list[Hint]:
    """What the sources' own patient indexes call candidates of these records; a later one of the same pair counts."""
    if not fetch(connection, "SELECT 1 FROM patient_links LIMIT 1"):
        return []
    query = (
        "SELECT l.id, a.id, b.id, l.body FROM patients p JOIN patient_links l "
        "ON l.connection_id = p.connection_id AND json_extract(l.body, '$.{}') = p.ref "
        "JOIN patients a ON a.connection_id = l.connection_id AND a.ref = json_extract(l.body, '$.a') "
        "JOIN patients b ON b.connection_id = l.connection_id AND b.ref = json_extract(l.body, '$.b') "
        "WHERE p.id IN (SELECT value FROM json_each(?)) AND l.gone_at IS NULL AND a.gone_at IS NULL "
        "AND b.gone_at IS NULL AND json_extract(l.body, '$.state') = 'candidate'"
    )
    asked = json_ids(ids)
    found: dict[int, Hint] = {}
    for side in ("a", "b"):
        for link_id, one, other, body in fetch(connection, query.format(side), asked):
            found[link_id] = Hint(one, other, orjson.loads(body).get("probability"))
    return [found[link_id] for link_id in sorted(found)]
