"""FHIR Patient becomes one patient record, the best of everything first."""

from __future__ import annotations

import pytest
from intake_makers import among

from core.errors import BadInput

MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def test_official_name_is_taken_and_maiden_name_is_kept_as_former(read):
    record = read(
        "Patient",
        name=[
            {"use": "maiden", "family": "Windsor", "given": ["Ana"]},
            {"use": "usual", "given": ["Annie"]},
            {"use": "official", "family": "Diaz", "given": ["Ana", None, "Maria"], "suffix": ["Jr"]},
        ],
    )
    wanted = {
        "given_name": "Ana",
        "middle_name": "Maria",
        "family_name": "Diaz",
        "suffix": "Jr",
        "former_name": "Windsor",
    }
    assert among(record, wanted) == wanted


def test_name_that_ended_is_former_and_its_end_is_judged_by_the_records_own_time(read):
    names = [
        {"family": "Old", "period": {"end": "2019-05-01"}},
        {"family": "New", "period": {"start": "2019-05-01", "end": "2099-01-01"}},
    ]
    record = read("Patient", name=names, meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    assert (record.fields["family_name"], record.fields["former_name"]) == ("New", "Old")


def test_name_in_one_text_is_taken_apart_and_noted(read):
    record = read("Patient", name=[{"text": "Diaz, Ana Maria"}])
    assert record.fields["family_name"] == "Diaz"
    assert record.fields["middle_name"] == "Maria"
    assert "name is one text; its parts are a guess" in record.notes


def test_ssn_and_record_number_are_found_among_all_identifiers_and_all_are_kept(read):
    record = read(
        "Patient",
        identifier=[
            {"system": "urn:a", "value": "A-1"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "900-11-2222"},
            {"system": "urn:mrn", "value": "M7", "type": MR, "use": "usual"},
            {"system": "urn:none"},
        ],
    )
    assert record.fields["ssn"] == "900-11-2222"
    assert record.fields["mrn"] == "M7"
    assert [i["value"] for i in record.fields["identifiers"]] == ["A-1", "900-11-2222", "M7"]
    assert record.fields["identifiers"][2] == {"value": "M7", "system": "urn:mrn", "type": "MR", "use": "usual"}


def test_record_number_without_type_is_the_usual_one_and_never_the_ssn(read):
    record = read(
        "Patient",
        identifier=[
            {"type": {"coding": [{"code": "SS"}]}, "value": "900112222"},
            {"system": "urn:a", "value": "A-1", "use": "secondary"},
            {"system": "urn:b", "value": "B-2", "use": "usual"},
        ],
    )
    assert record.fields["mrn"] == "B-2"
    assert record.fields["ssn"] == "900112222"


def test_all_phones_and_emails_are_kept_with_the_best_first(read):
    record = read(
        "Patient",
        telecom=[
            {"system": "phone", "use": "old", "value": "1"},
            {"system": "phone", "use": "work", "value": "2"},
            {"system": "phone", "use": "mobile", "value": "3"},
            {"system": "phone", "use": "work", "rank": 1, "value": "4"},
            {"system": "fax", "value": "5"},
            {"system": "email", "value": "ana@example.com"},
            {"value": "b@example.com"},
        ],
    )
    assert record.fields["phone"] == "4;3;2;1"
    assert record.fields["email"] == "ana@example.com;b@example.com"


def test_home_address_goes_before_old_and_billing(read):
    record = read(
        "Patient",
        address=[
            {"use": "old", "line": ["1 Old Rd"], "city": "X"},
            {"use": "billing", "line": ["PO 9"]},
            {
                "use": "home",
                "line": ["12 Oak St", None, "Apt 3"],
                "city": "Salem",
                "state": "MA",
                "postalCode": "01970",
            },
        ],
    )
    wanted = {"street": "12 Oak St Apt 3", "city": "Salem", "zip": "01970"}
    assert among(record, wanted) == wanted


@pytest.mark.parametrize("value", ["1970", "1970-05"])
def test_partial_birth_date_is_kept_as_it_is_and_noted(read, value):
    record = read("Patient", birthDate=value)
    assert record.fields["birth_date"] == value
    assert "birthDate is not a full date" in record.notes


@pytest.mark.parametrize("value", ["1970-02-30", "soon", "0001-01-01", ["1970-01-01"], {"a": 1}])
def test_birth_date_that_is_none_is_left_out(read, value):
    record = read("Patient", birthDate=value)
    assert "birth_date" not in record.fields


def test_hidden_value_is_unknown_and_noted(read):
    reason = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    record = read("Patient", _birthDate={"extension": [reason]})
    assert "birth_date" not in record.fields
    assert "birthDate is hidden at the source" in record.notes


def test_links_name_the_kept_record_and_the_folded_ones(read):
    record = read(
        "Patient",
        active=False,
        link=[
            {"other": {"reference": "Patient/p2/_history/3"}, "type": "replaced-by"},
            {"other": {"reference": "https://ehr.example.org/fhir/Patient/p3"}, "type": "replaces"},
        ],
    )
    assert record.fields["merged_into"] == "Patient/p2"
    assert record.fields["replaces"] == ["Patient/p3"]
    assert record.fields["active"] is False


def test_death_is_a_date_or_only_a_fact(read):
    assert read("Patient", deceasedDateTime="2026-02-03T04:05:06-05:00").fields["deceased_on"] == "2026-02-03"
    assert read("Patient", deceasedBoolean=True).fields["is_deceased"] is True


def test_test_patient_and_confidential_record_are_marked(read):
    assert read("Patient", meta={"security": [{"code": "HTEST"}]}).fields["is_test"] is True
    assert read("Patient", meta={"security": [{"code": "R"}]}).fields["is_confidential"] is True
    assert "is_confidential" not in read("Patient", meta={"security": [{"code": "N"}]}).fields


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"{", "not readable JSON"),
        (b"[]", "no FHIR resource"),
        (b'{"resourceType": "Observation", "id": "1"}', "no Patient resource"),
        (b'{"resourceType": "Patient"}', "has no id"),
        (b"\xff\xfe", "not readable JSON"),
    ],
)
def test_what_is_no_patient_is_refused_with_its_place(payload, words):
    from core.connectors._port import RawItem
    from core.ingest.read import read_item

    with pytest.raises(BadInput) as refused:
        read_item(RawItem("fhir-r4", "Patient", "", payload, "people.ndjson line 7"))
    assert words in refused.value.what
    assert refused.value.place == "people.ndjson line 7"
