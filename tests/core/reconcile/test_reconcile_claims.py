"""A practice whose bills are only known from claims: what differs is found, shown on its day, put right by hand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.clock import Clock
from core.decisions.decide import Answer, decide
from core.desk import Desk
from core.match.run import match
from core.queries.charges import day, gap
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from core.reconcile.run import reconcile
from core.store.engine import Store
from core.sync.pull import pull
from core.usecases.connections import add_connection

CPT, ICD = "http://www.ama-assn.org/go/cpt", "http://hl7.org/fhir/sid/icd-10-cm"


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def a_practice() -> Iterator[tuple[str, dict[str, Any]]]:
    """Ten visits with claims; the claim of the fourth has another code than the visit, one of two visits has none."""
    person = {"name": [{"family": "Quiroz", "given": ["Rosa"]}], "birthDate": "1951-09-30", "gender": "female"}
    doctor = {"identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}]}
    for system in ("ehr", "pm"):
        yield system, {"resourceType": "Practitioner", "id": f"{system}-d", **doctor}
        yield system, {"resourceType": "Patient", "id": f"{system}-p", **person}
    yield "ehr", {"resourceType": "Location", "id": "annex", "name": "Annex"}
    for n in range(1, 11):
        on = f"2026-05-{n:02}"
        yield "ehr", {
            "resourceType": "Encounter", "id": f"e{n}", "status": "finished", "class": {"code": "AMB"},
            "type": [coded(CPT, "99213")], "subject": {"reference": "Patient/ehr-p"},
            "period": {"start": f"{on}T09:00:00-04:00", "end": f"{on}T09:20:00-04:00"},
            "participant": [{"individual": {"reference": "Practitioner/ehr-d"}}],
            "location": [{"location": {"reference": "Location/annex"}}], "reasonCode": [coded(ICD, "I10")],
        }  # fmt: skip
        yield "pm", {
            "resourceType": "Claim", "id": f"c{n}", "status": "active", "use": "claim", "created": "2026-05-20",
            "patient": {"reference": "Patient/pm-p"}, "provider": {"reference": "Practitioner/pm-d"},
            "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": coded(ICD, "I10")}],
            "item": [{"sequence": 1, "productOrService": coded(CPT, "99215" if n == 4 else "99213"),
                      "servicedDate": on, "quantity": {"value": 1}, "net": {"value": 158}, "diagnosisSequence": [1]}],
        }  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    clock = Clock(now=lambda: datetime(2026, 6, 15, 18, tzinfo=UTC))
    made = Desk(Store(home, secrets.token_bytes(32), clock), "ana", "owner", clock)
    for system, resource in a_practice():
        folder = tmp_path / system
        folder.mkdir(exist_ok=True)
        (folder / f"{resource['id']}.json").write_text(json.dumps(resource))
    for system in ("ehr", "pm"):
        add_connection(made, name=system, kind="fhir-files", role=system, path=str(tmp_path / system))
        pull(made, system)
    match(made)
    reconcile(made)
    yield made
    made.close()


def test_a_wrong_code_on_a_claim_is_found_shown_on_its_day_and_put_right_by_hand(desk: Desk) -> None:
    (finding,) = [one for one in list_findings(desk) if one["rule"].startswith(("mm-", "miss-", "orphan-", "dup-"))]
    assert finding["rule"] == "mm-code-vs-documented"
    assert finding["subjects"][0] == {"system": "pm", "kind": "Claim", "id": "c4", "line": "1"}
    assert finding["subjects"][1]["id"] == "e4"

    (row,) = day(desk, datetime(2026, 5, 4, tzinfo=UTC).date()).rows
    assert (row.key, row.patient, row.visit_type != "none found") == (finding["key"], "Quiroz, Rosa", True)
    assert gap(desk, finding["key"]).patient == "Quiroz, Rosa"
    assert all(one["seen_at"] for one in finding["evidence"] if one["ref"]["kind"] in ("Claim", "Encounter"))

    decide(desk, Answer(finding["key"], "accept"))
    (correction,) = list_corrections(desk)
    assert (correction["state"], correction["target_text"]) == ("by-hand", "pm/Claim/c4")


def test_looking_again_changes_nothing_and_a_corrected_claim_closes_it(desk: Desk, tmp_path: Path) -> None:
    before = list_findings(desk)
    pull(desk, "pm")
    assert reconcile(desk).findings_opened == 0
    assert list_findings(desk) == before
    claim = tmp_path / "pm" / "c4.json"
    claim.write_text(claim.read_text().replace("99215", "99213"))
    pull(desk, "pm")
    reconcile(desk)
    assert [f["status"] for f in list_findings(desk) if f["rule"] == "mm-code-vs-documented"] == ["fixed-outside"]
