"""Our FHIR client at a server that was written elsewhere: pages, changes only, reading back, versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson
import pytest
from sekmet_server import FHIR_JSON, Peer

from core.connectors._port import FieldChange, Order, RawPage, Settings
from core.connectors.fhir_r4 import FhirR4
from core.errors import Gone, NotFound, VersionConflict
from core.jobs import Job

Connect = Callable[[Peer], FhirR4]


@pytest.fixture
def connect() -> Iterator[Connect]:
    made: list[FhirR4] = []

    def connecting(peer: Peer) -> FhirR4:
        made.append(FhirR4(Settings(name="ehr", kind="fhir-r4", role="ehr", url=peer.base_url)))
        return made[-1]

    yield connecting
    for one in made:
        one.close()


def pull(connector: FhirR4, stream: str, since: str | None = None) -> list[RawPage]:
    return list(connector.pull(stream, since, None, Job()))


def test_every_declared_stream_is_read_to_its_end_and_back_record_by_record(peer: Peer, connect: Connect) -> None:
    connector = connect(peer)
    streams = connector.streams()
    assert {"Patient", "Encounter", "Claim"} <= set(streams)
    for stream in streams:
        pages = pull(connector, stream)
        items = [item for page in pages for item in page.items]
        assert pages[-1].is_last and not [piece for page in pages for piece in page.unreadable]
        assert len({item.id for item in items}) == len(items)
        for item in items[:3]:
            again = connector.read(f"{stream}/{item.id}")
            assert (again.version, again.payload) == (item.version, item.payload)


def test_number_of_records_is_what_the_server_counts(peer: Peer, connect: Connect) -> None:
    with peer.client() as client:
        total = client.get("Encounter", params={"_summary": "count"}).json()["total"]
    assert sum(len(page.items) for page in pull(connect(peer), "Encounter")) == total


def test_changes_only_come_where_the_server_filters_else_everything_does(
    peer_to_change: Peer, connect: Connect
) -> None:
    connector = connect(peer_to_change)
    everything = pull(connector, "Patient")
    since = everything[-1].watermark
    assert since
    with peer_to_change.client() as client:
        mine = {"resourceType": "Patient", "id": "late-comer", "name": [{"family": "Later"}]}
        client.put("Patient/late-comer", json=mine, headers=FHIR_JSON).raise_for_status()
    changed = pull(connector, "Patient", since)
    assert "late-comer" in {item.id for page in changed for item in page.items}
    if not changed[-1].is_snapshot:  # it filters: then the far future is empty
        future = pull(connector, "Patient", "2190-01-01T00:00:00Z")
        assert [page.items for page in future] == [()]


def test_update_carries_the_version_and_a_second_one_on_the_old_version_is_a_412(
    peer_to_change: Peer, connect: Connect
) -> None:
    connector = connect(peer_to_change)
    with peer_to_change.client() as client:
        body = b'{"resourceType":"Patient","id":"exact","birthDate":"1980-01-01","multipleBirthInteger":2}'
        client.put("Patient/exact", content=body, headers=FHIR_JSON).raise_for_status()
    seen = connector.read("Patient/exact")
    order = Order(
        id="co1", kind="update-patient", target="Patient/exact", idempotency_key="k",
        changes=(FieldChange("birth_date", "1980-01-01", "1980-02-01"),),
    )  # fmt: skip
    accepted = connector.write(order, seen)
    now = connector.read("Patient/exact")
    assert orjson.loads(now.payload)["birthDate"] == "1980-02-01"
    assert orjson.loads(now.payload)["multipleBirthInteger"] == 2
    assert accepted.version == now.version != seen.version
    with pytest.raises(VersionConflict):
        connect(peer_to_change).write(order, seen)


def test_deleted_and_unknown_records_are_told(peer_to_change: Peer, connect: Connect) -> None:
    with peer_to_change.client() as client:
        mine = {"resourceType": "Patient", "id": "leaver"}
        client.put("Patient/leaver", json=mine, headers=FHIR_JSON).raise_for_status()
        client.delete("Patient/leaver").raise_for_status()
    with pytest.raises(Gone):
        connect(peer_to_change).read("Patient/leaver")
    with pytest.raises(NotFound):
        connect(peer_to_change).read("Patient/never-was")
