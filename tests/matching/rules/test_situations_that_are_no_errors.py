"""Situations that look like errors and are none: each keeps its rule silent, and only as long as it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes.small_days import (
    DAY,
    EHR_DOC,
    OTHER_PM_DOC,
    PM_DOC,
    TODAY,
    a_booking,
    a_charge,
    a_context,
    a_visit,
    an_event,
    moment,
    rules,
)  # fmt: skip

from matching.case import Expected, SourceState
from matching.records import Moment, Ref, Role

NUMBER = {"visit_number": "V-e1", "visit_number_system": "urn:visits"}
GROUP = {"specialties": {EHR_DOC: ("g", "207q"), PM_DOC: ("g", "207q"), OTHER_PM_DOC: ("g", "207q")}}


def test_a_source_not_read_far_enough_silences_every_absence() -> None:
    """S-other-source, for charges, for lines, for visits and for kept bookings."""
    for read, records in (
        (DAY + timedelta(days=2), (a_visit(),)),
        (DAY + timedelta(days=2), (a_visit(), a_charge(), an_event())),
        (DAY + timedelta(days=2), (a_charge(),)),
        (DAY - timedelta(days=1), (a_booking(),)),
    ):
        assert rules(*records, ctx=a_context(through=read)) == []
        assert rules(*records) != []


def test_one_billing_system_that_lags_behind_is_enough_to_wait() -> None:
    ctx = a_context()
    late = SourceState("interface", "other", {"charges": DAY})
    assert rules(a_visit(), ctx=replace(ctx, sources={**ctx.sources, "interface": late})) == []


@pytest.mark.parametrize("status", ["draft", "hold"])
def test_a_held_charge_is_not_missing(status: str) -> None:
    """S-hold."""
    held = a_charge(status=status, rendering=OTHER_PM_DOC, code="99999", diagnoses=())
    assert "miss-visit-charge" not in rules(a_visit(), held)


def test_a_note_that_is_not_signed_comes_first() -> None:
    """S-open: the charge is late only after signing and its own grace."""
    assert rules(a_visit(note_status="draft")) == []
    signed = {"note_status": "signed", "signed_at": moment(TODAY - timedelta(days=3), 12)}
    assert rules(a_visit(**signed)) == []
    assert rules(a_visit(**{**signed, "signed_at": moment(TODAY - timedelta(days=4), 12)})) == ["miss-visit-charge"]


def test_a_reason_for_no_charge_is_no_gap() -> None:
    """S-nocharge."""
    assert rules(a_visit(no_charge_reason="professional courtesy")) == []


@pytest.mark.parametrize(("share", "said"), [(None, []), (0.2, []), (0.9, ["miss-visit-charge"])])
def test_a_nurse_visit_expects_a_charge_only_where_such_visits_have_one(share: float | None, said: list[str]) -> None:
    """S-nurse."""
    known = {} if share is None else {"shot": share}
    assert rules(a_visit(cls="nurse", type="shot", type_codes=()), ctx=a_context(charged_share=known)) == said


def test_a_nurse_visit_may_be_billed_under_the_physician() -> None:
    visit = a_visit(cls="nurse", type_codes=("99211",))
    assert rules(visit, a_charge(code="99211", rendering=OTHER_PM_DOC, **NUMBER)) == []


def test_a_kind_of_visit_that_is_never_charged_is_not_expected_to_be() -> None:
    ctx = a_context(charged_share={"check up": 0.02})
    assert rules(a_visit(), ctx=ctx) == []
    assert rules(a_visit(), ctx=a_context(charged_share={"check up": 0.5})) == ["miss-visit-charge"]


def test_a_member_of_a_group_who_did_not_come_owes_nothing() -> None:
    """S-group."""
    assert rules(a_visit(group_size=6), a_booking(status="noshow")) == ["mismatch-encounter"]
    assert "miss-visit-charge" in rules(a_visit(group_size=6), a_booking())


def test_facility_and_professional_bills_of_one_visit_are_no_duplicates() -> None:
    """S-split: and a facility's bill alone is only half of it."""
    facility = a_charge("f1", kind="facility", **NUMBER)
    assert rules(a_visit(), a_charge(kind="professional", **NUMBER), facility) == []
    assert rules(a_visit(), facility) == ["miss-visit-charge"]


def test_a_reference_laboratory_bills_its_own_tests() -> None:
    """S-reflab."""
    ours, theirs = Ref("ehr", "Organization", "ours"), Ref("ehr", "Organization", "lab")
    ctx = a_context(organizations=frozenset({ours}))
    test = an_event(kind="in_house_lab", code="85025", performer_organization=theirs)
    assert rules(a_visit(), a_charge(), test, ctx=ctx) == []
    assert rules(a_visit(), a_charge(), replace(test, performer_organization=ours), ctx=ctx) == ["miss-inhouse-lab"]
    assert rules(a_visit(), a_charge(), an_event(kind="in_house_lab", code="85025", performed_by_us=False)) == []


def test_a_supplied_vaccine_has_no_product_but_its_administration() -> None:
    """S-supplied."""
    given = an_event(kind="immunization", code="90656", supply_source="state")
    assert rules(a_visit(), a_charge(), a_charge("c2", code="90471"), given) == []
    assert rules(a_visit(), a_charge(), given) == ["miss-immunization-admin"]


def test_an_order_or_a_plan_alone_proves_no_service() -> None:
    """S-standing: only what was completed, here and now, is work done."""
    for not_done in ({"status": "in_progress"}, {"status": "not_done"}, {"is_historical": True}):
        assert rules(a_visit(), a_charge(), an_event(**not_done)) == []
    told = an_event(performed_start=moment(DAY - timedelta(days=4)))
    assert rules(a_visit(), a_charge(), told) == []


def test_a_visit_over_midnight_may_be_billed_on_either_day() -> None:
    """S-midnight."""
    night = a_visit(start=moment(hour=23, minute=30), end=moment(DAY + timedelta(days=1), 0, 30))
    assert rules(night, a_charge(on=DAY + timedelta(days=1), **NUMBER)) == []
    assert rules(night, a_charge(on=DAY, **NUMBER)) == []
    assert rules(night, a_charge(on=DAY + timedelta(days=2), **NUMBER)) == ["mm-dos"]


def test_the_utc_day_of_an_evening_visit_is_no_other_day() -> None:
    """S-tz."""
    evening = replace(moment(hour=20), utc_on=DAY + timedelta(days=1))
    visit = a_visit(start=evening, end=replace(moment(hour=21), utc_on=DAY + timedelta(days=1)))
    assert rules(visit, a_charge(on=DAY + timedelta(days=1), **NUMBER)) == []
    assert rules(visit, a_charge(on=DAY + timedelta(days=1))) == []
    assert rules(visit, a_charge(on=DAY + timedelta(days=2), **NUMBER)) == ["mm-dos"]


@pytest.mark.parametrize("role", ["supervising", "attending"])
def test_a_supervisor_may_be_the_one_who_is_billed(role: str) -> None:
    """S-incident, as far as the visit itself names who supervised."""
    other = Ref("ehr", "Practitioner", "d9")
    roles = (Role(role="rendering", provider=EHR_DOC), Role(role=role, provider=other))
    ctx = a_context(npi={EHR_DOC: "1", PM_DOC: "1", other: "2", OTHER_PM_DOC: "2"})
    assert rules(a_visit(providers=roles), a_charge(rendering=OTHER_PM_DOC, **NUMBER), ctx=ctx) == []


@pytest.mark.parametrize("modifier", ["Q5", "Q6", "FS", "GC", "GE"])
def test_a_modifier_may_say_who_stood_in(modifier: str) -> None:
    assert rules(a_visit(), a_charge(rendering=OTHER_PM_DOC, modifiers=(modifier,), **NUMBER)) == []


def test_a_bill_over_several_days_stands_on_every_visit_in_it() -> None:
    days = [DAY, DAY + timedelta(days=3), DAY + timedelta(days=7)]
    visits = [a_visit(f"e{n}", on, start=moment(on), end=moment(on, 10)) for n, on in enumerate(days)]
    span = a_charge(on=DAY, dos_to=DAY + timedelta(days=7), units=3.0)
    assert rules(*visits, span) == []


def test_a_cancelled_booking_that_was_kept_later_is_no_orphan() -> None:
    later = a_visit(start=moment(hour=14), end=moment(hour=14, minute=30))
    assert rules(a_booking(status="cancelled"), later, a_charge()) == []


def test_a_kept_booking_explains_a_charge_whose_visit_is_not_documented() -> None:
    assert rules(a_booking(), a_charge()) == ["mismatch-encounter"]


def test_visits_of_a_place_that_reach_no_system_cannot_be_missed() -> None:
    place = Ref("pm", "Location", "hospital")
    ctx = a_context(visits_not_loaded=frozenset({place}))
    assert rules(a_charge(location=place), ctx=ctx) == []
    assert rules(a_charge(), ctx=ctx) == ["orphan-charge-no-visit"]


@pytest.mark.parametrize("code", ["99490", "99457", "G0180", "99024", "A4253", "E0100"])
def test_codes_that_need_no_visit_are_no_orphans(code: str) -> None:
    assert rules(a_charge(code=code)) == []


def test_an_interpretation_needs_no_visit() -> None:
    assert rules(a_charge(code="93010", modifiers=("26",))) == []


def test_a_test_without_a_visit_is_an_orphan_only_where_results_are_read_and_none_is_near() -> None:
    ctx = a_context(results_are_read=True)
    assert rules(a_charge(code="85025")) == []
    assert rules(a_charge(code="85025"), ctx=ctx) == ["orphan-charge-no-visit"]
    near = an_event(kind="in_house_lab", encounter=None, code="85025", performed_start=moment(DAY - timedelta(days=2)))
    assert rules(a_charge(code="85025"), near, ctx=ctx) == []


@pytest.mark.parametrize("extra", [{"units": -1.0}, {"amount": -15800}])
def test_a_line_taken_back_leaves_no_duplicate(extra: dict[str, Any]) -> None:
    again = a_charge("c2", entered_at=Moment(DAY + timedelta(days=2)))
    reversal = a_charge("c3", entered_at=Moment(DAY + timedelta(days=2)), **extra)
    assert "dup-charge-exact" in rules(a_visit(), a_charge(), again)
    assert "dup-charge-exact" not in rules(a_visit(), a_charge(), again, reversal)


def test_the_two_sides_and_two_visits_are_no_duplicates() -> None:
    sides = (a_charge("c2", code="20610", modifiers=("LT",)), a_charge("c3", code="20610", modifiers=("RT",)))
    assert "dup-charge-exact" not in rules(a_visit(), a_charge(), *sides, an_event(code="20610", body_side="both"))
    back = a_visit("e2", start=moment(hour=16), end=moment(hour=16, minute=20))
    other = a_charge("c2", visit_number="V-e2", visit_number_system="urn:visits")
    assert rules(a_visit(), back, a_charge(**NUMBER), other) == []


def test_a_line_that_only_meets_another_by_its_wrong_date_is_no_duplicate() -> None:
    week = DAY + timedelta(days=7)
    second = a_visit("e2", week, start=moment(week), end=moment(week, 10))
    wrong = a_charge("c2", visit_number="V-e2", visit_number_system="urn:visits")
    assert rules(a_visit(), second, a_charge(**NUMBER), wrong) == ["mm-dos"]


def test_one_draw_a_day_is_enough() -> None:
    ctx = a_context(crosswalk={"in_house_lab/L1": (Expected("85025", 0.95, 30), Expected("36415", 0.95, 30))})
    tests = [an_event(f"s{n}", "in_house_lab", code=None, internal_code="L1") for n in range(2)]
    bill = (a_charge(), a_charge("c2", code="85025"))
    assert rules(a_visit(), *bill, *tests, ctx=ctx) == ["miss-draw"]
    assert rules(a_visit(), *bill, a_charge("c3", code="36415"), *tests, ctx=ctx) == []
    assert rules(a_visit(), *bill, a_charge("c3", code="36416"), *tests, ctx=ctx) == []


def test_days_whose_charges_are_evidently_still_entered_say_nothing_yet() -> None:
    assert rules(a_visit(), ctx=a_context(settled_through=DAY - timedelta(days=1))) == []
    assert rules(a_visit(), ctx=a_context(settled_through=DAY)) == ["miss-visit-charge"]


def test_a_colleague_of_the_same_specialty_is_asked_about_not_decided() -> None:
    said = rules(a_visit(type_codes=(), diagnoses=()), a_charge(rendering=OTHER_PM_DOC, code=None, diagnoses=()),
                 ctx=a_context(**GROUP))  # fmt: skip
    assert said == ["match-review"]
