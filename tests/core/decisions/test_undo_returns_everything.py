"""Any sequence of decisions, taken back, leaves the store as it was."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standing import content_hash

from core.boot import open_demo
from core.decisions.decide import Answer
from core.desk import Desk
from core.errors import Refused
from core.jobs import Job
from core.queries.pair import pair
from core.queries.patients import queue
from core.queries.people import list_people
from core.usecases.asking import ask, withdraw
from core.usecases.deciding import decide, undo
from core.usecases.finding_out import match_now, reconcile_now
from core.usecases.intake import pull_now
from core.usecases.raising import raise_pair
from matching.records import Ref

PEOPLE = ("Ana", "Bo", "Cy", "Di")
DEEDS = st.tuples(
    st.sampled_from(("same-person", "different-people", "not-sure", "ask")),
    st.integers(0, 30),  # which of the open pairs
    st.integers(0, 5),  # which record is kept, and which is left out of a group
    st.sampled_from(PEOPLE),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_demo(tmp_path_factory.mktemp("demo"), "R. Diaz", seed=7, patients=60)
    look_at = Job()
    pull_now(desk, (), job=look_at)
    match_now(desk, look_at)
    # Pairs inside what becomes a group: what one finding says of two records, the other replaces.
    group = next(row["records"] for row in list_people(desk) if _in_one_system(row["records"]) > 2)
    inside = [Ref(**record) for record in group if record["system"] == "EHR"]
    for one, other in itertools.combinations(inside, 2):
        raise_pair(desk, one, other)
    reconcile_now(desk, look_at)
    yield desk
    desk.close()


def _in_one_system(records: list[dict[str, str]]) -> int:
    return sum(record["system"] == "EHR" for record in records)


def _do(desk: Desk, deed: tuple[str, int, int, str]) -> tuple[str, str] | None:
    """One deed on an open pair: (kind, id), None when it was refused."""
    what, place, choice, person = deed
    rows = queue(desk)
    if not rows:
        return None
    key, somebody = rows[place % len(rows)].key, replace(desk, actor=person)
    try:
        if what == "ask":
            return "ask", ask(somebody, key, "reviewer", "Who is this?").value
        return "decide", decide(somebody, _answer(desk, what, key, choice)).value.decision
    except Refused:
        return None


def _answer(desk: Desk, what: str, key: str, choice: int) -> Answer:
    if what != "same-person":
        return Answer(key, what, reason="said so")
    view: Any = pair(desk, key, is_viewed=False)
    refs = [side.ref for side in view.records]
    keep = refs[choice % len(refs)]
    others = [ref for ref in refs if ref != keep]
    left_out = (others[0],) if len(refs) > 2 and choice % 2 else ()
    field = next((row.field for row in view.rows if row.can_choose and row.values[refs.index(keep)]), None)
    takes = {field: str(keep)} if field else {}
    return Answer(key, what, keep, takes, left_out, "seen both cards")


def _take_back(desk: Desk, deed: tuple[str, str]) -> None:
    kind, an_id = deed
    if kind == "ask":
        withdraw(desk, an_id)
    else:
        undo(desk, an_id)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=1, max_size=7))
def test_what_was_done_and_undone_in_any_number_leaves_the_same_content(
    desk: Desk, deeds: list[tuple[str, int, int, str]]
) -> None:
    hashes, done = [content_hash(desk)], []
    for deed in deeds:
        made = _do(desk, deed)
        if made is not None:
            done.append(made)
            hashes.append(content_hash(desk))
    while done:
        assert content_hash(desk) == hashes.pop()
        _take_back(desk, done.pop())
    assert [content_hash(desk)] == hashes


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=2, max_size=6), chance=st.randoms(use_true_random=False))
def test_taken_back_in_any_order_nothing_of_it_stays(
    desk: Desk, deeds: list[tuple[str, int, int, str]], chance: Any
) -> None:
    before = content_hash(desk)
    done = [made for made in (_do(desk, deed) for deed in deeds) if made is not None]
    chance.shuffle(done)
    for deed in done:
        _take_back(desk, deed)
    assert content_hash(desk) == before


def test_a_judgement_that_was_replaced_stands_again(desk: Desk) -> None:
    keys = {
        row.key: frozenset(side.ref for side in pair(desk, row.key, is_viewed=False).records) for row in queue(desk)
    }
    group = next(key for key, refs in keys.items() if len(refs) > 2)
    inside = next(key for key, refs in keys.items() if refs < keys[group])
    decide(desk, Answer(inside, "different-people", reason="two people"))
    said = content_hash(desk)
    made = decide(desk, _answer(desk, "same-person", group, 0)).value.decision
    assert content_hash(desk) != said
    undo(desk, made)
    assert content_hash(desk) == said
    undo(desk, inside)
