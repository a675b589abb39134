"""Rules that count and compare: units, minutes, vaccines, records of one patient, questions that only people settle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes.small_days import (
    DAY,
    OTHER_PM_DOC,
    TODAY,
    a_booking,
    a_case,
    a_charge,
    a_context,
    a_visit,
    an_event,
    moment,
    rules,
    said,
)  # fmt: skip

from matching.case import Case
from matching.records import Coverage, Identifier, Moment, Patient, Ref
from matching.rules._timed import timed_units, units_of

CTX = a_context()
NUMBER = {"visit_number": "V-e1", "visit_number_system": "urn:visits"}


@pytest.mark.parametrize(
    ("minutes", "units"),
    [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5)],
)
def test_minutes_become_units_in_bands(minutes: int, units: int) -> None:
    assert units_of(minutes) == units


def therapy(number: str, code: str, minutes: float) -> Any:
    return an_event(number, code=code, quantity=minutes, unit="min")


def test_two_timed_services_of_eight_and_seven_minutes_are_one_unit_of_the_larger() -> None:
    assert timed_units([therapy("s1", "97110", 8), therapy("s2", "97140", 7)]) == {"97110": 1, "97140": 0}
    assert timed_units([therapy("s1", "97110", 33), therapy("s2", "97140", 7)]) == {"97110": 2, "97140": 1}
    assert timed_units([therapy("s1", "97110", 8), an_event("s2", code="97140")]) is None


@pytest.mark.parametrize(("minutes", "billed", "told"), [(22, 1, None), (22, 2, "1"), (23, 2, None), (23, 1, "2")])
def test_units_of_timed_therapy(minutes: int, billed: int, told: str | None) -> None:
    found = said(
        a_case(CTX, a_visit(), a_charge(), a_charge("c2", code="97110", units=billed), therapy("s1", "97110", minutes))
    )
    assert [finding.facts["expected"] for finding in found if finding.rule == "mm-units"] == ([told] if told else [])


def test_minutes_may_come_from_start_and_end() -> None:
    timed = an_event(code="97110", performed_start=moment(minute=0), performed_end=moment(minute=40))
    assert rules(a_visit(), a_charge(), a_charge("c2", code="97110", units=3.0), timed) == []
    assert rules(a_visit(), a_charge(), a_charge("c2", code="97110", units=4.0), timed) == ["mm-units"]


def test_a_counted_quantity_may_also_be_billed_too_low() -> None:
    given = an_event(code="12001", quantity=4, unit="unit")
    (finding,) = said(a_case(CTX, a_visit(), a_charge(), a_charge("c2", code="12001", units=2.0), given))
    assert (finding.rule, finding.at_risk_cents, finding.at_risk_basis) == ("mm-units", 2 * 21000, "fee")


def test_a_dose_is_no_number_of_units() -> None:
    given = an_event(code="12001", quantity=40, unit="mg")
    assert rules(a_visit(), a_charge(), a_charge("c2", code="12001", units=4.0), given) == []


def test_over_billed_units_are_exposure_and_never_recoverable_money() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_charge(units=2.0)))
    assert (finding.at_risk_basis, finding.severity) == ("exposure", "medium")


def test_both_sides_may_be_two_units() -> None:
    done = an_event(code="12001", body_side="both")
    assert rules(a_visit(), a_charge(), a_charge("c2", code="12001", units=2.0), done) == []


def shot(number: str, cvx: str, **more: Any) -> Any:
    return an_event(number, "immunization", code=f"90{cvx}", vaccine_cvx=cvx, **more)


def test_two_injections_and_one_nasal_vaccine_are_three_administrations() -> None:
    fees = {**dict.fromkeys(("90471", "90472", "90473", "90474"), 3000), "99213": 15800}
    ctx = a_context(fees=fees)
    given = (shot("s1", "656"), shot("s2", "707"), shot("s3", "660", route="nasal"))
    products = tuple(a_charge(f"p{n}", code=e.code) for n, e in enumerate(given))
    first, further = a_charge("a1", code="90471"), a_charge("a2", code="90472")

    def missing(*lines: Any) -> list[tuple[str, str]]:
        found = said(a_case(ctx, a_visit(), a_charge(), *products, *lines, *given), ctx)
        return [(f.facts["code"], f.facts["units"]) for f in found if f.rule == "miss-immunization-admin"]

    assert missing() == [("90471", "1")]
    assert missing(first) == [("90472", "2")]
    assert missing(first, further) == [("90474", "1")]
    assert missing(first, further, a_charge("a3", code="90474")) == []


def test_components_of_a_vaccine_are_no_administrations_of_others() -> None:
    ctx = a_context(fees={"90471": 3000, "90472": 2000, "90460": 4000, "90461": 1500})
    bill = (a_charge(), a_charge("c2", code="90700"), a_charge("c3", code="90460"),
            a_charge("c4", code="90461", units=2.0))  # fmt: skip
    assert rules(a_visit(), *bill, shot("s1", "700"), ctx=ctx) == []


def patients(*, shared: str = "EHR") -> tuple[Patient, ...]:
    """One chart and two registrations; the number of the chart stands on the first registration."""
    number = (Identifier(system="urn:mrn", value="M1"),)
    return (
        Patient(ref=Ref("ehr", "Patient", "x"), identifiers=number),
        Patient(ref=Ref("pm", "Patient", "y"), identifiers=number if shared else ()),
        Patient(ref=Ref("pm", "Patient", "z")),
    )


def test_a_charge_on_the_second_registration_of_a_patient_splits_the_ledger() -> None:
    wrong = a_charge(patient=Ref("pm", "Patient", "z"), **NUMBER)
    case = a_case(CTX, a_visit(), wrong, patients=patients())
    found = {finding.rule: finding for finding in said(case)}
    assert set(found) == {"duplicate-patient", "orphan-charge-duplicate-patient"}
    finding = found["orphan-charge-duplicate-patient"]
    assert [ref.id for ref in finding.subjects] == ["c1", "e1", "z", "y"]
    assert finding.proposal and finding.proposal.changes[0].after == "Patient/y"


def test_a_chart_without_a_known_registration_says_nothing_about_the_ledger() -> None:
    wrong = a_charge(patient=Ref("pm", "Patient", "z"), **NUMBER)
    assert {f.rule for f in said(a_case(CTX, a_visit(), wrong, patients=patients(shared="")))} == {"duplicate-patient"}


def test_one_record_in_each_system_is_the_normal_case() -> None:
    assert rules(a_visit(), a_charge(**NUMBER)) == []


def test_a_charge_on_a_record_not_joined_yet_replaces_the_gap_and_the_orphan() -> None:
    visit, charge = a_case(CTX, a_visit()), a_case(CTX, a_charge())
    assert [f.rule for f in (*said(visit), *said(charge))] == ["miss-visit-charge", "orphan-charge-no-visit"]
    visit.candidates, charge.candidates = ((charge, 0.93),), ((visit, 0.93),)
    assert said(visit) == []
    (finding,) = said(charge)
    assert (finding.rule, finding.confidence) == ("orphan-charge-duplicate-patient", 0.9)
    assert [ref.id for ref in finding.subjects] == ["c1", "e1", "y", "x"]


def test_a_kept_booking_on_a_record_not_joined_yet_has_its_visit_there() -> None:
    visit, booking = a_case(CTX, a_visit(), a_charge()), a_case(CTX, a_booking())
    assert [f.rule for f in said(booking)] == ["mismatch-encounter"]
    booking.candidates = ((visit, 0.93),)
    assert said(booking) == []


def test_two_visits_and_one_bill_that_fits_both_are_a_question() -> None:
    back = a_visit("e2", start=moment(hour=15), end=moment(hour=15, minute=20))
    (finding,) = said(a_case(CTX, a_visit(), back, a_charge()))
    assert finding.rule == "match-review"
    assert [ref.id for ref in finding.subjects] == ["c1", "e1", "e2"]
    assert finding.proposal and finding.proposal.kind == "link_charge"


def test_a_bill_that_fits_one_of_two_visits_better_is_no_question() -> None:
    back = a_visit("e2", start=moment(hour=15), end=moment(hour=15, minute=20), type_codes=("12001",), diagnoses=())
    assert rules(a_visit(), back, a_charge()) == ["miss-visit-charge"]


def test_the_same_day_proves_more_than_another_one() -> None:
    """Another provider on the same day, and a visit of the right provider weeks away: it is the one of the day."""
    week = DAY - timedelta(days=14)
    far = a_visit("e0", week, start=moment(week), end=moment(week, 10), providers=())
    found = said(a_case(CTX, far, a_visit(), a_charge(rendering=OTHER_PM_DOC)))
    assert [f.rule for f in found if f.subjects[0].id == "c1"] == ["mm-rendering"]


def covered(number: str, system: str, member: str, **more: Any) -> Coverage:
    return Coverage(
        ref=Ref(system, "Coverage", number), payer_name=more.pop("payer", "Harbor Blue"), member_id=member, **more
    )


@pytest.mark.parametrize(
    ("theirs", "speaks"),
    [
        ({}, False),
        ({"member": "h-1234-5"}, False),
        ({"member": "H12354"}, True),
        ({"member": "H12354", "payer": "Granite"}, False),
        ({"member": "H12354", "end": TODAY - timedelta(days=1)}, False),
        ({"member": "H12354", "status": "cancelled"}, False),
    ],
)
def test_member_numbers_of_one_payer_are_compared(theirs: dict[str, Any], speaks: bool) -> None:
    fields = {"member": "H12345", **theirs}
    case = a_case(CTX)
    case.coverages = (covered("1", "ehr", "H12345"), covered("2", "pm", fields.pop("member"), **fields))
    assert [f.rule for f in said(case)] == (["mismatch-demographics"] if speaks else [])


def registered(**more: Any) -> Case:
    case = a_case(CTX, patients=(Patient(ref=Ref("pm", "Patient", "y"), family_name="Alone"),))
    return replace(case, **more)


def test_a_registration_without_a_chart_is_odd_only_where_nearly_all_have_one() -> None:
    usual, young = a_context(charted_share=0.98), a_context(charted_share=0.4)
    assert [f.facts.get("what") for f in said(registered(), usual)] == ["alone"]
    assert said(registered(), young) == []
    booked = a_booking(on=TODAY + timedelta(days=3), status="booked")
    assert said(registered(appointments=(booked,)), usual) == []


def test_a_group_stays_itself_when_another_record_joins_but_is_decided_anew() -> None:
    one, two, three = (Patient(ref=Ref("ehr", "Patient", n), family_name="Same") for n in "abc")
    (pair,) = said(a_case(CTX, patients=(one, two)))
    (group,) = said(a_case(CTX, patients=(one, two, three)))
    assert pair.key == group.key
    assert pair.fingerprint != group.fingerprint


def test_systems_that_disagree_whether_a_visit_took_place() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_booking(status="noshow"), a_charge()))
    assert (finding.rule, finding.facts["what"]) == ("mismatch-encounter", "status")
    assert (finding.facts["a"], finding.facts["b"]) == ("finished", "noshow")


def test_systems_that_hold_one_visit_differently() -> None:
    other = replace(
        a_visit(), ref=Ref("pm", "Encounter", "e1"), patient=Ref("pm", "Patient", "y"),
        start=moment(DAY + timedelta(days=1)), end=None, cls="virtual",
    )  # fmt: skip
    found = said(a_case(CTX, a_visit(), other, a_charge(**NUMBER)))
    assert [(f.rule, f.facts.get("fields")) for f in found] == [("mismatch-encounter", "day, class")]


def test_a_cancelled_visit_with_a_charge_that_names_it() -> None:
    found = said(a_case(CTX, a_visit(status="cancelled"), a_charge(**NUMBER)))
    assert [(f.rule, [ref.id for ref in f.subjects]) for f in found] == [("orphan-charge-cancelled", ["c1", "e1"])]


def test_a_nearly_fitting_bill_is_shown_where_a_charge_is_missing() -> None:
    bill = a_charge(on=DAY + timedelta(days=2), rendering=OTHER_PM_DOC, diagnoses=(), code="12001",
                    entered_at=Moment(DAY + timedelta(days=3)))  # fmt: skip
    found = {f.rule: f for f in said(a_case(CTX, a_visit(), bill))}
    shown = {e.label: e.value for e in found["miss-visit-charge"].evidence}
    assert shown["nearest bill"].startswith("2026-06-03, fits 0.")
    assert shown["searched"] == "pm, read through 2026-06-30"
