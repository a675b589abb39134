"""Labelled people read for tests, and scores over pairs."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path

from matching.link_people import Group, Pairs

HERE = Path(__file__).resolve().parents[2] / "data" / "people"
NICKNAMES = json.loads((Path(__file__).resolve().parents[3] / "resources/matching/nicknames.json").read_text())


def population() -> tuple[list[dict[str, object]], list[str]]:
    rows, truth = [], []
    with (HERE / "population_800.csv").open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            truth.append(row["truth_id"])
            rows.append(
                {
                    "key": number,
                    "system": row["source"],
                    "given_name": row["first_name"],
                    "middle_name": row["middle_name"],
                    "family_name": row["last_name"],
                    "suffix": row["suffix"],
                    "birth_date": row["dob"],
                    "sex": row["sex"],
                    "ssn": row["ssn"] or row["ssn4"],
                    "phone": row["phone"],
                    "email": row["email"],
                    "street": row["address"],
                    "city": row["city"],
                    "state": row["state"],
                    "zip": row["zip"],
                }
            )
    return rows, truth


def febrl() -> tuple[list[dict[str, object]], list[str]]:
    rows, truth = [], []
    with (HERE / "febrl_400.csv").open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            truth.append(row["truth_id"])
            rows.append(
                {
                    "key": number,
                    "system": "survey",
                    "given_name": row["given_name"],
                    "family_name": row["surname"],
                    "birth_date": row["date_of_birth"],
                    "ssn": row["soc_sec_id"],
                    "street": f"{row['street_number']} {row['address_1']}".strip(),
                    "city": row["suburb"],
                    "state": row["state"],
                    "zip": row["postcode"],
                }
            )
    return rows, truth


def true_pairs(truth: list[str]) -> set[tuple[int, int]]:
    members: dict[str, list[int]] = {}
    for key, person in enumerate(truth):
        members.setdefault(person, []).append(key)
    return {pair for keys in members.values() for pair in combinations(keys, 2)}


def pairs_from(pairs: Pairs, least: float) -> set[tuple[int, int]]:
    listed = zip(pairs.a.tolist(), pairs.b.tolist(), pairs.probability.tolist(), strict=True)
    return {(a, b) for a, b, probability in listed if probability >= least}


def grouped_pairs(groups: tuple[Group, ...]) -> set[tuple[int, int]]:
    return {pair for group in groups for pair in combinations(sorted(group.members), 2)}


def precision_recall(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> tuple[float, float]:
    hits = len(found & true)
    return hits / max(1, len(found)), hits / max(1, len(true))
