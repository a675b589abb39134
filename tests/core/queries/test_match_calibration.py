"""Decisions measure the model on a real store, and a person accepts what follows."""

from __future__ import annotations

import pytest
from rules_world import bodies, judge, make_store

from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.match.plan import plan_in_force, promised_plan
from core.match.run import match
from core.match.saved import saved_pairs
from core.queries.lookup import lookup
from core.queries.match_rules import calibration, match_rules
from core.usecases.match_rules import accept_calibration, change_thresholds
from matching.plan import DEFAULT_PLAN


@pytest.fixture
def desk(tmp_path):
    desk = make_store(tmp_path)
    match(desk)
    yield desk
    desk.close()


def strong_pairs(desk: Desk, low: float = 0.99, high: float = 1.1) -> list[tuple[int, int]]:
    with desk.store.read() as connection:
        found = saved_pairs(connection)
    listed = zip(found.a.tolist(), found.b.tolist(), found.probability.tolist(), found.tier, strict=True)
    return [(a, b) for a, b, p, tier in listed if low <= p < high and tier == "strong"]


def say(desk: Desk, pairs: list[tuple[int, int]], *, is_same: bool, decision: str | None = "d1") -> None:
    with desk.store.write("ana") as unit:
        judge(unit, pairs, is_same=is_same, decision=decision)


def queued(desk: Desk) -> int:
    with desk.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM match_queue").scalar())


def test_without_decisions_nothing_is_proposed(desk):
    found = calibration(desk)
    assert found["is_same"]
    assert (found["counted"], found["brier"]) == (0, None)
    assert found["effects"]["before"] == found["effects"]["after"]
    assert found["words"].startswith("Nobody has decided")
    with pytest.raises(NotPossible):
        accept_calibration(desk, found["effects"]["after"])


def test_what_systems_say_themselves_is_no_answer(desk):
    say(desk, strong_pairs(desk)[:20], is_same=False, decision=None)
    assert calibration(desk)["counted"] == 0


def test_a_few_agreeing_decisions_change_nothing(desk):
    say(desk, strong_pairs(desk)[:30], is_same=True)
    found = calibration(desk)
    assert (found["counted"], found["is_same"]) == (30, True)
    (band,) = [band for band in found["bands"] if band["count"]]
    assert (band["tier"], band["same"], band["share"], band["shift"]) == ("strong", 30, 1.0, 0.0)
    assert band["mean"] > 0.99


def test_a_pair_is_measured_as_if_nobody_had_decided_it(desk):
    """The saved probability of a decided pair is 1; what counts is what the model says by itself."""
    (pair,) = strong_pairs(desk)[:1]
    say(desk, [pair], is_same=True)
    before = calibration(desk)["brier"]
    with desk.store.write("ana") as unit:
        unit.connection.exec_driver_sql("UPDATE pairs SET probability = 1, tier = 'strong', looks_like = 'decided'")
    assert calibration(desk)["brier"] == before


def test_wrong_strong_pairs_propose_stricter_thresholds_that_a_person_accepts(desk):
    certain = strong_pairs(desk, 0.9999)
    say(desk, strong_pairs(desk)[:12], is_same=False)
    found = calibration(desk)
    shown = found["effects"]["after"]
    assert not found["is_same"]
    assert shown["strong"] > 0.99
    assert shown["unsure"] == 0.1
    assert found["brier_after"] < found["brier"]
    assert plan_of(desk) == DEFAULT_PLAN  # nothing is applied by looking

    with pytest.raises(NotPossible):
        accept_calibration(desk, shown | {"strong": 0.995})
    for role in ("reviewer", "auditor"):
        with pytest.raises(Refused):
            accept_calibration(Desk(desk.store, "bo", role, desk.clock), shown)
    changed = accept_calibration(desk, shown)
    assert {"settings", "audit"} <= changed.areas
    assert plan_of(desk) == changed.value
    with desk.store.read() as connection:
        assert promised_plan(connection) == DEFAULT_PLAN
        action, subject = connection.exec_driver_sql("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1").one()
    assert (action, subject) == ("set", "match.plan")
    strong = next(one for one in match_rules(desk)["thresholds"] if one["id"] == "strong")
    assert (strong["at"], strong["promises"]) == (shown["strong"], 0.99)

    # Asked again it proposes the same: accepting does not feed itself.
    assert calibration(desk)["is_same"]
    assert queued(desk) > len(certain)
    match(desk)
    with desk.store.read() as connection:
        pairs = saved_pairs(connection)
    assert queued(desk) == 0
    for probability, tier in zip(pairs.probability.tolist(), pairs.tier, strict=True):
        assert tier != "strong" or probability >= shown["strong"]


def test_thresholds_set_by_hand_are_what_the_tiers_promise(desk):
    changed = change_thresholds(desk, strong=0.995, link=0.95)
    assert (changed.value.strong, changed.value.likely, changed.value.link) == (0.995, 0.9, 0.95)
    assert calibration(desk)["is_same"]
    assert calibration(desk)["promised"]["strong"] == 0.995
    with pytest.raises(BadInput):
        change_thresholds(desk, likely=0.999)
    with pytest.raises(Refused):
        change_thresholds(Desk(desk.store, "bo", "reviewer", desk.clock), strong=0.98)
    assert plan_of(desk).strong == 0.995


def test_a_look_up_names_the_tier_of_the_plan_in_force(desk):
    asked = {name: value for name, value in bodies()[0].items() if name != "ssn"}
    assert lookup(desk, asked)[0]["tier"] == "strong"
    change_thresholds(desk, strong=1 - 1e-12)
    assert lookup(desk, asked)[0]["tier"] == "likely"
    match(desk)
    assert lookup(desk, asked)[0]["tier"] == "likely"


def plan_of(desk: Desk):
    with desk.store.read() as connection:
        return plan_in_force(connection)
