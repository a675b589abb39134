"""A clock for backups, and what every test of them asks of a store."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from core.audit.trail import verify
from core.store.engine import open_store
from core.store.tables.people import persons

PHRASE = "correct horse"


class Watch:
    """Stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **step: float) -> None:
        self.at += timedelta(**step)


def people_in(home: Path, phrase: str = PHRASE) -> int:
    """Open a store afresh, check its trail, count its people."""
    store = open_store(home, phrase)
    try:
        assert verify(store).is_whole
        with store.read() as connection:
            return connection.execute(select(func.count()).select_from(persons)).scalar_one()
    finally:
        store.close()
