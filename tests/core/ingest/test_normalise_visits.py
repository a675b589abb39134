"""FHIR visits, bookings, diagnoses, orders and what was done, in the words of the rule catalogue."""

from __future__ import annotations

import pytest
from intake_makers import CPT, CVX, ICD, among, coded, fhir

from core.ingest.read import read_item


@pytest.mark.parametrize(
    ("code", "word"),
    [("AMB", "ambulatory"), ("VR", "virtual"), ("EMER", "emergency"), ("IMP", "inpatient"), ("ACUTE", "inpatient"),
     ("HH", "home"), ("OBSENC", "observation"), ("wellness", "ambulatory")],
)  # fmt: skip
def test_class_of_a_visit_is_in_the_catalogues_words(read, code, word):
    assert read("Encounter", **{"class": {"code": code}}).fields["class"] == word


def test_unknown_class_stays_and_is_noted(read):
    record = read("Encounter", **{"class": {"code": "ZZZ"}})
    assert record.fields["class"] == "zzz"
    assert "class is none that the catalogue knows" in record.notes


@pytest.mark.parametrize(
    ("status", "word"),
    [("finished", "finished"), ("in-progress", "in_progress"), ("triaged", "arrived"), ("cancelled", "cancelled"),
     ("entered-in-error", "entered_in_error"), ("completed", "finished")],
)  # fmt: skip
def test_status_of_a_visit_is_in_the_catalogues_words(read, status, word):
    assert read("Encounter", status=status).fields["status"] == word


def test_visit_carries_number_providers_place_codes_and_diagnoses(read):
    record = read(
        "Encounter",
        status="finished",
        identifier=[{"system": "urn:visit", "value": "V7"}],
        type=[{"coding": [{"system": "http://snomed.info/sct", "code": "185349003", "display": "Check-up"},
                          {"system": CPT, "code": "99213"}]}],
        subject={"reference": "Patient/p1"},
        period={"start": "2026-05-01T22:30:00-04:00", "end": "2026-05-01T23:00:00-04:00"},
        participant=[
            {"individual": {"reference": "Practitioner/d1"}},
            {"type": [coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND")],
             "individual": {"reference": "Practitioner/d2"}},
            {"individual": {"reference": "RelatedPerson/r1"}},
        ],
        location=[{"location": {"reference": "Location/l1"}}],
        serviceProvider={"reference": "Organization/o1"},
        appointment=[{"reference": "Appointment/a1"}],
        diagnosis=[
            {"condition": {"reference": "Condition/c2"}, "rank": 2},
            {"condition": {"reference": "Condition/c1"}, "rank": 1},
        ],
    )  # fmt: skip
    fields = record.fields
    assert (fields["visit_number"], fields["visit_number_system"]) == ("V7", "urn:visit")
    assert fields["type"] == "Check-up"
    assert fields["type_codes"] == ["99213"]
    assert fields["providers"] == [
        {"role": "rendering", "provider": "Practitioner/d1"},
        {"role": "attending", "provider": "Practitioner/d2"},
    ]
    assert fields["diagnosis_refs"] == ["Condition/c1", "Condition/c2"]
    assert fields["start"] == "2026-05-01T22:30:00-04:00"
    assert fields["appointment"] == "Appointment/a1"
    assert (record.patient, record.on) == ("Patient/p1", "2026-05-01")
    assert "note_status" not in fields


def test_references_resolve_by_what_the_bundle_said(read):
    record = read(
        "Encounter",
        subject={"reference": "urn:uuid:111"},
        serviceProvider={"reference": "Organization?identifier=urn:x|9"},
        resolves={"urn:uuid:111": "Patient/p1", "Organization?identifier=urn:x|9": "Organization/o9"},
    )
    assert record.fields["patient"] == "Patient/p1"
    assert record.fields["organization"] == "Organization/o9"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"reference": "urn:uuid:404"}, "did not come with it"),
        ({"identifier": {"value": "7"}}, "by its number only"),
        ({"reference": "#in"}, "inside this one"),
        ({"reference": "nonsense"}, "did not come with it"),
    ],
)
def test_reference_that_leads_nowhere_is_noted_not_guessed(read, reference, words):
    record = read("Encounter", subject=reference)
    assert "patient" not in record.fields
    assert any(words in note for note in record.notes)


def test_reference_to_another_server_is_not_taken_for_one_of_ours(read):
    ours = {"@base": "https://ours.example.org/fhir"}
    for foreign in ("https://elsewhere.example.org/fhir/Patient/p1", "https://ours.example.org/fhir2/Patient/p1"):
        assert "patient" not in read("Encounter", subject={"reference": foreign}, resolves=ours).fields
    home = {"reference": "https://ours.example.org/fhir/Patient/p1"}
    assert read("Encounter", subject=home, resolves=ours).fields["patient"] == "Patient/p1"


def test_diagnosis_inside_a_visit_gives_its_code(read):
    inside = {"resourceType": "Condition", "id": "c", "code": coded(ICD, "e11.9")}
    record = read("Encounter", contained=[inside], diagnosis=[{"condition": {"reference": "#c"}}])
    assert record.fields["diagnoses"] == [{"code": "E119", "rank": 1}]


def test_note_status_is_unknown_unless_an_extension_says_it(read):
    says = {"url": "https://ehr.example.org/note-status", "valueCode": "signed"}
    assert read("Encounter", extension=[says]).fields["note_status"] == "signed"


@pytest.mark.parametrize(
    ("status", "word"),
    [("booked", "booked"), ("checked-in", "arrived"), ("fulfilled", "fulfilled"), ("noshow", "noshow"),
     ("cancelled", "cancelled"), ("entered-in-error", "entered_in_error"), ("waitlist", "proposed")],
)  # fmt: skip
def test_status_of_a_booking_is_in_the_catalogues_words(read, status, word):
    assert read("Appointment", status=status).fields["status"] == word


def test_booking_carries_who_where_when_and_how_long(read):
    record = read(
        "Appointment",
        status="booked",
        start="2026-05-01T13:00:00Z",
        end="2026-05-01T13:20:00Z",
        appointmentType={"text": "Video visit"},
        participant=[
            {"actor": {"reference": "Patient/p1"}},
            {"actor": {"reference": "Practitioner/d1"}},
            {"actor": {"reference": "Location/l1"}},
            {"type": [{"text": "nobody"}]},
        ],
    )
    wanted = {"patient": "Patient/p1", "provider": "Practitioner/d1", "location": "Location/l1", "minutes": 20,
              "mode": "video", "type": "Video visit"}  # fmt: skip
    assert among(record, wanted) == wanted


def test_condition_code_is_icd10_without_dots_and_other_codes_stay_apart(read):
    both = {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}, {"system": ICD, "code": "E11.9"}]}
    assert read("Condition", code=both).fields["code"] == "E119"
    only = read("Condition", code=coded("http://snomed.info/sct", "44054006"))
    assert "code" not in only.fields
    assert only.fields["internal_code"] == "44054006"


def test_absent_code_is_no_code(read):
    absent = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")
    assert "code" not in read("Procedure", code=absent).fields
    assert "internal_code" not in read("Procedure", code=absent).fields


def test_procedure_carries_code_side_performer_and_order(read):
    record = read(
        "Procedure",
        status="completed",
        code={"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"system": CPT, "code": "20610"}]},
        bodySite=[{"text": "Left knee"}],
        performedPeriod={"start": "2026-05-01T09:00:00-04:00"},
        performer=[{"actor": {"reference": "Practitioner/d1"}, "onBehalfOf": {"reference": "Organization/o1"}}],
        basedOn=[{"reference": "ServiceRequest/s1"}],
        reasonCode=[coded(ICD, "M17.11")],
    )
    wanted = {"kind": "procedure", "code": "20610", "internal_code": "1", "body_side": "left",
              "order": "ServiceRequest/s1", "performer": "Practitioner/d1", "performer_organization": "Organization/o1",
              "diagnoses": [{"code": "M1711"}]}  # fmt: skip
    assert among(record, wanted) == wanted


def test_vaccine_reported_by_others_is_historical(read):
    given = read("Immunization", status="completed", vaccineCode=coded(CVX, "20"), primarySource=True)
    told = read("Immunization", status="completed", vaccineCode=coded(CVX, "20"), primarySource=False)
    assert (given.fields["vaccine_cvx"], given.fields["is_historical"]) == ("20", False)
    assert told.fields["is_historical"] is True
    assert told.fields["kind"] == "immunization"


def test_laboratory_report_names_who_performed_it_and_other_reports_are_raw_only(read):
    lab = read(
        "DiagnosticReport",
        status="final",
        category=[coded("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")],
        code=coded("http://loinc.org", "57698-3"),
        performer=[{"reference": "Organization/lab"}],
    )
    assert lab.fields["kind"] == "in_house_lab"
    assert lab.fields["performer_organization"] == "Organization/lab"
    assert lab.fields["status"] == "completed"
    assert read_item(fhir("DiagnosticReport", category=[coded("x", "RAD")])) == ()


def test_imaging_study_carries_code_and_modality(read):
    record = read("ImagingStudy", status="available", started="2026-05-01T10:00:00Z",
                  procedureCode=[coded(CPT, "71046")], modality=[{"code": "DX"}])  # fmt: skip
    wanted = {"kind": "imaging", "status": "completed", "code": "71046", "internal_code": "DX"}
    assert among(record, wanted) == wanted


def test_drug_given_carries_ndc_dose_and_route(read):
    record = read(
        "MedicationAdministration",
        status="completed",
        medicationCodeableConcept=coded("http://hl7.org/fhir/sid/ndc", "00009-0347-02"),
        effectiveDateTime="2026-05-01T10:00:00Z",
        dosage={"dose": {"value": 40, "unit": "mg"}, "route": coded("http://snomed.info/sct", "78421000")},
    )
    assert record.fields["drug"] == {"ndc": "00009-0347-02", "dose": 40, "dose_unit": "mg"}
    assert record.fields["route"] == "im"


def test_coverage_has_payer_by_record_or_by_name(read):
    by_record = read("Coverage", beneficiary={"reference": "Patient/p"}, payor=[{"reference": "Organization/o"}],
                     subscriberId="A1", order=1, period={"start": "2026-01-01"})  # fmt: skip
    assert by_record.fields["payer"] == "Organization/o"
    assert by_record.fields["member_id"] == "A1"
    by_name = read("Coverage", payor=[{"display": "Harbor Blue", "identifier": {"value": "HRB07"}}])
    assert by_name.fields["payer_name"] == "Harbor Blue"
    assert by_name.notes == ()


def test_provider_is_known_by_npi(read):
    record = read("Practitioner", identifier=[{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
                  name=[{"text": "DIAZ A"}])  # fmt: skip
    assert (record.fields["npi"], record.fields["name"]) == ("1234567893", "DIAZ A")


def test_organization_that_pays_is_a_payer_too():
    organization, payer = read_item(fhir("Organization", name="Harbor Blue", type=[coded("x", "pay")]))
    assert (organization.entity, payer.entity, payer.ref) == ("organizations", "payers", "Organization/x1")


def test_kind_that_nobody_reads_gives_no_record():
    assert read_item(fhir("Account", status="active")) == ()
