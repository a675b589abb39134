"""Landing: idempotent, the newest version wins, what is gone is kept as gone, what cannot be read stops nothing."""

from __future__ import annotations

import zlib

import pytest
from intake_makers import fhir, row
from intake_world import Lander

from core.connectors._port import Unreadable
from core.ingest.land import land_read_back
from core.ingest.settle import settle_links, settle_patients, settle_snapshot

EVERYTHING = (
    "connections", "raw_records", "patients", "encounters", "charges", "quarantine", "match_queue", "case_queue",
)  # fmt: skip


def patient(family: str, *, key: str = "p1", **more):
    return fhir("Patient", id=key, name=[{"family": family}], **more)


def versioned(family: str, version: int, key: str = "p1"):
    meta = {"versionId": str(version), "lastUpdated": f"2026-05-01T10:00:{version:02}Z"}
    return patient(family, key=key, meta=meta, version=str(version))


def store_as_it_is(lander):
    """Everything but which pull saw a row last."""
    found = {table: sorted(lander.rows(f"SELECT * FROM {table}"), key=repr) for table in EVERYTHING}
    columns = "id, kind, source_id, version, hash, position, fetched_at, updated_at, is_current, gone_at, payload"
    found["raw_records"] = lander.rows(f"SELECT {columns} FROM raw_records ORDER BY id")
    return found


def test_record_lands_raw_and_canonical(lander):
    item = versioned("Diaz", 3)
    landed = lander(item)
    assert (landed.landed, landed.unchanged) == (1, 0)
    ((payload, version, position),) = lander.rows("SELECT payload, version, position FROM raw_records")
    assert zlib.decompress(payload) == item.payload
    assert (version, position) == ("3", "Patient/p1")
    ((ref, whose, version, updated_at, fetched_at),) = lander.rows(
        "SELECT ref, patient, version, updated_at, fetched_at FROM patients"
    )
    assert (ref, whose, version, updated_at) == ("Patient/p1", "Patient/p1", "3", "2026-05-01T10:00:03Z")
    assert fetched_at


def test_landing_the_same_twice_changes_nothing(lander):
    items = [versioned("Diaz", 1), fhir("Encounter", id="e1", subject={"reference": "Patient/p1"}), fhir("Account")]
    lander(*items)
    before = store_as_it_is(lander)
    landed = lander(*items)
    assert (landed.landed, landed.unchanged) == (0, 3)
    assert store_as_it_is(lander) == before


def test_newer_version_supersedes_and_the_older_is_kept(lander):
    lander(versioned("Diaz", 1))
    landed = lander(versioned("Diaz-Moore", 2))
    assert landed.landed == 1
    assert lander.body("patients", "Patient/p1")["family_name"] == "Diaz-Moore"
    assert lander.rows("SELECT version, is_current FROM raw_records ORDER BY id") == [("1", 0), ("2", 1)]


def test_older_version_that_comes_late_does_not_overwrite(lander):
    lander(versioned("Diaz-Moore", 2))
    landed = lander(versioned("Diaz", 1))
    assert (landed.landed, landed.unchanged) == (0, 1)
    assert lander.body("patients", "Patient/p1")["family_name"] == "Diaz-Moore"
    assert len(lander.rows("SELECT 1 FROM raw_records")) == 2


def test_versions_are_compared_as_numbers_not_as_text(lander):
    lander(patient("Nine", version='W/"9"'))
    lander(patient("Ten", version='W/"10"'))
    lander(patient("Nine again", version='W/"9"'))
    assert lander.body("patients", "Patient/p1")["family_name"] == "Ten"


def test_without_versions_the_later_delivery_is_current_and_may_be_an_earlier_content(lander):
    lander(patient("A"))
    lander(patient("B"))
    assert lander.body("patients", "Patient/p1")["family_name"] == "B"
    lander(patient("A"))
    assert lander.body("patients", "Patient/p1")["family_name"] == "A"
    assert lander.rows("SELECT count(*) FROM raw_records") == [(2,)]


@pytest.mark.parametrize("delivery", ["AB", "AAB", "ABA", "ABCAB", "ABBAAC"])
def test_two_contents_of_one_record_in_one_delivery_do_not_swap_at_each_pull(lander, delivery):
    def deliver():
        pull_id = lander.begin()
        return [lander(patient(family), pull_id=pull_id) for family in delivery]

    deliver()
    before = store_as_it_is(lander)
    assert sum(landed.landed for landed in deliver()) == 0
    assert store_as_it_is(lander) == before


@pytest.mark.parametrize("delivery", ["1B", "B1", "1BC", "1B2", "2B1", "BC1D", "12B", "B12", "1BCB", "3B1C2", "31B2B"])
def test_contents_with_and_without_a_version_in_one_delivery_do_not_swap_either(lander, delivery):
    def deliver():
        pull_id = lander.begin()
        contents = [versioned(one, int(one)) if one.isdigit() else patient(one) for one in delivery]
        return sum(lander(content, pull_id=pull_id).landed for content in contents)

    deliver()
    before = store_as_it_is(lander)
    assert [deliver(), deliver()] == [0, 0]
    assert store_as_it_is(lander) == before


def test_content_read_back_is_current_even_if_it_was_so_before(lander):
    for family in ("A", "B", "A"):
        with lander.desk.store.write("test") as unit:
            land_read_back(unit, lander.connection_id, patient(family))
    assert lander.body("patients", "Patient/p1")["family_name"] == "A"


def test_two_versions_in_one_page_leave_the_newer_current(lander):
    landed = lander(versioned("Second", 2), versioned("First", 1), versioned("Third", 3))
    assert landed.landed == 2
    assert lander.body("patients", "Patient/p1")["family_name"] == "Third"
    assert lander.rows("SELECT version FROM raw_records WHERE is_current = 1") == [("3",)]


def test_restored_server_that_counts_anew_is_believed(lander):
    def stamped(family: str, version: str, at: str):
        return patient(family, meta={"lastUpdated": at}, version=version)

    lander(stamped("Before", "7", "2026-05-01T10:00:00Z"))
    lander(stamped("After", "1", "2026-06-01T10:00:00Z"))
    assert lander.body("patients", "Patient/p1")["family_name"] == "After"


def test_deleted_record_is_gone_but_kept_and_comes_back_to_life(lander):
    lander(versioned("Diaz", 1))
    landed = lander(deleted=(("Patient", "p1"), ("Patient", "never seen")))
    assert landed.deleted == 1
    ((gone_at,),) = lander.rows("SELECT gone_at FROM patients")
    assert gone_at
    assert lander(deleted=(("Patient", "p1"),)).deleted == 0
    landed = lander(versioned("Diaz", 1))
    assert landed.landed == 1
    assert lander.rows("SELECT gone_at FROM patients") == [(None,)]
    assert lander.rows("SELECT gone_at FROM raw_records") == [(None,)]


def test_whole_reading_makes_gone_what_it_did_not_deliver(lander):
    lander(patient("A", key="a"), patient("B", key="b"))
    pull_id = lander.begin()
    lander(patient("A", key="a"), pull_id=pull_id)
    with lander.desk.store.write("test") as unit:
        assert settle_snapshot(unit, lander.connection_id, "Patient", pull_id) == 1
    assert [ref for ref, gone in lander.rows("SELECT ref, gone_at FROM patients") if gone] == ["Patient/b"]


def test_whole_reading_of_one_kind_leaves_other_kinds_alone(lander):
    lander(patient("A"), fhir("Encounter", id="e1"))
    pull_id = lander.begin()
    with lander.desk.store.write("test") as unit:
        assert settle_snapshot(unit, lander.connection_id, "Patient", pull_id) == 1
    assert lander.rows("SELECT gone_at FROM encounters") == [(None,)]


def test_whole_reading_falls_back_to_the_content_it_still_delivered(lander):
    lander(patient("A"), patient("B"))
    pull_id = lander.begin()
    lander(patient("A"), pull_id=pull_id)
    with lander.desk.store.write("test") as unit:
        assert settle_snapshot(unit, lander.connection_id, "files", pull_id) == 0
    assert lander.body("patients", "Patient/p1")["family_name"] == "A"


def test_record_in_a_file_with_an_unreadable_piece_is_not_taken_for_gone(lander):
    lander(row("patients", id="1", family_name="A"))
    pull_id = lander.begin()
    piece = Unreadable("patients.ndjson line 1", "This line is cut off.", "CM-X", b'{"id": "1"', "table", "patients")
    lander(unreadable=(piece,), pull_id=pull_id)
    with lander.desk.store.write("test") as unit:
        assert settle_snapshot(unit, lander.connection_id, "files", pull_id) == 0
    assert lander.rows("SELECT gone_at FROM patients") == [(None,)]


def test_record_read_back_while_a_whole_reading_runs_is_not_gone_at_its_end(lander):
    pull_id = lander.begin()
    with lander.desk.store.write("test") as unit:
        land_read_back(unit, lander.connection_id, patient("New"))
        assert settle_snapshot(unit, lander.connection_id, "Patient", pull_id) == 0


def test_record_that_cannot_be_used_is_quarantined_and_stops_nothing(lander):
    bad = row("charges", id="c1", patient="p1", dos_from="2026-05-01", status="ready")
    landed = lander(row("patients", id="p1", family_name="A"), bad, row("patients", id="p2", family_name="B"))
    assert (landed.landed, landed.quarantined) == (2, 1)
    ((position, reason, source_id, payload),) = lander.rows(
        "SELECT position, reason, source_id, payload FROM quarantine WHERE resolved_at IS NULL"
    )
    assert position == "charges.ndjson line 1"
    assert reason == "This row of charges needs code."
    assert source_id == "c1"
    assert zlib.decompress(payload) == bad.payload


def test_the_same_unreadable_thing_twice_is_one_row_seen_again(lander):
    piece = Unreadable("a.json", "This file is no JSON.", "CM-X", b"{", "fhir-r4")
    bad = row("charges", id="c1")
    lander(bad, unreadable=(piece,))
    first = lander.rows("SELECT id, first_seen_at FROM quarantine ORDER BY id")
    seen = lander.rows("SELECT last_seen_at FROM quarantine ORDER BY id")
    lander(bad, unreadable=(piece,))
    assert lander.rows("SELECT id, first_seen_at FROM quarantine ORDER BY id") == first
    assert lander.rows("SELECT last_seen_at FROM quarantine ORDER BY id") > seen


def test_quarantined_record_is_settled_when_it_reads_later(lander):
    good = {"patient": "p1", "dos_from": "2026-05-01", "status": "ready"}
    lander(row("charges", id="c1", **good))
    lander(row("charges", id="c1", code="99213", **good))
    ((resolved_at,),) = lander.rows("SELECT resolved_at FROM quarantine")
    assert resolved_at


def test_record_that_turns_unreadable_keeps_its_last_good_version(lander):
    lander(row("patients", id="1", family_name="A"))
    pull_id = lander.begin()
    lander(row("patients", id="1"), pull_id=pull_id)
    with lander.desk.store.write("test") as unit:
        assert settle_snapshot(unit, lander.connection_id, "files", pull_id) == 0
    assert lander.body("patients", "Patient/1") == {"family_name": "A"}


def test_record_that_its_new_version_no_longer_gives_is_gone(lander):
    def organization(kind: str):
        return fhir("Organization", id="o", name="Harbor", type=[{"coding": [{"code": kind}]}])

    lander(organization("pay"))
    lander(organization("prov"))
    ((gone_at,),) = lander.rows("SELECT gone_at FROM payers")
    assert gone_at
    assert lander.rows("SELECT gone_at FROM organizations") == [(None,)]
    lander(organization("ins"))
    assert lander.rows("SELECT gone_at FROM payers") == [(None,)]


def test_changed_patients_are_queued_for_matching_and_for_their_case(lander):
    lander(patient("A"))
    assert len(lander.rows("SELECT 1 FROM match_queue")) == 1
    assert lander.rows("SELECT patient FROM case_queue") == [("Patient/p1",)]
    lander.clear_queues()
    lander(patient("A"))
    assert lander.rows("SELECT patient FROM case_queue") == []


def test_old_and_new_patient_of_a_moved_record_are_queued(lander):
    def visit(whose: str):
        return fhir("Encounter", id="e1", subject={"reference": f"Patient/{whose}"})

    lander(visit("a"))
    lander.clear_queues()
    lander(visit("b"))
    assert {p for (p,) in lander.rows("SELECT patient FROM case_queue")} == {"Patient/a", "Patient/b"}


def test_patient_of_a_deleted_record_is_queued(lander):
    lander(fhir("Encounter", id="e1", subject={"reference": "Patient/a"}))
    lander.clear_queues()
    lander(deleted=(("Encounter", "e1"),))
    assert lander.rows("SELECT patient FROM case_queue") == [("Patient/a",)]


@pytest.mark.parametrize("kind", ["Practitioner", "Location", "Organization"])
def test_changed_provider_or_place_concerns_everybody(lander, kind):
    lander(fhir(kind, id="x"))
    assert lander.rows("SELECT patient FROM case_queue") == [("*",)]


def test_new_time_stamp_alone_queues_nobody(lander):
    lander(patient("A", meta={"lastUpdated": "2026-05-01T10:00:00Z"}))
    lander.clear_queues()
    landed = lander(patient("A", meta={"lastUpdated": "2026-05-02T10:00:00Z"}))
    assert landed.landed == 1
    assert lander.rows("SELECT patient FROM case_queue") == []
    assert lander.rows("SELECT updated_at FROM patients") == [("2026-05-02T10:00:00Z",)]


def test_patients_keep_their_row_through_all_versions(lander):
    lander(versioned("A", 1))
    before = lander.rows("SELECT id FROM patients")
    lander(versioned("B", 2))
    lander(deleted=(("Patient", "p1"),))
    lander(versioned("C", 3))
    assert lander.rows("SELECT id FROM patients") == before


def test_same_payload_that_resolves_otherwise_is_a_new_version(lander):
    def visit(whose: str):
        return fhir("Encounter", id="e1", subject={"reference": "urn:uuid:1"}, resolves={"urn:uuid:1": whose})

    lander(visit("Patient/a"))
    landed = lander(visit("Patient/b"))
    assert landed.landed == 1
    assert lander.rows("SELECT patient FROM encounters") == [("Patient/b",)]


def test_unmapped_fields_are_told_once_per_kind(lander):
    landed = lander(
        row("patients", id="1", family_name="A", shoe_size=1), row("patients", id="2", family_name="B", shoe_size=2)
    )
    assert landed.unmapped == {"patients": {"shoe_size"}}


def test_event_and_note_get_the_patient_of_their_visit_whatever_comes_first(lander):
    lander(
        row("service_events", id="s", encounter="e", kind="imaging", status="completed"),
        row("notes", id="n", encounter="e", date="2026-05-01", status="signed"),
        row("encounters", id="e", patient="p", start="2026-05-01", status="finished"),
    )
    lander.clear_queues()
    with lander.desk.store.write("test") as unit:
        settle_patients(unit, lander.connection_id)
    assert lander.rows("SELECT patient FROM service_events") == [("Patient/p",)]
    assert lander.rows("SELECT patient FROM visit_notes") == [("Patient/p",)]
    assert lander.rows("SELECT patient FROM case_queue") == [("Patient/p",)]


def test_claim_without_patient_gets_the_one_of_its_charges(lander):
    lander(
        row("charges", id="c", patient="p", dos_from="2026-05-01", status="billed", code="99213"),
        row("claims", id="m", pcn="1", payer="y", frequency="1", lines=[{"charge_id": "c", "code": "99213"}]),
    )
    with lander.desk.store.write("test") as unit:
        settle_patients(unit, lander.connection_id)
    assert lander.rows("SELECT patient FROM claims") == [("Patient/p",)]


def link(state: str):
    return row("patient_links", id="l", a="1", b="2", state=state, probability=0.9)


@pytest.mark.parametrize(("state", "is_same"), [("linked", [(1,)]), ("different", [(0,)]), ("candidate", [])])
def test_links_of_the_source_are_judgements_of_that_system(lander, state, is_same):
    lander(row("patients", id="1", family_name="A"), row("patients", id="2", family_name="B"), link(state))
    with lander.desk.store.write("test") as unit:
        settle_links(unit, lander.connection_id)
    assert lander.rows("SELECT is_same FROM judgements WHERE by = 'system:EHR'") == is_same


def test_link_that_changes_or_goes_changes_its_judgement_and_a_persons_stays(lander):
    lander(row("patients", id="1", family_name="A"), row("patients", id="2", family_name="B"), link("linked"))
    with lander.desk.store.write("test") as unit:
        settle_links(unit, lander.connection_id)
    lander.clear_queues()
    lander(link("different"))
    with lander.desk.store.write("test") as unit:
        settle_links(unit, lander.connection_id)
    assert lander.rows("SELECT is_same FROM judgements") == [(0,)]
    assert len(lander.rows("SELECT 1 FROM match_queue")) == 2
    with lander.desk.store.write("test") as unit:
        unit.connection.exec_driver_sql("UPDATE judgements SET by = 'ana', is_same = 1")
        settle_links(unit, lander.connection_id)
    assert lander.rows("SELECT by, is_same FROM judgements") == [("ana", 1)]


def test_removed_links_judgement_is_taken_back(lander):
    lander(row("patients", id="1", family_name="A"), row("patients", id="2", family_name="B"), link("linked"))
    with lander.desk.store.write("test") as unit:
        settle_links(unit, lander.connection_id)
    lander(deleted=(("patient_links", "l"),))
    with lander.desk.store.write("test") as unit:
        settle_links(unit, lander.connection_id)
    assert lander.rows("SELECT 1 FROM judgements") == []


def test_two_connections_with_equal_ids_do_not_meet(desk, lander):
    other = Lander(desk, "PM")
    lander(patient("A"))
    other(patient("B"))
    assert len(lander.rows("SELECT 1 FROM patients")) == 2
    other(deleted=(("Patient", "p1"),))
    assert lander.rows(f"SELECT gone_at FROM patients WHERE connection_id = {lander.connection_id}") == [(None,)]
