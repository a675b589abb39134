"""Over the index the same pairs and persons come out as over all records, whatever happens in between."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from match_world import World, again, some_person

from matching.plan import DEFAULT_PLAN, Plan

PEOPLE = 160
_KINDS = (
    "add", "add a like", "change", "change", "take away", "bring back", "say same", "say different", "take back",
    "hint", "golden", "no golden", "merge", "match", "match",
)  # fmt: skip


def base(home: Path, plan: Plan = DEFAULT_PLAN) -> World:
    chance = random.Random(5)
    some = [some_person(chance) for _ in range(PEOPLE // 3)]
    bodies = some + [again(chance.choice(some), chance) for _ in range(PEOPLE - len(some))]
    for body in bodies[:20]:
        body["golden_id"] = f"g{chance.randrange(8)}"
    world = World.fresh(home, bodies, plan)
    world.match()
    world.cases()
    world.close()
    return world


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> World:
    return base(tmp_path_factory.mktemp("matched") / "home")


@pytest.fixture(scope="module")
def matched_in_small_buckets(tmp_path_factory: pytest.TempPathFactory) -> World:
    return base(tmp_path_factory.mktemp("buckets") / "home", Plan(largest_bucket=6))


def act(world: World, kind: str, chance: random.Random) -> None:
    """One thing that happens to a practice's records, the same in each world for the same chance."""
    count = int(world.run("SELECT max(id) FROM patients")[0][0])
    a, b = chance.randrange(1, count + 1), chance.randrange(1, count + 1)
    near = _alike(world, a, chance)
    if kind == "add":
        world.add(some_person(chance))
    elif kind == "add a like":
        world.add(again(_body(world, a), chance) | {"golden_id": chance.choice((None, None, "g1", "g2"))})
    elif kind == "change":
        some = again(_body(world, b), chance)
        world.change(a, **{name: some.get(name) for name in chance.sample(sorted(some), chance.choice((1, 1, 2, 5)))})
    elif kind in ("take away", "bring back"):
        world.take_away(a, is_back=kind == "bring back")
    elif kind in ("say same", "say different", "take back"):
        other = chance.choice((b, near))
        if other != a:
            world.judge(a, other, {"say same": True, "say different": False}.get(kind))
    elif kind == "hint":
        other = b + (a - b) % 2
        if other not in (a, count + 1):
            world.hint(a, other, chance.choice((None, 0.7)))
    elif kind in ("golden", "no golden"):
        world.change(a, golden_id=f"g{chance.randrange(8)}" if kind == "golden" else None)
    elif kind == "merge":
        world.change(a, merged_into=chance.choice((None, f"Patient/{b}", f"Patient/{near}")))


def _body(world: World, key: int) -> dict[str, Any]:
    import orjson

    found: dict[str, Any] = orjson.loads(world.run("SELECT body FROM patients WHERE id = ?", key)[0][0])
    return found


def _alike(world: World, key: int, chance: random.Random) -> int:
    """Somebody who may be joined to this record."""
    rows = world.run("SELECT a_id, b_id FROM pairs WHERE a_id = ? OR b_id = ? ORDER BY a_id, b_id", key, key)
    ends = [end for row in rows for end in row if end != key]
    return chance.choice(ends) if ends else key


def assert_same(one: World, other: World, before: tuple[dict[int, str], dict[int, str]]) -> None:
    assert one.pairs() == other.pairs()
    assert one.groups() == other.groups()
    assert one.cases() == other.cases()
    mine, theirs = one.persons(), other.persons()
    kept = [
        {key: person == was.get(key) for key, person in now.items()}
        for now, was in zip((mine, theirs), before, strict=True)
    ]
    assert kept[0] == kept[1]


def play(start: World, folder: Path, kinds: list[str], seed: int) -> None:
    near, whole = start.copy(folder / "near"), start.copy(folder / "whole")
    try:
        before = near.persons(), whole.persons()
        for place, kind in enumerate([*kinds, "match"]):
            for world in (near, whole):
                act(world, kind, random.Random(seed * 1000 + place))
            if kind == "match":
                result = near.match()
                whole.match_whole()
                assert_same(near, whole, before)
                assert (result.records, result.groups) == (len(near.persons()), len(near.groups()))
                before = near.persons(), whole.persons()
    finally:
        near.close()
        whole.close()


@pytest.mark.timeout(600)
@settings(max_examples=40)
@given(kinds=st.lists(st.sampled_from(_KINDS), max_size=14), seed=st.integers(0, 10_000))
def test_whatever_happens(
    matched: World, tmp_path_factory: pytest.TempPathFactory, kinds: list[str], seed: int
) -> None:
    play(matched, tmp_path_factory.mktemp("play"), kinds, seed)


@pytest.mark.timeout(600)
@settings(max_examples=15)
@given(kinds=st.lists(st.sampled_from(("add", "add a like", "match")), max_size=14), seed=st.integers(0, 10_000))
def test_buckets_that_become_too_large(
    matched_in_small_buckets: World, tmp_path_factory: pytest.TempPathFactory, kinds: list[str], seed: int
) -> None:
    play(matched_in_small_buckets, tmp_path_factory.mktemp("play"), kinds, seed)
