"""The whole flow against a FHIR server that nobody here wrote: pull, match, find, decide, push, verify, conflict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sekmet_server import FHIR_JSON, Peer, SmartPeer

from core.clock import Clock
from core.connectors._port import FieldChange, Order, Settings
from core.connectors.fhir_r4 import FhirR4
from core.corrections import attend
from core.decisions.decide import Answer, decide
from core.desk import Desk
from core.errors import VersionConflict
from core.jobs import Job
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from core.queries.people import list_people
from core.store.engine import create
from core.usecases.connections import add_connection
from core.usecases.finding_out import look_again
from core.usecases.sending import push_now


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, _ = create(tmp_path / "home", "a long passphrase")
    opened = Desk(store, "R. Diaz", "owner", Clock())
    yield opened
    opened.close()


def _connect(desk: Desk, peer: Peer) -> Any:
    add_connection(desk, name="ehr", kind="fhir-r4", role="ehr", url=peer.base_url, options={"write": "on"})
    return look_again(desk).value


def _duplicate(desk: Desk, name: str) -> dict[str, Any]:
    ids = {f"{name}-again"}
    return next(f for f in list_findings(desk, rule="duplicate-patient") if ids & {s["id"] for s in f["subjects"]})


def _patient(peer: Peer, patient_id: str) -> dict[str, Any]:
    with peer.client() as client:
        found: dict[str, Any] = client.get(f"Patient/{patient_id}").raise_for_status().json()
    return found


def test_from_pull_to_a_verified_correction(desk: Desk, fresh_peer: Peer) -> None:
    first = _connect(desk, fresh_peer)
    assert first.pulled[0].outcome == "done" and first.pulled[0].landed > 150
    second = look_again(desk).value
    assert second.pulled[0].landed == 0 and second.found.findings_opened == 0

    finding = _duplicate(desk, "edward")
    folded = next(s for s in finding["subjects"] if s["id"] == "edward-again")
    kept = next(s for s in finding["subjects"] if s != folded)
    before = _patient(fresh_peer, folded["id"])
    staged = decide(
        desk, Answer(finding["key"], "same-person", keep=_ref(kept), reason="same card and same face")
    ).value.corrections
    for _ in staged:
        push_now(desk)
    assert {row["state"] for row in list_corrections(desk)} == {"verified"}

    after = _patient(fresh_peer, folded["id"])
    assert after["active"] is False
    assert after["link"] == [{"other": {"reference": f"Patient/{kept['id']}"}, "type": "replaced-by"}]
    untouched = {k: v for k, v in after.items() if k not in ("active", "link", "meta")}
    assert untouched == {k: v for k, v in before.items() if k not in ("active", "link", "meta")}
    assert _duplicate(desk, "edward")["status"] == "resolved"
    assert any(len(person["records"]) == 2 for person in list_people(desk, only_linked=True))


def test_a_change_by_somebody_else_is_a_conflict_and_is_settled(desk: Desk, fresh_peer: Peer) -> None:
    _connect(desk, fresh_peer)
    finding = _duplicate(desk, "edward")
    folded = next(s for s in finding["subjects"] if s["id"] == "edward-again")
    kept = next(s for s in finding["subjects"] if s != folded)
    take = {"phone": "/".join((folded["system"], folded["kind"], folded["id"]))}
    decide(desk, Answer(finding["key"], "same-person", keep=_ref(kept), takes=take, reason="same card"))
    with fresh_peer.client() as client:  # the front desk of the practice was faster
        record = client.get(f"Patient/{kept['id']}").json()
        record["telecom"] = [{"system": "phone", "value": "555-010-9999"}]
        client.put(f"Patient/{kept['id']}", json=record, headers=FHIR_JSON).raise_for_status()
    result = push_now(desk).value
    assert (result.sent, result.conflicts) == (0, 1)
    row = list_corrections(desk, state="conflict")[0]
    assert [f["field"] for f in row["conflict"]] == ["phone"]
    attend.resolve(desk, row["id"], {"phone": "theirs"}, {})
    for _ in range(3):
        push_now(desk)
    assert {r["state"] for r in list_corrections(desk)} == {"verified"}
    assert _patient(fresh_peer, kept["id"])["telecom"] == [{"system": "phone", "value": "555-010-9999"}]


def test_a_stale_version_is_refused_by_the_server_and_told_as_a_conflict(peer_to_change: Peer) -> None:
    with peer_to_change.client() as client:
        mine = {"resourceType": "Patient", "id": "raced", "name": [{"family": "Testman", "given": ["Tess"]}]}
        client.put("Patient/raced", json=mine, headers=FHIR_JSON).raise_for_status()
    connector = FhirR4(Settings(name="ehr", kind="fhir-r4", role="ehr", url=peer_to_change.base_url))
    try:
        seen = connector.read("Patient/raced")
        with peer_to_change.client() as client:
            client.put("Patient/raced", json=mine | {"gender": "female"}, headers=FHIR_JSON).raise_for_status()
        change = FieldChange("given_name", "Tess", "Tessa")
        order = Order(id="1", kind="update-patient", target="Patient/raced", changes=(change,), idempotency_key="k1")
        with pytest.raises(VersionConflict):
            connector.write(order, seen)
        assert connector.write(order, connector.read("Patient/raced")).target == "Patient/raced"
        assert orjson.loads(connector.read("Patient/raced").payload)["name"] == [
            {"family": "Testman", "given": ["Tessa"]}
        ]
    finally:
        connector.close()


def test_a_new_charge_is_found_again_by_our_own_number_and_made_once(peer_to_change: Peer) -> None:
    connector = FhirR4(Settings(name="pm", kind="fhir-r4", role="pm", url=peer_to_change.base_url))
    fields = {"patient": "Patient/edward-again", "code": "99213", "units": 1, "dos_from": "2026-06-01", "amount": 15800}
    changes = tuple(FieldChange(name, None, value) for name, value in fields.items())
    order = Order(id="1", kind="create-charge", target=None, changes=changes, idempotency_key="chartmend-once")
    try:
        assert connector.find(order) is None
        made = connector.write(order, None)
        again = connector.find(order)
        assert again is not None and made.target == f"ChargeItem/{again.id}"
    finally:
        connector.close()


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_backend_services_sign_in(smart_peer: SmartPeer, algorithm: str, tmp_path: Path) -> None:
    client = smart_peer.clients[algorithm]
    options = {"auth": "backend-jwt", "client_id": client.client_id, "key_id": client.key_id,
               "token_url": client.token_url, "scope": "system/*.read system/*.write"}  # fmt: skip
    key = client.private_key_pem.decode()
    settings = Settings(
        name="ehr", kind="fhir-r4", role="ehr", url=smart_peer.peer.base_url, options=options, secret=lambda _: key
    )
    connector = FhirR4(settings)
    try:
        pages = list(connector.pull("Patient", None, None, Job()))
    finally:
        connector.close()
    assert sum(len(page.items) for page in pages) >= 8


def _ref(subject: dict[str, str]) -> Any:
    from matching.records import Ref

    return Ref(subject["system"], subject["kind"], subject["id"])
