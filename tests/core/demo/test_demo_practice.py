"""The demo practice: the same every time, valid, and with every planted situation really in the data."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class

from core.demo import catalogue
from core.demo.names import without_accents
from core.demo.practice import Practice, make_practice
from core.demo.writes import references_in
from core.errors import NotPossible

TODAY = date(2026, 6, 30)
NEW_YORK = ZoneInfo("America/New_York")
WINDOW_DAYS = 45


@pytest.fixture(scope="module")
def practice() -> Practice:
    return make_practice(today=TODAY)


@pytest.fixture(scope="module")
def records(practice: Practice) -> dict[str, dict[str, Any]]:
    return {
        f"{system}/{resource['resourceType']}/{resource['id']}": resource
        for system, resources in practice.systems.items()
        for resource in resources
    }


def of_kind(practice: Practice, system: str, kind: str) -> list[dict[str, Any]]:
    return [resource for resource in practice.systems[system] if resource["resourceType"] == kind]


def day_of(encounter: dict[str, Any]) -> date:
    return datetime.fromisoformat(encounter["period"]["start"]).astimezone(NEW_YORK).date()


def code_of(charge: dict[str, Any]) -> str:
    return charge["code"]["coding"][0]["code"]


def number_of(charge: dict[str, Any]) -> str:
    return charge.get("context", {}).get("identifier", {}).get("value", "")


def test_every_resource_is_valid(practice: Practice) -> None:
    for resources in practice.systems.values():
        for resource in resources:
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_every_reference_leads_somewhere_in_its_own_system(practice: Practice) -> None:
    for resources in practice.systems.values():
        known = {f"{resource['resourceType']}/{resource['id']}" for resource in resources}
        assert len(known) == len(resources)
        assert {ref for resource in resources for ref in references_in(resource)} <= known


def test_same_seed_and_date_give_the_same_bytes_in_another_process(practice: Practice) -> None:
    program = (
        "import sys,orjson;from datetime import date;from core.demo.practice import make_practice;"
        "p=make_practice(today=date(2026,6,30));"
        "sys.stdout.buffer.write(orjson.dumps([list(p.systems['EHR']),list(p.systems['PM']),p.truth()]))"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    here = orjson.dumps([list(practice.systems["EHR"]), list(practice.systems["PM"]), practice.truth()])
    assert there == here
    assert make_practice(8, today=TODAY).systems != practice.systems


@pytest.mark.parametrize("shift_days", range(7))
@pytest.mark.parametrize(("seed", "patients"), [(7, 120), (3, 60)])
def test_every_weekday_has_every_situation(practice: Practice, seed: int, patients: int, shift_days: int) -> None:
    other = make_practice(seed, patients, today=TODAY + timedelta(days=shift_days))
    assert {(p.kind, p.subtype) for p in other.planted if not p.is_trap} == {
        (p.kind, p.subtype) for p in practice.planted if not p.is_trap
    }
    assert {p.kind for p in practice.planted if p.is_trap} - {p.kind for p in other.planted} <= {"charge_still_in_time"}


def test_situations_grow_with_the_practice() -> None:
    planted = make_practice(7, 480, today=TODAY).find("missing_charge", "encounter")
    assert len(planted) == 4 * len(make_practice(7, 120, today=TODAY).find("missing_charge", "encounter"))


def test_a_practice_too_small_for_its_situations_is_refused() -> None:
    with pytest.raises(NotPossible):
        make_practice(7, 20, today=TODAY)


def test_size_and_spread(practice: Practice) -> None:
    encounters = of_kind(practice, "EHR", "Encounter")
    assert 255 <= len(encounters) <= 280
    days = [day_of(encounter) for encounter in encounters]
    assert TODAY - timedelta(days=WINDOW_DAYS) <= min(days)
    assert max(days) <= TODAY
    assert all(day.weekday() < 5 for day in days)
    statuses = Counter(a["status"] for a in of_kind(practice, "PM", "Appointment"))
    assert set(statuses) == {"fulfilled", "noshow", "cancelled", "booked", "arrived"} or statuses["fulfilled"] > 100
    assert min(statuses[s] for s in ("fulfilled", "noshow", "cancelled", "booked")) >= 3
    kinds = {resource["resourceType"] for resource in practice.systems["EHR"]}
    assert kinds >= {
        *("Patient", "Practitioner", "Organization", "Location", "Appointment", "Encounter", "Condition", "Procedure"),
        *("Immunization", "ImagingStudy", "ServiceRequest", "DiagnosticReport", "Coverage"),
    }
    assert {resource["resourceType"] for resource in practice.systems["PM"]} == {
        *("Patient", "Practitioner", "Account", "Coverage", "Appointment", "ChargeItem", "Claim"),
    }


def test_there_is_enough_to_learn_from(practice: Practice) -> None:
    charged = Counter(code_of(charge) for charge in of_kind(practice, "PM", "ChargeItem"))
    for service in (catalogue.ECG, catalogue.FLU, catalogue.TDAP, catalogue.BLOOD_COUNT, catalogue.LIPIDS):
        assert charged[service.charge] >= 20, service.text
    types = Counter(encounter["type"][0]["coding"][0]["code"] for encounter in of_kind(practice, "EHR", "Encounter"))
    assert all(types[kind.code] >= 5 for kind in (catalogue.OFFICE, catalogue.FOLLOW_UP, catalogue.CHECK_UP))
    linked = [bool(number_of(charge)) for charge in of_kind(practice, "PM", "ChargeItem")]
    assert 0.4 < sum(linked) / len(linked) < 0.9


def test_providers_have_valid_numbers_known_to_both(practice: Practice) -> None:
    numbers = [
        {p["identifier"][0]["value"] for p in of_kind(practice, system, "Practitioner")} for system in ("EHR", "PM")
    ]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 3
    for number in numbers[0]:
        digits = [int(d) for d in reversed("80840" + number)]
        total = sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])
        assert total % 10 == 0


def test_names_break_forms(practice: Practice) -> None:
    families = {name["family"] for p in of_kind(practice, "EHR", "Patient") for name in p["name"]}
    assert any("'" in family for family in families)
    assert any("-" in family for family in families)
    assert any(not family.isascii() for family in families)
    assert any(len(family) > 18 for family in families)
    assert any(len(family) <= 2 for family in families)


def test_seed_data_looks_old(practice: Practice) -> None:
    stamps = {r["meta"]["lastUpdated"] for resources in practice.systems.values() for r in resources}
    assert max(stamps) < TODAY.isoformat()


def test_planted_records_exist(practice: Practice, records: dict[str, Any]) -> None:
    for planted in practice.planted:
        assert planted.entities
        for entity in planted.entities:
            assert entity in records, planted


@pytest.mark.parametrize("system", ["EHR", "PM"])
def test_duplicates_are_two_records_of_one_person(practice: Practice, records: dict[str, Any], system: str) -> None:
    found = {p.subtype: p.entities for p in practice.find("duplicate_patient") if p.entities[0].startswith(system)}
    assert set(found) >= {"typo", "nickname", "maiden", "moved", "swapped-date"}

    def pair(kind: str) -> list[dict[str, Any]]:
        return [records[entity] for entity in found[kind]]

    typo, nickname, maiden, moved, swapped = map(pair, ("typo", "nickname", "maiden", "moved", "swapped-date"))
    assert typo[0]["name"][0]["family"] != typo[1]["name"][0]["family"]
    assert typo[0]["name"][0]["given"][0] == typo[1]["name"][0]["given"][0]
    assert nickname[0]["name"][0]["given"][0] != nickname[1]["name"][0]["given"][0]
    assert maiden[0]["name"][0]["family"] != maiden[1]["name"][0]["family"]
    assert moved[0]["address"] != moved[1]["address"]
    assert moved[0]["birthDate"] == moved[1]["birthDate"]
    year, month, day = swapped[0]["birthDate"].split("-")
    assert swapped[1]["birthDate"] == f"{year}-{day}-{month}"


def test_one_person_was_registered_three_times(practice: Practice) -> None:
    assert len(practice.find("duplicate_patient", "triple")[0].entities) == 3


def test_traps_look_like_duplicates(practice: Practice, records: dict[str, Any]) -> None:
    for kind in ("twins_alike", "twins"):
        for planted in practice.find(kind):
            one, other = (records[entity] for entity in planted.entities)
            assert planted.is_trap
            assert one["birthDate"] == other["birthDate"]
            assert one["name"][0]["family"] == other["name"][0]["family"]
            assert one["name"][0]["given"] != other["name"][0]["given"]
    for planted in practice.find("father_and_son"):
        father, son = (records[entity] for entity in planted.entities)
        assert father["name"][0]["given"][0] == son["name"][0]["given"][0]
        assert int(son["birthDate"][:4]) - int(father["birthDate"][:4]) >= 25
    for planted in practice.find("same_name"):
        one, other = (records[entity] for entity in planted.entities)
        assert one["birthDate"] != other["birthDate"]
        assert one["address"] != other["address"]
    (merged,) = practice.find("merged_before")
    assert [records[entity]["active"] for entity in merged.entities] == [True, False]


def test_demographics_differ_in_the_named_field_only(practice: Practice, records: dict[str, Any]) -> None:
    def told(patient: dict[str, Any]) -> dict[str, str]:
        name, address = patient["name"][0], patient["address"][0]
        return {
            "family_name": without_accents(name["family"]).upper(),
            "birth_date": patient["birthDate"],
            "sex": patient["gender"],
            "phone": "".join(c for c in patient["telecom"][0]["value"] if c.isdigit()),
            "address": address["postalCode"] + address["line"][0].split()[0],
        }

    for planted in practice.find("demographic_mismatch"):
        one, other = (told(records[entity]) for entity in planted.entities)
        assert [name for name in one if one[name] != other[name]] == [planted.details["field"]]
    (coverage,) = practice.find("coverage_mismatch")
    ehr, pm = (records[entity]["subscriberId"] for entity in coverage.entities[:2])
    assert ehr != pm
    assert sorted(ehr) == sorted(pm)


def charges_of(practice: Practice, encounter: dict[str, Any], records: dict[str, Any]) -> list[dict[str, Any]]:
    """The charges of a visit, by its number or by its person's day."""
    number, day = encounter["identifier"][0]["value"], day_of(encounter).isoformat()
    accounts = accounts_of(practice, encounter, records)
    return [
        charge
        for charge in of_kind(practice, "PM", "ChargeItem")
        if number_of(charge) == number
        or (charge["subject"]["reference"] in accounts and charge["occurrenceDateTime"] == day)
    ]


def accounts_of(practice: Practice, encounter: dict[str, Any], records: dict[str, Any]) -> set[str]:
    chart = records["EHR/" + encounter["subject"]["reference"]]
    name, birth = without_accents(chart["name"][0]["family"]).upper(), chart["birthDate"]
    given = without_accents(chart["name"][0]["given"][0]).upper()
    return {
        f"Patient/{patient['id']}"
        for patient in of_kind(practice, "PM", "Patient")
        if (patient["name"][0]["family"].removesuffix(" JR"), patient["name"][0]["given"][0], patient["birthDate"])
        == (name, given, birth)
    }


def test_missing_charges_are_missing(practice: Practice, records: dict[str, Any]) -> None:
    for planted in practice.find("missing_charge"):
        encounter = records[planted.entities[0]]
        assert encounter["status"] == "finished"
        assert accounts_of(practice, encounter, records)
        codes = {code_of(charge) for charge in charges_of(practice, encounter, records)}
        assert codes.isdisjoint(planted.details["codes"])
        assert bool(codes) == (planted.subtype == "line")
    kinds = {planted.entities[1].split("/")[1] for planted in practice.find("missing_charge", "line")}
    assert kinds == {"Procedure", "Immunization", "ImagingStudy", "DiagnosticReport"}


def test_mismatched_charges_differ_as_told(practice: Practice, records: dict[str, Any]) -> None:
    npis = {
        f"{system}/Practitioner/{p['id']}": p["identifier"][0]["value"]
        for system in ("EHR", "PM")
        for p in of_kind(practice, system, "Practitioner")
    }
    for planted in practice.find("mismatched_charge"):
        encounter, charge = (records[entity] for entity in planted.entities[:2])
        charged = {
            "date": charge["occurrenceDateTime"],
            "provider": npis["PM/" + charge["performer"][0]["actor"]["reference"]],
            "units": charge["quantity"]["value"],
            "code": code_of(charge),
        }[planted.subtype]
        assert charged == planted.details["charged"] != planted.details["documented"]
        if planted.subtype == "date":
            assert day_of(encounter).isoformat() == planted.details["documented"]
        if planted.subtype == "provider":
            provider = encounter["participant"][0]["individual"]["reference"]
            assert npis["EHR/" + provider] == planted.details["documented"]
        assert (charge["status"] == "billed") == planted.details.get("is_billed", False)
    assert len(practice.find("mismatched_charge", "date")) == 3


def test_duplicate_charges_are_equal_lines(practice: Practice, records: dict[str, Any]) -> None:
    for planted in practice.find("duplicate_charge"):
        one, other = (records[entity] for entity in planted.entities)
        same = ("code", "subject", "occurrenceDateTime", "performer", "quantity")
        assert [one[field] for field in same] == [other[field] for field in same]


def test_orphan_charges_have_no_visit_near(practice: Practice, records: dict[str, Any]) -> None:
    for planted in practice.find("orphan_charge"):
        charge = records[planted.entities[0]]
        day = date.fromisoformat(charge["occurrenceDateTime"])
        near = [
            encounter
            for encounter in of_kind(practice, "EHR", "Encounter")
            if charge["subject"]["reference"] in accounts_of(practice, encounter, records)
            and abs((day_of(encounter) - day).days) <= 3
        ]
        assert near == []
        assert number_of(charge) not in {e["identifier"][0]["value"] for e in of_kind(practice, "EHR", "Encounter")}
        if planted.subtype == "noshow_billed":
            assert [records[entity]["status"] for entity in planted.entities[1:]] == ["noshow", "noshow"]


def test_an_encounter_was_entered_twice(practice: Practice, records: dict[str, Any]) -> None:
    for planted in practice.find("duplicate_encounter"):
        one, other = (records[entity] for entity in planted.entities)
        assert (one["subject"], one["participant"]) == (other["subject"], other["participant"])
        assert one["identifier"] != other["identifier"]
        start, again = (datetime.fromisoformat(e["period"]["start"]) for e in (one, other))
        assert again - start == timedelta(minutes=4)


def test_what_needs_no_charge_has_none(practice: Practice, records: dict[str, Any]) -> None:
    for kind in ("visit_cancelled", "visit_in_progress", "charge_still_in_time"):
        for planted in practice.find(kind):
            assert charges_of(practice, records[planted.entities[0]], records) == []
    statuses = {records[planted.entities[0]].get("status") for planted in practice.find("no_charge_due")}
    assert statuses == {"not-done", "entered-in-error", "completed", "final"}
    (evening,) = practice.find("evening_visit")
    encounter, charge = (records[entity] for entity in evening.entities[:2])
    assert encounter["period"]["start"][:10] != charge["occurrenceDateTime"] == day_of(encounter).isoformat()


def test_rightly_charged_visits_are_the_rule(practice: Practice, records: dict[str, Any]) -> None:
    planted = {entity for item in practice.planted for entity in item.entities}

    def is_plain(encounter: dict[str, Any]) -> bool:
        people = {f"PM/{account}" for account in accounts_of(practice, encounter, records)}
        return bool(people) and planted.isdisjoint({f"EHR/Encounter/{encounter['id']}", *people})

    plain = [encounter for encounter in of_kind(practice, "EHR", "Encounter") if is_plain(encounter)]
    uncharged = [encounter for encounter in plain if not charges_of(practice, encounter, records)]
    assert len(plain) > 150
    assert uncharged == []


def test_truth_tells_faults_from_traps(practice: Practice) -> None:
    truth = practice.truth()
    assert {fault["type"] for fault in truth["faults"]}.isdisjoint({trap["type"] for trap in truth["traps"]})
    assert all(fault["rules"] for fault in truth["faults"])
    assert len(truth["faults"]) + len(truth["traps"]) == len(practice.planted)
