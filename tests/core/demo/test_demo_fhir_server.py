"""The small FHIR server over real HTTP: reading, paging, versions, idempotency, persistence, a clean end."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.demo.fhir_server import FhirServer
from core.demo.profile import ServerProfile, TypeProfile, writable
from core.demo.versions import VersionedStore
from core.errors import Damaged

PROFILE = ServerProfile(
    "Test practice",
    (
        writable("Patient", "create", "update", "patch", "delete", operations=("merge",)),
        writable("ChargeItem", "create", "update"),
        TypeProfile("Encounter"),
        TypeProfile("Appointment"),
    ),
)


class SteppingClock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def a_patient(number: int, family: str = "Quillfeather", **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "meta": {"lastUpdated": f"2026-06-01T00:00:{number % 60:02d}.000Z"},
        "identifier": [{"system": "urn:mrn", "value": f"M{number}"}],
        "name": [{"family": family, "given": ["Zoë"]}],
        "birthDate": "1984-03-05",
        **fields,
    }


def a_charge(patient: str = "p1", **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "ChargeItem",
        "status": "billable",
        "code": {"coding": [{"system": "urn:codes", "code": "99213"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "occurrenceDateTime": "2026-06-01",
        **fields,
    }


@pytest.fixture
def store() -> VersionedStore:
    store = VersionedStore(SteppingClock())
    store.seed(a_patient(number) for number in range(1, 8))
    return store


@pytest.fixture
def client(store: VersionedStore):
    with FhirServer.over(store, PROFILE, clock=SteppingClock()) as server, httpx.Client(base_url=server.base) as client:
        yield client


def pages(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    found, url = [], path
    while url:
        bundle = client.get(url).raise_for_status().json()
        found.append(bundle)
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    return found


def ids(bundles: list[dict[str, Any]]) -> list[str]:
    return [entry["resource"]["id"] for bundle in bundles for entry in bundle.get("entry", [])]


def test_metadata_declares_what_the_server_does(client: httpx.Client) -> None:
    statement = client.get("/metadata").json()
    rows = {row["type"]: row for row in statement["rest"][0]["resource"]}
    assert statement["fhirVersion"] == "4.0.1"
    assert {i["code"] for i in rows["Encounter"]["interaction"]} == {"read", "vread", "history-instance", "search-type"}
    assert {"create", "update", "patch"} <= {i["code"] for i in rows["Patient"]["interaction"]}
    assert rows["Patient"]["operation"][0]["name"] == "merge"
    assert rows["Patient"]["versioning"] == "versioned-update"
    assert "birthdate" in {p["name"] for p in rows["Patient"]["searchParam"]}


def test_pages_show_one_snapshot_while_records_change(client: httpx.Client, store: VersionedStore) -> None:
    first = client.get("/Patient", params={"_count": 3}).json()
    store.seed([a_patient(99)])
    rest = pages(client, next(link["url"] for link in first["link"] if link["relation"] == "next"))
    assert ids([first, *rest]) == [f"p{n}" for n in range(1, 8)]
    assert "p99" in ids(pages(client, "/Patient?_count=3"))


def test_a_page_link_can_be_fetched_twice(client: httpx.Client) -> None:
    first = client.get("/Patient", params={"_count": 3}).json()
    url = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert ids([client.get(url).json()]) == ids([client.get(url).json()]) == ["p4", "p5", "p6"]


def test_an_unknown_page_link_is_gone(client: httpx.Client) -> None:
    answer = client.get("", params={"_page": "nothing.3"})
    assert answer.status_code == 410
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"_id": "p2,p5"}, ["p2", "p5"]),
        ({"identifier": "urn:mrn|M3"}, ["p3"]),
        ({"identifier": "urn:other|M3"}, []),
        ({"identifier": "M3"}, ["p3"]),
        ({"family": "quill", "_id": "p1"}, ["p1"]),
        ({"name": "zoe", "_id": "p1"}, ["p1"]),
        ({"birthdate": "1984-03", "_id": "p1"}, ["p1"]),
        ({"birthdate": "gt1984-03-05"}, []),
        ({"birthdate": "le1984-03-05", "_id": "p1"}, ["p1"]),
        ({"_lastUpdated": ["ge2026-06-01T00:00:03Z", "lt2026-06-01T00:00:05Z"]}, ["p3", "p4"]),
        ({"_lastUpdated": "gt2026-06-01T00:00:06.000Z"}, ["p7"]),
        ({"_lastUpdated": "le2026-06-01T00:00:01+00:00"}, ["p1"]),
    ],
)
def test_search_filters(client: httpx.Client, query: dict[str, Any], expected: list[str]) -> None:
    assert ids([client.get("/Patient", params=query).json()]) == expected
    assert ids([client.post("/Patient/_search", data=query).json()]) == expected


def test_dates_without_offset_are_the_practices_dates(client: httpx.Client, store: VersionedStore) -> None:
    store.seed(
        [
            {
                "resourceType": "Encounter",
                "id": "late",
                "status": "finished",
                "class": {"code": "AMB"},
                "subject": {"reference": "Patient/p1"},
                "period": {"start": "2026-06-03T00:30:00Z", "end": "2026-06-03T00:50:00Z"},
            }
        ]
    )
    assert ids([client.get("/Encounter", params={"date": "2026-06-02", "patient": "p1"}).json()]) == ["late"]
    assert ids([client.get("/Encounter", params={"date": "2026-06-03"}).json()]) == []
    assert ids([client.get("/Encounter", params={"subject": "Patient/p1"}).json()]) == ["late"]
    assert ids([client.get("/Encounter", params={"patient": "p2"}).json()]) == []


def test_self_link_names_only_what_was_applied(client: httpx.Client) -> None:
    bundle = client.get("/Patient", params={"birthdate": "1984", "favourite-colour": "green"}).json()
    url = next(link["url"] for link in bundle["link"] if link["relation"] == "self")
    assert "birthdate=1984" in url
    assert "colour" not in url


def test_strict_search_refuses_an_unknown_parameter(client: httpx.Client) -> None:
    answer = client.get("/Patient", params={"favourite-colour": "green"}, headers={"Prefer": "handling=strict"})
    assert answer.status_code == 400


def test_server_time_is_told(client: httpx.Client) -> None:
    answer = client.get("/Patient")
    assert answer.json()["meta"]["lastUpdated"].startswith("2026-06-30T12:")
    assert answer.headers["date"].startswith("Tue, 30 Jun 2026 12:")


def test_update_needs_the_version_that_was_read(client: httpx.Client) -> None:
    read = client.get("/Patient/p1")
    resource = read.json() | {"gender": "female"}
    assert read.headers["etag"] == 'W/"1"'
    assert client.put("/Patient/p1", json=resource).status_code == 428
    done = client.put("/Patient/p1", json=resource, headers={"If-Match": read.headers["etag"]})
    assert (done.status_code, done.headers["etag"], done.json()["meta"]["versionId"]) == (200, 'W/"2"', "2")
    stale = client.put("/Patient/p1", json=resource | {"gender": "male"}, headers={"If-Match": 'W/"1"'})
    assert stale.status_code == 412
    assert stale.json()["issue"][0]["code"] == "conflict"
    assert client.get("/Patient/p1").json()["gender"] == "female"
    assert "gender" not in client.get("/Patient/p1/_history/1").json()
    assert [e["resource"]["meta"]["versionId"] for e in client.get("/Patient/p1/_history").json()["entry"]] == [
        "2",
        "1",
    ]


def test_two_updates_of_one_version_let_exactly_one_through(client: httpx.Client) -> None:
    resource = client.get("/Patient/p1").json()
    start = threading.Barrier(8)
    statuses = []

    def send(number: int) -> None:
        start.wait()
        body = resource | {"telecom": [{"system": "phone", "value": str(number)}]}
        statuses.append(client.put("/Patient/p1", json=body, headers={"If-Match": 'W/"1"'}).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [412] * 7


def test_create_says_where_the_record_is(client: httpx.Client) -> None:
    answer = client.post("/ChargeItem", json=a_charge())
    assert answer.status_code == 201
    assert client.get(answer.headers["location"]).json()["code"] == a_charge()["code"]
    minimal = client.post("/ChargeItem", json=a_charge(), headers={"Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (201, b"")


@pytest.mark.parametrize("header", ["X-Idempotency-Key", "X-Transaction-Id"])
def test_a_repeated_key_makes_no_second_record(client: httpx.Client, header: str) -> None:
    first, second = (client.post("/ChargeItem", json=a_charge(), headers={header: "k1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert client.get("/ChargeItem").json()["total"] == 1
    assert client.post("/Patient", json=a_patient(1), headers={header: "k1"}).status_code == 422


def test_a_repeated_update_is_answered_with_its_first_result(client: httpx.Client) -> None:
    resource = client.get("/Patient/p1").json() | {"gender": "female"}
    headers = {"If-Match": 'W/"1"', "X-Idempotency-Key": "u1"}
    first, second = (client.put("/Patient/p1", json=resource, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["etag"] == second.headers["etag"] == 'W/"2"'


def test_a_business_identifier_makes_no_second_record(client: httpx.Client) -> None:
    charge = a_charge(identifier=[{"system": "urn:chartmend:correction", "value": "c-7"}])
    first, second = (client.post("/ChargeItem", json=charge) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_if_none_exist_creates_at_most_once(client: httpx.Client) -> None:
    charge = a_charge(identifier=[{"system": "urn:c", "value": "7"}])
    header = {"If-None-Exist": "identifier=urn:c|7"}
    statuses = [client.post("/ChargeItem", json=charge, headers=header).status_code for _ in range(2)]
    client.post("/ChargeItem", json=charge)
    assert [*statuses, client.post("/ChargeItem", json=charge, headers=header).status_code] == [201, 200, 412]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (a_charge(patient="nobody"), 422),
        ({k: v for k, v in a_charge().items() if k != "status"}, 422),
        (a_charge(quantity={"value": "many"}), 422),
        (a_patient(1), 400),
        ([1, 2], 400),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(client: httpx.Client, body: Any, status: int) -> None:
    answer = client.post("/ChargeItem", json=body)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert client.get("/ChargeItem").json()["total"] == 0


def test_what_is_not_offered_is_refused(client: httpx.Client) -> None:
    encounter = {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"}}
    assert client.post("/Encounter", json=encounter).status_code == 405
    assert client.get("/Observation").status_code == 404
    assert client.post("", json={"resourceType": "Bundle", "type": "transaction"}).status_code == 404
    assert (
        client.post("/Patient", content=b"<Patient/>", headers={"Content-Type": "application/fhir+xml"}).status_code
        == 415
    )
    assert client.get("/Patient", headers={"Accept": "application/fhir+xml"}).status_code == 406


def test_a_deleted_record_is_gone(client: httpx.Client) -> None:
    assert client.get("/Patient/nobody").status_code == 404
    assert client.delete("/Patient/p1").status_code == 204
    assert client.delete("/Patient/p1").status_code == 204
    assert client.get("/Patient/p1").status_code == 410
    assert client.get("/Patient/p1/_history/1").status_code == 200
    assert "p1" not in ids(pages(client, "/Patient"))


def test_json_patch_changes_one_field(client: httpx.Client) -> None:
    operations = [
        {"op": "test", "path": "/birthDate", "value": "1984-03-05"},
        {"op": "replace", "path": "/name/0/family", "value": "Quillfeather-Stone"},
        {"op": "add", "path": "/name/0/given/-", "value": "Ann"},
    ]
    headers = {"Content-Type": "application/json-patch+json", "If-Match": 'W/"1"'}
    done = client.patch("/Patient/p1", json=operations, headers=headers)
    assert done.json()["name"] == [{"family": "Quillfeather-Stone", "given": ["Zoë", "Ann"]}]
    again = client.patch("/Patient/p1", json=operations[:1], headers=headers)
    assert again.status_code == 412
    wrong = [{"op": "test", "path": "/birthDate", "value": "1900-01-01"}, operations[1]]
    refused = client.patch("/Patient/p1", json=wrong, headers=headers | {"If-Match": 'W/"2"'})
    assert refused.status_code == 422


def merge_parameters(source: str, target: str, **more: Any) -> dict[str, Any]:
    parts = [
        {"name": "source-patient", "valueReference": {"reference": f"Patient/{source}"}},
        {"name": "target-patient", "valueReference": {"reference": f"Patient/{target}"}},
        *({"name": name, "valueBoolean": value} for name, value in more.items()),
    ]
    return {"resourceType": "Parameters", "parameter": parts}


def test_merge_folds_one_patient_into_the_other(client: httpx.Client) -> None:
    charge = client.post("/ChargeItem", json=a_charge("p2")).json()
    preview = client.post("/Patient/$merge", json=merge_parameters("p2", "p1", preview=True))
    assert preview.status_code == 200
    assert client.get("/Patient/p2").headers["etag"] == 'W/"1"'
    assert client.post("/Patient/$merge", json=merge_parameters("p2", "p1")).status_code == 200
    folded, kept = client.get("/Patient/p2").json(), client.get("/Patient/p1").json()
    assert folded["active"] is False
    assert folded["link"] == [{"other": {"reference": "Patient/p1"}, "type": "replaced-by"}]
    assert kept["link"] == [{"other": {"reference": "Patient/p2"}, "type": "replaces"}]
    assert client.get(f"/ChargeItem/{charge['id']}").json()["subject"] == {"reference": "Patient/p1"}
    assert client.post("/Patient/$merge", json=merge_parameters("p2", "p1")).status_code == 422


def test_a_restarted_server_goes_on_with_the_same_records(tmp_path: Path) -> None:
    log = tmp_path / "server.ndjson"
    store = VersionedStore(SteppingClock(), log)
    store.seed([a_patient(1), a_patient(2)])
    with FhirServer.over(store, PROFILE) as server, httpx.Client(base_url=server.base) as client:
        resource = client.get("/Patient/p1").json() | {"gender": "female"}
        headers = {"If-Match": 'W/"1"', "X-Idempotency-Key": "u1"}
        written = client.put("/Patient/p1", json=resource, headers=headers).json()
        client.delete("/Patient/p2")
    with (
        FhirServer.over(VersionedStore(SteppingClock(), log), PROFILE) as server,
        httpx.Client(base_url=server.base) as client,
    ):
        assert client.get("/Patient/p1").json() == written
        assert client.get("/Patient/p1/_history/1").status_code == 200
        assert client.get("/Patient/p2").status_code == 410
        assert client.put("/Patient/p1", json=resource, headers=headers).json() == written


def test_a_log_line_that_was_cut_is_dropped_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    log = tmp_path / "server.ndjson"
    VersionedStore(SteppingClock(), log).seed([a_patient(1), a_patient(2)])
    content = log.read_bytes()
    log.write_bytes(content[:-20])
    store = VersionedStore(SteppingClock(), log)
    assert [version.id for version in store.living("Patient")] == ["p1"]
    store.seed([a_patient(3)])
    assert [v.id for v in VersionedStore(SteppingClock(), log).living("Patient")] == ["p1", "p3"]
    log.write_bytes(b"rubbish\n" + content)
    with pytest.raises(Damaged, match="line 1"):
        VersionedStore(SteppingClock(), log)


def test_stop_ends_every_thread_even_with_open_connections(store: VersionedStore) -> None:
    before = set(threading.enumerate())
    server = FhirServer.over(store, PROFILE).start()
    with httpx.Client(base_url=server.base) as client:
        client.get("/Patient")  # keeps its connection open
        assert set(threading.enumerate()) - before
        server.stop()
        assert set(threading.enumerate()) - before == set()
        with pytest.raises(httpx.TransportError):
            client.get("/Patient")


def test_a_taken_port_leads_to_a_free_one(store: VersionedStore) -> None:
    with FhirServer.over(store, PROFILE) as first, FhirServer.over(store, PROFILE, port=first.port) as second:
        assert second.port != first.port
        assert httpx.get(f"{second.base}/metadata").status_code == 200
