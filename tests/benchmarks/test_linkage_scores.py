"""The figures that the benchmarks print, on people few enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from labelled_people import rows_of, sets_in
from linkage_scores import (
    Found,
    People,
    at_best,
    calibration,
    false_relatives,
    joined,
    largest_gap,
    of_clusters,
    of_pairs,
    three_states,
)

ONE_FILE = People(np.array([0, 0, 1, 1, 2]), np.zeros(5, np.int64))


def pairs(*listed: tuple[int, int, float]) -> Found:
    a, b, probability = (np.array(column) for column in zip(*listed, strict=True))
    return Found(a, b, probability)


def test_pairs_and_clusters_of_one_file() -> None:
    found = pairs((0, 1, 0.95), (2, 3, 0.5), (3, 4, 0.92))
    score = of_pairs(found, ONE_FILE, 0.9)
    assert (score.hits, score.found, score.true) == (1, 2, 2)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert at_best(found, ONE_FILE) == pytest.approx(0.8)
    grouped = of_clusters(np.array([1, 1, 2, 2, 2]), ONE_FILE)
    assert (grouped.hits, grouped.found, grouped.true) == (2, 4, 2)


def test_only_pairs_across_two_files_count() -> None:
    people = People(np.array([0, 0, 1, 0, 1]), np.array([0, 0, 0, 1, 1]))
    assert people.true_pairs == 3
    grouped = of_clusters(np.array([1, 1, 2, 1, 1]), people)
    assert (grouped.hits, grouped.found) == (2, 4)


def test_calibration_by_band() -> None:
    bands = calibration(pairs((0, 1, 0.99), (2, 3, 1.0), (0, 2, 0.3), (0, 3, 0.4), (2, 4, 0.05)), ONE_FILE)
    assert [(band.low, band.high, band.pairs) for band in bands] == [(0.3, 0.5, 2), (0.99, 1.0, 2)]
    assert bands[0].said == pytest.approx(0.35)
    assert bands[0].true == 0
    assert largest_gap(bands) == 0  # too few pairs to say anything
    many = Found(np.zeros(200, np.int64), np.full(200, 2), np.full(200, 0.8))
    assert largest_gap(calibration(many, ONE_FILE)) == pytest.approx(0.8)


def test_false_links_of_relatives_per_thousand_links() -> None:
    people = People(np.arange(4), np.zeros(4, np.int64), np.array(["twin", "twin", "sr", "jr"]))
    found = pairs((0, 1, 0.95), (2, 3, 0.5), (0, 2, 0.95), (1, 2, 0.95))
    assert false_relatives(found, people) == {"twins": pytest.approx(1000 / 3), "fathers and sons": 0}
    assert false_relatives(found, ONE_FILE) == {}
    unseen = joined(found, np.array([1, 1, 2, 2]), held={2})
    assert (unseen.a.tolist(), unseen.b.tolist()) == ([0], [1])


def test_three_states() -> None:
    labels = {("1", "1"): "match", ("2", "2"): "not", ("3", "3"): "possible"}
    counts = three_states(labels, {("1", "1"): 0.99, ("2", "2"): 0.2, ("1", "2"): 1.0})
    assert counts == {("match", "automatic"): 1, ("not", "review"): 1, ("possible", "none"): 1}
    assert three_states(labels, {("1", "1"): 0.99}, held={("1", "1")})["match", "review"] == 1


def test_sets_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    given, out = tmp_path / "given", tmp_path / "out"
    given.mkdir()
    out.mkdir()
    (given / "lista.csv").write_text("rec_id,surname,truth_id\n1,Lee,7\n2,Ek,8\n")
    (given / "listb.csv").write_text("rec_id,surname,truth_id\n1,Leigh,7\n")
    (given / "one.csv").write_text("id,surname,truth_id,relation\n1,Lee,7,twin\n2,Lee,7,twin\n")
    (given / "seed.csv").write_text("Match Id,ID,LAST\n5,9,Lee\n")
    (given / "cases.csv").write_text("Test Case #,Match Id,ID,LAST,Expected Result\n1.2,5,9,Ek,no_match,\n")
    (given / "pairs.jsonl").write_text(
        json.dumps({"expect": "Possible Match", "a": {"nameLast": "Lee"}, "b": {"nameFirst": "Bo"}})
    )
    (given / "labels.csv").write_text("unique_id_l,unique_id_r\n1,2\n")
    found = {one.name: one for one in sets_in([given], out)}
    assert sorted(found) == ["cases", "list", "one", "pairs"]
    linked = found["list"]
    assert linked.people is not None
    assert (linked.size, linked.people.true_pairs, linked.people.is_across) == (3, 1, True)
    assert rows_of(linked.files[0])[0] == {"rec_id": "1", "surname": "Lee"}
    assert found["cases"].labels == {("5", "1.2"): "not"}
    assert rows_of(found["cases"].files[1]) == [{"Test Case #": "1.2", "LAST": "Ek"}]
    assert found["pairs"].labels == {("0", "0"): "possible"}
    assert found["one"].people is not None
    assert found["one"].people.relation is not None
