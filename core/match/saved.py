"""What a matching run leaves for the next: the model, kept in memory once read, and scored pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from core.desk import Desk
from core.match.people import json_ids
from core.store.engine import Store
from core.store.plain import fetch, run
from core.store.tables.people import match_models
from core.store.unit import Unit
from matching.link_people import Report
from matching.model import Model
from matching.pairs import Pairs

_models: WeakKeyDictionary[Store, tuple[int, Model]] = WeakKeyDictionary()
_COLUMNS = "a_id, b_id, probability, weight, tier, looks_like, may_link"


def saved_model(desk: Desk) -> Model | None:
    """The model of the last full run, for explanations and look-ups."""
    with desk.store.read() as connection:
        found = read_model(desk.store, connection)
    return None if found is None else found[1]


def read_model(store: Store, connection: Connection) -> tuple[int, Model] | None:
    """The newest model with its row id. It holds the counts of all names, so it is read once per process."""
    ((newest,),) = fetch(connection, "SELECT max(id) FROM match_models")
    if newest is None:
        return None
    kept = _models.get(store)
    if kept is None or kept[0] != newest:
        query = select(match_models.c.parameters).where(match_models.c.id == newest)
        kept = (int(newest), Model.from_dict(connection.execute(query).scalar_one()))
        _models[store] = kept
    return kept


def save_model(unit: Unit, model: Model, report: Report) -> int:
    """Keep a model with what the run that learned it compared and did not; gives its row id."""
    row = insert(match_models).values(
        version=str(model.version),
        made_at=unit.now,
        parameters=model.to_dict(),
        report=asdict(report) | {"per_key": dict(report.per_key)},
    )
    (row_id,) = unit.connection.execute(row).inserted_primary_key or (0,)
    return int(row_id)


def saved_pairs(connection: Connection) -> Pairs:
    """All scored pairs."""
    return _pairs(fetch(connection, f"SELECT {_COLUMNS} FROM pairs ORDER BY a_id, b_id"))  # noqa: S608


def linking_pairs(connection: Connection, ids: Iterable[int] | NDArray[np.int64]) -> Pairs:
    """Scored pairs of these records that join them without asking."""
    asked = json_ids(ids)
    where = "IN (SELECT value FROM json_each(?)) AND may_link"
    query = (
        f"SELECT {_COLUMNS} FROM pairs WHERE a_id {where} "  # noqa: S608
        f"UNION SELECT {_COLUMNS} FROM pairs WHERE b_id {where} ORDER BY 1, 2"
    )
    return _pairs(fetch(connection, query, asked, asked))


def _pairs(rows: Sequence[Any]) -> Pairs:
    return Pairs(
        a=np.array([row[0] for row in rows], np.int64),
        b=np.array([row[1] for row in rows], np.int64),
        probability=np.array([row[2] for row in rows], np.float64),
        weight=np.array([row[3] for row in rows], np.float64),
        tier=[row[4] for row in rows],
        looks_like=[row[5] for row in rows],
        may_link=np.array([row[6] for row in rows], np.bool_),
    )


def save_pairs(unit: Unit, found: Pairs, changed: Iterable[int] | None) -> None:
    """Replace all pairs, or after a small run those that touch a changed record."""
    if changed is None:
        unit.connection.exec_driver_sql("DELETE FROM pairs")
    else:
        keys = np.array(sorted(changed), np.int64)
        found = found.at(np.flatnonzero(np.isin(found.a, keys) | np.isin(found.b, keys)))
        for side in ("a_id", "b_id"):
            run(
                unit.connection,
                f"DELETE FROM pairs WHERE {side} IN (SELECT value FROM json_each(?))",  # noqa: S608
                (json_ids(keys),),
            )
    numbers = (found.a.tolist(), found.b.tolist(), found.probability.tolist(), found.weight.tolist())
    values = list(zip(*numbers, found.tier, found.looks_like, found.may_link.tolist(), strict=True))
    if values:
        unit.connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO pairs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            values,
        )
