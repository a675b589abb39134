"""Linkage on Spark finds what the engine of one desk finds: pairs, probabilities, groups, model and report."""

import csv
import dataclasses
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cases import FEW, FEW_COLUMNS, cases, chains
from labelled import NICKNAMES, population
from spark_runner import run_on_spark

from matching.link_people import Linkage, Model, link
from matching.people import FIELDS, PeopleTable

pytestmark = [pytest.mark.spark, pytest.mark.timeout(1800)]

NAMES = ("labelled", "survey", "crowd", "crowded")


@cache
def on_one_desk(name: str) -> Linkage:
    case = cases()[name]
    model = on_one_desk(case.after).model if case.after else None
    table = PeopleTable.of(case.rows)
    return link(table, plan=case.plan, model=model, judged=case.judged, hints=case.hints, nicknames=NICKNAMES)


def test_cases_show_what_they_are_for() -> None:
    report, crowded = on_one_desk("crowd").report, on_one_desk("crowded").report
    assert report.records == 5000
    assert len(on_one_desk("crowd").groups) > 500
    assert on_one_desk("crowd").model.frequencies.shared["phone"] == {"6175550100"}
    assert sum(cut.pairs_left_out for cut in crowded.cuts) > 1000
    assert any(group.held for group in on_one_desk("labelled").groups)
    assert {"decided", "hinted"} <= set(on_one_desk("labelled").pairs.looks_like)


@pytest.mark.parametrize("name", NAMES)
def test_pairs_are_equal(on_spark: dict[str, Any], name: str) -> None:
    desk = on_one_desk(name).pairs
    found = on_spark[name]["pairs"]
    columns = list(zip(*found, strict=True))
    assert list(zip(columns[0], columns[1], strict=True)) == list(zip(desk.a.tolist(), desk.b.tolist(), strict=True))
    assert columns[2] == pytest.approx(desk.probability.tolist(), abs=1e-9)
    assert columns[3] == pytest.approx(desk.weight.tolist(), abs=1e-9)
    assert list(columns[4]) == desk.tier
    assert list(columns[5]) == desk.looks_like
    assert list(columns[6]) == desk.may_link.tolist()


@pytest.mark.parametrize("name", NAMES)
def test_groups_are_equal(on_spark: dict[str, Any], name: str) -> None:
    desk = [[group.members[0], key, group.held] for group in on_one_desk(name).groups for key in group.members]
    assert on_spark[name]["groups"] == sorted(desk)


@pytest.mark.parametrize("name", NAMES)
def test_models_are_equal(on_spark: dict[str, Any], name: str) -> None:
    desk, found = on_one_desk(name).model, Model.from_dict(on_spark[name]["model"])
    assert found.classes == desk.classes
    assert found.prior == pytest.approx(desk.prior, abs=1e-9)
    assert found.most == pytest.approx(desk.most, rel=1e-9)
    for field, shares in desk.shares.items():
        assert found.shares[field] == pytest.approx(shares, abs=1e-9), field
    assert found.frequencies == desk.frequencies
    assert (found.records, found.pairs, found.rounds) == (desk.records, desk.pairs, desk.rounds)


@pytest.mark.parametrize("name", NAMES)
def test_reports_are_equal(on_spark: dict[str, Any], name: str) -> None:
    assert on_spark[name]["report"] == json.loads(json.dumps(dataclasses.asdict(on_one_desk(name).report)))


def test_components_of_chains_rings_and_hubs(on_spark: dict[str, Any]) -> None:
    neighbours: dict[int, set[int]] = defaultdict(set)
    for a, b in chains():
        neighbours[a].add(b)
        neighbours[b].add(a)
    expected, seen = [], set()
    for start in sorted(neighbours):
        reached, open_nodes = {start}, [start]
        while open_nodes:
            fresh = neighbours[open_nodes.pop()] - reached
            reached |= fresh
            open_nodes += fresh
        if start not in seen:
            expected += [[node, start] for node in sorted(reached - {start})]
        seen |= reached
    assert sorted(on_spark["chains"]) == sorted(expected)


@pytest.mark.parametrize("place", range(len(FEW)))
def test_few_records_with_dates_and_lists(on_spark: dict[str, Any], place: int) -> None:
    names = [column.split()[0] for column in FEW_COLUMNS.split(", ")]
    rows = [dict(zip(names, row, strict=True)) for row in FEW[place]]
    desk, found = link(PeopleTable.of(rows)), on_spark["few"][place]
    assert [row[:2] for row in found["pairs"]] == ([[5, 7]] if len(rows) == 2 else [])
    assert [row[2] for row in found["pairs"]] == pytest.approx(desk.pairs.probability.tolist(), abs=1e-9)
    assert found["model"] == desk.model.to_dict()


def test_keys_must_be_there_and_unique(on_spark: dict[str, Any]) -> None:
    assert on_spark["twice"] == "keys are not unique"
    assert on_spark["missing"] == "records without a key"


def test_command_line_writes_what_linkage_finds(tmp_path: Path) -> None:
    rows = population()[0][:200]
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["key", "system", *FIELDS])
        writer.writeheader()
        writer.writerows(rows)
    desk = link(PeopleTable.of(rows), nicknames=NICKNAMES)
    script = (
        "import sys, json, pyarrow.parquet as parquet; from core.spark import main; "
        "assert main(['people.csv', 'out', '--master', 'local[1]', '--checkpoints', 'steps']) == 0; "
        "tables = {name: parquet.read_table('out/' + name).to_pylist() for name in ('pairs', 'groups')}; "
        "json.dump(tables, open('found.json', 'w'))"
    )
    run_on_spark(["-c", script], tmp_path)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert sorted((row["a"], row["b"]) for row in found["pairs"]) == list(
        zip(desk.pairs.a.tolist(), desk.pairs.b.tolist(), strict=True)
    )
    groups = defaultdict(list)
    for row in found["groups"]:
        groups[row["person"]].append(row["key"])
    assert sorted(map(tuple, map(sorted, groups.values()))) == [group.members for group in desk.groups]
    (report,) = (tmp_path / "out" / "report").glob("part-*")
    assert json.loads(report.read_text(encoding="utf-8"))["records"] == len(rows)


def test_a_task_uses_one_core(on_spark: dict[str, Any]) -> None:
    assert on_spark["threads"] == [1] * 6
