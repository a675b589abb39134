"""A reconciling run: what is found opens once, what vanished closes, what was decided stays decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from table_practice import DAY, TablePractice

from core.errors import Cancelled
from core.jobs import Job
from core.match.run import match
from core.reconcile import learn as learning
from core.reconcile.run import reconcile
from core.settings.store import set_setting
from core.store.tables.people import case_queue
from core.sync.pull import pull


def test_records_of_two_systems_in_one_folder_are_no_duplicates(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.charge("c1")
    practice.look()
    assert practice.found(None) == {}


def test_two_records_of_one_system_inside_a_folder_are_a_duplicate(practice: TablePractice) -> None:
    practice.add(
        "patients", id="p9", source="P", mrn="P9", given_name="Maria", family_name="Alvarez", dob="1980-02-03",
        golden_id="g1",
    )  # fmt: skip
    practice.look()
    finding = practice.one("duplicate-patient")
    assert [subject["id"] for subject in finding["subjects"]] == ["p1", "p9"]
    assert finding["facts"]["systems"] == "both#P"


def test_a_missing_charge_opens_once_and_closes_when_it_comes(practice: TablePractice) -> None:
    practice.visit("v1")
    first, again = practice.look(), practice.look()
    assert (first.findings_opened, again.findings_opened, again.cases) == (1, 0, 0)
    assert practice.found() == {"miss-visit-charge": ["v1"]}
    practice.charge("c1")
    last = practice.look()
    assert (last.findings_opened, last.findings_closed) == (0, 1)
    assert practice.one("miss-visit-charge")["status"] == "fixed-outside"


def test_a_cause_that_comes_back_opens_the_same_finding_again(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.charge("c1")
    practice.look()
    practice.drop("charges", "c1")
    assert practice.look().findings_opened == 1
    key = practice.one("miss-visit-charge")["key"]
    practice.charge("c1")
    practice.look()
    practice.drop("charges", "c1")
    practice.look()
    assert practice.one("miss-visit-charge")["key"] == key
    assert practice.one("miss-visit-charge")["status"] == "open"


def test_a_dismissed_finding_speaks_again_only_when_its_evidence_changes(practice: TablePractice) -> None:
    practice.visit("v1")
    charge = practice.charge("c1", rendering="d2", encounter="v1")
    practice.look()
    key = practice.one("mm-rendering")["key"]
    practice.mark(key, "dismissed")
    charge["entered_by"] = "K. Clerk"
    practice.look()
    assert practice.one("mm-rendering")["status"] == "dismissed"
    practice.add("providers", id="d3", source="E", npi="1888888880", name="D. Three")
    charge["rendering"] = "d3"
    practice.look()
    assert practice.one("mm-rendering")["status"] == "open"


@pytest.mark.parametrize("status", ["staged", "dismissed"])
def test_a_decided_finding_keeps_its_state_when_it_is_found_again_or_not(practice: TablePractice, status: str) -> None:
    practice.visit("v1")
    practice.look()
    practice.mark(practice.one("miss-visit-charge")["key"], status)
    practice.add("coverages", id="k1", source="P", patient="p1", payer="y", member_id="1")
    practice.look()
    assert practice.one("miss-visit-charge")["status"] == status
    practice.charge("c1")
    practice.look()
    assert practice.one("miss-visit-charge")["status"] == status


def test_a_finding_follows_a_record_to_another_person_and_keeps_its_decision(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.look()
    before = practice.one("miss-visit-charge")
    practice.mark(before["key"], "dismissed")
    # The chart record turns out to be a second one of the other patient.
    chart, other = practice.rows["patients"][0], practice.rows["patients"][2]
    chart.update({name: other[name] for name in ("given_name", "family_name", "dob", "golden_id")})
    practice.look()
    after = practice.one("miss-visit-charge")
    assert after["person"] != before["person"]
    assert after["status"] == "dismissed"


def test_time_alone_makes_a_visit_due(practice: TablePractice) -> None:
    practice.clock.on = DAY + timedelta(days=2)
    practice.visit("v1")
    practice.look()
    assert practice.found() == {}
    practice.clock.on = DAY + timedelta(days=4)
    practice.look()
    assert practice.found() == {"miss-visit-charge": ["v1"]}


def test_a_new_day_looks_only_at_those_whose_visits_are_recent(practice: TablePractice) -> None:
    practice.person("2")
    practice.visit("v2", DAY - timedelta(days=200), patient="e2")
    practice.charge("c2", DAY - timedelta(days=200), patient="p2")
    practice.visit("v1")
    assert practice.look().cases == 3
    practice.clock.on = DAY + timedelta(days=15)
    assert practice.look().cases == 2


def test_absence_waits_until_the_billing_system_was_read_far_enough(practice: TablePractice) -> None:
    ledger = practice.rows["sources"][1]
    ledger["complete_through"] = {"charges": f"{DAY + timedelta(days=2)}T12:00:00"}
    practice.visit("v1")
    practice.look()
    assert practice.found() == {}
    ledger["complete_through"] = {"*": f"{DAY + timedelta(days=4)}T12:00:00"}
    practice.look()
    assert practice.found() == {"miss-visit-charge": ["v1"]}


def test_a_system_read_further_makes_certain_what_was_not(practice: TablePractice) -> None:
    """Nothing changed in it, so nobody is queued: the moment of reading alone counts."""
    practice.visit("v1")
    practice.clock.on = DAY + timedelta(days=2)
    practice.look()
    practice.clock.on = DAY + timedelta(days=14)
    practice.look(with_pull=False)  # today alone is not enough: the ledger was last read on the second day
    assert practice.found() == {}
    practice.look()
    assert practice.found() == {"miss-visit-charge": ["v1"]}


def test_a_changed_setting_is_applied_to_everybody(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.look()
    with practice.desk.store.write("ana") as unit:
        set_setting(unit, "charge_grace_days.office", 30)
    result = practice.look(with_pull=False)
    assert (result.cases, result.findings_closed) == (2, 1)


def test_test_patients_raise_nothing(practice: TablePractice) -> None:
    practice.rows["patients"].clear()
    practice.person("1", is_test=True)
    practice.visit("v1")
    practice.charge("c9", on=DAY - timedelta(days=30))
    practice.look()
    assert practice.found(None) == {}


class StoppedAfterOneBatch(Job):
    """Somebody presses stop while the first batch is looked at."""

    def advance(self, step: int = 1, *, total: int | None = None, text: str | None = None) -> None:
        super().advance(step, total=total, text=text)
        if self.text == "reconciling" and step:
            self.cancel()


def test_an_interrupted_run_goes_on_where_it_stopped(practice: TablePractice, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in "234":
        practice.person(number)
        practice.visit(f"v{number}", patient=f"e{number}")
    practice.write()
    pull(practice.desk, "both")
    match(practice.desk)
    monkeypatch.setattr(learning, "BATCH", 1)
    before = len(waiting(practice))
    with pytest.raises(Cancelled):
        reconcile(practice.desk, StoppedAfterOneBatch())
    assert 0 < len(waiting(practice)) < before
    reconcile(practice.desk)
    assert practice.found() == {"miss-visit-charge": ["v2", "v3", "v4"]}
    assert waiting(practice) == []


def waiting(practice: TablePractice) -> list[str]:
    with practice.desk.store.read() as connection:
        return [row.patient for row in connection.execute(select(case_queue)) if row.patient != "*"]


def test_a_ledger_that_says_it_is_complete_may_be_empty(practice: TablePractice) -> None:
    practice.rows["charges"].clear()
    practice.visit("v1")
    practice.look()
    assert practice.found() == {}  # nothing shows that charges come from here at all
    practice.rows["sources"][1]["complete_through"] = f"{DAY + timedelta(days=10)}T12:00:00"
    practice.look()
    assert practice.found() == {"miss-visit-charge": ["v0", "v1"]}


def test_the_day_page_gets_its_visits(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.visit("v2", on=DAY + timedelta(days=1))
    practice.charge("c2", on=DAY + timedelta(days=1), entered_at=str(DAY + timedelta(days=3)))
    practice.look()
    _, missing, charged = (row["summary"] for row in practice.visit_rows())
    assert (missing["time"], missing["provider"], missing["visit_type"]) == ("09:00", "D. One", "office")
    assert (missing["stage"]["charge"], missing["gap"], missing["lag_days"]) == ("gap", "charge", None)
    assert (charged["stage"]["charge"], charged["gap"], charged["lag_days"]) == ("done", "", 2)
    assert charged["worth_cents"] == 15800
    assert missing["patients"] == ["both/Patient/e1"]


def test_evidence_knows_when_each_record_was_seen(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.look()
    shown = practice.one("miss-visit-charge")["evidence"]
    assert next(e for e in shown if e["label"] == "visit")["seen_at"].startswith("2026-06-15")


def test_notes_of_their_own_table_keep_an_unsigned_visit_silent(practice: TablePractice) -> None:
    practice.visit("v1")
    note = practice.add("notes", id="n1", source="E", encounter="v1", patient="e1", date=str(DAY), status="draft")
    practice.look()
    assert practice.found() == {}
    note.update(status="signed", signed_at=f"{DAY}T10:00:00")
    practice.look()
    assert practice.found() == {"miss-visit-charge": ["v1"]}
