"""What other thresholds would do to the pairs of the store, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.desk import Desk
from core.match.again import Ids, score_again
from core.match.people import json_ids
from core.match.plan import plan_in_force, thresholds, with_thresholds
from core.match.saved import read_model, saved_pairs
from core.resources import read_json
from matching.model import Model
from matching.moves import moves
from matching.pairs import DECIDED, HINTED, Pairs
from matching.plan import Plan

_EXAMPLES = 20


def what_if(
    desk: Desk,
    *,
    strong: float | None = None,
    likely: float | None = None,
    unsure: float | None = None,
    link: float | None = None,
) -> dict[str, Any]:
    """How many pairs and persons would move with these thresholds (probabilities; None: as it is).

    See `effects` for the keys. Raises BadInput where the thresholds are in no order.
    """
    asked = {"strong": strong, "likely": likely, "unsure": unsure, "link": link}
    with desk.store.read() as connection:
        before = plan_in_force(connection)
        after = with_thresholds(before, asked)
        found = read_model(desk.store, connection)
        return effects(connection, found[1] if found else None, before, after)


def effects(connection: Connection, model: Model | None, before: Plan, after: Plan) -> dict[str, Any]:
    """`before` and `after`: the thresholds. `moves`: pairs that would go from one tier (`before`) into another.
    `joined` and `parted`: pairs that would join their records without asking, or no longer.

    Each has `pairs`, `persons` (as grouped now, with a record in one of the pairs) and `examples`: patient ids of up to
    20 pairs, those nearest to the new boundaries first. Parted pairs may still be one person by other pairs. `note` is
    "", or says what cannot be known: pairs below the present `unsure` are not kept.
    """
    words = read_json("words/match_rules.en.json")
    view = _View(connection, saved_pairs(connection), after)
    found = moves(view.pairs.probability, view.pairs.tier, view.pairs.looks_like, before, after)
    joined, parted = _links(view, model, before, after)
    return {
        "before": thresholds(before),
        "after": thresholds(after),
        "moves": [
            {"before": one.before, "before_words": _tier_words(words, one.before), "after": one.after,
             "after_words": _tier_words(words, one.after), **view.counted(one.places)}
            for one in found
        ],
        "joined": view.counted(joined),
        "parted": view.counted(parted),
        "note": words["calibration.below"] if after.unsure < before.unsure else "",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """The saved pairs and who they concern."""

    connection: Connection
    pairs: Pairs
    after: Plan

    def counted(self, places: Ids) -> dict[str, Any]:
        edges = np.array([self.after.strong, self.after.likely, self.after.unsure, self.after.link])
        near = np.abs(self.pairs.probability[places, None] - edges).min(axis=1)
        shown = places[np.argsort(near, kind="stable")[:_EXAMPLES]]
        return {
            "pairs": len(places),
            "persons": self._persons(np.unique(np.r_[self.pairs.a[places], self.pairs.b[places]])),
            "examples": np.stack([self.pairs.a[shown], self.pairs.b[shown]], axis=1).tolist(),
        }

    def _persons(self, ids: Ids) -> int:
        query = (
            "SELECT count(DISTINCT person_id) FROM person_records WHERE patient_id IN (SELECT value FROM json_each(?))"
        )
        return int(self.connection.exec_driver_sql(query, (json_ids(ids),)).scalar() or 0)


def _links(view: _View, model: Model | None, before: Plan, after: Plan) -> tuple[Ids, Ids]:
    """Places of pairs that would join by themselves, and of those that would no longer.

    Only pairs between the old and the new boundaries can change, and what else keeps a pair from joining (a stop sign,
    a patient index) is not saved with it: those are scored again.
    """
    nobody = np.zeros(0, np.int64)
    bounds = (before.link, after.link), (max(before.strong, before.link), max(after.strong, after.link))
    between = np.zeros(len(view.pairs), dtype=bool)
    for one, other in bounds:
        between |= (view.pairs.probability >= min(one, other)) & (view.pairs.probability < max(one, other))
    between &= ~np.array([kind in (DECIDED, HINTED) for kind in view.pairs.looks_like], dtype=bool)
    asked = np.flatnonzero(between)
    if model is None or not len(asked):
        return nobody, nobody
    again = score_again(view.connection, model, after, view.pairs.a[asked], view.pairs.b[asked])
    places, was = asked[again.places], view.pairs.may_link[asked[again.places]]
    return places[again.may_link & ~was], places[~again.may_link & was]


def _tier_words(words: dict[str, str], tier: str) -> str:
    return words[f"tier.{tier}" if tier else "tier"]
