"""Looking somebody up over the index: the answers of a search over everybody, new records too, gone ones never."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from match_world import World, again, some_person

import core.queries.lookup as module
from core.errors import Refused
from core.queries.lookup import lookup

ROSA = {
    "given_name": "Rosalind", "family_name": "Quiroz", "birth_date": "1951-09-30", "phone": "6175550142",
    "street": "12 Beacon St", "zip": "02139", "city": "Cambridge", "sex": "f",
}  # fmt: skip
PEGGY = {"given_name": "Margaret", "family_name": "Oyelaran", "birth_date": "1940-02-29", "street": "1 Beacon St"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    chance = random.Random(9)
    some = [some_person(chance) for _ in range(150)]
    bodies = [*some, *(again(chance.choice(some), chance) for _ in range(60)), ROSA, PEGGY]
    world = World.fresh(tmp_path_factory.mktemp("lookup") / "home", bodies)
    world.match()
    yield world
    world.close()


@pytest.fixture
def own(world: World, tmp_path: Path) -> Iterator[World]:
    world.close()
    own = world.copy(tmp_path / "own")
    yield own
    own.close()


def ids(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["record"]["id"] for answer in answers]


def test_the_answers_are_those_of_a_search_over_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    asked = []
    for _ in range(40):
        (body,) = world.run("SELECT body FROM patients WHERE id = ?", chance.randrange(1, 200))[0]
        known = again(orjson.loads(body), chance)
        asked.append({name: known[name] for name in chance.sample(sorted(known), chance.randrange(2, len(known)))})
    over_index = [lookup(world.desk, one, 1_000) for one in asked]
    assert any(len(answers) > 1 for answers in over_index)
    monkeypatch.setattr(module, "is_usable", lambda *_: False)
    over_everybody = [lookup(world.desk, one, 1_000) for one in asked]
    # The index finds those whose name only sounds alike too.
    assert [
        [answer for answer in found if answer in expected]
        for found, expected in zip(over_index, over_everybody, strict=True)
    ] == over_everybody


@pytest.mark.parametrize(
    "said",
    [
        {"given_name": "Rosalind", "family_name": "Quiros", "birth_date": "1951-09-30"},
        {"given_name": "Roz", "family_name": "Quiroz", "birth_date": "1951-09-30"},
        {"given_name": "Quiroz", "family_name": "Rosalind", "birth_date": "1951-09-30"},
        {"given_name": "Rosalynd", "family_name": "Quiroz", "phone": "(617) 555-0142"},
        {"given_name": "Rosalind", "family_name": "Quiroz", "birth_date": "1951-09-03", "zip": "02139"},
        {"given_name": "Rosalynd", "family_name": "Quirroz"},
    ],
)
def test_misspelled_swapped_and_short_names_are_found(world: World, said: dict[str, str]) -> None:
    assert ids(lookup(world.desk, said))[:1] == ["211"]


def test_a_nickname_alone_is_found(world: World) -> None:
    assert ids(lookup(world.desk, {"given_name": "Peggy", "family_name": "Oyelaran"})) == ["212"]


def test_an_answer_says_who_and_why(world: World) -> None:
    (answer,) = lookup(world.desk, {"given_name": "Rosalind", "family_name": "Quiroz", "birth_date": "1951-09-30"})
    assert answer["record"] == {"system": "PM", "kind": "Patient", "id": "211"}
    assert answer["person"] == world.persons()[211]
    assert answer["fields"]["street"] == "12 Beacon St"
    assert answer["reason"]
    assert answer["probability"] > 0.5
    (action, detail) = world.run("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert (action, orjson.loads(detail)) == ("lookup", {"found": 1})


def test_a_name_that_changed_is_found_by_its_new_sound(own: World) -> None:
    own.change(211, given_name="Philippa", family_name="Stravinskaya")
    own.match()
    assert ids(lookup(own.desk, {"given_name": "Filipa", "family_name": "Stravinskaja"})) == ["211"]


def test_who_came_in_since_the_last_run_is_found_and_who_is_gone_is_not(own: World) -> None:
    asked = {"given_name": "Rosalind", "family_name": "Quiroz", "birth_date": "1951-09-30"}
    (new,) = own.add({**ROSA, "phone": None})
    found = lookup(own.desk, asked)
    assert sorted(ids(found)) == sorted(["211", str(new)])
    assert {answer["record"]["id"]: answer["person"] for answer in found}[str(new)] is None
    own.take_away(211)
    assert ids(lookup(own.desk, asked)) == [str(new)]
    own.match()
    (answer,) = lookup(own.desk, asked)
    assert answer["person"] == own.persons()[new]


def test_before_the_first_run_everybody_is_read(tmp_path: Path) -> None:
    chance = random.Random(2)
    world = World.fresh(tmp_path / "home", [ROSA, *(some_person(chance) for _ in range(30))])
    asked = {"given_name": "Rosalind", "family_name": "Quiroz", "birth_date": "1951-09-30"}
    assert ids(lookup(world.desk, asked)) == ["1"]
    world.close()


def test_it_asks_for_permission(world: World) -> None:
    from dataclasses import replace

    with pytest.raises(Refused):
        lookup(replace(world.desk, role="nobody"), {"family_name": "Quiroz"})
