"""Each rule speaks on a small day that has its fault, is silent on one that has not, and where data is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes.small_days import (
    DAY,
    EHR_DOC,
    OTHER_PM_DOC,
    TODAY,
    a_booking,
    a_case,
    a_charge,
    a_context,
    a_visit,
    an_event,
    learned,
    moment,
    rules,
    said,
)

import matching.rules as rules_package
from core.registry import discover
from matching.case import Expected, PairEvidence
from matching.records import Moment, Patient, Ref

CTX = a_context()
RULES = discover(rules_package, "RULE")


def test_a_day_in_order_raises_nothing() -> None:
    assert rules(a_visit(), a_booking(), a_charge()) == []


def test_a_visit_without_a_charge() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_booking()))
    assert finding.rule == "miss-visit-charge"
    assert [ref.id for ref in finding.subjects] == ["e1", "a1"]
    assert finding.at_risk_cents == 15800
    drafted = {change.field: change.after for change in finding.proposal.changes} if finding.proposal else {}
    assert (drafted["code"], drafted["rendering"], drafted["patient"]) == ("99213", "Practitioner/p1", "Patient/y")


@pytest.mark.parametrize(
    ("days_ago", "speaks"), [(3, False), (4, True)], ids=["last day of grace", "first day after grace"]
)
def test_grace_ends_after_its_last_day(days_ago: int, speaks: bool) -> None:
    on = TODAY - timedelta(days=days_ago)
    assert bool(rules(a_visit(on=on, start=moment(on), end=moment(on)))) is speaks


@pytest.mark.parametrize(
    "visit",
    [
        a_visit(status="cancelled"),
        a_visit(status="in_progress"),
        a_visit(no_charge_reason="professional courtesy"),
        a_visit(note_status="draft"),
        a_visit(cls="lab_only"),
        a_visit(type_codes=()),
        a_visit(organization=Ref("ehr", "Organization", "hospital")),
    ],
    ids=["cancelled", "not finished", "no-charge reason", "note not signed", "no visit class", "no code", "hospital"],
)
def test_visits_that_expect_no_charge_stay_silent(visit: Any) -> None:
    ctx = a_context(organizations=frozenset({Ref("ehr", "Organization", "ours")}))
    assert "miss-visit-charge" not in rules(visit, ctx=ctx)


def test_absence_says_nothing_when_the_billing_system_was_not_read_far_enough() -> None:
    assert rules(a_visit(), ctx=a_context(through=DAY + timedelta(days=2))) == []


def test_absence_says_nothing_without_a_system_that_bills() -> None:
    ctx = a_context()
    assert rules(a_visit(), ctx=replace(ctx, sources={"ehr": ctx.sources["ehr"]})) == []


def test_a_held_charge_is_not_missing() -> None:
    assert "miss-visit-charge" not in rules(a_visit(), a_charge(status="hold", dos_from=DAY, rendering=OTHER_PM_DOC))


def test_a_place_that_bills_elsewhere_is_silent() -> None:
    annex = Ref("ehr", "Location", "annex")
    assert rules(a_visit(location=annex), ctx=a_context(silent_locations=frozenset({annex}))) == []


def test_a_documented_procedure_that_no_line_bills() -> None:
    case = a_case(CTX, a_visit(), a_charge(), an_event())
    (finding,) = said(case)
    assert (finding.rule, finding.facts["code"]) == ("miss-procedure-charge", "12001")
    assert rules(a_visit(), a_charge(), a_charge("c2", code="12001"), an_event()) == []


@pytest.mark.parametrize("status", ["not_done", "entered_in_error", "in_progress"])
def test_a_procedure_that_was_not_done_is_not_due(status: str) -> None:
    assert rules(a_visit(), a_charge(), an_event(status=status)) == []


def test_a_reference_laboratory_bills_its_own_results() -> None:
    ours, theirs = Ref("ehr", "Organization", "ours"), Ref("ehr", "Organization", "reference lab")
    ctx = a_context(organizations=frozenset({ours}))
    event = an_event(kind="in_house_lab", code="85025", performer_organization=theirs)
    assert rules(a_visit(), a_charge(), event, ctx=ctx) == []
    assert rules(a_visit(), a_charge(), replace(event, performer_organization=ours), ctx=ctx) == ["miss-inhouse-lab"]


def test_a_vaccine_is_known_by_what_was_billed_for_it_before() -> None:
    ctx = a_context(crosswalk={"immunization/140": (Expected("90656", 0.95, 30),)})
    given = an_event(kind="immunization", code=None, vaccine_cvx="140")
    shot = (a_visit(), a_charge(), a_charge("c2", code="90471"), given)
    assert rules(*shot, ctx=ctx) == ["miss-immunization-product"]
    assert rules(*shot, a_charge("c3", code="90656"), ctx=ctx) == []


def test_a_vaccine_given_elsewhere_is_not_due() -> None:
    ctx = a_context(crosswalk={"immunization/140": (Expected("90656", 0.95, 30),)})
    given = an_event(kind="immunization", code=None, vaccine_cvx="140", is_historical=True)
    assert rules(a_visit(), a_charge(), given, ctx=ctx) == []


def test_vaccines_without_administration_and_with_too_few() -> None:
    two = (an_event("s1", "immunization", code="90656"), an_event("s2", "immunization", code="90715"))
    bill = (a_charge(), a_charge("c2", code="90656"), a_charge("c3", code="90715"))
    assert rules(a_visit(), *bill, *two) == ["miss-immunization-admin"]
    assert rules(a_visit(), *bill, a_charge("c4", code="90471"), *two) == ["miss-immunization-admin"]
    assert rules(a_visit(), *bill, a_charge("c4", code="90471"), a_charge("c5", code="90472"), *two) == []


def test_imaging_not_billed() -> None:
    assert rules(a_visit(), a_charge(), an_event(kind="imaging", code="71046")) == ["miss-imaging"]


def test_the_practice_teaches_its_own_codes() -> None:
    cases = []
    for n in range(6):
        on = DAY + timedelta(days=n)
        event = an_event(
            f"s{n}", "immunization", code=None, vaccine_cvx="140", encounter=Ref("ehr", "Encounter", f"e{n}")
        )
        visit = a_visit(f"e{n}", on, start=moment(on), end=moment(on))
        bill = (a_charge(f"c{n}", on), a_charge(f"d{n}", on, code="90656"), a_charge(f"f{n}", on, code="90471"))
        cases.append(a_case(CTX, visit, event, *bill))
    found = learned(cases)
    assert {row.code for row in found.crosswalk["immunization/140"]} == {"90471", "90656"}
    assert found.fees["99213"] == 15800


def test_a_charge_without_a_visit() -> None:
    (finding,) = said(a_case(CTX, a_charge()))
    assert (finding.rule, finding.proposal and finding.proposal.kind) == ("orphan-charge-no-visit", "task")


def test_an_orphan_says_nothing_when_visits_were_not_read_far_enough() -> None:
    assert rules(a_charge(), ctx=a_context(through=DAY - timedelta(days=1))) == []


def test_a_charge_on_a_missed_booking() -> None:
    (finding,) = said(a_case(CTX, a_charge(), a_booking(status="noshow")))
    assert finding.rule == "orphan-charge-cancelled"
    assert finding.proposal and finding.proposal.kind == "void_charge"


def test_a_booking_cancelled_and_kept_later_that_day_is_no_orphan() -> None:
    later = a_visit(start=moment(hour=14), end=moment(hour=15))
    assert rules(a_booking(status="cancelled"), later, a_charge()) == []


def test_the_same_service_twice_gives_up_the_later_line() -> None:
    later = a_charge("c2", entered_at=Moment(DAY + timedelta(days=2)))
    (finding,) = said(a_case(CTX, a_visit(), a_charge(), later))
    assert (finding.rule, [ref.id for ref in finding.subjects]) == ("dup-charge-exact", ["c2", "c1"])


@pytest.mark.parametrize("modifier", ["76", "77", "91", "59", "XS"])
def test_a_repeat_that_says_so_is_no_duplicate(modifier: str) -> None:
    assert rules(a_visit(), a_charge(), a_charge("c2", modifiers=(modifier,))) == []


def test_the_same_service_in_two_systems() -> None:
    manual = replace(a_charge("c2", entered_at=Moment(DAY + timedelta(days=3))), ref=Ref("dft", "Charge", "c2"))
    assert rules(a_visit(), a_charge(), manual) == ["dup-charge-cross-source"]


def test_a_charge_with_another_date() -> None:
    charge = a_charge(on=DAY + timedelta(days=2), visit_number="V-e1", visit_number_system="urn:visits")
    (finding,) = said(a_case(CTX, a_visit(), charge))
    assert finding.rule == "mm-dos"
    assert finding.proposal and finding.proposal.changes[0].after == DAY.isoformat()


def test_a_visit_over_midnight_may_be_billed_on_either_day() -> None:
    night = a_visit(start=moment(hour=23), end=moment(DAY + timedelta(days=1), 1))
    charge = a_charge(on=DAY + timedelta(days=1), visit_number="V-e1", visit_number_system="urn:visits")
    assert rules(night, charge) == []


def test_a_charge_under_another_provider() -> None:
    charge = a_charge(rendering=OTHER_PM_DOC, visit_number="V-e1", visit_number_system="urn:visits")
    (finding,) = said(a_case(CTX, a_visit(), charge))
    assert finding.rule == "mm-rendering"
    assert finding.proposal and finding.proposal.changes[0].after == "Practitioner/p1"


def test_a_stand_in_and_an_unknown_provider_are_no_difference() -> None:
    number = {"visit_number": "V-e1", "visit_number_system": "urn:visits"}
    assert rules(a_visit(), a_charge(rendering=OTHER_PM_DOC, modifiers=("Q6",), **number)) == []
    assert rules(a_visit(providers=()), a_charge(rendering=OTHER_PM_DOC, **number)) == []


def test_more_units_than_documented() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_charge(units=3.0)))
    assert (finding.rule, finding.facts["expected"], finding.facts["billed"]) == ("mm-units", "1", "3")
    assert rules(a_visit(), a_charge(), a_charge("c2", code="97110", units=3.0)) == []


def test_a_code_near_the_documented_one() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_charge(code="99214")))
    assert (finding.rule, finding.facts["a"], finding.facts["b"]) == ("mm-code-vs-documented", "99213", "99214")


def test_a_billed_line_is_corrected_by_a_claim_never_in_place() -> None:
    (finding,) = said(a_case(CTX, a_visit(), a_charge(code="99214", status="billed")))
    assert finding.proposal and finding.proposal.kind == "task"


def test_a_visit_entered_twice_and_a_kept_booking_without_a_visit() -> None:
    assert rules(a_visit(), a_visit("e2", start=moment(minute=7)), a_charge()) == ["mismatch-encounter"]
    assert rules(a_booking()) == ["mismatch-encounter"]
    assert rules(a_booking(status="booked")) == []


def _people(**other: Any) -> tuple[Patient, ...]:
    fields: dict[str, Any] = {"given_name": "Maria", "family_name": "Alvarez", "birth_date": DAY, "ssn": "531847206"}
    return (
        Patient(ref=Ref("ehr", "Patient", "x"), **fields),
        Patient(ref=Ref("pm", "Patient", "y"), **{**fields, "given_name": "MARIA", "family_name": "ALVAREZ", **other}),
    )


@pytest.mark.parametrize(
    ("other", "speaks"),
    [
        ({}, False),
        ({"ssn": "531-84-7206"}, False),
        ({"family_name": "ÁLVAREZ"}, False),
        ({"given_name": "M"}, False),
        ({"birth_date": None, "ssn": None}, False),
        ({"birth_date": DAY + timedelta(days=1)}, True),
        ({"ssn": "531847216"}, True),
        ({"family_name": "ALVARES"}, True),
    ],
)
def test_systems_disagree_in_substance_not_in_format(other: dict[str, Any], speaks: bool) -> None:
    case = a_case(CTX, patients=_people(**other))
    assert [f.rule for f in said(case)] == (["mismatch-demographics"] if speaks else [])


def test_two_records_in_one_system_are_a_duplicate_and_not_also_a_mismatch() -> None:
    first, second = _people()
    twin = replace(first, ref=Ref("ehr", "Patient", "z"), birth_date=DAY + timedelta(days=1))
    case = a_case(CTX, patients=(first, second, twin))
    case.pairs = (PairEvidence(first.ref, twin.ref, 0.97, "likely", stops=("These may be twins.",)),)
    (finding,) = said(case)
    assert finding.rule == "duplicate-patient"
    assert [ref.id for ref in finding.subjects] == ["x", "z"]
    assert finding.facts["stops"] == "These may be twins."
    assert rules_of_merged(first, second, twin) == []


def rules_of_merged(first: Patient, second: Patient, twin: Patient) -> list[str]:
    merged = replace(twin, merged_into=first.ref, active=False)
    return [f.rule for f in said(a_case(CTX, patients=(first, second, merged)))]


def test_keys_stay_the_same_when_nothing_changed() -> None:
    first, again = said(a_case(CTX, a_visit())), said(a_case(CTX, a_visit()))
    assert [(f.key, f.fingerprint) for f in first] == [(f.key, f.fingerprint) for f in again]


def test_each_rule_has_its_texts() -> None:
    from core.resources import read_json

    known = {name.partition("/")[0] for name in read_json("words/findings.en.json")}
    assert set(RULES) <= known


def test_providers_are_one_over_systems_by_their_number() -> None:
    assert CTX.provider(EHR_DOC) == CTX.provider(Ref("pm", "Practitioner", "p1"))
