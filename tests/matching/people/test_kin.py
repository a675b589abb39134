"""Kin: twins and relatives are told from one person's records, where there can be any."""

from __future__ import annotations

import random

import numpy as np
from labelled import NICKNAMES

from matching.classes import pair_classes
from matching.clean.columns import columns_of
from matching.link_people import Linkage, link
from matching.people import PeopleTable
from matching.registries import blocking_keys, comparators
from matching.score import starting_model

_PARTS = ("bal", "dor", "fen", "gis", "hul", "kam", "lor", "mav", "nes", "pol", "rud", "sev", "tam", "vik", "wol")
AMELIA = {"given_name": "Amelia", "family_name": "Ryanson", "birth_date": "1971-03-09", "street": "35 Sidaway St",
          "city": "Avalon", "zip": "31840"}  # fmt: skip


def _stranger(draw: random.Random) -> dict[str, object]:
    name = "".join(draw.choices(_PARTS, k=2)), "".join(draw.choices(_PARTS, k=3))
    born = f"{draw.randrange(1930, 2010)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
    place = draw.randrange(100)
    home = {"street": f"{draw.randrange(1, 900)} {draw.choice(_PARTS)} street", "zip": f"{10_000 + place}"}
    return {"given_name": name[0], "family_name": name[1], "birth_date": born, "city": f"{place} ville"} | home


def _typed_again(draw: random.Random, body: dict[str, object]) -> dict[str, object]:
    """Somebody's record with an error; the errors are of many kinds."""
    field = draw.choice(("given_name", "family_name", "birth_date", "street", "given_name"))
    text = str(body[field])
    at = draw.randrange(len(text) - 1)
    if field == "birth_date":
        return body | {field: f"{text[:-1]}{draw.randrange(1, 9)}"}
    return body | {field: text[:at] + text[at + 1] + text[at] + text[at + 2 :]}


def _linked(*, with_households: bool) -> Linkage:
    """Six hundred people, every second of them twice, beside two records that look like twins."""
    draw = random.Random(5)
    people = [_stranger(draw) for _ in range(600)]
    rows = [*people, *(_typed_again(draw, body) for body in people[::2])]
    if with_households:
        home = ("street", "zip", "city", "family_name")
        rows += [_stranger(draw) | {name: body[name] for name in home} for body in people[1::4]]
    pair = [AMELIA, AMELIA | {"given_name": "Edward"}]
    listed = [row | {"system": "ehr", "key": key} for key, row in enumerate([*pair, *rows])]
    return link(PeopleTable.of(listed), nicknames=NICKNAMES)


def _probability(found: Linkage) -> float:
    listed = zip(found.pairs.a.tolist(), found.pairs.b.tolist(), found.pairs.probability.tolist(), strict=True)
    return next((p for x, y, p in listed if (x, y) == (0, 1)), 0.0)


def _share_of(found: Linkage, kind: str) -> float:
    return float(found.model.prior[found.model.classes.index(kind)])


def test_where_households_are_two_first_names_at_one_address_are_two_people() -> None:
    assert _probability(_linked(with_households=True)) < 0.9


def test_where_nobody_has_relatives_nobody_has_a_twin() -> None:
    found = _linked(with_households=False)
    assert _probability(found) >= 0.9
    assert _share_of(found, "relatives") + _share_of(found, "twins") < 1e-3 * _share_of(found, "same_person")


def test_what_looks_like_twins_waits_for_a_person_even_there() -> None:
    found = _linked(with_households=False)
    group = next(group for group in found.groups if 0 in group.members)
    assert group.members == (0, 1)
    assert "twins" in group.held


def test_without_addresses_nothing_is_said_about_relatives() -> None:
    draw = random.Random(5)
    bare = [dict(list(_stranger(draw).items())[:3]) for _ in range(600)]
    rows = [row | {"system": "ehr", "key": key} for key, row in enumerate([*bare, *bare[::2]])]
    found = link(PeopleTable.of(rows), nicknames=NICKNAMES)
    assert _share_of(found, "relatives") > 1e-3 * _share_of(found, "same_person")


def test_a_name_that_father_and_son_share_is_misspelled_as_often_as_ones_own() -> None:
    draw = random.Random(5)
    rows = [_stranger(draw) | {"key": number, "system": "ehr"} for number in range(50)]
    columns = columns_of(PeopleTable.of(rows), {})
    classes = pair_classes(blocking_keys())
    model = starting_model(columns, comparators(), classes)
    near = [place for place, level in enumerate(comparators()["family_name"].levels) if level.side == "near"]
    at = {kind: model.classes.index(kind) for kind in ("same_person", "father_and_son", "unrelated")}
    shares = {kind: model.shares["family_name"][near, place] for kind, place in at.items()}
    parts = {kind: share / share.sum() for kind, share in shares.items()}
    assert np.allclose(parts["father_and_son"], parts["same_person"], rtol=0.01)
    assert not np.allclose(parts["father_and_son"], parts["unrelated"], rtol=0.01)
