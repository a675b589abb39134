"""Why two records were called one person: the waterfall's rows and the sentence, made from the same levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import columns_of
from matching.findings import Weight
from matching.model import Model
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN, Plan
from matching.registries import comparators
from matching.score import log2_sum, probability_of
from matching.stops import NAME_UNKNOWN, conflicts
from matching.verdicts import most_of
from matching.wording import wording

# Above this many known fields the contributions come from two orders of the fields instead of all subsets.
_MOST_FIELDS = 14
_MOST_CLAUSES = 2


@dataclass(frozen=True, slots=True)
class Explanation:
    """Rows in the order of the fields, unknown fields left out. `start` plus the weights is exactly `total` (log2).

    `probability` is what the total says, but no more than may be said of two records whose names are not known.
    `looks_like` names the most likely kind of pair, `kind` is its id; `check` is "" when nothing speaks against.
    """

    rows: tuple[Weight, ...]
    start: float
    total: float
    probability: float
    tier: str
    looks_like: str
    kind: str
    reason: str
    check: str


def explain(
    table: PeopleTable,
    key_a: int,
    key_b: int,
    model: Model,
    plan: Plan = DEFAULT_PLAN,
    *,
    nicknames: Mapping[str, Sequence[str]] | None = None,
    translation: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain one pair. The table needs only these two records; nicknames should be those of the linkage.

    Raises KeyError when a record is not in the table.
    """
    rows = np.array(sorted((table.row_of(key_a), table.row_of(key_b)), key=lambda row: int(table.keys[row])))
    columns = columns_of(table.take(rows), nicknames or {}, model.frequencies)
    one, other = np.array([0]), np.array([1])
    levels = {name: int(comparator.compare(columns, one, other)[0]) for name, comparator in comparators().items()}
    known = [name for name, level in levels.items() if level and name in model.shares]
    start, parts, joint = _contributions(model, {name: levels[name] for name in known})
    words = wording(translation)
    found = tuple(_row(name, levels[name], weight, words) for name, weight in zip(known, parts, strict=True))
    total = start
    for row in found:
        total += row.weight
    signs = conflicts({name: np.array([level], dtype=np.int8) for name, level in levels.items()})
    probability = min(float(probability_of(np.array(total))), float(most_of(signs, plan)[0]))
    kind = model.classes[int(np.argmax(joint))]
    dated = "birth_date" in known or not plan.birth_date_needed
    return Explanation(
        rows=found,
        start=start,
        total=total,
        probability=probability,
        tier=plan.tier(probability) if dated or not plan.tier(probability) else "unsure",
        looks_like=words["looks_like"].format(kind=words[f"kind.{kind}"]),
        kind=kind,
        reason=_reason(found, words),
        check=_check(found, words, dated=dated, named=not signs[NAME_UNKNOWN][0]),
    )


def _row(name: str, level: int, weight: float, words: Mapping[str, str]) -> Weight:
    level_id = comparators()[name].levels[level - 1].id
    return Weight(name, level_id, words[f"{name}.{level_id}"], weight)


def _contributions(model: Model, levels: Mapping[str, int]) -> tuple[float, list[float], NDArray[np.float64]]:
    """The start, each field's fair share of the rest, and the joint log likelihood by class.

    With several kinds of pairs the evidence of two fields does not simply add up (same street and same phone are one
    household). A field's share is its mean contribution over all orders in which the fields could be looked at.
    """
    is_match = np.array(model.is_match)
    prior = np.log2(model.prior)
    tables = np.array([np.log2(model.shares[name][level - 1]) for name, level in levels.items()]).reshape(
        len(levels), len(prior)
    )
    joint = prior + tables.sum(axis=0)

    def odds(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        summed = prior + chosen.astype(np.float64) @ tables
        return np.asarray(log2_sum(summed[:, is_match]) - log2_sum(summed[:, ~is_match]), dtype=np.float64)

    count = len(levels)
    start = float(odds(np.zeros((1, count), dtype=bool))[0])
    if count > _MOST_FIELDS:
        ahead = np.tril(np.ones((count + 1, count), dtype=bool), -1)
        forward, back = np.diff(odds(ahead)), np.diff(odds(ahead[:, ::-1]))[::-1]
        return start, ((forward + back) / 2).tolist(), joint
    subsets = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(bool)
    value = odds(subsets)
    sizes = subsets.sum(axis=1)
    parts = []
    for field in range(count):
        without = np.flatnonzero(~subsets[:, field])
        gain = value[without + (1 << field)] - value[without]
        parts.append(float((gain / (count * np.array([comb(count - 1, int(n)) for n in sizes[without]]))).sum()))
    return start, parts, joint


def _sides(rows: Sequence[Weight], *sides: str) -> list[Weight]:
    """Rows whose level reads so, the most telling first."""
    fields = comparators()
    chosen = [row for row in rows if next(x for x in fields[row.field].levels if x.id == row.level).side in sides]
    return sorted(chosen, key=lambda row: -abs(row.weight))


def _reason(rows: Sequence[Weight], words: Mapping[str, str]) -> str:
    same = [row for row in _sides(rows, "same") if row.weight > 0]
    labels = [words[row.field] if place == 0 else _inside(words[row.field]) for place, row in enumerate(same)]
    filled = dict(zip(("first", "second", "third"), labels, strict=False)) | {"count": str(len(same) - 3)}
    key = ("none_same", "one_same", "two_same", "three_same", "more_same")[min(len(same), 4)]
    clauses = [words[f"{row.field}.{row.level}.clause"] for row in _sides(rows, "near")][:_MOST_CLAUSES]
    template = ("reason", "reason_one", "reason_two")[len(clauses)]
    parts = dict(zip(("clause", "other"), clauses, strict=False))
    return words[template].format(same=words[key].format(**filled), **parts)


def _check(rows: Sequence[Weight], words: Mapping[str, str], *, dated: bool, named: bool) -> str:
    if not dated:
        return words["check_no_birth_date"]
    clauses = [] if named else [words["no_name"]]
    clauses = [*clauses, *(words[f"{row.field}.{row.level}.clause"] for row in _sides(rows, "differs"))][:3]
    if not clauses:
        return ""
    parts = dict(zip(("clause", "other", "third"), clauses, strict=False))
    return words[("check_one", "check_two", "check_three")[len(clauses) - 1]].format(**parts)


def _inside(label: str) -> str:
    """A label inside a sentence: abbreviations keep their capitals."""
    return label if label[:2].isupper() or not label.isascii() else label[:1].lower() + label[1:]
