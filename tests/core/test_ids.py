"""Ids grow and never repeat, one by one and many at once."""

from __future__ import annotations

import pytest

from core import ids
from core.ids import new_id, new_ids


def test_many_ids_follow_one_another_between_the_single_ones() -> None:
    before, many = new_id("p"), new_ids("p", 5_000)
    assert many == sorted(set(many))
    assert before[:9] <= many[0][:9]
    assert {len(one) for one in many} == {len(before)}
    assert new_ids("p", 0) == []


@pytest.mark.parametrize("number", [0, (1 << 80) - 40, (1 << 79) + (1 << 40) - 3])
def test_many_ids_are_those_that_numbers_make_one_by_one(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_number", lambda: number)
    many = new_ids("p", 30)
    single = []
    for place in range(30):
        monkeypatch.setattr(ids, "_number", lambda place=place: number + place)
        single.append(new_id("p"))
    assert many == single
