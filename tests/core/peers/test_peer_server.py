"""How the foreign FHIR server really behaves, asked with a bare HTTP client: what the connector may count on."""

import time
import uuid

import httpx
import jwt
import pytest
from sekmet_server import FHIR_JSON, Peer, SmartPeer

CHARGE = {
    "resourceType": "ChargeItem",
    "status": "billable",
    "identifier": [{"system": "urn:example:charges", "value": "c-1"}],
    "code": {"coding": [{"system": "urn:example:codes", "code": "V100"}]},
    "subject": {"reference": "Patient/edward-again"},
    "context": {"reference": "Encounter/edward-again-visit"},
}


def _resources(client: httpx.Client, address: str) -> list[dict]:
    """All matches of a search over all its pages, following the server's own next links."""
    found = []
    while address:
        page = client.get(address).raise_for_status().json()
        found += [entry["resource"] for entry in page.get("entry", []) if entry["search"]["mode"] == "match"]
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    return found


def test_peer_says_it_is_r4(peer: Peer):
    with peer.client() as client:
        assert client.get("metadata").json()["fhirVersion"] == "4.0.1"


def test_peer_holds_the_six_patients_and_two_duplicates(peer: Peer):
    with peer.client() as client:
        names = sorted((p["name"][0]["family"], p["name"][0]["given"][0]) for p in _resources(client, "Patient"))
    assert names == [
        ("Castellanos", "Antonio"),
        ("Gulgowski", "Ed"),
        ("Gulgowski", "Edward"),
        ("Hintz", "Ned"),
        ("Hoeger", "Buster"),
        ("Mejia", "Gustavo"),
        ("Mejía", "Gustavo"),
        ("Wiegand", "Luigi"),
    ]


def test_search_pages_bring_each_record_once(peer: Peer):
    with peer.client() as client:
        total = client.get("Encounter").json()["total"]
        ids = [encounter["id"] for encounter in _resources(client, "Encounter?_count=7&_sort=_lastUpdated")]
    assert len(ids) == len(set(ids)) == total == 36


def _a_patient(client: httpx.Client, patient_id: str) -> httpx.Response:
    """Puts a patient of this test's own on the server; returns the answer to reading it."""
    patient = {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Testman"}], "gender": "female"}
    client.put(f"Patient/{patient_id}", json=patient, headers=FHIR_JSON).raise_for_status()
    return client.get(f"Patient/{patient_id}")


def test_update_with_stale_version_is_refused_and_changes_nothing(peer_to_change: Peer):
    with peer_to_change.client() as client:
        before = _a_patient(client, "stale")
        changed = before.json() | {"gender": "unknown"}
        refused = client.put("Patient/stale", json=changed, headers={**FHIR_JSON, "If-Match": 'W/"99"'})
        after = client.get("Patient/stale")
    assert refused.status_code == 412
    assert refused.json()["resourceType"] == "OperationOutcome"
    assert (after.headers["ETag"], after.json()) == (before.headers["ETag"], before.json())


def test_update_with_current_version_is_taken_and_read_back(peer_to_change: Peer):
    with peer_to_change.client() as client:
        before = _a_patient(client, "current")
        changed = before.json() | {"gender": "unknown"}
        headers = {**FHIR_JSON, "If-Match": before.headers["ETag"]}
        taken = client.put("Patient/current", json=changed, headers=headers)
        after = client.get("Patient/current")
        second = client.put("Patient/current", json=changed, headers=headers)
    assert taken.status_code == 200
    assert after.json()["gender"] == "unknown"
    assert after.headers["ETag"] == taken.headers["ETag"] != before.headers["ETag"]
    assert second.status_code == 412


def test_duplicate_can_be_marked_as_replaced(peer_to_change: Peer):
    with peer_to_change.client() as client:
        _a_patient(client, "kept")
        folded = _a_patient(client, "folded")
        link = {"other": {"reference": "Patient/kept"}, "type": "replaced-by"}
        headers = {**FHIR_JSON, "If-Match": folded.headers["ETag"]}
        client.put("Patient/folded", json=folded.json() | {"active": False, "link": [link]}, headers=headers)
        after = client.get("Patient/folded").json()
    assert (after["active"], after["link"]) == (False, [link])


def test_search_by_last_updated_finds_only_what_changed_since(peer_to_change: Peer):
    with peer_to_change.client() as client:
        first = _a_patient(client, "timed-first").json()
        second = _a_patient(client, "timed-second").json()
        changed_since = _resources(client, f"Patient?_lastUpdated=gt{first['meta']['lastUpdated']}")
        assert first["meta"]["lastUpdated"] < second["meta"]["lastUpdated"]
    assert [patient["id"] for patient in changed_since] == ["timed-second"]


def test_unknown_search_parameter_is_ignored_and_missing_from_the_self_link(peer: Peer):
    with peer.client() as client:
        page = client.get("Patient?favourite-colour=blue").json()
    self_link = next(link["url"] for link in page["link"] if link["relation"] == "self")
    assert page["total"] == 8
    assert "favourite-colour" not in self_link


def test_charge_created_twice_under_one_identifier_exists_once(peer_to_change: Peer):
    headers = {**FHIR_JSON, "If-None-Exist": "identifier=urn:example:charges|c-1"}
    with peer_to_change.client() as client:
        first = client.post("ChargeItem", json=CHARGE, headers=headers)
        second = client.post("ChargeItem", json=CHARGE, headers=headers)
        found = _resources(client, "ChargeItem?context=Encounter/edward-again-visit")
    assert (first.status_code, second.status_code) == (201, 200)
    assert [charge["id"] for charge in found] == [first.json()["id"]] == [second.json()["id"]]


def test_deleted_record_answers_gone(peer_to_change: Peer):
    with peer_to_change.client() as client:
        _a_patient(client, "deleted")
        client.delete("Patient/deleted").raise_for_status()
        assert client.get("Patient/deleted").status_code == 410


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_signed_assertion_opens_the_closed_peer(smart_peer: SmartPeer, algorithm: str):
    smart = smart_peer.clients[algorithm]
    claims = {
        "iss": smart.client_id,
        "sub": smart.client_id,
        "aud": smart.token_url,
        "exp": int(time.time()) + 240,
        "jti": str(uuid.uuid4()),
    }
    assertion = jwt.encode(claims, smart.private_key_pem, algorithm, headers={"kid": smart.key_id})
    form = {
        "grant_type": "client_credentials",
        "scope": "system/Patient.read",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    with smart_peer.peer.client() as client:
        assert client.get("Patient").status_code == 401
        token = client.post(smart.token_url, data=form).raise_for_status().json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get("Patient", headers=bearer).json()["total"] == 8
        assert client.get("Encounter", headers=bearer).status_code == 403
        assert client.post(smart.token_url, data=form).status_code == 401  # an assertion works once
