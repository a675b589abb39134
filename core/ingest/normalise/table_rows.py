"""Rows of the table format, all entities: they differ only in their list of fields, so one reader serves them all.

Adding an entity is adding its value class and, where it needs something, a row in `_table.TABLES`. Entities without a
value class are kept raw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from core.connectors._port import RawItem
from core.errors import BadInput
from core.ingest.normalise import ANY_KIND, CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import text
from core.ingest.normalise._table import TABLES, Rows, shape_of
from matching.records import ENTITIES


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One record of the row's entity. Raises BadInput for a row that lacks what it cannot do without."""
    entity = item.kind
    if entity not in ENTITIES:
        return ()
    row = _row(item)
    table, shape = TABLES.get(entity, Rows()), shape_of(entity)
    notes: list[str] = []

    def note(where: str, what: str) -> None:
        notes.append(f"{where} {what}")

    fields: dict[str, Any] = {}
    for key, names, convert in shape.fields:
        sent = next((row[name] for name in names if row.get(name) not in (None, "")), None)
        if sent is not None and (value := convert(sent, key, note)) is not None:
            fields[key] = value
    _complete(entity, fields)
    _require(entity, table, fields, item.position)
    kind, on = ENTITIES[entity].__name__, fields.get(table.on or "")
    ref = f"{kind}/{text(row.get('id')) or item.id}"
    return (
        CanonicalRecord(
            entity=entity,
            ref=ref,
            fields=fields,
            patient=ref if entity == "patients" else fields.get("patient"),
            on=on[:10] if isinstance(on, str) and len(on) >= 10 else None,
            source=text(row.get("source")),
            notes=tuple(dict.fromkeys(notes)),
            unmapped=tuple(name for name in row if name not in shape.known and row[name] not in (None, "")),
        ),
    )


def _row(item: RawItem) -> dict[str, Any]:
    try:
        row = orjson.loads(item.payload)
    except orjson.JSONDecodeError as why:
        raise BadInput("This row is not readable JSON.", place=item.position, code="CM-INP-20") from why
    if not isinstance(row, dict):
        raise BadInput("This row is no object.", place=item.position, code="CM-INP-21")
    if not text(row.get("id")) and not item.id:
        raise BadInput(f"This row of {item.kind} has no id.", place=item.position, code="CM-INP-22")
    return row


def _complete(entity: str, fields: dict[str, Any]) -> None:
    """Fields that the format nests and rules read flat."""
    if entity == "service_events":
        for part in ("drug", "vaccine"):
            nested = fields.get(part)
            if isinstance(nested, Mapping):
                for name in ("route", "supply_source"):
                    if text(nested.get(name)):
                        fields.setdefault(name, text(nested.get(name)))
                if part == "vaccine" and text(nested.get("cvx")):
                    fields.setdefault("vaccine_cvx", text(nested.get("cvx")))
    if entity == "sources" and isinstance(fields.get("complete_through"), str):
        fields["complete_through"] = {"*": fields["complete_through"]}


def _require(entity: str, table: Rows, fields: Mapping[str, Any], position: str) -> None:
    needs = table.needs
    if entity == "charges" and fields.get("kind") != "patient_fee":
        needs = (*needs, ("code",))
    for group in needs:
        if not any(name in fields for name in group):
            words = " or ".join(group)
            raise BadInput(f"This row of {entity} needs {words}.", place=position, code="CM-INP-23")


NORMALISER = Normaliser("table", ANY_KIND, read, order=1)
