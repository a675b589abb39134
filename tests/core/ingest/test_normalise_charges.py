"""FHIR ChargeItem and Claim: money to the cent, codes and modifiers wherever sources put them."""

from __future__ import annotations

import pytest
from intake_makers import CPT, ICD, among, coded, fhir

from core.connectors._port import RawItem
from core.ingest.read import read_item


@pytest.mark.parametrize(
    ("status", "word"),
    [("planned", "draft"), ("billable", "ready"), ("billed", "billed"), ("aborted", "void"),
     ("entered-in-error", "void"), ("not-billable", "hold")],
)  # fmt: skip
def test_status_of_a_charge_is_in_the_catalogues_words(read, status, word):
    assert read("ChargeItem", status=status).fields["status"] == word


@pytest.mark.parametrize(
    ("price", "units", "cents"),
    [("120.10", "1", 12010), ("0.1", "3", 30), ("33.335", "1", 3334), ("158", "2", 31600), ("1e2", "1", 10000),
     ("-5.5", "1", -550), ("19.99", "100", 199900)],
)  # fmt: skip
def test_amount_is_price_times_units_exact_to_the_cent(price, units, cents):
    payload = (
        f'{{"resourceType": "ChargeItem", "id": "c", "quantity": {{"value": {units}}}, '
        f'"priceOverride": {{"value": {price}, "currency": "USD"}}}}'
    )
    (record,) = read_item(RawItem("fhir-r4", "ChargeItem", "c", payload.encode(), "x"))
    assert record.fields["amount"] == cents


def test_factor_changes_the_amount(read):
    record = read("ChargeItem", priceOverride={"value": 40}, factorOverride=0.8, quantity={"value": 2})
    assert record.fields["amount"] == 6400


@pytest.mark.parametrize("value", [1e300, "much", None, True, []])
def test_amount_that_is_none_is_left_out(read, value):
    assert "amount" not in read("ChargeItem", priceOverride={"value": value}).fields


def test_charge_carries_everything_rules_read(read):
    record = read(
        "ChargeItem",
        code=coded(CPT, "99213"),
        subject={"reference": "Patient/p1"},
        context={"identifier": {"system": "urn:visit", "value": "V7"}},
        occurrenceDateTime="2026-05-01",
        enteredDate="2026-05-02",
        quantity={"value": 1},
        performer=[
            {"actor": {"reference": "Practitioner/d1"}},
            {"function": {"text": "Supervising"}, "actor": {"reference": "Practitioner/d2"}},
        ],
        enterer={"display": "M. Cole"},
        reason=[coded(ICD, "I10"), coded(ICD, "E11.9")],
        service=[{"reference": "Procedure/s1"}, {"reference": "Observation/o"}],
        account=[{"reference": "Account/a1"}],
    )
    wanted = {
        "patient": "Patient/p1", "visit_number": "V7", "visit_number_system": "urn:visit", "dos_from": "2026-05-01",
        "dos_to": "2026-05-01", "entered_at": "2026-05-02", "entered_by": "M. Cole", "code": "99213", "units": 1,
        "rendering": "Practitioner/d1", "supervising": "Practitioner/d2", "services": ["Procedure/s1"],
        "diagnoses": [{"code": "I10", "rank": 1}, {"code": "E119", "rank": 2}], "superbill": "Account/a1",
    }  # fmt: skip
    assert among(record, wanted) == wanted
    assert "encounter" not in record.fields


def test_charge_on_a_visit_record_points_to_it(read):
    assert read("ChargeItem", context={"reference": "Encounter/e1"}).fields["encounter"] == "Encounter/e1"


_EACH = ("25", "lt")
_TOGETHER = {"coding": [{"code": "25"}, {"code": "LT"}]}


@pytest.mark.parametrize(
    "elements",
    [
        {"extension": [{"url": "urn:practice:charge-modifier", "valueString": code} for code in _EACH]},
        {"extension": [{"url": "https://x/ChargeModifier", "valueCodeableConcept": _TOGETHER}]},
        {"extension": [{"url": "https://x/modifiers", "extension": [{"url": "m", "valueCode": c} for c in _EACH]}]},
        {"modifier": [{"coding": [{"code": code}]} for code in _EACH]},
        {"modifier": list(_EACH)},
    ],
)
def test_modifiers_are_found_wherever_sources_put_them(read, elements):
    assert read("ChargeItem", **elements).fields["modifiers"] == ["25", "LT"]


def test_charge_without_a_code_is_kept_with_a_note(read):
    record = read("ChargeItem", code={"text": "office visit"}, status="billable")
    assert "code" not in record.fields
    assert "code is no CPT or HCPCS code" in record.notes


def test_code_without_a_system_counts_when_it_has_the_shape_of_one(read):
    assert read("ChargeItem", code={"coding": [{"code": "j1100"}]}).fields["code"] == "J1100"
    assert "code" not in read("ChargeItem", code={"coding": [{"code": "VISIT"}]}).fields


def test_claim_lines_name_their_charges(read):
    record = read(
        "Claim",
        use="claim",
        identifier=[{"value": "1000007"}],
        patient={"reference": "Patient/p1"},
        created="2026-05-03",
        insurance=[{"focal": False, "coverage": {"reference": "Coverage/b"}},
                   {"focal": True, "coverage": {"reference": "Coverage/a"}}],
        item=[
            {"sequence": 1, "productOrService": coded(CPT, "99213"), "modifier": [{"coding": [{"code": "25"}]}],
             "servicedDate": "2026-05-01", "quantity": {"value": 2}, "unitPrice": {"value": 79.05},
             "extension": [{"url": "urn:practice:charge-item", "valueReference": {"reference": "ChargeItem/c1"}}]},
            {"sequence": 2, "net": {"value": 10.5}},
        ],
    )  # fmt: skip
    assert record.fields["pcn"] == "1000007"
    assert record.fields["coverage"] == "Coverage/a"
    assert record.fields["total"] == 15810 + 1050
    assert record.fields["lines"][0] == {
        "line_control": "1", "charge_id": "ChargeItem/c1", "code": "99213", "modifiers": ["25"], "units": 2,
        "charge": 15810, "dos_from": "2026-05-01",
    }  # fmt: skip


def test_claim_lines_say_who_did_what_for_which_diagnosis_at_which_visit(read):
    record = read(
        "Claim",
        careTeam=[
            {"sequence": 1, "provider": {"reference": "Practitioner/helper"}, "role": {"coding": [{"code": "assist"}]}},
            {"sequence": 2, "provider": {"reference": "Practitioner/d1"}, "role": {"coding": [{"code": "primary"}]}},
        ],
        provider={"reference": "Organization/o"},
        diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": coded(ICD, "I10")},
                   {"sequence": 2, "diagnosisCodeableConcept": coded(ICD, "E11.9")}],
        item=[
            {"sequence": 1, "productOrService": coded(CPT, "99213"), "diagnosisSequence": [2, 1],
             "encounter": [{"reference": "Encounter/e1"}]},
            {"sequence": 2, "productOrService": coded(CPT, "36415"), "careTeamSequence": [1]},
        ],
    )  # fmt: skip
    first, second = record.fields["lines"]
    assert record.fields["says_services"] is True
    assert (first["rendering"], first["encounter"]) == ("Practitioner/d1", "Encounter/e1")
    assert first["diagnoses"] == [{"code": "E119", "rank": 1}, {"code": "I10", "rank": 2}]
    assert second["rendering"] == "Practitioner/helper"
    assert [one["code"] for one in second["diagnoses"]] == ["I10", "E119"]


@pytest.mark.parametrize("odd", [7, "x", {}, [[1]], None, [None, "1", True]])
def test_odd_pointers_of_a_claim_line_point_nowhere(read, odd):
    record = read(
        "Claim",
        provider={"reference": "Practitioner/d1"},
        diagnosis=[{"sequence": odd, "diagnosisCodeableConcept": coded(ICD, "I10")}],
        item=[{"productOrService": coded(CPT, "99213"), "diagnosisSequence": odd, "careTeamSequence": odd}],
    )
    (line,) = record.fields["lines"]
    assert (line["code"], line["rendering"]) == ("99213", "Practitioner/d1")


def test_request_for_authorization_is_no_claim():
    assert read_item(fhir("Claim", use="preauthorization")) == ()
