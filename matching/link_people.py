"""Record linkage of people, whole: a table in; pairs, groups, model and report out. The entry point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.apart import two_of_one_index
from matching.block._pairs import Candidates, Cut, candidates
from matching.classes import pair_classes
from matching.clean.columns import Columns, columns_of
from matching.compare._base import Rows
from matching.em import learn
from matching.group import Group, groups_of
from matching.model import Model
from matching.pairs import Hint, Judgement, Pairs
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN, Plan
from matching.progress import Progress, silent
from matching.registries import blocking_keys, comparators
from matching.score import Patterns, Scores, levels_of, patterns_of, score, starting_model
from matching.verdicts import AskedPairs, Verdicts, raised

__all__ = ["Group", "Hint", "Judgement", "Linkage", "Model", "Pairs", "Report", "link"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. `cuts` lists the keys whose buckets were too large, with the pairs not compared."""

    records: int
    compared_pairs: int
    scored_pairs: int
    per_key: Mapping[str, int]
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Linkage:
    """The outcome. Only groups of two and more are listed; every other record stands alone.

    `columns` are the table's, in the order of its keys: what an index is made of.
    """

    pairs: Pairs
    groups: tuple[Group, ...]
    model: Model
    report: Report
    columns: Columns


def link(
    table: PeopleTable,
    *,
    plan: Plan = DEFAULT_PLAN,
    model: Model | None = None,
    changed: set[int] | None = None,
    judged: Sequence[Judgement] = (),
    hints: Sequence[Hint] = (),
    nicknames: Mapping[str, Sequence[str]] | None = None,
    known: Pairs | None = None,
    progress: Progress = silent,
) -> Linkage:
    """Find which records of a table are one person.

    `model` is where learning starts. With `changed` only pairs touching these keys are scored, with the model as it
    is; `known` are the pairs of the run before, kept where neither record changed, so that groups stay whole.
    `hints` are raised whatever we think of them, and wait for a person. `nicknames` maps a full given name to its
    short forms. `progress` is told the stages of `matching.progress`, and may stop the run by raising. The result does
    not depend on the order of the table.
    """
    table = table.by_key()
    fields, keys = comparators(), blocking_keys()
    classes = pair_classes(keys)
    usable = model if model is not None and model.fits(fields, classes) else None
    saved = usable if changed is not None else None
    progress("cleaning", 0.0)
    columns = columns_of(table, nicknames or {}, saved.frequencies if saved else None)
    spoken = None if changed is None else changed | {key for one in judged for key in (one.a, one.b)}
    touching = None if spoken is None else np.isin(table.keys, np.array(sorted(spoken), np.int64))
    progress("blocking", 0.0)
    found = candidates(columns, keys, plan.largest_bucket, touching if saved else None, progress)
    asked = asked_pairs(table, found, judged, hints)
    progress("comparing", 0.0)
    patterns = patterns_of(levels_of(columns, fields, asked.a, asked.b, progress), fields, asked.label)
    progress("learning", 0.0)
    if saved is None:
        prior = starting_model(columns, fields, classes)
        learned = learn(patterns, usable or prior, prior, fields, classes)
    else:
        learned = saved
    scored = score(patterns.levels, learned)
    pairs = raised_pairs(table, columns, asked, scored=scored, patterns=patterns, model=learned, plan=plan)
    if spoken is not None:
        pairs = _with_known(pairs, known, spoken, table)
    progress("grouping", 0.0)
    groups = groups_of(table, columns, comparators=fields, model=learned, pairs=pairs, judged=judged)
    report = Report(len(table), len(found.a), len(pairs), found.per_key, found.cuts)
    return Linkage(pairs, groups, learned, report, columns)


@dataclass(frozen=True, slots=True)
class Asked:
    """Pairs to score: low and high row; label 0 open, 1 said to be one person, 2 said to be two.

    `is_hint` marks what an index calls a candidate, `hinted` the probability it gives (nan: none).
    """

    a: Rows
    b: Rows
    label: NDArray[np.int8]
    is_hint: NDArray[np.bool_]
    hinted: NDArray[np.float64]


def asked_pairs(table: PeopleTable, found: Candidates, judged: Sequence[Judgement], hints: Sequence[Hint]) -> Asked:
    """Candidates, decided pairs and hints together. The last word on a pair counts."""
    size = max(len(table), 1)
    row = {key: place for place, key in enumerate(table.keys.tolist())} if judged or hints else {}
    decided = {_code(row, one.a, one.b): one.same for one in judged if one.a in row and one.b in row and one.a != one.b}
    open_hints = {
        code: np.nan if one.probability is None else one.probability
        for one in hints
        if one.a in row and one.b in row and one.a != one.b and (code := _code(row, one.a, one.b)) not in decided
    }
    codes, hint_codes = (np.array(sorted(known), dtype=np.int64) for known in (decided, open_hints))
    if not len(codes) and not len(hint_codes):
        unsaid = np.zeros(len(found.a), dtype=np.int8)
        return Asked(found.a, found.b, unsaid, unsaid.astype(np.bool_), np.full(len(unsaid), np.nan))
    every = found.a * size + found.b  # each once, in order
    every = np.union1d(np.union1d(every, codes), hint_codes)
    label = np.zeros(len(every), dtype=np.int8)
    label[np.searchsorted(every, codes)] = [1 if decided[code] else 2 for code in codes.tolist()]
    at = np.searchsorted(every, hint_codes)
    is_hint, hinted = np.zeros(len(every), dtype=np.bool_), np.full(len(every), np.nan)
    is_hint[at] = True
    hinted[at] = [open_hints[code] for code in hint_codes.tolist()]
    return Asked(every // size, every % size, label, is_hint, hinted)


def _code(row: Mapping[int, int], a: int, b: int) -> int:
    low, high = sorted((row[a], row[b]))
    return low * len(row) + high


def raised_pairs(
    table: PeopleTable,
    columns: Columns,
    asked: Asked,
    *,
    scored: Scores,
    patterns: Patterns,
    model: Model,
    plan: Plan,
) -> Pairs:
    """What is worth raising, by key."""
    a, b = asked.a, asked.b
    details = AskedPairs(
        pattern=patterns.of_pair,
        label=asked.label,
        is_hint=asked.is_hint,
        hinted=asked.hinted,
        dated=(columns.birth[a, 0] > 0) & (columns.birth[b, 0] > 0),
        two_of_index=two_of_one_index(table, a, b),
    )
    found = raised(details, Verdicts.of(patterns.levels, scored, plan), model.classes, plan)
    return Pairs(
        a=table.keys[a[found.places]],
        b=table.keys[b[found.places]],
        probability=found.probability,
        weight=found.weight,
        tier=found.tier,
        looks_like=found.looks_like,
        may_link=found.may_link,
    )


def _with_known(pairs: Pairs, known: Pairs | None, spoken: set[int], table: PeopleTable) -> Pairs:
    """Fresh pairs that touch a changed key, and those of the run before that touch none."""
    keys = np.array(sorted(spoken), np.int64)
    fresh = pairs.at(np.flatnonzero(np.isin(pairs.a, keys) | np.isin(pairs.b, keys)))
    if known is None:
        return fresh
    still = np.isin(known.a, table.keys) & np.isin(known.b, table.keys)
    return fresh.joined(known.at(np.flatnonzero(still & ~np.isin(known.a, keys) & ~np.isin(known.b, keys))))
