"""The offline pack: what each source left here, its age against its limit, and what a refresh takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.clock import Clock, iso_stamp
from core.desk import Desk
from core.errors import Refused
from core.queries.offline import offline_pack
from core.queries.status import status
from core.store.engine import create
from core.store.tables.intake import connections, pulls, raw_records
from core.store.tables.records import RECORDS
from core.usecases.settings import change_settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An EHR and a billing system, both read 30 hours ago in 12 seconds, and one that was never read."""
    clock = Clock(now=lambda: NOW)
    store, _ = create(tmp_path / "home", "correct horse", clock)
    at = iso_stamp(NOW - timedelta(hours=30))
    with store.write("ana") as unit:
        for number, (name, role) in enumerate((("EHR", "ehr"), ("PM", "pm"), ("Lab", "lab")), 1):
            unit.connection.execute(
                insert(connections).values(
                    id=number, name=name, kind="tables", role=role, settings={}, secrets={}, created_at=at
                )
            )
        for number in (1, 2):
            unit.connection.execute(
                insert(pulls).values(
                    connection_id=number, started_at=at, finished_at=at, outcome="done", counts={"seconds": 12.0}
                )
            )
        for number, (entity, on, gone) in enumerate(
            [
                ("patients", None, None),
                ("patients", None, at),
                ("encounters", "2019-03-01", None),
                ("encounters", "2026-11-20", None),
                ("locations", None, None),
            ],
            1,
        ):
            unit.connection.execute(
                insert(raw_records).values(
                    id=number, connection_id=1, form="table", kind=entity, source_id=str(number), hash=bytes([number]),
                    position="1", fetched_at=at, payload=b"",
                )
            )  # fmt: skip
            unit.connection.execute(
                insert(RECORDS[entity]).values(
                    connection_id=1, ref=f"{entity}/{number}", on_date=on, raw_id=number, fetched_at=at, gone_at=gone,
                    body={},
                )
            )  # fmt: skip
        unit.audit("match", seconds=3.0)
        unit.audit("reconcile", seconds=2.0)
    yield Desk(store, "ana", "owner", clock)
    store.close()


def test_counts_leave_out_what_is_gone_at_the_source(desk):
    pack = offline_pack(desk)
    ehr, pm, _lab = pack.sources
    assert (ehr.patients, ehr.visits, pm.patients) == (1, 2, 0)
    assert (pack.sites, pack.first_on, pack.last_on) == (1, "2019-03-01", "2026-11-20")
    assert ehr.newest_at == iso_stamp(NOW - timedelta(hours=30))


def test_who_people_are_gets_old_sooner_than_bills(desk):
    pack = offline_pack(desk)
    assert [(s.name, s.is_old(NOW)) for s in pack.sources] == [("EHR", True), ("PM", False), ("Lab", True)]
    # What was never read is said as that, not as old, in the strip.
    assert status(desk).old == ("EHR",)
    change_settings(desk, {"offline.identity_hours": 48})
    assert status(desk).old == ()
    change_settings(desk, {"offline.billing_hours": 12})
    assert status(desk).old == ("PM",)


def test_how_long_a_refresh_takes_is_known_once_every_source_was_read(desk):
    assert offline_pack(desk).estimate_s is None
    with desk.store.write("ana") as unit:
        unit.connection.execute(connections.update().where(connections.c.name == "Lab").values(is_paused=1))
    pack = offline_pack(desk)
    assert pack.estimate_s == pytest.approx(12 + 12 + 3 + 2)
    assert [source.name for source in pack.old(NOW)] == ["EHR"]


def test_an_auditor_does_not_see_it(desk):
    with pytest.raises(Refused):
        offline_pack(Desk(desk.store, "cy", "auditor", desk.clock))
