"""Patients of the store as rows: the fields that people see and compare, and where each record comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, text

from core.store.tables.intake import connections
from core.store.tables.records import RECORDS, patients
from matching.pairs import Hint

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
        ids = orjson.dumps(list(only)).decode()
        query = query.where(text("patients.id IN (SELECT value FROM json_each(:only))")).params(only=ids)
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
        "number": body.get("mrn"),
        "active": body.get("active"),
        "is_confidential": body.get("is_confidential"),
    } | {name: body.get(name) for name in _COLUMNS}


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
