"""A connection and corrections to its patients' phone numbers, put straight into a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from core.connectors._port import FieldChange
from core.corrections.draft import Draft, stage
from core.desk import Desk
from core.store.tables.findings import decisions, findings
from core.store.tables.intake import connections

CAPABLE = {"kinds": [{"kind": "Patient", "can_update": True, "operations": []}]}
NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


def add_connection(desk: Desk, **settings: object) -> None:
    with desk.store.write("test") as unit:
        values = {"write": "on", **settings}
        row = dict(id=1, name="EHR", kind="fhir-r4", role="ehr", secrets={}, capabilities=CAPABLE)
        unit.connection.execute(insert(connections).values(**row, settings=values, created_at=unit.now))


def stage_phone(
    desk: Desk, patient: str, before: str, after: str, hold: timedelta = timedelta(0), asked: tuple[str, ...] = ()
) -> str:
    """Stage one correction of a phone number; gives its id."""
    with desk.store.write(desk.actor) as unit:
        key, decision = f"finding-{patient}", f"de-{patient}"
        row = dict(key=key, rule="mismatch-demographics", status="staged", severity="low", confidence=1, facts={})
        empty = dict(subjects=[], evidence=[], fingerprint="", opened_at=unit.now, changed_at=unit.now)
        unit.connection.execute(insert(findings).values(**row, **empty))
        row = dict(id=decision, finding_key=key, answer="accept", by=desk.actor, at=unit.now)
        unit.connection.execute(insert(decisions).values(**row, takes={}, left_out=[], fingerprint=""))
        change = FieldChange("phone", before, after)
        draft = Draft(kind="update-patient", connection_id=1, target=f"Patient/{patient}", changes=(change,))
        return stage(unit, key, decision, [draft], hold=hold, asked=asked)[0]
