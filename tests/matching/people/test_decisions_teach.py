"""What people decided moves the model the right way, and cannot wreck it."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled import NICKNAMES, pairs_from, population, precision_recall, true_pairs

from matching.em import label_weights
from matching.link_people import Judgement, Linkage, link
from matching.people import PeopleTable
from matching.score import Patterns

IS_MATCH = np.array([True, True, False, False])
STRENGTH = np.array([200.0, 200.0, 50.0, 50.0])
# Married and moved: first name and birth date are the same, last name and all of the address differ.
NAMES = (("Ottilie", "Quist", "Zabel"), ("Wilhelmina", "Oduya", "Sand"), ("Kwabena", "Novak", "Peltier"),
         ("Sunniva", "Marsh", "Okafor"), ("Leocadia", "Teague", "Brandt"), ("Tancredi", "Vance", "Holub"),
         ("Ysolde", "Yoder", "Castellan"))  # fmt: skip


def weights(same: int, different: int) -> np.ndarray:
    count = np.array([1e6, same, different], dtype=np.float64)
    label = np.array([0, 1, 2], dtype=np.int8)
    return label_weights(Patterns(np.zeros((3, 1), np.int8), count, np.arange(3), label), STRENGTH, IS_MATCH)


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_weights_of_labels_are_bounded(same: int, different: int) -> None:
    found = weights(same, different)
    assert found[0] == 1.0
    assert 1.0 <= found[1] <= 10.0
    assert 0.0 < found[2] <= 10.0
    assert same * (found[1] - 1.0) <= 0.25 * 200 + 1e-6
    assert different * found[2] <= 0.25 * 50 + 1e-6


def test_a_few_labels_count_more_than_open_pairs() -> None:
    assert weights(1, 1).tolist() == [1.0, 10.0, 10.0]
    assert weights(0, 0)[0] == 1.0


def changed_names() -> list[dict[str, object]]:
    """Two records of each of NAMES, keys 0 and 1, 2 and 3, and so on."""
    rows: list[dict[str, object]] = []
    for number, (given_name, before, after) in enumerate(NAMES):
        person = {"given_name": given_name, "birth_date": f"19{50 + number}-0{number + 1}-1{number}", "sex": "female"}
        old = {"street": f"{number + 3} Oak St", "zip": f"0213{number}", "phone": f"617-555-01{number}0"}
        new = {"street": f"{number + 40} Hill Rd", "zip": f"0154{number}", "phone": f"508-555-02{number}7"}
        rows += [person | old | {"family_name": before}, person | new | {"family_name": after}]
    return [{"system": "ehr", **row, "key": key} for key, row in enumerate(rows)]


def learned_from(same: bool | None, count: int = 6) -> Linkage:
    crowd, _ = population()
    rows = changed_names() + [row | {"key": 1000 + place} for place, row in enumerate(crowd[:200])]
    said = [] if same is None else [Judgement(2 * place, 2 * place + 1, same) for place in range(count)]
    return link(PeopleTable.of(rows), nicknames=NICKNAMES, judged=said)


def share_of_other_last_names(found: Linkage) -> float:
    """How often last names are different among the records of one person, over the classes by their size."""
    model = found.model
    match = np.array(model.is_match)
    size = model.prior[match] / model.prior[match].sum()
    return float(model.shares["family_name"][-1, match] @ size)


def probe(found: Linkage) -> float:
    """The weight of the seventh pair, which nobody decided."""
    at = np.flatnonzero((found.pairs.a == 12) & (found.pairs.b == 13))
    return float(found.pairs.weight[at[0]]) if len(at) else -np.inf


def test_labels_move_the_shares_their_way() -> None:
    untold, same, different = learned_from(None), learned_from(same=True), learned_from(same=False)
    assert share_of_other_last_names(same) > share_of_other_last_names(untold)
    assert share_of_other_last_names(different) <= share_of_other_last_names(untold)
    assert probe(different) <= probe(untold) < probe(same)


@pytest.mark.parametrize("count", [5, 20, 60, 150])
def test_wrong_answers_on_one_side_do_not_wreck_the_rest(count: int) -> None:
    rows, truth = population()
    true = true_pairs(truth)
    wrong = sorted(true)[:: len(true) // count][:count]
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES, judged=[Judgement(a, b, same=False) for a, b in wrong])
    precision, recall = precision_recall(pairs_from(found.pairs, 0.9), true - set(wrong))
    assert precision >= 0.99
    assert recall >= 0.93
    assert not pairs_from(found.pairs, 0.0) & set(wrong)  # what was said stays said


def test_strangers_called_one_person_do_not_join_others() -> None:
    rows, truth = population()
    true = true_pairs(truth)
    strangers = ((place, place + 1) for place in range(0, len(rows) - 1, 3))
    wrong = list(islice((pair for pair in strangers if pair not in true), 150))
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES, judged=[Judgement(a, b, same=True) for a, b in wrong])
    got = pairs_from(found.pairs, 0.9)
    assert set(wrong) <= got
    precision, recall = precision_recall(got - set(wrong), true)
    assert precision >= 0.99
    assert recall >= 0.96
