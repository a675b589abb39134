"""Chart and sentence come from one set of rows, and the rows add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled import NICKNAMES, population

from matching.explain import explain
from matching.link_people import Linkage, link
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN
from matching.wording import wording

ROWS, _TRUTH = population()


@pytest.fixture(scope="module")
def linkage() -> Linkage:
    return link(PeopleTable.of(ROWS), nicknames=NICKNAMES)


def test_weights_add_up_to_the_total_and_the_total_is_the_scored_weight(linkage: Linkage) -> None:
    table = PeopleTable.of(ROWS)
    pairs = linkage.pairs
    for place in range(0, len(pairs), 5):
        told = explain(table, int(pairs.a[place]), int(pairs.b[place]), linkage.model, nicknames=NICKNAMES)
        total = told.start
        for row in told.rows:
            total += row.weight
        assert total == told.total
        assert told.total == pytest.approx(pairs.weight[place], abs=1e-6)
        assert told.probability == pytest.approx(pairs.probability[place], abs=1e-9)
        assert told.tier == pairs.tier[place]
        assert told.kind == pairs.looks_like[place]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 799), st.integers(0, 799))
def test_any_two_records_are_explained_the_same_both_ways(linkage: Linkage, a: int, b: int) -> None:
    if a == b:
        return
    table = PeopleTable.of([ROWS[a], ROWS[b]])
    one = explain(table, a, b, linkage.model, nicknames=NICKNAMES)
    assert one == explain(table, b, a, linkage.model, nicknames=NICKNAMES)
    assert one.start + float(np.sum([row.weight for row in one.rows])) == pytest.approx(one.total)


def pair_of(model: Linkage, change: dict[str, object], **base: object) -> object:
    ann = {
        "given_name": "Ann",
        "family_name": "Alvarez",
        "birth_date": "1984-03-07",
        "phone": "617-555-0142",
        "zip": "97201",
        **base,
    }
    return explain(PeopleTable.of([ann | {"key": 0}, ann | change | {"key": 1}]), 0, 1, model.model)


def test_the_reason_names_what_is_the_same_and_what_nearly_is(linkage: Linkage) -> None:
    told = pair_of(linkage, {"family_name": "Alvares", "zip": "10001"})
    assert "the last name differs by one letter" in told.reason
    assert "birth date" in told.reason.lower()
    assert told.check == "Check: the ZIP codes differ."
    assert told.looks_like.startswith("Looks like")


def test_a_missing_field_has_no_row_and_is_not_in_the_sentence(linkage: Linkage) -> None:
    told = pair_of(linkage, {"phone": ""})
    assert "phone" not in {row.field for row in told.rows}
    assert "phone" not in told.reason.lower()


def test_a_missing_birth_date_is_what_to_check(linkage: Linkage) -> None:
    told = pair_of(linkage, {"birth_date": ""}, ssn="900-12-3456", street="12 Oak St")
    assert told.check == "Check: one record has no birth date."
    assert told.tier in {"unsure", ""}


@pytest.mark.parametrize("change", [{"given_name": "Unknown"}, {"given_name": "", "birth_date": "1984-03-08"}])
def test_an_unknown_name_is_what_to_check_and_lets_nothing_be_sure(linkage: Linkage, change: dict[str, object]) -> None:
    told = pair_of(linkage, {"system": "pm"} | change)
    assert told.check.startswith("Check: a first or last name is missing")
    assert told.tier != "strong"
    assert told.probability <= DEFAULT_PLAN.review_most


def test_a_translation_replaces_the_words(linkage: Linkage) -> None:
    ann = {"given_name": "Ann", "family_name": "Alvarez", "birth_date": "1984-03-07"}
    table = PeopleTable.of([ann | {"key": 0}, ann | {"key": 1}])
    words = {"birth_date": "Geburtsdatum", "birth_date.same": "gleich"}
    told = explain(table, 0, 1, linkage.model, translation=words)
    assert "eburtsdatum" in told.reason
    assert "gleich" in {row.words for row in told.rows}


def test_every_kind_and_level_has_words() -> None:
    table = wording()
    assert all(table[key] for key in table if not key.endswith(".clause"))


def test_an_unknown_key_is_an_error(linkage: Linkage) -> None:
    with pytest.raises(KeyError):
        explain(PeopleTable.of(ROWS[:3]), 0, 99, linkage.model)
