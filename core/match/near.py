"""The small run: scores what changed against whoever stands in a bucket with it, and groups whoever that may move.

It decides what a run over all records with the same model would decide. Nothing in it grows with the store but the
depth of its trees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.match.index import State, add_entries, add_splits, find, save_state
from core.match.people import People, Record, hints_of, json_ids, judged, merges, own_labels, people_of, records
from core.match.persons import regroup
from core.match.saved import linking_pairs, save_pairs
from core.store.plain import fetch
from core.store.unit import Unit
from matching.clean.columns import Columns
from matching.group import Group
from matching.index import DEPTHS, Splits, Standing, loose_hashes, tie_hashes
from matching.link_changed import Compared, Nicknames, compare_changed, group_again, stand
from matching.link_people import Report
from matching.model import Model
from matching.pairs import Judgement, Pairs
from matching.people import PeopleTable
from matching.plan import Plan

GOLDEN, MERGED = "golden", "merged"
"""Buckets of records with one golden id, and of records that were merged into one."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a small run starts from: the index, the model of the last full run, and the plan."""

    state: State
    splits: Splits
    model: Model
    nicknames: Nicknames
    plan: Plan


@dataclass(slots=True)
class _Near:
    """One small run: what it works with, and the records it has read so far."""

    connection: Connection
    basis: Basis
    rows: dict[int, Record] = field(default_factory=dict)

    def load(self, ids: Iterable[int]) -> list[Record]:
        """Records not read before; those gone at their source are left out."""
        found = list(records(self.connection, sorted(set(ids) - self.rows.keys())))
        self.rows |= {one.id: one for one in found}
        return found

    def tied(self, found: list[Record]) -> set[int]:
        """Who has the golden id of one of these, and which living records these were merged into."""
        if not (tied := _tied(found)):
            return set()
        people = people_of(tied)
        golden = np.unique(tie_hashes(people.table.golden, GOLDEN))
        golden = golden[golden > 0]
        ids = set(find(self.connection, self.basis.state, golden)[1].tolist()) if len(golden) else set()
        return ids | {target for _, target in merges(self.connection, people)}

    def said(self, ids: Iterable[int], *, only_same: bool) -> set[int]:
        """Whom people or systems spoke of together with these records."""
        asked = json_ids(ids)
        found = fetch(
            self.connection,
            "SELECT a_id, b_id, is_same FROM judgements WHERE a_id IN (SELECT value FROM json_each(?)) "
            "UNION ALL SELECT a_id, b_id, is_same FROM judgements WHERE b_id IN (SELECT value FROM json_each(?))",
            asked,
            asked,
        )
        return {key for a, b, is_same in found if is_same or not only_same for key in (a, b)}


def match_changed(unit: Unit, queued: set[int], basis: Basis) -> tuple[Report, Basis]:
    """Match these records again, and write what follows. Gives what the next run starts from, once committed."""
    near, model, nicknames = _Near(unit.connection, basis), basis.model, basis.nicknames
    changed = near.load(queued)
    hints = hints_of(unit.connection, queued)
    asked, standing, is_known = _where(near, changed)
    near.load(asked | near.said(queued, only_same=False) | {key for one in hints for key in (one.a, one.b)})
    people = people_of(near.rows[key] for key in sorted(near.rows))
    known = judged(unit.connection, people, is_all=False)
    ids = {one.id for one in changed}
    compared = compare_changed(
        people.table, ids, model, basis.splits, judged=known, hints=hints, nicknames=nicknames, plan=basis.plan
    )
    around, alive, groups = _grouped(near, people, known, compared, queued)
    save_pairs(unit, compared.pairs, queued)
    moved = regroup(unit, groups, alive, around - near.rows.keys(), is_all=False)
    _index_again(unit, basis, changed, compared, before=standing, is_known=is_known)
    fresh = compared.standing.fresh
    after = replace(
        add_splits(unit, basis.state, fresh),
        changed=basis.state.changed + len(queued),
        records=basis.state.records + moved.records,
        persons=basis.state.persons + moved.persons,
    )
    save_state(unit, after)
    return compared.report, replace(basis, state=after, splits=basis.splits.joined(fresh))


def _grouped(
    near: _Near, people: People, known: list[Judgement], compared: Compared, queued: set[int]
) -> tuple[set[int], list[int], tuple[Group, ...]]:
    """All records that the new pairs may move, those of them that are alive, and their groups."""
    ids = queued & near.rows.keys()
    fresh = compared.pairs.at(np.flatnonzero(compared.pairs.may_link))
    seeds = queued | _ends(fresh) | _ends(linking_pairs(near.connection, queued))
    seeds |= {key for one in known if one.same and (one.a in ids or one.b in ids) for key in (one.a, one.b)}
    around, kept = _closure(near, seeds, queued)
    alive = sorted(around & near.rows.keys())
    columns: Columns | None = compared.columns
    if len(near.rows) > len(people.table):  # others had to be read
        people = people_of(near.rows[key] for key in alive)
        known, columns = judged(near.connection, people, is_all=False), None
    groups = group_again(
        people.table,
        _inside(fresh.joined(kept), people.table),
        near.basis.model,
        columns=columns,
        judged=[one for one in known if one.a in around],
        nicknames=near.basis.nicknames,
    )
    return around, alive, groups


def _where(near: _Near, changed: list[Record]) -> tuple[set[int], Standing, NDArray[np.bool_]]:
    """Who may be one person with changed records, where these stand, and which of these entries the index has."""
    people = people_of(changed)
    basis = near.basis
    _, standing = stand(people.table, basis.model, basis.splits, basis.nicknames)
    own = people.table.keys[standing.rows]
    ties = np.unique(np.concatenate([tie_hashes(people.table.golden, GOLDEN), tie_hashes(own_labels(changed), MERGED)]))
    ties = ties[ties > 0]
    place, ids = find(
        near.connection,
        basis.state,
        np.concatenate([standing.hashes, ties]),
        np.concatenate([np.where(standing.depth == DEPTHS, own, -1), np.full(len(ties), -1)]),
        basis.plan.largest_bucket,
    )
    is_own = place < len(own)
    is_own[is_own] = ids[is_own] == own[place[is_own]]
    is_known = np.zeros(len(own), dtype=np.bool_)
    is_known[place[is_own]] = True
    targets = {target for _, target in merges(near.connection, people)}
    return set(np.unique(ids).tolist()) | targets, standing, is_known


def _closure(near: _Near, seeds: set[int], changed: set[int]) -> tuple[set[int], Pairs]:
    """All whom pairs, judgements or persons may join to the seeds, and the saved pairs that join them."""
    around: set[int] = set()
    kept: dict[tuple[int, int], int] = {}
    parts: list[Pairs] = []
    frontier = set(seeds)
    while frontier:
        around |= frontier
        found = linking_pairs(near.connection, frontier)
        ends = zip(found.a.tolist(), found.b.tolist(), strict=True)
        new = [
            place
            for place, pair in enumerate(ends)
            if pair not in kept and pair[0] not in changed and pair[1] not in changed
        ]
        fresh = found.at(np.array(new, np.int64))
        kept |= dict.fromkeys(zip(fresh.a.tolist(), fresh.b.tolist(), strict=True), 0)
        parts.append(fresh)
        rows = [near.rows[key] for key in frontier & near.rows.keys()] + near.load(frontier)
        reached = _ends(fresh) | near.said(frontier, only_same=True) | near.tied(sorted(rows))
        frontier = (reached | _of_same_persons(near.connection, frontier)) - around
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.joined(part)
    return around, whole


def _of_same_persons(connection: Connection, ids: Iterable[int]) -> set[int]:
    query = (
        "SELECT other.patient_id FROM person_records one JOIN person_records other ON other.person_id = one.person_id "
        "WHERE one.patient_id IN (SELECT value FROM json_each(?))"
    )
    return {row[0] for row in fetch(connection, query, json_ids(ids))}


def _ends(pairs: Pairs) -> set[int]:
    return {*pairs.a.tolist(), *pairs.b.tolist()}


def _inside(pairs: Pairs, table: PeopleTable) -> Pairs:
    return pairs.at(np.flatnonzero(np.isin(pairs.a, table.keys) & np.isin(pairs.b, table.keys)))


def _index_again(
    unit: Unit,
    basis: Basis,
    changed: list[Record],
    compared: Compared,
    *,
    before: Standing,
    is_known: NDArray[np.bool_],
) -> None:
    """Entries that the index lacks: of changed records, and of all in a bucket that has become too large."""
    keys, standing = compared.table.keys, compared.standing
    ids = np.array([one.id for one in changed], np.int64)
    shift = np.uint64(24)  # positions of a small table
    known = before.hashes[is_known] << shift | np.searchsorted(keys, ids[before.rows[is_known]]).astype(np.uint64)
    now = standing.hashes << shift | standing.rows.astype(np.uint64)
    is_missing = (np.isin(keys[standing.rows], ids) & ~np.isin(now, known)) | standing.is_fresh
    add_entries(unit, standing.hashes[is_missing], keys[standing.rows[is_missing]])
    rows = np.searchsorted(keys, ids)
    loose = np.concatenate([hashes[rows] for hashes in loose_hashes(compared.columns)])
    buckets, owners = loose[loose > 0], np.tile(ids, len(loose) // max(len(ids), 1))[loose > 0]
    place, there = find(unit.connection, basis.state, buckets, owners, 0)
    is_missing = np.ones(len(buckets), dtype=np.bool_)
    is_missing[place[there == owners[place]]] = False
    add_entries(unit, buckets[is_missing], owners[is_missing])
    if tied := _tied(changed):
        people = people_of(tied)
        for tie in (tie_hashes(people.table.golden, GOLDEN), tie_hashes(people.merged, MERGED)):
            add_entries(unit, tie[tie > 0], people.table.keys[tie > 0])


def _tied(found: list[Record]) -> list[Record]:
    """Records that a system's index, or a merge, ties to others."""
    return [one for one in found if one.body.get("golden_id") or one.body.get("merged_into")]
