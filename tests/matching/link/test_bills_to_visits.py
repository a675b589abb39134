"""Visits and bills find each other by links, by score and by what codes prove, whatever the order of the input."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from fakes.small_days import DAY, OTHER_PM_DOC, a_booking, a_case, a_charge, a_context, a_visit, moment
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.link.assign import assign
from matching.link.scores import Parts

CTX = a_context()


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        (Parts(date=1, provider=1), 0.775),  # same day and provider, rest unknown: accepted
        (Parts(date=1, provider=0.4), 0.655),  # another provider of the specialty: to be reviewed
        (Parts(date=0.6, provider=1, place=1), 0.685),  # next day, same provider and place: to be reviewed
        (Parts(date=0.6, provider=1, place=1, codes=1, diagnoses=1), 0.835),  # and the codes agree: accepted
    ],
)
def test_scores_have_the_values_of_the_catalogue(parts: Parts, total: float) -> None:
    assert parts.total == pytest.approx(total)


def test_a_visit_number_links_over_any_distance() -> None:
    charge = a_charge(on=DAY + timedelta(days=30), visit_number="V-e1", visit_number_system="urn:visits")
    case = a_case(CTX, a_visit(), charge)
    assert [how for _, _, how in case.visits[0].bills] == ["explicit"]


def test_equal_bare_numbers_of_different_assigners_do_not_link() -> None:
    charge = a_charge(on=DAY + timedelta(days=40), visit_number="V-e1", visit_number_system="urn:others", code="12001")
    assert a_case(CTX, a_visit(), charge).loose_bills


def test_two_visits_on_a_day_get_their_own_bills() -> None:
    morning, evening = a_visit("e1", type_codes=("99213",)), a_visit("e2", start=moment(hour=17), type_codes=("12001",))
    bills = (a_charge("c1", superbill="1"), a_charge("c2", code="12001", superbill="2"))
    case = a_case(CTX, morning, evening, *bills)
    billed = {v.ref.id: sorted(line.ref.id for line in v.lines) for v in case.visits}
    assert billed == {"e1": ["c1"], "e2": ["c2"]}


def test_a_far_bill_is_proven_by_codes_provider_and_diagnosis_only_together() -> None:
    far = DAY + timedelta(days=7)
    assert not a_case(CTX, a_visit(), a_charge(on=far)).loose_bills
    assert a_case(CTX, a_visit(), a_charge(on=far, rendering=OTHER_PM_DOC)).loose_bills
    assert a_case(CTX, a_visit(), a_charge(on=far, code="99214")).loose_bills


def test_a_far_bill_that_two_free_visits_prove_is_a_question() -> None:
    visits = [a_visit(f"e{n}", DAY - timedelta(days=n)) for n in range(2)]
    case = a_case(CTX, *visits, a_charge(on=DAY + timedelta(days=7)))
    assert not case.loose_bills
    assert [sorted(v.ref.id for v, _ in question.visits) for question in case.questions] == [["e0", "e1"]]


def test_a_bill_of_the_day_is_asked_about_where_a_far_one_took_its_visit_by_contents() -> None:
    far = a_charge("far", DAY + timedelta(days=7), superbill="1")
    near = a_charge("near", code="99214", rendering=OTHER_PM_DOC, superbill="2")
    case = a_case(CTX, a_visit(), far, near)
    assert [(bill.first.ref.id, how) for bill, _, how in case.visits[0].bills] == [("far", "codes")]
    assert [question.bill.first.ref.id for question in case.questions] == ["near"]


def test_a_void_line_is_no_bill() -> None:
    case = a_case(CTX, a_visit(), a_charge(status="void"))
    assert not case.visits[0].bills and not case.loose_bills


def test_a_booking_joins_its_visit_and_a_cancelled_one_of_the_day_stays_alone() -> None:
    case = a_case(CTX, a_visit(), a_booking(), a_booking("a2", status="cancelled"))
    assert [(v.ref.id, v.appointment and v.appointment.ref.id) for v in case.visits] == [("e1", "a1"), ("a2", "a2")]


def test_the_same_visit_entered_twice_is_one_visit_with_a_repeat() -> None:
    case = a_case(CTX, a_visit(), a_visit("e2", start=moment(minute=7)))
    assert [(v.ref.id, [e.ref.id for e in v.repeats]) for v in case.visits] == [("e1", ["e2"])]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 6))
def test_the_order_of_the_input_never_matters(seed: int, visits: int, bills: int) -> None:
    dice = Random(seed)
    starts = [DAY + timedelta(days=dice.randrange(4)) for _ in range(visits)]
    records = [a_visit(f"e{n}", start=moment(on, 8 + n), end=moment(on, 9 + n)) for n, on in enumerate(starts)]
    days = [DAY + timedelta(days=dice.randrange(5)) for _ in range(bills)]
    codes = [dice.choice(["99213", "99214"]) for _ in range(bills)]
    charges = [a_charge(f"c{n}", on, superbill=str(n), code=codes[n]) for n, on in enumerate(days)]
    shuffled = [*records, *charges]
    dice.shuffle(shuffled)

    def links(*given_records: object) -> list[tuple[str, list[str]]]:
        case = a_case(CTX, *given_records)
        return [(v.ref.id, sorted(line.ref.id for line in v.lines)) for v in case.visits]

    assert links(*records, *charges) == links(*shuffled)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 6))
def test_each_line_is_on_at_most_one_visit(seed: int, visits: int, bills: int) -> None:
    dice = Random(seed)
    records = [a_visit(f"e{n}", DAY + timedelta(days=n)) for n in range(visits)]
    charges = [a_charge(f"c{n}", DAY + timedelta(days=dice.randrange(6)), superbill=str(n)) for n in range(bills)]
    case = a_case(CTX, *records, *charges)
    unplaced = [*case.loose_bills, *(question.bill for question in case.questions)]
    placed = [line.ref for v in case.visits for line in v.lines] + [x.ref for b in unplaced for x in b.lines]
    assert sorted(placed) == sorted(charge.ref for charge in charges)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(0.55, 1.0), max_size=14))
def test_assignment_is_the_best_there_is(scores: dict[tuple[int, int], float]) -> None:
    found = assign(scores, 5, 5)
    assert len(set(found.values())) == len(found)
    assert sum(scores[pair] for pair in found.items()) == pytest.approx(_best(scores, 0, frozenset()))


def _best(scores: dict[tuple[int, int], float], row: int, used: frozenset[int]) -> float:
    if row == 5:
        return 0.0
    skip = _best(scores, row + 1, used)
    takes = [s + _best(scores, row + 1, used | {j}) for (i, j), s in scores.items() if i == row and j not in used]
    return max([skip, *takes])
