"""What a source's own patient index says: its two people stay two without a person, its candidates are asked about."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled import NICKNAMES, grouped_pairs, population

from matching.apart import Apart, two_of_one_index
from matching.link_people import Hint, Judgement, Linkage, link
from matching.people import PeopleTable

ANN = {"given_name": "Ann", "family_name": "Lindqvist", "birth_date": "1984-03-07", "sex": "female",
       "street": "12 Oak St", "city": "Boston", "zip": "02139", "phone": "617-555-0142", "system": "ehr"}  # fmt: skip


def linked(*people: dict[str, object], judged: tuple[Judgement, ...] = (), hints: tuple[Hint, ...] = ()) -> Linkage:
    rows, truth = population()
    alone = [row for row, person in zip(rows, truth, strict=True) if truth.count(person) == 1][:60]
    crowd = [row | {"key": 1000 + number} for number, row in enumerate(alone)]
    table = PeopleTable.of([*(person | {"key": key} for key, person in enumerate(people)), *crowd])
    return link(table, nicknames=NICKNAMES, judged=judged, hints=hints)


def pair(found: Linkage, a: int, b: int) -> tuple[float, str, bool]:
    place = int(np.flatnonzero((found.pairs.a == a) & (found.pairs.b == b))[0])
    return float(found.pairs.probability[place]), found.pairs.tier[place], bool(found.pairs.may_link[place])


def test_two_people_of_one_index_are_raised_and_not_joined() -> None:
    found = linked(ANN | {"golden": "mpi|1"}, ANN | {"golden": "mpi|2"})
    assert found.groups == ()
    probability, _, may_link = pair(found, 0, 1)
    assert probability > 0.9 and not may_link


def test_equal_ids_and_ids_of_two_indexes_say_nothing_against() -> None:
    assert linked(ANN | {"golden": "mpi|1"}, ANN | {"golden": "other|2"}).groups
    assert linked(ANN | {"golden": "mpi|1"}, ANN | {"golden": "mpi|1"}).groups
    assert linked(ANN | {"golden": "mpi|1"}, ANN).groups


def test_a_record_without_id_does_not_chain_two_people_of_one_index() -> None:
    found = linked(ANN | {"golden": "mpi|1"}, ANN | {"system": "pm"}, ANN | {"golden": "mpi|2"})
    assert (0, 2) not in grouped_pairs(found.groups)
    assert [len(group.members) for group in found.groups] == [2]


def test_a_person_overrules_the_index_and_further_records_of_either_id_join() -> None:
    people = (ANN | {"golden": "mpi|1"}, ANN | {"golden": "mpi|2"}, ANN | {"golden": "mpi|2", "system": "pm"})
    found = linked(*people, judged=(Judgement(0, 1, same=True),))
    assert [group.members for group in found.groups] == [(0, 1, 2)]
    third = linked(*people, ANN | {"golden": "mpi|3"}, judged=(Judgement(0, 1, same=True),))
    assert [group.members for group in third.groups] == [(0, 1, 2)]


@pytest.mark.parametrize("probability", [0.02, 0.6, 0.97, 1.0])
def test_a_candidate_of_the_index_is_asked_about_with_its_probability_and_never_joins(probability: float) -> None:
    found = linked(ANN, ANN | {"system": "pm"}, hints=(Hint(1, 0, probability),))
    raised, tier, may_link = pair(found, 0, 1)
    assert raised == probability and tier and not may_link
    assert found.groups == ()


def test_a_candidate_without_probability_has_ours_and_one_that_nothing_else_raises_is_raised() -> None:
    ours = pair(linked(ANN, ANN | {"system": "pm"}), 0, 1)[0]
    assert pair(linked(ANN, ANN | {"system": "pm"}, hints=(Hint(0, 1),)), 0, 1)[0] == ours
    other = {"given_name": "Rosa", "family_name": "Quiroz", "birth_date": "1951-09-30", "system": "pm"}
    assert pair(linked(ANN, other, hints=(Hint(0, 1),)), 0, 1)[1] == "unsure"


@pytest.mark.parametrize("same", [True, False])
def test_a_decision_goes_before_a_candidate(same: bool) -> None:
    found = linked(ANN, ANN | {"system": "pm"}, hints=(Hint(0, 1, 0.5),), judged=(Judgement(0, 1, same=same),))
    assert bool(found.groups) == same
    assert len(np.flatnonzero((found.pairs.a == 0) & (found.pairs.b == 1))) == same


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_no_group_holds_two_people_of_one_index_whatever_the_ids(seed: int, ids: int) -> None:
    dice = random.Random(seed)
    rows, _ = population()
    numbered = [row | ({"golden": f"mpi|{dice.randrange(ids)}"} if dice.random() < 0.6 else {}) for row in rows[:40]]
    found = link(PeopleTable.of(numbered), nicknames=NICKNAMES)
    for group in found.groups:
        assert len({label for key in group.members if (label := numbered[key].get("golden"))}) <= 1


LABELS = st.sampled_from(["", "a|1", "a|2", "b|1", "b|2"])


@settings(max_examples=80, deadline=None)
@given(st.lists(LABELS, min_size=2, max_size=7))
def test_pairs_and_sets_say_the_same_of_two_records(labels: list[str]) -> None:
    table = PeopleTable.of({"system": "ehr", "golden": label} for label in labels)
    apart = Apart.of(table, [])
    a, b = np.triu_indices(len(labels), 1)
    by_pair = two_of_one_index(table, a, b).tolist()
    assert by_pair == [apart.forbids({int(x)}, {int(y)}) for x, y in zip(a, b, strict=True)]
