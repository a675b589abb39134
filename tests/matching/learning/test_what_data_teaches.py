"""What the practice's own data teaches, and where it is too little to say anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fakes.small_days import DAY, NPI, TODAY, a_case, a_charge, a_context, a_visit, an_event, moment, said

from matching.case import Case, Practice
from matching.learn import as_plain, from_plain, learn
from matching.money import worth_of, worth_of_visit
from matching.records import Ref
from matching.settled import settled_through

CTX = a_context()
KNOWN = Practice(npi=NPI)
OURS, HOSPITAL = Ref("ehr", "Organization", "ours"), Ref("ehr", "Organization", "hospital")
OFFICE, ANNEX = Ref("ehr", "Location", "office"), Ref("ehr", "Location", "annex")


def a_day(number: int, codes: tuple[str, ...] = ("99213",), events: tuple[Any, ...] = (), **more: Any) -> Case:
    """A person with one visit, billed with these codes (not at all without any)."""
    on = DAY - timedelta(days=number)
    visit = a_visit(f"e{number}", on, start=moment(on), end=moment(on, 10), **more)
    done = (replace(e, ref=Ref("ehr", "Event", f"{number}-{k}"), encounter=visit.ref, performed_start=moment(on))
            for k, e in enumerate(events))  # fmt: skip
    link = {"visit_number": f"V-e{number}", "visit_number_system": "urn:visits"}
    bill = (a_charge(f"c{number}-{code}", on, code=code, **link) for code in codes)
    return a_case(CTX, visit, *done, *bill)


FLU = an_event(kind="immunization", code=None, vaccine_cvx="140")
TETANUS = an_event(kind="immunization", code=None, vaccine_cvx="115")
TRACING = an_event(kind="procedure", code=None, internal_code="29303009")


def test_a_row_is_confirmed_from_twenty_samples_and_weak_before() -> None:
    def confidence(count: int) -> list[float]:
        found = learn([a_day(n, ("99213", "90656"), (FLU,)) for n in range(count)], KNOWN)
        return [row.confidence for row in found.crosswalk.get("immunization/140", ())]

    assert confidence(2) == []
    assert confidence(19) == [0.7]
    assert confidence(20) == [0.95]


def test_a_code_that_comes_too_rarely_is_not_learned() -> None:
    cases = [a_day(n, ("99213", "90656") if n % 2 else ("99213",), (FLU,)) for n in range(20)]
    assert learn(cases, KNOWN).crosswalk == {}


def test_vaccines_given_together_keep_their_own_codes() -> None:
    both = [a_day(n, ("99213", "90656", "90715"), (FLU, TETANUS)) for n in range(10)]
    alone = [a_day(n, ("99213", "90656"), (FLU,)) for n in range(10, 20)]
    alone += [a_day(n, ("99213", "90715"), (TETANUS,)) for n in range(20, 30)]
    found = learn([*both, *alone], KNOWN).crosswalk
    assert {key: [row.code for row in rows] for key, rows in found.items()} == {
        "immunization/140": ["90656"], "immunization/115": ["90715"],
    }  # fmt: skip
    assert learn(both, KNOWN).crosswalk in ({}, {"immunization/140": (), "immunization/115": ()})


def test_a_procedure_is_known_by_a_code_that_hardly_comes_without_it() -> None:
    with_it = [a_day(n, ("99213", "93000"), (TRACING,)) for n in range(10)]
    assert [r.code for r in learn(with_it, KNOWN).crosswalk["procedure/29303009"]] == ["93000"]
    without = [a_day(n, ("99213", "93000"), (an_event(code=None, internal_code="other"),)) for n in range(20, 40)]
    assert "procedure/29303009" not in learn([*with_it, *without], KNOWN).crosswalk


def test_a_learned_code_speaks_where_it_is_missing() -> None:
    practice = learn([a_day(n, ("99213", "93000"), (TRACING,)) for n in range(20)], KNOWN)
    ctx = replace(CTX, practice=practice)
    (finding,) = said(a_case(ctx, a_visit(), a_charge(), replace(TRACING, encounter=a_visit().ref)), ctx)
    assert (finding.rule, finding.facts["code"], finding.confidence) == ("miss-procedure-charge", "93000", 0.95)
    assert any(e.value == "20 earlier visits of this practice" for e in finding.evidence)


def test_a_place_that_bills_elsewhere_is_told_from_one_that_is_careless() -> None:
    office = [a_day(n, location=OFFICE) for n in range(10)]

    def silent(charged: int, visits: int) -> frozenset[Ref]:
        annex = [a_day(20 + n, ("99213",) if n < charged else (), location=ANNEX) for n in range(visits)]
        return learn([*office, *annex], KNOWN).silent_locations

    assert silent(0, 6) == frozenset({ANNEX})
    assert silent(0, 5) == frozenset()  # too few to say
    assert silent(2, 6) == frozenset()
    assert learn([a_day(n, (), location=ANNEX) for n in range(10)], KNOWN).silent_locations == frozenset()


def test_a_hospital_that_manages_places_is_not_the_practice() -> None:
    known = replace(KNOWN, organizations=frozenset({OURS, HOSPITAL}))
    ours = [a_day(n, organization=OURS) for n in range(8)]
    theirs = [a_day(20 + n, (), organization=HOSPITAL) for n in range(4)]
    assert learn([*ours, *theirs], known).organizations == frozenset({OURS})
    assert learn(theirs, known).organizations == known.organizations  # nothing is billed at all: nothing is learned


def test_what_was_learned_survives_being_kept() -> None:
    cases = [a_day(n, ("99213", "90656"), (FLU,), location=OFFICE, organization=OURS) for n in range(20)]
    practice = learn(cases, KNOWN, TODAY)
    assert from_plain(as_plain(practice), KNOWN) == practice


def test_test_patients_teach_nothing() -> None:
    cases = [a_day(n, ("99213", "90656"), (FLU,)) for n in range(20)]
    for case in cases:
        case.patients = tuple(replace(patient, is_test=True) for patient in case.patients)
    assert learn(cases, KNOWN).fees == {}


# ---- days whose charges are still being entered


def days(**by_age: tuple[int, int]) -> dict[date, tuple[int, int]]:
    counts = dict.fromkeys(range(5, 60), (2, 2)) | {int(key[1:]): count for key, count in by_age.items()}
    return {TODAY - timedelta(days=age): count for age, count in counts.items()}


def test_a_practice_a_day_behind_shows_it_in_its_newest_days() -> None:
    behind = days(d0=(3, 1), d1=(3, 1), d2=(3, 1), d3=(3, 1), d4=(3, 1))
    assert settled_through(behind, TODAY) == TODAY - timedelta(days=5)


def test_one_gap_on_the_first_late_day_is_a_gap() -> None:
    assert settled_through(days(d0=(3, 1), d1=(3, 1), d2=(3, 2), d3=(3, 1), d4=(8, 7)), TODAY) == TODAY - timedelta(4)


def test_a_practice_that_keeps_up_is_settled_everywhere() -> None:
    assert settled_through(days(d0=(3, 3), d1=(3, 2), d2=(3, 3), d3=(3, 3), d4=(3, 1)), TODAY) is None


@pytest.mark.parametrize("history", [{}, {TODAY - timedelta(days=20): (10, 10)}])
def test_too_little_history_shows_nothing(history: dict[date, tuple[int, int]]) -> None:
    assert settled_through({**history, TODAY: (5, 0)}, TODAY) is None


# ---- money


def test_what_a_visit_is_worth_is_told_by_what_is_known_best() -> None:
    fees = {"99213": 15800, "12001": 21000}
    visit = a_case(CTX, a_visit()).visits[0]
    priced = a_context(fees=fees, visit_worth={"check up": 9900, "1234567893|check up": 12000}, usual_worth=5000)
    assert worth_of_visit(visit, ["99213", "12001"], priced) == (36800, "fee")
    assert worth_of_visit(visit, [], priced) == (12000, "history")
    assert worth_of_visit(visit, ["12001"], priced) == (33000, "history")
    assert worth_of_visit(visit, [], a_context(fees=fees, visit_worth={"check up": 9900})) == (9900, "history")
    assert worth_of_visit(visit, [], a_context(fees={}, usual_worth=5000)) == (5000, "history")
    assert worth_of_visit(visit, [], a_context(fees={})) == (0, "none")


def test_an_unknown_price_is_no_money_but_said() -> None:
    assert worth_of("12001", CTX, 2) == (42000, "fee")
    assert worth_of("99999", CTX) == (0, "none")
    assert worth_of("12001", CTX, -1) == (0, "fee")
