"""Patients of the store as the rows that linkage reads, and what is known for sure about pairs of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from core.store.tables.intake import connections
from core.store.tables.people import judgements
from core.store.tables.records import RECORDS, patients
from matching.link_people import Hint, Judgement

_COLUMNS = (
    "given_name", "middle_name", "family_name", "suffix", "former_name", "birth_date", "sex", "ssn", "phone", "email",
    "street", "city", "state", "zip", "deceased_on",
)  # fmt: skip


def patient_rows(connection: Connection, only: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """Living patient records (not gone at their source) as rows for PeopleTable, `key` being the store's row id."""
    query = (
        select(patients.c.id, patients.c.ref, patients.c.source, patients.c.updated_at, patients.c.body)
        .add_columns(connections.c.name.label("system"), connections.c.id.label("connection_id"))
        .join(connections, connections.c.id == patients.c.connection_id)
        .where(patients.c.gone_at.is_(None))
        .order_by(patients.c.id)
    )
    if only is not None:
        query = query.where(patients.c.id.in_(list(only)))
    return [_row(record) for record in connection.execute(query).mappings()]


def _row(record: Mapping[Any, Any]) -> dict[str, Any]:
    body = record["body"]
    # A system inside a connection (table format) is a system of its own: two records in it are a duplicate.
    system = f"{record['system']}#{record['source']}" if record["source"] else record["system"]
    golden_id = body.get("golden_id")
    identifiers = [f"{i.get('system', '')}|{i['value']}" for i in body.get("identifiers") or () if i.get("value")]
    return {
        "key": record["id"],
        "system": system,
        "connection": record["system"],
        "ref": record["ref"],
        "updated_at": record["updated_at"],
        "identifiers": identifiers,
        "merged_into": body.get("merged_into"),
        "golden": f"{record['connection_id']}|{golden_id}" if golden_id else None,
        "active": body.get("active"),
    } | {name: body.get(name) for name in _COLUMNS}


def known_pairs(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> list[Judgement]:
    """What people decided, and what the systems themselves say: merged records, and golden ids."""
    rows = list(rows)
    alive = {row["key"] for row in rows}
    at = {(row["connection"], row["ref"]): row["key"] for row in rows}
    known = {
        (row["key"], at[row["connection"], row["merged_into"]]): True
        for row in rows
        if row["merged_into"] and (row["connection"], row["merged_into"]) in at
    }
    golden: dict[str, int] = {}
    for row in rows:
        if row["golden"]:
            first = golden.setdefault(row["golden"], row["key"])
            if first != row["key"]:
                known[first, row["key"]] = True
    # People last: a person may overrule a system.
    query = select(judgements.c.a_id, judgements.c.b_id, judgements.c.is_same)
    for a, b, is_same in connection.execute(query):
        if a in alive and b in alive:
            known.pop((b, a), None)
            known[a, b] = bool(is_same)
    return [Judgement(a, b, same) for (a, b), same in known.items() if a != b]


def hints(connection: Connection) -> list[Hint]:
    """What the sources' own patient indexes call candidates: asked about as it stands."""
    a, b, links = patients.alias(), patients.alias(), RECORDS["patient_links"]
    query = (
        select(a.c.id, b.c.id, links.c.body)
        .join(a, (a.c.connection_id == links.c.connection_id) & (a.c.ref == func.json_extract(links.c.body, "$.a")))
        .join(b, (b.c.connection_id == links.c.connection_id) & (b.c.ref == func.json_extract(links.c.body, "$.b")))
        .where(links.c.gone_at.is_(None), func.json_extract(links.c.body, "$.state") == "candidate")
        .where(a.c.gone_at.is_(None), b.c.gone_at.is_(None))
        .order_by(links.c.id)
    )
    return [Hint(one, other, body.get("probability")) for one, other, body in connection.execute(query)]
