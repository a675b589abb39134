"""Which records meet, and what happens to buckets that are too large."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.block._pairs import candidates
from matching.clean.columns import columns_of
from matching.people import PeopleTable
from matching.registries import blocking_keys

names = st.sampled_from(["", "Ann", "Bo", "Chris", "Li"])
person = st.fixed_dictionaries(
    {
        "given_name": names,
        "family_name": names,
        "birth_date": st.sampled_from(["", "1984-03-07", "1984", "1991-11-30"]),
        "phone": st.sampled_from(["", "617-555-0142"]),
        "street": st.sampled_from(["", "12 Oak St"]),
        "zip": st.sampled_from(["", "02139"]),
    }
)


def met(rows: list[dict[str, str]], cap: int = 40) -> set[tuple[int, int]]:
    found = candidates(columns_of(PeopleTable.of(rows), {}), blocking_keys(), cap)
    return set(zip(found.a.tolist(), found.b.tolist(), strict=True))


@settings(max_examples=40)
@given(st.lists(person, min_size=1, max_size=12), st.integers(0, 11))
def test_identical_records_always_meet(rows: list[dict[str, str]], place: int) -> None:
    twin = rows[place % len(rows)]
    assert (place % len(rows), len(rows)) in met([*rows, twin])


def test_pairs_come_once_in_order_and_never_with_themselves() -> None:
    rows = [{"given_name": "Ann", "family_name": "Lee", "phone": "6175550142;6175550142"}] * 5
    found = candidates(columns_of(PeopleTable.of(rows), {}), blocking_keys(), 40)
    assert (found.a < found.b).all()
    assert len(found.a) == 10


def test_swapped_names_and_changed_names_meet() -> None:
    base = {"birth_date": "1984-03-07"}
    assert met([base | {"given_name": "Ann", "family_name": "Lee"}, base | {"given_name": "Lee", "family_name": "Ann"}])
    assert met([base | {"given_name": "Ann", "family_name": "Lee"}, base | {"given_name": "Ann", "family_name": "Xu"}])
    assert met([base | {"given_name": "Ann", "family_name": "Lee"}, base | {"given_name": "Joy", "family_name": "Lee"}])


def test_a_bucket_too_large_is_split_and_reported_not_dropped() -> None:
    rows = [
        {"given_name": "Ann", "family_name": "Smith", "birth_date": f"19{40 + n // 4}-01-{1 + n % 28:02d}", "email": ""}
        for n in range(200)
    ]
    found = candidates(columns_of(PeopleTable.of(rows), {}), blocking_keys(), 20)
    cut = next(one for one in found.cuts if one.key == "name")
    assert (cut.buckets, cut.largest) == (1, 200)
    assert 0 < cut.pairs_left_out < 200 * 199 // 2
    years = [row["birth_date"][:4] for row in rows]
    same_year = {(a, b) for a in range(200) for b in range(a + 1, 200) if years[a] == years[b]}
    assert same_year <= set(zip(found.a.tolist(), found.b.tolist(), strict=True))


def test_members_alike_in_everything_are_compared_with_their_neighbours() -> None:
    rows = [{"given_name": "Ann", "family_name": "Smith"} for _ in range(90)]
    found = candidates(columns_of(PeopleTable.of(rows), {}), blocking_keys(), 10)
    assert set(found.a.tolist()) | set(found.b.tolist()) == set(range(90))


def test_only_pairs_touching_a_record_can_be_asked_for() -> None:
    rows = [{"given_name": "Ann", "family_name": "Lee", "phone": f"617555{n // 3:04d}"} for n in range(30)]
    columns = columns_of(PeopleTable.of(rows), {})
    touching = np.zeros(30, dtype=bool)
    touching[4] = True
    some = candidates(columns, blocking_keys(), 40, touching)
    every = candidates(columns, blocking_keys(), 40)
    expected = {(a, b) for a, b in zip(every.a.tolist(), every.b.tolist(), strict=True) if 4 in (a, b)}
    assert set(zip(some.a.tolist(), some.b.tolist(), strict=True)) == expected


def test_every_key_says_what_it_agrees_on_with_levels_that_exist() -> None:
    from matching.registries import comparators

    for key in blocking_keys().values():
        for name, tilt in key.agrees.items():
            known = {level.id for level in comparators()[name].levels} | {"same", "near", "differs"}
            assert set(tilt) <= known, key.id
            assert sum(tilt.values()) <= 1.0
