"""When a small run is made, what it reads, and when everything is read instead."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from match_world import World, again, some_person

import core.match.near as near_module
import core.match.run as run_module
from core.decisions.judging import take_back
from matching.plan import Plan

SHARED = "6175559999"


def bodies(count: int, seed: int = 3) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    some = [some_person(chance) for _ in range(count * 2 // 3)]
    return some + [again(chance.choice(some), chance) for _ in range(count - len(some))]


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World.fresh(tmp_path_factory.mktemp("small") / "home", bodies(300))
    world.match()
    world.close()
    return world


@pytest.fixture
def world(matched: World, tmp_path: Path) -> Iterator[World]:
    own = matched.copy(tmp_path / "own")
    yield own
    own.close()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of runs that were made."""
    made: list[str] = []
    for name in ("match_changed", "match_whole"):
        real = getattr(run_module, name)

        def spy(*given: Any, name: str = name, real: Any = real) -> Any:
            made.append(name.removeprefix("match_"))
            return real(*given)

        monkeypatch.setattr(run_module, name, spy)
    return made


def test_a_small_run_reads_and_moves_only_those_concerned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = near_module.records

    def spy(connection: Any, only: Any = None) -> Any:
        for one in real(connection, only):
            read.append(one.id)
            yield one

    monkeypatch.setattr(near_module, "records", spy)
    before = world.persons()
    (new,) = world.add({"given_name": "Xiomara", "family_name": "Zyx", "birth_date": "2001-01-31"})
    result = world.match()
    assert (result.records, result.groups) == (301, len(set(before.values())) + 1)
    assert read == [new]
    assert world.persons() == before | {new: world.persons()[new]}
    assert world.run("SELECT * FROM match_queue") == []


def test_nothing_changed_nothing_done(world: World, runs: list[str]) -> None:
    result = world.match()
    assert (result.records, result.groups, result.compared_pairs) == (300, len(set(world.persons().values())), 0)
    assert runs == []


def test_who_is_gone_is_nobodys_record(world: World, runs: list[str]) -> None:
    (together, *_) = [members for members, _ in world.groups() if len(members) > 1]
    person = world.persons()[together[0]]
    world.take_away(together[0])
    result = world.match()
    assert runs == ["changed"]
    assert together[0] not in world.persons()
    assert {world.persons()[key] for key in together[1:]} >= {person}
    assert result.records == 299
    world.take_away(together[0], is_back=True)
    world.match()
    assert tuple(together) in [members for members, _ in world.groups()]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM match_state",
        "UPDATE match_state SET shape = 'of another program'",
        "UPDATE match_state SET model_id = 77",
        "UPDATE match_state SET changed = 5000",
        "UPDATE match_state SET chunk_bits = 0",
    ],
)
def test_without_an_index_that_fits_everything_is_read_and_indexed(
    world: World, runs: list[str], statement: str
) -> None:
    world.run(statement)
    world.change(5, phone=SHARED)
    world.match()
    world.change(5, phone=None)
    world.match()
    assert runs == ["whole", "changed"]


def test_many_changes_are_a_whole_run_which_empties_the_list_of_changes(world: World, runs: list[str]) -> None:
    world.change(7, phone=SHARED)
    world.match()
    assert world.run("SELECT count(*) FROM match_index_changes")[0][0] > 0
    models = world.run("SELECT count(*) FROM match_models")
    world.queue(*range(1, 56))
    world.match()
    assert world.run("SELECT count(*) FROM match_models") == models
    assert world.run("SELECT count(*) FROM match_index_changes") == [(0,)]
    world.queue(*range(1, 100))
    world.match()
    assert world.run("SELECT count(*) FROM match_models")[0][0] == models[0][0] + 1  # it learned again
    assert runs == ["changed", "whole", "whole"]


def test_a_bucket_that_becomes_too_large_is_split_and_loses_nobody(tmp_path: Path, runs: list[str]) -> None:
    plan = Plan(largest_bucket=5)
    start = World.fresh(tmp_path / "start", bodies(260), plan)
    start.match()
    start.close()
    near, whole = start.copy(tmp_path / "near"), start.copy(tmp_path / "whole")
    chance = random.Random(8)
    household = [
        some_person(chance) | {"phone": SHARED, "birth_date": f"19{60 + n % 3}-05-1{n % 4}"} for n in range(14)
    ]
    for body in [*household, *household[:6]]:
        near.add(body)
        whole.add(body)
        near.match()
        whole.match_whole()
        assert near.pairs() == whole.pairs()
        assert near.groups() == whole.groups()
    assert set(runs[1:]) == {"changed"}
    splits = int(near.run("SELECT count(*) FROM match_index_splits")[0][0])
    assert splits > int(start.run("SELECT count(*) FROM match_index_splits")[0][0])
    for world in (start, near, whole):
        world.close()


def test_a_decision_that_is_taken_back_is_heard(world: World) -> None:
    (a, b, *_) = next(members for members, _ in world.groups() if len(members) > 1)
    world.judge(a, b, False)
    world.match()
    assert world.persons()[a] != world.persons()[b]
    world.run("UPDATE judgements SET decision_id = 'd-1'")
    with world.desk.store.write("ana") as unit:
        take_back(unit, {"id": "d-1", "replaced": None})
    assert world.run("SELECT patient_id FROM match_queue ORDER BY 1") == [(a,), (b,)]
    world.match()
    assert world.persons()[a] == world.persons()[b]


def test_a_model_of_another_program_is_learned_anew_once(world: World, runs: list[str]) -> None:
    world.run("UPDATE match_models SET parameters = json_set(parameters, '$.classes[0]', 'no_longer_there')")
    for _ in range(2):
        world.change(1, phone="6175550009")
        world.match()
    assert runs == ["whole", "changed"]
