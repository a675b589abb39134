"""A pull: resumable at its pages, incremental, never stopped by one failing part, honest about absence."""

from __future__ import annotations

import pytest
from memory_system import stamp

from core.connectors._port import Unreadable
from core.errors import BadAnswer, Cancelled, NotAllowed, SignInNeeded, StoreError, Unavailable
from core.jobs import Job
from core.queries.connections import list_connections
from core.queries.intake import complete_through, list_pulls, list_quarantine
from core.sync.pull import pull
from core.usecases.intake import pull_now, retry_quarantine


class PowerCut(BaseException):
    """The process ends here."""


def cut_at(stream, number, error=PowerCut):
    def before_page(at_stream, at_number):
        if (at_stream, at_number) == (stream, number):
            raise error("cut") if error is not PowerCut else PowerCut

    return before_page


def complete(desk, name="EHR"):
    with desk.store.read() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM connections WHERE name = ?", (name,)).scalar_one()
        return complete_through(connection, ids)


def test_first_pull_lands_everything_and_counts_it(desk, connect, rows):
    system = connect(patients=5)
    result = pull(desk, "EHR")
    assert (result.landed, result.unchanged, result.deleted, result.quarantined) == (10, 0, 0, 0)
    assert (result.outcome, result.problem) == ("done", None)
    assert (result.bytes, result.requests) == (600, 6)
    assert result.watermark == stamp(system.now)
    assert rows("SELECT count(*) FROM patients") == [(5,)]


def test_result_has_the_keys_of_the_contract(desk, connect):
    connect()
    promised = {"name", "kind", "landed", "unchanged", "quarantined", "deleted", "seconds", "bytes", "requests",
                "retries", "watermark"}  # fmt: skip
    assert promised <= set(pull(desk, "EHR").as_json())


def test_second_pull_asks_only_for_changes_and_lands_them(desk, connect):
    system = connect()
    pull(desk, "EHR")
    watermark = stamp(system.now)
    system.put("Patient", "p9", name=[{"family": "New"}])
    system.asked.clear()
    result = pull(desk, "EHR")
    assert (result.landed, result.unchanged) == (1, 0)
    assert system.asked == [("Patient", watermark, None), ("Encounter", watermark, None)]


def test_full_pull_reads_everything_and_changes_nothing(desk, connect, rows):
    system = connect()
    pull(desk, "EHR")
    before = rows("SELECT id, fetched_at, body FROM patients")
    result = pull(desk, "EHR", is_full=True)
    assert (result.landed, result.unchanged) == (0, 10)
    assert rows("SELECT id, fetched_at, body FROM patients") == before
    assert system.asked[-1] == ("Encounter", None, None)


@pytest.mark.parametrize("is_full", [True, False])
@pytest.mark.parametrize("page", [0, 1, 2])
def test_cut_pull_goes_on_exactly_after_its_last_page(desk, connect, rows, page, is_full):
    system = connect(patients=5)
    system.before_page = cut_at("Encounter", page)
    with pytest.raises(PowerCut):
        pull(desk, "EHR", is_full=is_full)
    system.before_page = lambda *_: None
    system.asked.clear()
    result = pull(desk, "EHR")
    assert result.outcome == "done"
    assert rows("SELECT count(*) FROM encounters WHERE gone_at IS NULL") == [(5,)]
    assert system.asked[-1] == ("Encounter", None, str(page * 2) if page else None)


def test_cut_full_pull_still_notices_what_is_gone(desk, connect, rows):
    system = connect(patients=6)
    pull(desk, "EHR")
    del system.resources["Patient", "p0"]
    system.before_page = cut_at("Patient", 1)
    with pytest.raises(PowerCut):
        pull(desk, "EHR", is_full=True)
    system.before_page = lambda *_: None
    result = pull(desk, "EHR")
    assert result.deleted == 1
    assert rows("SELECT ref FROM patients WHERE gone_at IS NOT NULL") == [("Patient/p0",)]


def test_wish_for_everything_drops_a_cut_reading_of_changes(desk, connect):
    system = connect(patients=5)
    pull(desk, "EHR")
    for number in range(5):
        system.put("Patient", f"p{number}", name=[{"family": "Changed"}])
    system.before_page = cut_at("Patient", 1)
    with pytest.raises(PowerCut):
        pull(desk, "EHR")
    system.before_page = lambda *_: None
    system.asked.clear()
    pull(desk, "EHR", is_full=True)
    assert system.asked[0] == ("Patient", None, None)


def test_forgotten_cursor_starts_the_stream_again(desk, connect, rows):
    system = connect(patients=5)
    system.before_page = cut_at("Patient", 2)
    with pytest.raises(PowerCut):
        pull(desk, "EHR")
    system.before_page = lambda *_: None
    system.forgets_cursors = True
    result = pull(desk, "EHR")
    assert result.outcome == "done"
    assert rows("SELECT count(*) FROM patients WHERE gone_at IS NULL") == [(5,)]


def test_watermark_moves_only_at_the_end_of_a_stream(desk, connect, rows):
    system = connect(patients=5)
    system.before_page = cut_at("Encounter", 2)
    with pytest.raises(PowerCut):
        pull(desk, "EHR")
    marks = dict(rows("SELECT stream, watermark FROM streams"))
    assert marks == {"Patient": stamp(system.now), "Encounter": None}


def test_one_failing_stream_stops_no_other_and_says_why(desk, connect, rows):
    system = connect(patients=2)
    system.before_page = cut_at("Patient", 0, NotAllowed)
    result = pull(desk, "EHR")
    assert result.outcome == "partial"
    assert result.problem["code"] == "CM-NET-03"
    assert rows("SELECT count(*) FROM encounters") == [(2,)]
    assert list_pulls(desk, "EHR")[0]["outcome"] == "partial"


def test_stream_that_failed_gives_no_evidence_of_absence(desk, connect):
    system = connect(patients=2)
    system.before_page = cut_at("Encounter", 0, Unavailable)
    pull(desk, "EHR")
    assert complete(desk) == {"patients": stamp(system.now)}


def test_failing_later_keeps_the_evidence_of_before(desk, connect):
    system = connect(patients=2)
    pull(desk, "EHR")
    before = complete(desk)
    system.put("Encounter", "e9")
    system.before_page = cut_at("Encounter", 0, Unavailable)
    pull(desk, "EHR")
    assert complete(desk)["encounters"] == before["encounters"]
    assert complete(desk)["patients"] > before["patients"]


def test_source_may_say_itself_how_complete_it_is(desk, connect):
    system = connect(patients=1, kinds=("files",))
    system.extra = {"complete_through": {"*": "2026-01-01T00:00:00Z", "charges": "2026-02-01T00:00:00Z"}}
    pull(desk, "EHR")
    found = complete(desk)
    assert found["charges"] == "2026-02-01T00:00:00Z"
    assert found["encounters"] == "2026-01-01T00:00:00Z"


def test_refused_sign_in_asks_no_further(desk, connect):
    system = connect(patients=1)
    system.before_page = cut_at("Patient", 0, SignInNeeded)
    result = pull(desk, "EHR")
    assert (result.outcome, result.problem["code"]) == ("failed", "CM-NET-02")
    assert [stream for stream, *_ in system.asked] == ["Patient"]


def test_server_that_answers_nobody_is_left_after_three_streams(desk, connect):
    system = connect(patients=1, kinds=("Patient", "Encounter", "Coverage", "Claim", "ChargeItem"))

    def down(_stream, _number):
        raise Unavailable("Down.")

    system.before_page = down
    assert pull(desk, "EHR").outcome == "failed"
    assert len(system.asked) == 3


def test_delivery_that_breaks_off_is_a_problem_and_not_complete(desk, connect):
    connect(patients=1, ends=False)
    result = pull(desk, "EHR")
    assert result.problem["code"] == BadAnswer.code
    assert complete(desk) == {}


def test_trouble_with_our_own_store_is_not_taken_for_the_systems(desk, connect):
    system = connect(patients=1)
    system.before_page = cut_at("Patient", 0, StoreError)
    with pytest.raises(StoreError):
        pull(desk, "EHR")


def test_failing_connection_stops_no_other(desk, connect):
    broken, _ = connect("EHR"), connect("PM")
    broken.before_page = cut_at("Patient", 0, SignInNeeded)
    results = pull_now(desk).value
    assert [(r.name, r.outcome) for r in results] == [("EHR", "failed"), ("PM", "done")]


def test_cancel_stops_between_pages_and_keeps_what_was_landed(desk, connect, rows):
    system = connect(patients=5)
    job = Job()

    def cancel_at(_stream, number):
        if number == 1:
            job.cancel()

    system.before_page = cancel_at
    with pytest.raises(Cancelled):
        pull(desk, "EHR", job=job)
    ((kept,),) = rows("SELECT count(*) FROM patients")
    assert 0 < kept < 5
    assert list_pulls(desk, "EHR")[0]["outcome"] == "cancelled"
    system.before_page = lambda *_: None
    assert pull(desk, "EHR").landed == 10 - kept


def test_what_a_whole_reading_left_out_is_gone_only_when_the_server_confirms_it(desk, connect, rows):
    system = connect(patients=4)
    pull(desk, "EHR")
    del system.resources["Patient", "p0"]
    system.left_out = {("Patient", "p1")}
    result = pull(desk, "EHR", is_full=True)
    assert result.deleted == 1
    assert rows("SELECT ref FROM patients WHERE gone_at IS NOT NULL") == [("Patient/p0",)]


def test_mass_vanishing_with_one_record_still_there_is_not_believed(desk, connect, rows):
    system = connect(patients=60)
    pull(desk, "EHR")
    system.left_out = {("Patient", f"p{number}") for number in range(60)}
    for number in range(1, 60):
        del system.resources["Patient", f"p{number}"]
    pull(desk, "EHR", is_full=True)
    assert rows("SELECT count(*) FROM patients WHERE gone_at IS NOT NULL") == [(0,)]


def test_gone_record_comes_back_with_a_later_pull(desk, connect, rows):
    system = connect(patients=2)
    pull(desk, "EHR")
    kept = system.resources.pop(("Patient", "p0"))
    pull(desk, "EHR", is_full=True)
    system.resources["Patient", "p0"] = kept
    assert pull(desk, "EHR", is_full=True).landed == 1
    assert rows("SELECT count(*) FROM patients WHERE gone_at IS NULL") == [(2,)]


def test_unreadable_pieces_are_counted_listed_and_stop_nothing(desk, connect):
    system = connect(patients=1, kinds=("Patient",))
    piece = Unreadable("Patient search, entry 3", "The record has no id.", "CM-X", b"{}", "fhir-r4", "Patient")
    system.extra = {"unreadable": (piece,)}
    result = pull(desk, "EHR")
    assert (result.landed, result.quarantined, result.outcome) == (1, 1, "done")
    (held,) = list_quarantine(desk)
    assert (held["source"], held["position"], held["reason"]) == (
        "EHR", "Patient search, entry 3", "The record has no id.",
    )  # fmt: skip
    system.extra = {}
    pull(desk, "EHR", is_full=True)
    assert list_quarantine(desk) == []


def test_retry_reads_what_is_held_back_once_it_can_be_read(desk, connect, rows, monkeypatch):
    from core.errors import BadInput
    from core.ingest import land

    def refuse(item):
        raise BadInput("Not yet understood.", place=item.position)

    connect(patients=2, kinds=("Patient",))
    with monkeypatch.context() as patch:
        patch.setattr(land, "read_item", refuse)
        assert pull(desk, "EHR").quarantined == 2
        assert retry_quarantine(desk).value == 0
    assert len(list_quarantine(desk)) == 2
    assert retry_quarantine(desk).value == 2
    assert list_quarantine(desk) == []
    assert rows("SELECT count(*) FROM patients") == [(2,)]


def test_capabilities_are_asked_at_the_first_pull_and_again_after_a_day(desk, connect, clock, rows):
    from datetime import timedelta

    system = connect(patients=1)
    pull(desk, "EHR")
    pull(desk, "EHR")
    assert system.probes == 1
    assert '"can_update":true' in rows("SELECT capabilities FROM connections")[0][0]
    clock.at += timedelta(days=2)
    pull(desk, "EHR")
    assert system.probes == 2


def test_each_pull_is_a_row_in_the_audit_trail(desk, connect, rows):
    connect(patients=1)
    pull(desk, "EHR")
    ((actor, subject, detail),) = rows("SELECT actor, subject, detail FROM audit WHERE action = 'pull'")
    assert (actor, subject) == ("ana", "EHR")
    assert '"landed":2' in detail


def test_unmapped_fields_and_words_of_the_connector_are_told_once(desk, connect):
    system = connect(patients=3, kinds=("Patient",))
    system.extra = {"notes": ("The server ignores _lastUpdated.",)}
    pull(desk, "EHR")
    pull(desk, "EHR")
    (row,) = list_connections(desk)
    assert row["streams"][0]["notes"] == {"words": ["The server ignores _lastUpdated."]}
    assert row["state"] == "ok"


def test_progress_counts_records(desk, connect):
    connect(patients=3)
    job = Job()
    pull(desk, "EHR", job=job)
    assert job.done == 6


def test_paused_connection_is_pulled_only_when_named(desk, connect):
    from core.usecases.connections import change_connection

    connect()
    change_connection(desk, "EHR", is_paused=True)
    assert pull_now(desk).value == ()
    assert pull_now(desk, ("EHR",)).value[0].outcome == "done"
