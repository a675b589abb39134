"""Calibration by few answers: laws that hold whatever was answered, and a few cases to see what it does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.calibrate import MOST_UP, NEEDED_TO_LOOSEN, NEEDED_TO_TIGHTEN, Calibration, Decided, calibrate, interval
from matching.moves import moves
from matching.pairs import DECIDED, HINTED
from matching.plan import DEFAULT_PLAN, Plan

BOUNDARIES = ("strong", "likely", "link")
answers = st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans(), st.integers(1, 60)), max_size=25)
GRID = np.linspace(0.0, 1.0, 501)


def said(*groups: tuple[float, bool, int], tier: str | None = None) -> Calibration:
    """Calibrated by (probability, answer, how often)."""
    probability = np.array([p for p, _, times in groups for _ in range(times)], dtype=np.float64)
    same = np.array([answer for _, answer, times in groups for _ in range(times)], dtype=bool)
    tiers = [DEFAULT_PLAN.tier(p) if tier is None else tier for p in probability.tolist()]
    return calibrate(Decided(probability, same, tiers))


def loosest(promised: float) -> float:
    odds = promised / (1 - promised) / np.exp(MOST_UP)
    return float(odds / (1 + odds)) - 1e-4


def test_no_answers_change_nothing() -> None:
    found = said()
    assert found.plan() == DEFAULT_PLAN
    assert (found.apply(GRID) == GRID).all()
    assert (found.brier, found.brier_after, found.counted) == (None, None, 0)


@given(answers)
def test_calibrated_probabilities_never_fall_and_stay_probabilities(
    given_answers: list[tuple[float, bool, int]],
) -> None:
    found = said(*given_answers).apply(GRID)
    assert (np.diff(found) >= -1e-12).all()
    assert ((found >= 0) & (found <= 1)).all()


@given(answers)
def test_boundaries_stay_in_order_and_within_what_is_allowed(given_answers: list[tuple[float, bool, int]]) -> None:
    plan = said(*given_answers).plan()
    assert 0 < plan.unsure <= plan.likely <= plan.strong < 1
    assert plan.likely <= plan.link
    for name in BOUNDARIES:
        assert getattr(plan, name) >= loosest(getattr(DEFAULT_PLAN, name))
    assert 0.05 < plan.unsure < 0.2


@given(answers, st.floats(0.0, 1.0), st.integers(1, 200))
def test_one_more_answer_moves_boundaries_its_own_way(
    given_answers: list[tuple[float, bool, int]], probability: float, times: int
) -> None:
    before = said(*given_answers).plan()
    agreed = said(*given_answers, (probability, True, times)).plan()
    differed = said(*given_answers, (probability, False, times)).plan()
    for name in (*BOUNDARIES, "unsure"):
        assert getattr(agreed, name) <= getattr(before, name) + 1e-9 <= getattr(differed, name) + 2e-9


@given(st.lists(st.tuples(st.floats(0.1, 1.0), st.booleans()), max_size=NEEDED_TO_LOOSEN - 1))
def test_few_answers_never_accept_more(given_answers: list[tuple[float, bool]]) -> None:
    plan = said(*((p, answer, 1) for p, answer in given_answers)).plan()
    for name in BOUNDARIES:
        assert getattr(plan, name) >= getattr(DEFAULT_PLAN, name)
    assert plan.unsure == DEFAULT_PLAN.unsure


@given(st.lists(st.tuples(st.floats(0.1, 0.4999), st.booleans(), st.integers(1, 300)), max_size=10))
def test_answers_to_unsure_pairs_move_no_automatic_tier(given_answers: list[tuple[float, bool, int]]) -> None:
    plan = said(*given_answers).plan()
    assert all(getattr(plan, name) == getattr(DEFAULT_PLAN, name) for name in BOUNDARIES)


def test_a_few_wrong_strong_pairs_make_it_stricter_at_once() -> None:
    wrong = NEEDED_TO_TIGHTEN
    assert said((0.995, True, 40), (0.995, False, wrong - 1)).plan() == DEFAULT_PLAN
    found = said((0.995, True, 40), (0.995, False, wrong))
    assert found.plan().strong > DEFAULT_PLAN.strong
    assert (found.plan().likely, found.plan().unsure) == (DEFAULT_PLAN.likely, DEFAULT_PLAN.unsure)
    assert found.brier is not None
    assert found.brier_after is not None
    assert found.brier_after < found.brier


def test_it_takes_many_right_likely_pairs_to_make_it_laxer() -> None:
    assert said((0.95, True, NEEDED_TO_LOOSEN - 1)).plan() == DEFAULT_PLAN
    assert said((0.95, True, 400)).plan().strong < DEFAULT_PLAN.strong


def test_where_the_model_is_right_next_to_nothing_moves() -> None:
    groups = [(p, answer, round(400 * (p if answer else 1 - p))) for p in (0.2, 0.6, 0.8, 0.95) for answer in (1, 0)]
    plan = said(*((p, bool(answer), times) for p, answer, times in groups)).plan()
    for name in (*BOUNDARIES, "unsure"):
        assert getattr(plan, name) == pytest.approx(getattr(DEFAULT_PLAN, name), abs=0.01)


def test_pairs_held_back_for_another_reason_are_no_measure() -> None:
    found = said((0.995, False, 30), tier="unsure")
    assert (found.counted, found.left_out) == (0, 30)
    assert found.plan() == DEFAULT_PLAN


def test_the_table_counts_by_band() -> None:
    found = said((0.6, True, 3), (0.65, False, 1), (0.02, False, 2))
    rows = {(band.low, band.high): band for band in found.bands}
    assert list(rows) == [(0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 1.0)]
    band = rows[0.5, 0.7]
    assert (band.count, band.same, band.share, band.tier) == (4, 3, 0.75, "unsure")
    assert band.mean == pytest.approx(0.6125)
    assert band.share_low < 0.75 < band.share_high
    assert (rows[0.0, 0.1].count, rows[0.0, 0.1].shift, rows[0.9, 0.99].mean) == (2, 0.0, None)


@given(st.integers(1, 500), st.data())
def test_intervals_hold_the_share(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    low, high = interval(hits, count)
    assert 0.0 <= low <= hits / count + 1e-12
    assert hits / count - 1e-12 <= high <= 1.0


def test_moves_leave_decided_hinted_and_held_pairs_where_they_are() -> None:
    probability = np.array([0.995, 0.95, 0.95, 0.95, 0.95, 0.15, 0.5])
    tier = ["strong", "likely", "strong", "likely", "unsure", "unsure", "unsure"]
    looks_like = ["same_person", "same_person", DECIDED, HINTED, "same_person", "twins", "twins"]
    found = moves(probability, tier, looks_like, DEFAULT_PLAN, Plan(strong=0.999, likely=0.96, unsure=0.2))
    assert [(m.before, m.after, m.places.tolist()) for m in found] == [
        ("strong", "likely", [0]),
        ("likely", "unsure", [1]),
        ("unsure", "", [5]),
    ]
    laxer = moves(probability, tier, looks_like, DEFAULT_PLAN, Plan(strong=0.94, likely=0.5, unsure=0.1))
    assert [(m.before, m.after, m.places.tolist()) for m in laxer] == [
        ("likely", "strong", [1]),
        ("unsure", "likely", [6]),
    ]
    assert moves(probability, tier, looks_like, DEFAULT_PLAN, DEFAULT_PLAN) == ()
