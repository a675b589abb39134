"""Both demo servers over a folder: made once, continued later, found by others, and made to misbehave on request."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from core.demo.servers import CLIENT_ID, DemoServers, find_running, remote_controls
from core.demo.sign_in import ASSERTION_TYPE
from core.errors import NotPossible

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a practice that nobody serves."""
    folder = tmp_path_factory.mktemp("demo")
    with DemoServers(folder, patients=60, today=TODAY):
        pass
    return folder


@pytest.fixture
def servers(made: Path):
    with DemoServers(made, patients=60, today=TODAY) as servers:
        yield servers


def sign_in(servers: DemoServers, scope: str = "system/*.read system/*.write") -> httpx.Response:
    url = httpx.get(f"{servers.addresses['EHR']}/.well-known/smart-configuration").json()["token_endpoint"]
    claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": url, "exp": int(time.time()) + 200, "jti": str(uuid4())}
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(claims, servers.private_key_pem, "ES384"),
    }
    return httpx.post(url, data=form)


def ehr_client(servers: DemoServers) -> httpx.Client:
    token = sign_in(servers).json()["access_token"]
    return httpx.Client(base_url=servers.addresses["EHR"], headers={"Authorization": f"Bearer {token}"})


def pm_client(servers: DemoServers) -> httpx.Client:
    return httpx.Client(base_url=servers.addresses["PM"])


def faults(servers: DemoServers, kind: str) -> list[dict[str, Any]]:
    return [fault for fault in servers.truth()["faults"] if fault["type"] == kind]


def test_the_ehr_asks_for_a_sign_in_and_the_pm_does_not(servers: DemoServers) -> None:
    assert httpx.get(f"{servers.addresses['EHR']}/Patient").status_code == 401
    with ehr_client(servers) as ehr, pm_client(servers) as pm:
        assert ehr.get("/Patient").json()["total"] > 60
        assert pm.get("/ChargeItem").json()["total"] > 100


def test_scopes_allow_reading_everything_and_writing_patients(servers: DemoServers) -> None:
    granted = sign_in(servers).json()["scope"].split()
    assert "system/Patient.u" in granted
    assert "system/*.rs" in granted
    with ehr_client(servers) as ehr:
        patient = ehr.get("/Patient?_count=1").json()["entry"][0]["resource"]
        changed = ehr.put(f"/Patient/{patient['id']}", json=patient, headers={"If-Match": 'W/"1"'})
        assert changed.status_code in (200, 412)
        assert ehr.post("/Patient", json=patient).status_code in (403, 405)


def test_duplicates_can_be_resolved_in_the_way_each_system_offers(servers: DemoServers) -> None:
    typos = [fault for fault in faults(servers, "duplicate_patient") if fault["subtype"] == "typo"]
    found = {fault["system"]: fault["entities"] for fault in typos}
    kept, folded = (entity.split("/")[2] for entity in found["ehr"])
    with ehr_client(servers) as ehr:
        read = ehr.get(f"/Patient/{folded}")
        link = {"other": {"reference": f"Patient/{kept}"}, "type": "replaced-by"}
        body = read.json() | {"active": False, "link": [link]}
        assert ehr.put(f"/Patient/{folded}", json=body, headers={"If-Match": read.headers["etag"]}).status_code == 200
        assert ehr.get(f"/Patient/{folded}").json()["active"] is False
    kept, folded = (entity.split("/")[2] for entity in found["pm"])
    with pm_client(servers) as pm:
        parts = [("source-patient", folded), ("target-patient", kept)]
        parameter = [{"name": name, "valueReference": {"reference": f"Patient/{i}"}} for name, i in parts]
        merged = pm.post("/Patient/$merge", json={"resourceType": "Parameters", "parameter": parameter})
        assert merged.status_code == 200
        assert pm.get("/ChargeItem", params={"patient": folded}).json()["total"] == 0
        assert pm.get("/ChargeItem", params={"patient": kept}).json()["total"] > 0


def test_a_missing_charge_can_be_created_amended_and_voided(servers: DemoServers) -> None:
    with pm_client(servers) as pm:
        example = pm.get("/ChargeItem?_count=1").json()["entry"][0]["resource"]
        charge = {name: value for name, value in example.items() if name not in ("id", "meta", "identifier")}
        created = pm.post("/ChargeItem", json=charge, headers={"X-Idempotency-Key": "k"})
        url, body = f"/ChargeItem/{created.json()['id']}", created.json()
        amended = pm.put(url, json=body | {"quantity": {"value": 2}}, headers={"If-Match": created.headers["etag"]})
        voided = pm.put(url, json=body | {"status": "aborted"}, headers={"If-Match": amended.headers["etag"]})
        assert [created.status_code, amended.status_code, voided.status_code] == [201, 200, 200]


def test_clinical_records_cannot_be_written(servers: DemoServers) -> None:
    rows = httpx.get(f"{servers.addresses['EHR']}/metadata").json()["rest"][0]["resource"]
    declared = {row["type"]: {i["code"] for i in row["interaction"]} for row in rows}
    assert declared["Encounter"].isdisjoint({"create", "update", "patch", "delete"})
    assert "update" in declared["Patient"]


def test_a_folder_is_continued_with_its_records_ports_and_key(made: Path) -> None:
    with DemoServers(made, today=TODAY) as first:
        before, key = first.addresses, first.private_key_pem
        record = faults(first, "demographic_mismatch")[0]["entities"][1].split("/")
        version = first.colleague_edits("PM", "Patient", record[2])
    with DemoServers(made, seed=8, patients=500, today=date(2027, 1, 1)) as second:
        assert second.addresses == before
        assert second.private_key_pem == key
        assert second.today == TODAY
        with pm_client(second) as pm:
            assert pm.get(f"/Patient/{record[2]}").json()["meta"]["versionId"] == str(version)


def test_a_port_that_was_taken_meanwhile_is_replaced(made: Path, tmp_path: Path) -> None:
    with DemoServers(tmp_path, patients=60, today=TODAY):
        pass
    with DemoServers(made) as first:
        place = json.loads((tmp_path / "practice.json").read_text())
        place["ports"]["PM"] = int(first.addresses["PM"].split(":")[2].removesuffix("/fhir"))
        (tmp_path / "practice.json").write_text(json.dumps(place))
        with DemoServers(tmp_path) as second:
            assert second.addresses["PM"] != first.addresses["PM"]
            assert httpx.get(f"{second.addresses['PM']}/metadata").status_code == 200
            assert find_running(tmp_path) == second.addresses


def test_who_serves_a_folder_can_be_found_and_steered(servers: DemoServers, made: Path, tmp_path: Path) -> None:
    assert find_running(tmp_path) is None
    assert find_running(made) == servers.addresses
    arranged = remote_controls(made).arrange_conflict()
    with pm_client(servers) as pm:
        before = pm.get(f"/{arranged.kind}/{arranged.id}")
        assert remote_controls(made).let_conflict_happen() == int(before.json()["meta"]["versionId"]) + 1
        assert pm.get(f"/{arranged.kind}/{arranged.id}").json()["telecom"] != before.json()["telecom"]
    assert remote_controls(made).colleague_edits("PM", arranged.kind, arranged.id, ["family_name", "zip"]) > 1


def test_a_second_process_neither_starts_over_a_served_folder_nor_leaves_one_behind(made: Path) -> None:
    program = (
        "import sys;from pathlib import Path;from core.demo.servers import DemoServers;"
        "s=DemoServers(Path(sys.argv[1])).start();print('up',flush=True);sys.stdin.readline()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(made)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "up\n"
        assert find_running(made) is not None
        with pytest.raises(NotPossible):
            DemoServers(made).start()
        remote_controls(made).expire_sign_in()
    finally:
        process.stdin.close()  # the process ends without stop(): its threads must not keep it
        assert process.wait(10) == 0
        process.stdout.close()
    assert find_running(made) is None
    with pytest.raises(NotPossible):
        remote_controls(made)


def test_controls_need_the_practices_key(servers: DemoServers) -> None:
    origin = servers.addresses["PM"].removesuffix("/fhir")
    assert httpx.post(f"{origin}/demo/expire-sign-in", json={}).status_code == 404
    assert httpx.post(f"{origin}/demo/practice", headers={"X-Demo-Key": "guess"}).status_code == 404


def test_sign_in_can_be_expired_and_refused(servers: DemoServers) -> None:
    with ehr_client(servers) as ehr:
        servers.expire_sign_in()
        assert ehr.get("/Patient").status_code == 401
    servers.refuse_sign_in(True)
    assert sign_in(servers).status_code == 401
    servers.refuse_sign_in(False)
    assert sign_in(servers).status_code == 200


def test_a_colleagues_edit_makes_a_write_from_the_old_version_fail(servers: DemoServers) -> None:
    arranged = servers.arrange_conflict()
    with pm_client(servers) as pm:
        url = f"/{arranged.kind}/{arranged.id}"
        read = pm.get(url)
        servers.let_conflict_happen()
        body = read.json() | {"telecom": [{"system": "phone", "value": "802-555-0111"}]}
        assert pm.put(url, json=body, headers={"If-Match": read.headers["etag"]}).status_code == 412


@pytest.mark.parametrize(
    ("field", "where"),
    [
        ("phone", "telecom"),
        ("email", "telecom"),
        ("family_name", "name"),
        ("given_name", "name"),
        ("birth_date", "birthDate"),
        ("sex", "gender"),
        ("street", "address"),
        ("city", "address"),
        ("zip", "address"),
    ],
)
def test_a_colleague_can_edit_each_field(servers: DemoServers, field: str, where: str) -> None:
    arranged = servers.arrange_conflict()
    with pm_client(servers) as pm:
        url = f"/{arranged.kind}/{arranged.id}"
        before = pm.get(url).json()
        servers.colleague_edits("PM", "Patient", arranged.id, [field])
        after = pm.get(url).json()
    assert {name for name in after if after[name] != before.get(name)} == {"meta", where}


def test_any_record_can_be_edited_by_a_colleague(servers: DemoServers) -> None:
    with pm_client(servers) as pm:
        for kind in ("ChargeItem", "Claim", "Appointment"):
            before = pm.get(f"/{kind}?_count=1").json()["entry"][0]["resource"]
            version = servers.colleague_edits("PM", kind, before["id"], ["units"])
            assert version == int(before["meta"]["versionId"]) + 1


def test_controls_before_the_start_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPossible):
        DemoServers(tmp_path).expire_sign_in()


def test_a_half_made_practice_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "EHR.ndjson").write_text("half\n")
    with DemoServers(tmp_path, patients=60, today=TODAY) as servers, ehr_client(servers) as ehr:
        assert ehr.get("/Patient").json()["total"] > 60


def test_stop_leaves_no_thread(made: Path) -> None:
    before = set(threading.enumerate())
    with DemoServers(made) as servers, pm_client(servers) as pm:
        pm.get("/Patient")
    assert set(threading.enumerate()) <= before
