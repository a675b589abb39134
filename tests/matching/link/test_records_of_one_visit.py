"""Encounters and bookings of several systems become one visit, as far as they fit and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from fakes.small_days import DAY, OTHER_PM_DOC, PM_DOC, a_booking, a_case, a_context, a_visit, moment
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.case import Case
from matching.link.visits import score_of, slot_of
from matching.records import Encounter, Ref, Role

CTX = a_context()


def elsewhere(encounter: Encounter, system: str = "pm", **more: Any) -> Encounter:
    """The same visit as another system holds it, without a number in common."""
    fields: dict[str, Any] = {
        "ref": Ref(system, "Encounter", encounter.ref.id),
        "patient": Ref(system, "Patient", "y"),
        "providers": (Role(role="rendering", provider=PM_DOC),),
        "visit_number": None,
    }
    return replace(encounter, **{**fields, **more})


def grouped(*records: Any) -> list[list[str]]:
    """Members of each visit as system/id."""
    found = a_case(CTX, *records).visits
    return [
        sorted(f"{r.ref.system}/{r.ref.id}" for r in (*v.encounters, *filter(None, [v.appointment]), *v.bookings))
        for v in found
    ]


def score(one: Any, other: Any) -> float:
    case = Case("person")
    return score_of(slot_of(one, case, CTX), slot_of(other, case, CTX))


def test_the_parts_of_the_score_add_up() -> None:
    booking = a_booking(start=moment(), minutes=20)
    # time 1.0, provider 1.0, place and type unknown, both happened
    assert score(a_visit(), booking) == pytest.approx(0.40 + 0.20 + 0.075 + 0.075 + 0.10)


@pytest.mark.parametrize(
    ("minutes_later", "part"),
    [(0, 1.0), (29, 1.0), (30, 0.9), (31, 0.6), (240, 0.6), (241, 0.4)],
    ids=["same start", "overlapping", "within half an hour", "within four hours", "four hours", "same day"],
)
def test_time_counts_in_steps(minutes_later: int, part: float) -> None:
    hour, minute = divmod(9 * 60 + minutes_later, 60)
    other = score(a_visit(), a_booking(start=moment(DAY, hour, minute)))
    assert other == pytest.approx(0.40 * part + 0.20 + 0.075 + 0.075 + 0.10)


def test_the_same_visit_in_two_systems_is_one() -> None:
    chart = a_visit()
    assert grouped(chart, elsewhere(chart, start=moment(minute=10), end=None)) == [["ehr/e1", "pm/e1"]]


def test_a_visit_number_of_one_assigner_joins_even_with_another_provider_and_day() -> None:
    chart = a_visit()
    other = elsewhere(
        chart, visit_number="V-e1", start=moment(DAY + timedelta(days=2)), end=None,
        providers=(Role(role="rendering", provider=OTHER_PM_DOC),),
    )  # fmt: skip
    assert grouped(chart, other) == [["ehr/e1", "pm/e1"]]


def test_a_visit_number_over_more_than_three_days_is_no_link() -> None:
    chart = a_visit()
    other = elsewhere(chart, visit_number="V-e1", start=moment(DAY + timedelta(days=4)), end=None)
    assert grouped(chart, other) == [["ehr/e1"], ["pm/e1"]]


def test_equal_bare_numbers_of_two_systems_are_no_key() -> None:
    chart = a_visit(visit_number_system=None)
    other = elsewhere(chart, visit_number="V-e1", start=moment(DAY + timedelta(days=1), 15), end=None)
    assert len(grouped(chart, other)) == 2


def test_two_visits_and_two_bookings_on_one_day_are_assigned_one_to_one() -> None:
    morning, afternoon = a_visit("e1"), a_visit("e2", start=moment(hour=15), end=moment(hour=15, minute=30))
    early, late = a_booking("a1", start=moment(hour=9)), a_booking("a2", start=moment(hour=15))
    assert grouped(afternoon, late, morning, early) == [["ehr/e1", "pm/a1"], ["ehr/e2", "pm/a2"]]


def test_two_bookings_and_one_visit_leave_the_other_booking_alone() -> None:
    assert grouped(a_visit(), a_booking("a1"), a_booking("a2", start=moment(hour=16))) == [
        ["ehr/e1", "pm/a1"],
        ["pm/a2"],
    ]


def test_a_cluster_holds_one_record_of_each_system() -> None:
    chart = a_visit()
    twice = [elsewhere(chart), elsewhere(chart, ref=Ref("pm", "Encounter", "e9"), start=moment(minute=5), cls="nurse")]
    sizes = sorted(len(members) for members in grouped(chart, *twice))
    assert sizes == [1, 2]


def test_a_booked_room_is_no_visit_of_its_own() -> None:
    assert grouped(a_visit(), a_booking(), a_booking("room", resource_only=True)) == [["ehr/e1", "pm/a1"]]


def test_a_visit_in_error_never_joins() -> None:
    assert grouped(a_visit(status="entered_in_error"), a_booking()) == [["pm/a1"]]


def test_a_video_visit_may_turn_into_one_in_person() -> None:
    booked = a_booking(start=moment(), mode="video")
    assert score(a_visit(), booked) == pytest.approx(0.40 + 0.20 + 0.075 + 0.15 * 0.6 + 0.10)
    assert grouped(a_visit(), booked) == [["ehr/e1", "pm/a1"]]


def test_places_of_one_name_are_one_place_over_systems() -> None:
    here, there = Ref("ehr", "Location", "1"), Ref("pm", "Location", "9")
    ctx = a_context(place_names={here: "Main Office", there: "MAIN OFFICE"})
    case = Case("person")
    known = score_of(
        slot_of(a_visit(location=here), case, ctx), slot_of(a_booking(start=moment(), location=there), case, ctx)
    )
    assert known == pytest.approx(0.40 + 0.20 + 0.15 + 0.075 + 0.10)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(0, 4))
def test_the_order_of_records_never_matters(seed: int, visits: int, bookings: int) -> None:
    dice = Random(seed)
    records: list[Any] = [a_visit(f"e{n}", start=moment(DAY, 8 + dice.randrange(9)), end=None) for n in range(visits)]
    records += [a_booking(f"a{n}", start=moment(DAY, 8 + dice.randrange(9))) for n in range(bookings)]
    shuffled = records[:]
    dice.shuffle(shuffled)
    assert grouped(*records) == grouped(*shuffled)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_every_record_stands_on_exactly_one_visit(seed: int, count: int) -> None:
    dice = Random(seed)
    records: list[Any] = []
    for n in range(count):
        chart = a_visit(f"e{n}", start=moment(DAY, 8 + dice.randrange(8), dice.randrange(60)), end=None)
        records += dice.sample([chart, elsewhere(chart), a_booking(f"a{n}", start=chart.start)], dice.randrange(1, 4))
    members = [name for visit in grouped(*records) for name in visit]
    assert sorted(members) == sorted(f"{record.ref.system}/{record.ref.id}" for record in records)
