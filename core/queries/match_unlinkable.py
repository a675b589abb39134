"""Records that say too little: not even an identical copy of them would be called a likely duplicate."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from core.desk import Desk
from core.jobs import Job
from core.match.again import Alone, score_copies
from core.match.people import json_ids
from core.match.plan import plan_in_force
from core.match.saved import read_model
from core.resources import read_json
from matching.wording import wording

_LINKABLE = ("strong", "likely")


def unlinkable(desk: Desk, *, after: int = 0, limit: int = 50) -> dict[str, Any]:
    """A page of such records by patient id, those above `after`. Reads only as far as the page needs.

    Each of `records` has `id`, `ref`, `system` (the connection's name), `probability` (with its own copy), `tier`
    (unsure or "") and `missing`: the fields that it lacks, as `id` and `label`. `next` is the `after` of the next page,
    None at the end. Without a model the page is empty.
    """
    found: list[tuple[int, float, str, tuple[str, ...]]] = []
    with desk.store.read() as connection:
        model, plan = read_model(desk.store, connection), plan_in_force(connection)
        for part in score_copies(connection, model[1], plan, after) if model else ():
            found += _weak(part)
            if len(found) > limit:
                break
        page = found[:limit]
        query = (
            "SELECT p.id, p.ref, c.name FROM patients p JOIN connections c ON c.id = p.connection_id "
            "WHERE p.id IN (SELECT value FROM json_each(?))"
        )
        names = {
            key: (ref, system)
            for key, ref, system in connection.exec_driver_sql(query, (json_ids([one[0] for one in page]),))
        }
    words = wording()
    return {
        "records": [
            {
                "id": key,
                "ref": names[key][0],
                "system": names[key][1],
                "probability": round(probability, 6),
                "tier": tier,
                "missing": [{"id": name, "label": words[name]} for name in missing],
            }
            for key, probability, tier, missing in page
        ],
        "next": page[-1][0] if len(found) > limit else None,
    }


def unlinkable_counts(desk: Desk, job: Job | None = None) -> dict[str, Any]:
    """How many such records there are. Reads every record: a few seconds in a hundred thousand.

    `records` were looked at, `count` are unlinkable; `missing` lists, per field that some of them lack, `id`, `label`
    and `records`, the most frequent first. `words` says it in a sentence. Raises Cancelled when the job is.
    """
    job = job or Job("Records that say too little")
    seen = count = 0
    lacking: Counter[str] = Counter()
    with desk.store.read() as connection:
        model, plan = read_model(desk.store, connection), plan_in_force(connection)
        for part in score_copies(connection, model[1], plan) if model else ():
            weak = _weak(part)
            seen, count = seen + len(part.ids), count + len(weak)
            lacking.update(name for _, _, _, missing in weak for name in missing)
            job.check()
            job.advance(len(part.ids))
    words = wording()
    sentence = read_json("words/match_rules.en.json")["unlinkable"]
    return {
        "records": seen,
        "count": count,
        "missing": [{"id": name, "label": words[name], "records": number} for name, number in lacking.most_common()],
        "words": sentence.format(count=f"{count:,}", records=f"{seen:,}"),
    }


def _weak(part: Alone) -> list[tuple[int, float, str, tuple[str, ...]]]:
    places = np.flatnonzero([tier not in _LINKABLE for tier in part.tier]).tolist()
    return [(int(part.ids[at]), float(part.probability[at]), part.tier[at], part.missing[at]) for at in places]
