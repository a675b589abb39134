"""Record linkage of what changed: the same decisions as a run over the whole table, over the few records concerned.

Two steps, since what is needed next follows from the first: `compare_changed` scores the changed records against all
who share a bucket with them; `group_again` groups whoever those scores may move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.block._pairs import Candidates, Cut
from matching.clean.columns import Columns, columns_of
from matching.compare._base import Rows
from matching.group import Group, groups_of
from matching.index import Splits, Standing, left_out, meetings, standing_of
from matching.link_people import Report, asked_pairs, raised_pairs
from matching.model import Model
from matching.pairs import Hint, Judgement, Pairs
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN, Plan
from matching.registries import blocking_keys, comparators
from matching.score import levels_of, patterns_of, score

Nicknames = Mapping[str, Sequence[str]]
_Said = TypeVar("_Said", Judgement, Hint)


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs that touch a changed record; `standing` is where the records stand now, by position in `table`."""

    table: PeopleTable
    columns: Columns
    pairs: Pairs
    standing: Standing
    report: Report


def stand(table: PeopleTable, model: Model, splits: Splits, nicknames: Nicknames) -> tuple[Columns, Standing]:
    """The buckets in which to look for who meets these records."""
    columns = columns_of(table, nicknames, model.frequencies)
    return columns, standing_of(columns, blocking_keys(), splits)


def compare_changed(
    table: PeopleTable,
    changed: set[int],
    model: Model,
    splits: Splits,
    *,
    judged: Sequence[Judgement] = (),
    hints: Sequence[Hint] = (),
    nicknames: Nicknames | None = None,
    plan: Plan = DEFAULT_PLAN,
    with_all: bool = False,
) -> Compared:
    """Score changed records. The table holds them, whoever stands in a bucket with them, and whom `judged` and `hints`
    name beside them; `splits` says which buckets are split. `with_all` compares them with every record of the table.
    """
    table = table.by_key()
    fields, keys = comparators(), blocking_keys()
    columns = columns_of(table, nicknames or {}, model.frequencies)
    touched = np.array(sorted(changed), np.int64)
    touching = np.isin(table.keys, touched)
    standing = standing_of(columns, keys, splits, plan.largest_bucket, touching)
    if with_all:
        a, b = _with_all(touching)
    else:
        a, b = meetings(standing, len(table), plan.largest_bucket, touching)
    missed = left_out(standing, keys, splits.joined(standing.fresh), touching)
    cuts = tuple(Cut(key, *figures) for key, figures in missed.items())
    asked = asked_pairs(table, Candidates(a, b, {}, cuts), _touching(judged, changed), _touching(hints, changed))
    patterns = patterns_of(levels_of(columns, fields, asked.a, asked.b), fields, asked.label)
    scored = score(patterns.levels, model)
    pairs = raised_pairs(table, columns, asked, scored=scored, patterns=patterns, model=model, plan=plan)
    return Compared(table, columns, pairs, standing, Report(len(table), len(a), len(pairs), {}, cuts))


def _with_all(touching: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    one, other = np.flatnonzero(touching), np.arange(len(touching))
    low, high = np.minimum(one[:, None], other).ravel(), np.maximum(one[:, None], other).ravel()
    codes = np.unique((low * len(touching) + high)[low != high])
    return codes // max(len(touching), 1), codes % max(len(touching), 1)


def group_again(
    table: PeopleTable,
    pairs: Pairs,
    model: Model,
    *,
    columns: Columns | None = None,
    judged: Sequence[Judgement] = (),
    nicknames: Nicknames | None = None,
) -> tuple[Group, ...]:
    """Groups of two and more. The table holds with each record all that pairs and judgements may join it to.

    `columns` are those of the table ordered by key, where they are known already.
    """
    table = table.by_key()
    columns = columns or columns_of(table, nicknames or {}, model.frequencies)
    return groups_of(table, columns, comparators=comparators(), model=model, pairs=pairs, judged=judged)


def _touching(said: Sequence[_Said], changed: set[int]) -> list[_Said]:
    return [one for one in said if one.a in changed or one.b in changed]
