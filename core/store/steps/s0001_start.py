"""Schema 1: the first.

Until the first release it makes the tables as they stand; the release freezes it as plain statements, because a step
that has run at a practice never changes.
"""

from __future__ import annotations

from sqlalchemy import Connection

from core.store.steps import Step
from core.store.tables import metadata

_GUARDS = [
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
    for verb in ("update", "delete")
]


def _run(connection: Connection) -> None:
    metadata.create_all(connection)
    for guard in _GUARDS:
        connection.exec_driver_sql(guard)


STEP = Step("0001-start", 1, _run)
