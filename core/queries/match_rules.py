"""How people are matched, as the Match rules page shows it: what the model learned, the thresholds, what was left out.

The questions beside it live next door and are offered here too: `what_if`, `calibration`, `unlinkable`. All give plain
values, ready for JSON; none writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from core.desk import Desk
from core.match.plan import THRESHOLDS, plan_in_force, promised_plan
from core.match.saved import read_model
from core.queries.match_calibration import calibration
from core.queries.match_unlinkable import unlinkable, unlinkable_counts
from core.queries.match_what_if import what_if
from core.resources import read_json
from core.store.tables.people import match_models
from matching.model import Model
from matching.pairs import DECIDED, HINTED
from matching.registries import blocking_keys, comparators
from matching.score import FLOOR, Floats
from matching.wording import wording

__all__ = ["calibration", "match_rules", "not_compared", "unlinkable", "unlinkable_counts", "what_if"]

_TIERS = ("strong", "likely", "unsure")
_UNRELATED = "unrelated"


def match_rules(desk: Desk) -> dict[str, Any]:
    """The rules in force.

    - `model`: None before the first run, else `version`, `made_at` (ISO), `records`, `pairs` (compared), `rounds`.
    - `fields`: per field `id`, `label`, `is_learned`, and `levels` from the best down, each with `m` and `u` (shares
      among pairs of one person and of two people, where both values are known; over the kinds of pairs by their size)
      and `weight` (log2 of m / u: bits for one person, negative against). Compared pairs of two people share something
      to begin with (a home, a name); `u_unrelated` and `weight_unrelated` hold against people who have nothing to do
      with each other.
    - `classes`: kinds of pairs with `pairs`, the estimated number among those compared.
    - `thresholds`: `at`, and what it `promises` (see core.match.plan).
    - `tiers`: scored pairs now, by tier; `decided` and `hinted` are those of them that a person or an index named;
      `linked` join by themselves or by a decision.
    - `keys`: what brings two records together (`shares`: a phone number; `words`: the same in a sentence), with the
      `pairs` that each did in the last run over everything (None: not known). `set_aside`: per field how many values so
      many records share that they say nothing.
    """
    with desk.store.read() as connection:
        found = read_model(desk.store, connection)
        promised, plan = promised_plan(connection), plan_in_force(connection)
        made = _last_run(connection)
        counts = _pair_counts(connection)
    words = read_json("words/match_rules.en.json")
    model = found[1] if found else None
    per_key: Mapping[str, int] = ((made["report"] if made else None) or {}).get("per_key", {})
    return {
        "model": model and made and _about(model, made),
        "fields": _fields(model) if model else [],
        "classes": _classes(model, words) if model else [],
        "thresholds": [
            {"id": name, "at": getattr(plan, name), "promises": getattr(promised, name),
             "words": words[f"threshold.{name}"]}
            for name in THRESHOLDS
        ],
        "tiers": counts,
        "keys": [
            {"id": key.id, "shares": key.words, "words": words["key"].format(key=key.words),
             "pairs": per_key.get(key.id)}
            for key in blocking_keys().values()
        ],
        "set_aside": {name: len(values) for name, values in model.frequencies.shared.items()} if model else {},
    }  # fmt: skip


def not_compared(desk: Desk) -> dict[str, Any]:
    """Pairs that the last run over everything left out because too many records share one value.

    `is_known` is false before such a run. Each of `keys` has `id`, `words`, `buckets`, `largest` (records in the
    largest bucket) and `pairs_left_out`; a pair left out by one key may have been compared by another.
    """
    words, keys = read_json("words/match_rules.en.json"), blocking_keys()
    with desk.store.read() as connection:
        made = _last_run(connection)
    report = made["report"] if made else None
    if made is None or report is None:
        return {"is_known": False, "made_at": None, "words": words["not_compared.unknown"], "keys": []}
    cuts = [cut for cut in report["cuts"] if cut["key"] in keys]
    return {
        "is_known": True,
        "made_at": made["made_at"],
        "words": "" if cuts else words["not_compared.none"],
        "keys": [
            {
                "id": cut["key"],
                "words": words["not_compared.one" if cut["buckets"] == 1 else "not_compared"].format(
                    key=keys[cut["key"]].words,
                    buckets=f"{cut['buckets']:,}",
                    largest=f"{cut['largest']:,}",
                    pairs=f"{cut['pairs_left_out']:,}",
                ),
                "buckets": cut["buckets"],
                "largest": cut["largest"],
                "pairs_left_out": cut["pairs_left_out"],
            }
            for cut in sorted(cuts, key=lambda cut: -cut["pairs_left_out"])
        ],
    }


def _last_run(connection: Connection) -> dict[str, Any] | None:
    query = select(match_models.c.made_at, match_models.c.report).order_by(match_models.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _about(model: Model, made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": model.version,
        "made_at": made["made_at"],
        "records": model.records,
        "pairs": model.pairs,
        "rounds": model.rounds,
    }


def _pair_counts(connection: Connection) -> dict[str, int]:
    counts = dict.fromkeys((*_TIERS, "decided", "hinted", "linked"), 0)
    query = "SELECT tier, looks_like, may_link, count(*) FROM pairs GROUP BY tier, looks_like, may_link"
    for tier, looks_like, may_link, count in connection.exec_driver_sql(query):
        counts[tier] += count
        counts["linked"] += count * bool(may_link)
        counts["decided"] += count * (looks_like == DECIDED)
        counts["hinted"] += count * (looks_like == HINTED)
    return counts


def _fields(model: Model) -> list[dict[str, Any]]:
    is_match, is_unrelated = np.array(model.is_match), np.array([one == _UNRELATED for one in model.classes])
    if not is_unrelated.any():
        is_unrelated = ~is_match
    words = wording()
    found = []
    for name, comparator in comparators().items():
        if name not in model.shares or model.levels[name] != tuple(level.id for level in comparator.levels):
            continue  # learned by another version: the next run learns anew
        sides = is_match, ~is_match, is_unrelated
        m, u, random = (_mixed(model.shares[name], model.prior, side) for side in sides)
        levels = [
            {"id": level.id, "side": level.side, "words": words[f"{name}.{level.id}"], "m": float(m[place]),
             "u": float(u[place]), "weight": float(np.log2(m[place] / u[place])),
             "u_unrelated": float(random[place]), "weight_unrelated": float(np.log2(m[place] / random[place]))}
            for place, level in enumerate(comparator.levels)
        ]  # fmt: skip
        found.append({"id": name, "label": words[name], "is_learned": not comparator.fixed, "levels": levels})
    return found


def _mixed(shares: Floats, size: Floats, side: np.ndarray[Any, np.dtype[np.bool_]]) -> Floats:
    """(levels,): the shares of several classes together, each by its size."""
    mixed = shares[:, side] @ (size[side] / size[side].sum())
    return np.asarray(np.maximum(mixed, FLOOR), dtype=np.float64)


def _classes(model: Model, words: Mapping[str, str]) -> list[dict[str, Any]]:
    kinds = wording()
    return [
        {
            "id": name,
            "is_match": is_match,
            "words": words["class"].format(kind=kinds.get(f"kind.{name}", name)),
            "pairs": round(size * model.pairs),
        }
        for name, is_match, size in zip(model.classes, model.is_match, model.prior.tolist(), strict=True)
    ]
