"""A small practice as a folder of tables: two systems, written anew whenever a test changes its rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from core.desk import Desk
from core.match.run import match
from core.queries.findings import list_findings
from core.reconcile.run import ReconcileResult, reconcile
from core.store.tables.findings import findings
from core.store.tables.people import visits
from core.sync.pull import pull

DAY = date(2026, 6, 1)
PEOPLE = (
    ("Zoltan", "Quist", "1951-11-30"),
    ("Maria", "Alvarez", "1980-02-03"),
    ("Birgit", "Oduya", "1967-08-19"),
    ("Kwame", "Lindqvist", "2001-05-12"),
    ("Priya", "Novak", "1944-01-07"),
)


class MovableClock:
    """What time it is, as the test says."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.seconds = 0

    def __call__(self) -> datetime:
        self.seconds += 1
        return datetime(self.on.year, self.on.month, self.on.day, 18, tzinfo=UTC) + timedelta(seconds=self.seconds)


@dataclass
class TablePractice:
    """Rows by entity; `look` writes them, pulls, matches and reconciles."""

    desk: Desk
    folder: Path
    clock: MovableClock
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, entity: str, **row: Any) -> dict[str, Any]:
        self.rows.setdefault(entity, []).append(row)
        return row

    def drop(self, entity: str, row_id: str) -> None:
        self.rows[entity] = [row for row in self.rows[entity] if row["id"] != row_id]

    def person(self, number: str, **more: Any) -> None:
        """One person with a record in each system, known to be one."""
        given, family, born = PEOPLE[int(number)]
        people = {"given_name": given, "family_name": family, "dob": born, "golden_id": f"g{number}"}
        self.add("patients", id=f"e{number}", source="E", mrn=f"E{number}", **{**people, **more})
        self.add("patients", id=f"p{number}", source="P", mrn=f"P{number}", **{**people, **more})

    def visit(self, number: str, on: date = DAY, **more: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "patient": "e1", "start": f"{on}T09:00:00", "end": f"{on}T09:20:00", "status": "finished",
            "class": "ambulatory", "type": "office", "providers": [{"role": "rendering", "provider": "d1"}],
            "diagnoses": [{"code": "I10", "rank": 1}],
        }  # fmt: skip
        return self.add("encounters", id=number, source="E", **{**fields, **more})

    def charge(self, number: str, on: date = DAY, **more: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "patient": "p1", "dos_from": str(on), "status": "ready", "code": "99213", "units": 1, "amount": 15800,
            "rendering": "d1", "diagnoses": [{"code": "I10", "rank": 1}], "kind": "professional",
        }  # fmt: skip
        return self.add("charges", id=number, source="P", **{**fields, **more})

    def look(self, *, with_pull: bool = True) -> ReconcileResult:
        if with_pull:
            self.write()
            pull(self.desk, "both")
        match(self.desk)
        return reconcile(self.desk)

    def write(self) -> None:
        for old in self.folder.glob("*.ndjson"):
            old.unlink()
        for entity, rows in self.rows.items():
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / f"{entity}.ndjson").write_text(text, encoding="utf-8")

    def found(self, status: str | None = "open") -> dict[str, list[str]]:
        """Rule -> first subjects of its findings."""
        said: dict[str, list[str]] = {}
        for finding in list_findings(self.desk, status=status):
            said.setdefault(finding["rule"], []).append(finding["subjects"][0]["id"])
        return {rule: sorted(subjects) for rule, subjects in said.items()}

    def one(self, rule: str) -> dict[str, Any]:
        """The only finding of a rule, whatever its status."""
        (finding,) = list_findings(self.desk, rule=rule)
        return finding

    def mark(self, key: str, status: str) -> None:
        """What a decision does to a finding."""
        with self.desk.store.write("ana") as unit:
            unit.connection.execute(update(findings).where(findings.c.key == key).values(status=status))

    def visit_rows(self) -> list[dict[str, Any]]:
        with self.desk.store.read() as connection:
            return [dict(row) for row in connection.execute(select(visits).order_by(visits.c.id)).mappings()]
