"""What holds for any delivery: twice is once, any order ends with the newest, and raw gives the same records again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_makers import fhir
from intake_world import Lander, canonical, open_desk

from core.ingest.rebuild import rebuild

_version = st.tuples(
    st.sampled_from(["Patient", "Encounter", "ChargeItem", "Organization"]),
    st.sampled_from(["a", "b"]),
    st.integers(1, 6),
)


def item(kind: str, record_id: str, version: int):
    """One version of one record: its content follows from its version."""
    meta = {"versionId": str(version), "lastUpdated": f"2026-05-01T10:00:{version:02}Z"}
    content = {
        "Patient": {"name": [{"family": f"Name{version}"}]},
        "Encounter": {"subject": {"reference": f"Patient/{'ab'[version % 2]}"}, "status": "finished"},
        "ChargeItem": {"subject": {"reference": "Patient/a"}, "priceOverride": {"value": version}},
        "Organization": {"name": "O", "type": [{"coding": [{"code": "pay" if version % 2 else "prov"}]}]},
    }[kind]
    return fhir(kind, id=record_id, meta=meta, version=str(version), **content)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Lander]]:
    """A fresh connection for each example, in one store."""
    desk = open_desk(tmp_path_factory.mktemp("properties"))
    names = itertools.count()
    yield lambda: Lander(desk, f"system-{next(names)}")
    desk.close()


def raw(lander: Lander):
    columns = "id, is_current, fetched_at, gone_at"
    return lander.rows(f"SELECT {columns} FROM raw_records WHERE connection_id = {lander.connection_id}")


@given(st.lists(_version, max_size=12), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_landing_twice_is_landing_once(world, versions, page_size):
    lander = world()
    pages = [versions[start : start + page_size] for start in range(0, len(versions), page_size)]
    for page in pages:
        lander(*(item(*version) for version in page))
    before = canonical(lander), raw(lander)
    for page in pages:
        assert lander(*(item(*version) for version in page)).landed == 0
    assert (canonical(lander), raw(lander)) == before


@given(st.permutations(range(1, 6)), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_any_order_of_versions_ends_with_the_newest(world, order, page_size):
    lander = world()
    for start in range(0, len(order), page_size):
        lander(*(item("Patient", "a", version) for version in order[start : start + page_size]))
    ((body,),) = lander.rows(f"SELECT body FROM patients WHERE connection_id = {lander.connection_id}")
    assert f"Name{max(order)}" in body
    assert [row[1] for row in raw(lander)].count(1) == 1


@given(st.lists(st.tuples(_version, st.booleans()), max_size=12))
@settings(max_examples=40, deadline=None)
def test_records_made_again_from_raw_are_the_same(world, steps):
    lander = world()
    for version, is_deleted in steps:
        lander(item(*version), deleted=(version[:2],) if is_deleted else ())
    before = canonical(lander)
    lander.clear_queues()
    rebuild(lander.desk, name=lander.name)
    assert canonical(lander) == before
    assert lander.rows("SELECT * FROM case_queue") == []


def test_bodies_lost_are_made_again_from_raw(lander):
    for kind, record_id in itertools.product(("Patient", "Encounter", "ChargeItem", "Organization"), "ab"):
        lander(item(kind, record_id, 1), item(kind, record_id, 3))
    before = canonical(lander)
    with lander.desk.store.write("test") as unit:
        for table in ("patients", "encounters", "charges"):
            unit.connection.exec_driver_sql(f"UPDATE {table} SET body = '{{}}', patient = NULL, notes = NULL")
        unit.connection.exec_driver_sql("DELETE FROM payers")
    assert canonical(lander) != before
    assert rebuild(lander.desk) == 8
    assert canonical(lander) == before
