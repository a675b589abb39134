"""What the Match rules page asks, on a real store: the model in words, what would move, what is unlinkable."""

from __future__ import annotations

import argparse

import numpy as np
import orjson
import pytest
from rules_world import BARE, NAMESAKES, bodies, make_store

from core.cli._port import DONE, Call
from core.cli.match_rules import COMMAND
from core.desk import Desk
from core.errors import BadInput
from core.match.people import people_of, records
from core.match.run import match, nicknames
from core.match.saved import read_model, saved_pairs
from core.queries.match_rules import match_rules, not_compared, unlinkable, unlinkable_counts, what_if
from matching.link_people import link
from matching.pairs import Pairs
from matching.plan import Plan


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = make_store(tmp_path_factory.mktemp("rules"))
    match(desk)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    desk = make_store(tmp_path_factory.mktemp("fresh"))
    yield desk
    desk.close()


def all_pairs(desk: Desk) -> Pairs:
    with desk.store.read() as connection:
        return saved_pairs(connection)


def test_before_the_first_run_there_are_thresholds_and_nothing_else(fresh):
    found = match_rules(fresh)
    assert (found["model"], found["fields"], found["classes"]) == (None, [], [])
    assert {one["id"]: one["at"] for one in found["thresholds"]} == {
        "strong": 0.99, "likely": 0.9, "unsure": 0.1, "link": 0.9,
    }  # fmt: skip
    assert not not_compared(fresh)["is_known"]
    assert what_if(fresh, strong=0.995)["moves"] == []
    assert unlinkable(fresh) == {"records": [], "next": None}
    assert unlinkable_counts(fresh)["records"] == 0


def test_the_model_in_words(desk):
    found = match_rules(desk)
    assert found["model"]["records"] == len(bodies())
    assert found["model"]["pairs"] > 0
    assert found["model"]["made_at"]
    fields = {field["id"]: field for field in found["fields"]}
    assert fields["given_name"]["label"] == "First name"
    for field in fields.values():
        for share in ("m", "u"):
            assert sum(level[share] for level in field["levels"]) == pytest.approx(1.0, abs=1e-6)
        for level in field["levels"]:
            assert level["words"]
            assert level["weight"] == pytest.approx(np.log2(level["m"] / level["u"]))
    streets = {level["id"]: level for level in fields["street"]["levels"]}
    assert streets["same"]["weight_unrelated"] > 3 > streets["same"]["weight"]  # relatives share it too
    born = {level["id"]: level["weight"] for level in fields["birth_date"]["levels"]}
    assert born["same"] > 3
    assert born["generation"] < 0
    assert not fields["identifiers"]["is_learned"]


def test_kinds_of_pairs_and_tiers_are_counted(desk):
    found = match_rules(desk)
    assert sum(one["pairs"] for one in found["classes"]) == pytest.approx(found["model"]["pairs"], abs=20)
    assert found["classes"][0]["words"] == "Looks like the same person."
    pairs = all_pairs(desk)
    for tier in ("strong", "likely", "unsure"):
        assert found["tiers"][tier] == pairs.tier.count(tier)
    assert found["tiers"]["linked"] == int(pairs.may_link.sum())
    assert all(key["words"] and key["pairs"] is not None for key in found["keys"])


def test_what_was_not_compared_is_named(desk):
    found = not_compared(desk)
    assert found["is_known"]
    by_key = {key["id"]: key for key in found["keys"]}
    assert by_key["name"]["largest"] >= NAMESAKES
    assert by_key["name"]["pairs_left_out"] > 0
    assert f"({by_key['name']['largest']} records)" in by_key["name"]["words"]
    assert len(found["keys"]) == len(by_key)


def judged_under(desk: Desk, plan: Plan) -> Pairs:
    """All pairs under another plan with the model as it is."""
    with desk.store.read() as connection:
        table = people_of(records(connection)).table
        model = read_model(desk.store, connection)[1]
    everybody = set(table.keys.tolist())
    return link(table, plan=plan, model=model, changed=everybody, nicknames=nicknames()).pairs


@pytest.mark.parametrize(
    "asked",
    [
        {"strong": 0.9999},
        {"likely": 0.97, "link": 0.97},
        {"link": 0.999},
        {"likely": 0.5, "link": 0.5},
        {"strong": 0.95, "likely": 0.95, "link": 0.95},
        {"unsure": 0.4},
    ],
)
def test_what_if_says_what_a_run_with_those_thresholds_would_decide(desk, asked):
    found = what_if(desk, **asked)
    plan = Plan(**asked)
    now, then = all_pairs(desk), judged_under(desk, plan)
    tiers = dict(zip(zip(then.a.tolist(), then.b.tolist(), strict=True), then.tier, strict=True))
    keys = list(zip(now.a.tolist(), now.b.tolist(), strict=True))
    moved: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for key, tier in zip(keys, now.tier, strict=True):
        if tiers.get(key, "") != tier:
            moved.setdefault((tier, tiers.get(key, "")), set()).add(key)
    assert {(one["before"], one["after"]): one["pairs"] for one in found["moves"]} == {
        way: len(pairs) for way, pairs in moved.items()
    }
    for one in found["moves"]:
        assert {tuple(pair) for pair in one["examples"]} <= moved[one["before"], one["after"]]
        assert 1 <= one["persons"] <= 2 * one["pairs"]
    linked = [
        {key for key, may in zip(zip(p.a.tolist(), p.b.tolist(), strict=True), p.may_link.tolist(), strict=True) if may}
        for p in (now, then)
    ]
    assert found["joined"]["pairs"] == len(linked[1] - linked[0])
    assert found["parted"]["pairs"] == len(linked[0] - linked[1])


def test_what_if_writes_nothing_and_refuses_thresholds_in_no_order(desk):
    before = all_pairs(desk)
    assert what_if(desk)["moves"] == []
    assert what_if(desk, unsure=0.05)["note"]
    for wrong in ({"strong": 0.5}, {"unsure": 0.95}, {"link": 0.3}, {"strong": 1.0}, {"unsure": 0.0}):
        with pytest.raises(BadInput):
            what_if(desk, **wrong)
    assert (all_pairs(desk).probability == before.probability).all()
    assert {one["id"]: one["at"] for one in match_rules(desk)["thresholds"]}["strong"] == 0.99


def test_records_that_say_too_little_are_found_with_what_they_lack(desk):
    bare = bodies().index(BARE) + 1
    counts = unlinkable_counts(desk)
    assert counts["records"] == len(bodies())
    pages, after = [], 0
    while True:
        page = unlinkable(desk, after=after, limit=7)
        pages += page["records"]
        if page["next"] is None:
            break
        assert len(page["records"]) == 7
        after = page["next"]
    ids = [one["id"] for one in pages]
    assert ids == sorted(set(ids))
    assert len(ids) == counts["count"]
    assert bare in ids
    found = next(one for one in pages if one["id"] == bare)
    assert {"birth_date", "phone", "street"} <= {one["id"] for one in found["missing"]}
    assert found["system"] in ("EHR", "PM")
    assert counts["missing"][0]["records"] <= counts["count"]
    assert str(counts["count"]) in counts["words"]


def test_whole_records_are_linkable_and_those_without_a_birth_date_are_not(desk):
    weak, after = set(), 0
    while after is not None:
        page = unlinkable(desk, after=after, limit=500)
        weak |= {one["id"] for one in page["records"]}
        after = page["next"]
    for number, body in enumerate(bodies(), 1):
        if "birth_date" not in body:
            assert number in weak
        elif {"ssn", "phone", "street", "given_name"} <= body.keys():
            assert number not in weak


@pytest.mark.parametrize("options", [[], ["--strong", "0.9999", "--unlinkable"]])
def test_the_command_gives_all_of_it(desk, capfdbinary, options):
    parser = argparse.ArgumentParser()
    COMMAND.arguments(parser)
    call = Call(parser.parse_args(options), desk.home, "ana", None, is_json=True, _desk=desk)
    assert COMMAND.run(call) == DONE
    document = orjson.loads(capfdbinary.readouterr().out)
    assert document["rules"]["model"]["records"] == len(bodies())
    assert document["not_compared"]["is_known"]
    assert document["calibration"]["is_same"]
    assert (document["what_if"] is None, document["unlinkable"] is None) == (not options, not options)
    call.is_json = False
    assert COMMAND.run(call) == DONE
    words = capfdbinary.readouterr().out.decode()
    assert "strong from 0.99" in words
    assert ("Strong -> Likely" in words) == bool(options)
