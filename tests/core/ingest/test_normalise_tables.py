"""Rows of the table format, from NDJSON or CSV, for every entity with a value class."""

from __future__ import annotations

import pytest
from intake_makers import among, row

from core.errors import BadInput
from core.ingest.normalise._table import TABLES
from core.ingest.read import read_item

FULL = {
    "sources": {"role": "ehr"},
    "patients": {"family_name": "Diaz"},
    "patient_links": {"a": "1", "b": "2", "state": "linked"},
    "payers": {"name": "Harbor"},
    "coverages": {"patient": "p", "payer": "y"},
    "providers": {"npi": "1"},
    "locations": {"tz": "America/Chicago"},
    "appointments": {"patient": "p", "start": "2026-05-01T09:00", "status": "booked"},
    "encounters": {"patient": "p", "start": "2026-05-01", "status": "finished"},
    "notes": {"encounter": "e", "date": "2026-05-01", "status": "signed"},
    "service_events": {"patient": "p", "kind": "imaging", "status": "completed"},
    "orders": {},
    "charges": {"patient": "p", "dos_from": "2026-05-01", "status": "ready", "code": "99213"},
    "claims": {"pcn": "1", "payer": "y", "frequency": "1", "lines": [{"code": "99213"}]},
}


@pytest.mark.parametrize("entity", sorted(TABLES))
def test_row_with_what_it_needs_is_read(entity):
    (record,) = read_item(row(entity, id="1", **FULL[entity]))
    assert record.entity == entity
    assert record.notes == ()


@pytest.mark.parametrize(
    ("entity", "name"), [(entity, name) for entity, fields in sorted(FULL.items()) for name in fields]
)
@pytest.mark.parametrize("blank", [None, "", "absent"])
def test_row_without_what_it_needs_is_refused_with_the_fields_name(entity, name, blank):
    fields = {key: value for key, value in FULL[entity].items() if key != name}
    if blank != "absent":
        fields[name] = blank
    with pytest.raises(BadInput) as refused:
        read_item(row(entity, id="1", **fields))
    assert name in refused.value.what
    assert refused.value.place == f"{entity}.ndjson line 1"


def test_patient_fee_needs_no_code():
    fields = {**FULL["charges"], "kind": "patient_fee", "code": None}
    (record,) = read_item(row("charges", id="1", **fields))
    assert record.fields["kind"] == "patient_fee"


def test_either_of_two_fields_is_enough():
    assert read_item(row("patients", id="1", mrn="M1"))
    assert read_item(row("service_events", id="1", encounter="e", kind="imaging", status="completed"))
    assert read_item(row("providers", id="1", name="Dr. Diaz"))


def test_references_get_the_singular_kind():
    (record,) = read_item(
        row("encounters", id="7", patient="p", start="2026-05-01T09:00", status="finished", appointment="a",
            location="l", providers=[{"role": "rendering", "provider": "d"}])
    )  # fmt: skip
    assert record.ref == "Encounter/7"
    assert record.patient == "Patient/p"
    wanted = {"patient": "Patient/p", "appointment": "Appointment/a", "location": "Location/l",
              "providers": [{"role": "rendering", "provider": "Provider/d"}]}  # fmt: skip
    assert among(record, wanted) == wanted


def test_csv_cells_read_like_json():
    (plain,) = read_item(
        row("charges", id="1", patient="p", dos_from="2026-05-01", status="ready", code="99213", modifiers=["25", "59"],
            diagnoses=[{"code": "I10", "rank": 1}], pointers=[1, 2], amount=8500, units=1)
    )  # fmt: skip
    (cells,) = read_item(
        row("charges", id="1", patient="p", dos_from="2026-05-01", status="ready", code="99213", modifiers="25;59",
            diagnoses='[{"code": "I10", "rank": 1}]', pointers="1;2", amount="8500", units="1", pos="")
    )  # fmt: skip
    assert cells == plain


def test_codes_lose_their_dots_and_bare_diagnoses_are_codes():
    (record,) = read_item(
        row("service_events", id="1", patient="p", kind="procedure", status="completed", diagnoses=["e11.9", "I10"])
    )
    assert record.fields["diagnoses"] == [{"code": "E119"}, {"code": "I10"}]


def test_dob_and_sex_admin_go_before_the_common_names():
    (record,) = read_item(
        row("patients", id="1", family_name="D", dob="1970-01-02", birth_date="1971-01-01", sex_admin="F", sex="M")
    )
    assert (record.fields["birth_date"], record.fields["sex"]) == ("1970-01-02", "F")
    (record,) = read_item(row("patients", id="1", family_name="D", dob=None, birth_date="1971-01-01"))
    assert record.fields["birth_date"] == "1971-01-01"


def test_unknown_fields_are_named_as_unmapped_and_not_taken():
    (record,) = read_item(row("patients", id="1", family_name="D", shoe_size="42", hat=None))
    assert record.unmapped == ("shoe_size",)
    assert "shoe_size" not in record.fields


def test_source_names_the_system_inside_the_folder():
    (record,) = read_item(row("patients", id="1", family_name="D", source="pm"))
    assert record.source == "pm"
    assert record.unmapped == ()


def test_completeness_of_a_source_is_by_entity_or_for_all():
    (whole,) = read_item(row("sources", id="s", role="pm", complete_through="2026-05-01T00:00:00Z"))
    (each,) = read_item(row("sources", id="s", role="pm", complete_through='{"charges": "2026-05-01T00:00:00Z"}'))
    assert whole.fields["complete_through"] == {"*": "2026-05-01T00:00:00Z"}
    assert each.fields["complete_through"] == {"charges": "2026-05-01T00:00:00Z"}


def test_vaccine_and_drug_are_also_read_flat():
    (record,) = read_item(
        row("service_events", id="1", patient="p", kind="immunization", status="completed",
            vaccine={"cvx": "20", "route": "im", "supply_source": "state"})
    )  # fmt: skip
    wanted = {"vaccine_cvx": "20", "route": "im", "supply_source": "state"}
    assert among(record, wanted) == wanted


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("amount", "85.50", "amount is not a whole number"), ("amount", "a lot", "amount is no number"),
     ("entered_at", "yesterday", "entered_at is no date"), ("dos_to", "2026-05", "dos_to is not a full date")],
)  # fmt: skip
def test_value_that_does_not_fit_is_noted(name, value, words):
    (record,) = read_item(row("charges", id="1", **{**FULL["charges"], name: value}))
    assert record.notes == (words,)


def test_entity_without_a_value_class_is_kept_raw():
    assert read_item(row("remits", id="1", payer="y")) == ()
