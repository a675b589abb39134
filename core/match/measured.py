"""The model measured by what people decided."""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection

from core.match.again import score_again
from core.match.plan import promised_plan
from core.match.saved import read_model
from core.store.engine import Store
from matching.calibrate import Calibration, Decided, calibrate


def measured(store: Store, connection: Connection) -> Calibration:
    """The calibration by the decisions that stand now. What systems say themselves is no answer to our question."""
    promised, model = promised_plan(connection), read_model(store, connection)
    query = "SELECT a_id, b_id, is_same FROM judgements WHERE decision_id IS NOT NULL ORDER BY a_id, b_id"
    rows = connection.exec_driver_sql(query).all() if model else []
    if model is None or not rows:
        return calibrate(Decided(np.zeros(0), np.zeros(0, np.bool_), []), promised)
    said = np.array([tuple(row) for row in rows], np.int64)
    scored = score_again(connection, model[1], promised, said[:, 0], said[:, 1])
    same = said[scored.places, 2].astype(np.bool_)
    return calibrate(Decided(scored.probability, same, scored.tier), promised)
