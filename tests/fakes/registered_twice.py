"""A practice in which thirty people are registered twice in one system, and many are not."""

from __future__ import annotations

import csv
import json
import secrets
from pathlib import Path

from core.clock import Clock
from core.desk import Desk
from core.match.run import match
from core.reconcile.run import reconcile
from core.store.engine import Store
from core.sync.pull import pull
from core.usecases.connections import add_connection

PEOPLE = Path(__file__).resolve().parents[1] / "data" / "people" / "population_800.csv"
TWICE = 30


def people() -> list[dict[str, str]]:
    """No two of a household: they share a phone."""
    with PEOPLE.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["phone"] and row["dob"] and row["first_name"]]
    seen: dict[str, dict[str, str]] = {}
    for row in rows:
        seen.setdefault(row["phone"], row)
    return list(seen.values())[:120]


def registered_twice(at: Path) -> Desk:
    """An owner's desk on its store: pulled, matched and reconciled."""
    folder, home = at / "tables", at / "home"
    folder.mkdir()
    home.mkdir()
    rows: dict[str, list[dict[str, str]]] = {"sources": [{"id": "P", "role": "pm", "name": "Ledger"}], "patients": []}
    for number, row in enumerate(people()):
        body = {
            "source": "P", "given_name": row["first_name"], "family_name": row["last_name"], "dob": row["dob"],
            "sex": row["sex"] or "f", "phone": row["phone"], "street": row["address"], "zip": row["zip"],
        }  # fmt: skip
        for again in range(2 if number < TWICE else 1):
            rows["patients"].append({"id": f"{number}-{again}", "mrn": f"M{number}{again}", **body})
    for entity, lines in rows.items():
        (folder / f"{entity}.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    desk = Desk(Store(home, secrets.token_bytes(32), Clock()), "rita", "owner", Clock())
    add_connection(desk, name="both", kind="tables", role="pm", path=str(folder))
    pull(desk, "both")
    match(desk)
    reconcile(desk)
    return desk
