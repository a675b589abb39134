"""Services of a visit find the lines that bill them: each used once, near codes only where nothing better is there."""

from __future__ import annotations

from random import Random

import pytest
from fakes.small_days import DAY, a_case, a_charge, a_context, a_visit, an_event
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.case import Expected, LineMatch
from matching.records import Ref

CTX = a_context()
SHOT = a_context(crosswalk={"immunization/140": (Expected("90656", 0.95, 30), Expected("90471", 0.95, 30))})


def matched(*records: object, ctx: object = CTX) -> LineMatch:
    return a_case(ctx, *records).visits[0].lines_matched  # type: ignore[arg-type]


def codes(found: LineMatch) -> dict[str, list[str]]:
    return {c.service.code: [line.ref.id for line in c.lines] for c in found.covered}


def test_each_service_takes_the_line_of_its_code() -> None:
    found = matched(a_visit(), a_charge("c1"), a_charge("c2", code="12001"), an_event())
    assert codes(found) == {"99213": ["c1"], "12001": ["c2"]}
    assert not found.open_services and not found.open_lines


def test_one_event_may_be_billed_by_a_line_for_each_side() -> None:
    lines = (a_charge("c2", code="12001", modifiers=("LT",)), a_charge("c3", code="12001", modifiers=("RT",)))
    found = matched(a_visit(), a_charge("c1"), *lines, an_event(body_side="both"))
    assert codes(found)["12001"] == ["c2", "c3"]


def test_several_events_of_one_code_are_one_service() -> None:
    events = (an_event("s1"), an_event("s2"))
    found = matched(a_visit(), a_charge("c1"), a_charge("c2", code="12001", units=2.0), *events)
    assert not found.open_services
    assert [len(c.service.events) for c in found.covered if c.service.code == "12001"] == [2]


def test_a_near_code_stands_for_a_service_only_where_neither_is_known_otherwise() -> None:
    near = matched(a_visit(), a_charge("c1", code="99214"))
    assert [(c.service.code, c.is_same) for c in near.covered] == [("99213", False)]
    both = matched(a_visit(), a_charge("c1"), a_charge("c2", code="99214"))
    assert codes(both) == {"99213": ["c1"]}
    assert [line.ref.id for line in both.open_lines] == ["c2"]


def test_codes_of_different_kinds_never_stand_for_each_other() -> None:
    found = matched(a_visit(), a_charge("c1"), a_charge("c2", code="90656"), an_event(code="12001"))
    assert [service.code for service in found.open_services] == ["12001"]
    assert [line.ref.id for line in found.open_lines] == ["c2"]


def test_a_learned_code_counts_a_little_less_than_a_documented_one() -> None:
    given_shot = an_event(kind="immunization", code=None, vaccine_cvx="140")
    named = an_event(kind="immunization", code="90656")
    learned, known = (
        next(c for c in matched(a_visit(), a_charge(), a_charge("c2", code="90656"), e, ctx=SHOT).covered
             if c.service.code == "90656")
        for e in (given_shot, named)
    )  # fmt: skip
    assert (learned.score, known.score) == (pytest.approx(0.94), pytest.approx(1.0))


def test_giving_a_vaccine_is_counted_elsewhere_and_no_service_here() -> None:
    given_shot = an_event(kind="immunization", code=None, vaccine_cvx="140")
    case = a_case(SHOT, a_visit(), given_shot)
    assert [service.code for service in case.visits[0].services] == ["99213", "90656"]


@pytest.mark.parametrize("source", ["state", "patient", "sample"])
def test_what_the_practice_did_not_buy_has_no_product_to_bill(source: str) -> None:
    given_shot = an_event(kind="immunization", code="90656", supply_source=source)
    assert [s.code for s in a_case(CTX, a_visit(), given_shot).visits[0].services] == ["99213"]


def test_a_service_without_a_visit_goes_to_the_only_visit_of_its_day() -> None:
    loose = an_event(encounter=None)
    assert [e.ref.id for e in a_case(CTX, a_visit(), loose).visits[0].events] == ["s1"]
    two = a_case(CTX, a_visit("e1"), a_visit("e2", type="other"), loose)
    assert [len(v.events) for v in two.visits] == [0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 5), st.integers(0, 6))
def test_each_line_and_each_service_is_used_at_most_once(seed: int, events: int, lines: int) -> None:
    dice = Random(seed)
    pool = ["12001", "12002", "93000", "99213", "99214", "85025", "71046"]
    done = [an_event(f"s{n}", code=dice.choice(pool)) for n in range(events)]
    bill = [a_charge(f"c{n}", code=dice.choice(pool)) for n in range(lines)]
    case = a_case(CTX, a_visit(), *done, *bill)
    found = case.visits[0].lines_matched
    used = [line.ref for c in found.covered for line in c.lines] + [line.ref for line in found.open_lines]
    assert sorted(used) == sorted(line.ref for line in case.visits[0].lines)
    services = [c.service.code for c in found.covered] + [s.code for s in found.open_services]
    assert len(services) == len(set(services))


def test_events_of_another_visit_stay_there() -> None:
    other = an_event("s2", encounter=Ref("ehr", "Encounter", "e2"), code="93000")
    case = a_case(CTX, a_visit("e1"), a_visit("e2", type="other"), an_event(), other, a_charge(on=DAY))
    assert [[e.ref.id for e in v.events] for v in case.visits] == [["s1"], ["s2"]]
