"""Linkage as a whole: quality on labelled people, and what must hold whatever the data."""

from __future__ import annotations

import json
import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled import (
    NICKNAMES,
    febrl,
    grouped_pairs,
    pairs_from,
    population,
    precision_recall,
    true_pairs,
)

from matching.link_people import Judgement, Linkage, Model, link
from matching.pairs import Hint
from matching.people import PeopleTable
from matching.plan import Plan

OAK = {"street": "12 Oak St", "city": "Boston", "zip": "02139", "phone": "617-555-0142"}
ANN = OAK | {"given_name": "Ann", "family_name": "Lindqvist", "birth_date": "1984-03-07", "sex": "female"}


def crowd(count: int = 60) -> list[dict[str, object]]:
    """Unrelated people from the labelled population, keys from 1000, so that there is something to learn from."""
    rows, truth = population()
    alone = [row for row, person in zip(rows, truth, strict=True) if truth.count(person) == 1]
    return [row | {"key": 1000 + number} for number, row in enumerate(alone[:count])]


def linked(*people: dict[str, object], judged: tuple[Judgement, ...] = (), plan: Plan | None = None) -> Linkage:
    rows = [{"system": "ehr", **person, "key": key} for key, person in enumerate(people)]
    table = PeopleTable.of([*rows, *crowd()])
    return link(table, nicknames=NICKNAMES, judged=judged, plan=plan or Plan())


def probability(found: Linkage, a: int = 0, b: int = 1) -> float:
    listed = zip(found.pairs.a.tolist(), found.pairs.b.tolist(), found.pairs.probability.tolist(), strict=True)
    return next((p for x, y, p in listed if (x, y) == (a, b)), 0.0)


def test_quality_on_a_generated_population() -> None:
    rows, truth = population()
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES)
    precision, recall = precision_recall(pairs_from(found.pairs, 0.9), true_pairs(truth))
    assert precision >= 0.99
    assert recall >= 0.96
    precision, recall = precision_recall(grouped_pairs(found.groups), true_pairs(truth))
    assert precision >= 0.99
    assert recall >= 0.96


def test_quality_on_febrl() -> None:
    rows, truth = febrl()
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES)
    precision, recall = precision_recall(pairs_from(found.pairs, 0.9), true_pairs(truth))
    assert precision == 1.0
    assert recall >= 0.97


@pytest.mark.parametrize("seed", range(4))
def test_quality_holds_on_fifty_records(seed: int) -> None:
    rows, truth = population()
    persons = sorted(set(truth))
    random.Random(seed).shuffle(persons)
    chosen = [place for place, person in enumerate(truth) if person in set(persons[:40])]
    table = PeopleTable.of([rows[place] for place in chosen])
    found = link(table, nicknames=NICKNAMES)
    true = {pair for pair in true_pairs(truth) if set(pair) <= set(chosen)}
    precision, recall = precision_recall(pairs_from(found.pairs, 0.9), true)
    assert precision >= 0.99
    assert recall >= 0.85


def test_no_people_and_one_person_are_fine() -> None:
    for rows in ([], [ANN]):
        found = link(PeopleTable.of(rows))
        assert len(found.pairs) == 0
        assert found.groups == ()
        assert found.report.records == len(rows)


def test_a_table_without_any_value_links_nothing() -> None:
    assert len(link(PeopleTable.of([{"key": n} for n in range(6)])).pairs) == 0


def test_relatives_twins_and_father_and_son_stay_apart() -> None:
    assert probability(linked(ANN, ANN | {"given_name": "Peter", "sex": "male", "birth_date": "1981-11-30"})) < 0.1
    assert probability(linked(ANN, ANN | {"given_name": "Jane"})) < 0.9
    son = {"given_name": "Karl", "sex": "male", "birth_date": "2011-05-20", "suffix": "Jr"}
    father = {"given_name": "Karl", "sex": "male", "birth_date": "1980-02-11", "suffix": "Sr"}
    found = linked(ANN | son, ANN | father)
    assert probability(found) < 0.1


@pytest.mark.parametrize(
    "change",
    [
        {"given_name": "Anne"},
        {"family_name": "Lindqist"},
        {"birth_date": "1984-07-03"},
        {"given_name": "Lindqvist", "family_name": "Ann"},
        {"street": "9 Elm Rd", "zip": "60601", "city": "Chicago"},
        {"phone": "508-555-0199"},
        {"family_name": "Okafor-Lindqvist"},
        {"family_name": "LINDQVIST", "street": "12 OAK STREET", "phone": "(617) 555 0142", "sex": "F"},
    ],
)
def test_one_person_with_one_difference_is_found(change: dict[str, object]) -> None:
    assert probability(linked(ANN, ANN | change | {"system": "pm"})) >= 0.9


def test_without_a_birth_date_nothing_is_linked_by_itself() -> None:
    found = linked(ANN | {"ssn": "900-12-3456"}, ANN | {"ssn": "900-12-3456", "birth_date": ""})
    place = int(np.flatnonzero((found.pairs.a == 0) & (found.pairs.b == 1))[0])
    assert found.pairs.probability[place] >= 0.99
    assert found.pairs.tier[place] == "unsure"
    assert not any(0 in group.members for group in found.groups)


@pytest.mark.parametrize("name", ["", "Unknown", "Babygirl"])
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_two_records_with_an_unknown_name_join_but_wait_for_a_person(field: str, name: str) -> None:
    """Whatever else is the same, and also where only what changed is compared."""
    a, b = ANN | {"email": "ann.l@example.org"}, ANN | {field: name, "system": "pm", "email": "ann.l@example.org"}
    found = linked(a, b)
    rows = [{"system": "ehr", **person, "key": key} for key, person in enumerate((a, b))]
    again = link(PeopleTable.of([*rows, *crowd()]), nicknames=NICKNAMES, model=found.model, changed={1})
    for one in (found, again):
        assert probability(one) == pytest.approx(Plan().review_most)
        assert "strong" not in one.pairs.tier
        group = next(group for group in one.groups if 0 in group.members)
        assert group.members == (0, 1)
        assert "name" in group.held


def test_an_index_that_is_sure_makes_no_unknown_name_known() -> None:
    a, b = ANN, ANN | {"given_name": "", "system": "pm"}
    rows = [{"system": "ehr", **person, "key": key} for key, person in enumerate((a, b))]
    found = link(PeopleTable.of([*rows, *crowd()]), nicknames=NICKNAMES, hints=[Hint(0, 1, 0.999)])
    assert probability(found) == pytest.approx(Plan().review_most)


def test_one_name_the_number_and_the_birth_date_are_enough() -> None:
    a = ANN | {"ssn": "316-45-2281"}
    found = linked(a, a | {"family_name": "", "system": "pm"})
    assert probability(found) > Plan().strong
    assert next(group for group in found.groups if 0 in group.members).held == ""


def test_a_twin_with_the_number_of_the_other_waits_for_a_person() -> None:
    a = ANN | {"ssn": "316-45-2281"}
    found = linked(a, a | {"given_name": "Rosa"})
    assert all("twins" in group.held for group in found.groups if 0 in group.members)


def test_a_shared_record_number_joins_but_a_conflict_of_name_and_birth_date_holds() -> None:
    number = {"identifiers": "ehr|E77"}
    found = linked(
        ANN | number,
        number | {"given_name": "Rosa", "family_name": "Quiroz", "birth_date": "1951-09-30", "system": "pm"},
    )
    assert not any(group.members == (0, 1) and not group.held for group in found.groups)
    again = linked(ANN | number, ANN | number | {"system": "pm", "family_name": "Okafor", "phone": ""})
    assert (0, 1) in grouped_pairs(again.groups)


def test_people_keep_apart_who_were_said_to_be_two_and_stay_together_who_are_one() -> None:
    apart = linked(ANN, ANN, judged=(Judgement(1, 0, same=False),))
    assert probability(apart) == 0.0
    assert apart.groups == ()
    other = {"given_name": "Rosa", "family_name": "Quiroz", "birth_date": "1951-09-30"}
    joined = linked(ANN, other, judged=(Judgement(0, 1, same=True),))
    assert probability(joined) == 1.0
    assert [group.members for group in joined.groups] == [(0, 1)]
    assert [group.held for group in joined.groups] == [""]


def test_a_chain_never_joins_two_who_were_said_to_be_two() -> None:
    judged = (Judgement(0, 1, same=True), Judgement(1, 2, same=True), Judgement(0, 2, same=False))
    found = linked(ANN, ANN, ANN, judged=judged)
    assert (0, 2) not in grouped_pairs(found.groups)
    assert any(group.held for group in found.groups)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39), st.booleans()), max_size=12))
def test_no_group_holds_a_pair_that_was_said_to_be_two(said: list[tuple[int, int, bool]]) -> None:
    rows, _ = population()
    judged = [Judgement(a, b, same) for a, b, same in said if a != b]
    last = {tuple(sorted((one.a, one.b))): one.same for one in judged}
    found = link(PeopleTable.of(rows[:40]), nicknames=NICKNAMES, judged=judged)
    inside = grouped_pairs(found.groups)
    assert not inside & {pair for pair, same in last.items() if not same}
    if all(last.values()):
        assert set(last) <= inside
    everyone = [key for group in found.groups for key in group.members]
    assert len(everyone) == len(set(everyone))


def test_a_wrong_link_does_not_chain_a_twin_into_a_person() -> None:
    first = ANN | {"ssn": "900-12-3456", "email": "ann@example.com"}
    blurred = ANN | {"given_name": "A", "system": "pm"}
    twin = ANN | {"given_name": "Jane", "ssn": "812-77-9012", "email": "jane@example.com", "system": "lab"}
    found = linked(first, blurred, twin)
    assert not any({0, 2} <= set(group.members) and not group.held for group in found.groups)


def test_a_model_survives_being_saved_and_is_a_warm_start() -> None:
    rows, _ = population()
    table = PeopleTable.of(rows)
    first = link(table, nicknames=NICKNAMES)
    saved = Model.from_dict(json.loads(json.dumps(first.model.to_dict())))
    again = link(table, nicknames=NICKNAMES, model=saved)
    assert again.model.rounds <= first.model.rounds
    assert pairs_from(again.pairs, 0.9) == pairs_from(first.pairs, 0.9)


def test_a_model_of_another_shape_is_not_used() -> None:
    rows, _ = population()
    plain = link(PeopleTable.of(rows[:80])).model.to_dict()
    plain["levels"]["sex"] = ["same", "other"]
    found = link(PeopleTable.of(rows[:80]), model=Model.from_dict(plain), changed={1})
    assert found.model.levels["sex"] == ("same", "differs")


def test_only_changed_records_are_scored_again_with_the_same_outcome() -> None:
    rows, _ = population()
    table = PeopleTable.of(rows)
    whole = link(table, nicknames=NICKNAMES)
    changed = set(range(0, 800, 40))
    part = link(table, nicknames=NICKNAMES, model=whole.model, changed=changed)
    expected = {pair for pair in pairs_from(whole.pairs, 0.0) if changed & set(pair)}
    assert pairs_from(part.pairs, 0.0) == expected
    assert part.report.compared_pairs < whole.report.compared_pairs / 4
    joined = link(table, nicknames=NICKNAMES, model=whole.model, changed=changed, known=whole.pairs)
    assert joined.groups == whole.groups
    assert pairs_from(joined.pairs, 0.9) == pairs_from(whole.pairs, 0.9)


def test_pairs_are_well_formed() -> None:
    rows, _ = population()
    pairs = link(PeopleTable.of(rows), nicknames=NICKNAMES).pairs
    assert (pairs.a < pairs.b).all()
    assert ((pairs.probability >= Plan().unsure) & (pairs.probability <= 1)).all()
    assert set(pairs.tier) <= {"strong", "likely", "unsure"}
    assert len(set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))) == len(pairs)


def test_the_practice_phone_on_every_record_is_no_evidence() -> None:
    rows = [row | {"phone": "617-555-0100"} for row in crowd(80)]
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES)
    assert found.model.frequencies.shared["phone"] == frozenset({"6175550100"})
    assert len(found.pairs) <= 1
    assert not any(len(group.members) > 2 for group in found.groups)


def test_many_records_of_one_person_become_one_group() -> None:
    found = linked(*[ANN | {"system": f"s{n}"} for n in range(7)])
    assert [group.members for group in found.groups] == [tuple(range(7))]
    assert pairs_from(found.pairs, 0.9) == set(combinations(range(7), 2))


def test_twins_do_not_join_because_a_middle_initial_happens_to_fit() -> None:
    ehr, pm = {"system": "ehr"}, {"system": "pm", "phone": "6175550142"}
    ann, rosa = ANN | {"given_name": "Junita"}, ANN | {"given_name": "Rosa"}
    found = linked(
        ann | ehr,
        rosa | ehr | {"middle_name": "Janice"},
        ann | pm,
        rosa | pm | {"middle_name": "J", "street": "12 OAK"},
    )
    assert [group.members for group in found.groups] == [(0, 2), (1, 3)]
