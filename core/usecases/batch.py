"""Accepting many plain pairs together: a rule set, a blind check of a sample, then a second person.

Each pair becomes a decision of its own with corrections of its own, which can be taken back one by one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import insert, select, update

from core.batch.sample import RATES, draw, sample_size
from core.batch.state import UNDER_WAY, batch_row, candidates, fitting, is_on, open_batch, rules_named, sample_of
from core.changes import Changes
from core.corrections import attend
from core.decisions import decide as recording
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.ids import new_id
from core.jobs import Job
from core.security.roles import require
from core.settings.store import hold_time
from core.store.tables.batches import batch_pairs, batches
from core.store.tables.findings import decisions
from core.store.tables.outbox import corrections
from core.store.unit import Unit

SAME, DIFFERENT = "same-person", "different-people"
FEWEST = 20
"""Below this many pairs, looking at each is as fast."""


def start_batch(desk: Desk, rules: str, rate_percent: int) -> Changes[str]:
    """Take all pairs that a rule set agrees on and draw the sample; gives the batch's id. Nothing is decided yet.

    Raises NotPossible where the practice has not switched it on, another batch is under way, the rule set was refused
    by a check, or there are too few pairs.
    """
    require(desk.role, "batch")
    rate = Fraction(rate_percent, 100)
    if rate not in RATES:
        raise BadInput("The check can support under 5, 2 or 1 percent.", code="CM-BAT-03")
    chosen = rules_named(rules)
    with desk.store.write(desk.actor) as unit:
        _require_free(unit, rules)
        keys = fitting(candidates(unit.connection, desk.clock.today()), chosen)
        if len(keys) < FEWEST:
            raise NotPossible(f"Only {len(keys)} pairs fit: fewer than {FEWEST}.", todo="Decide them one by one.",
                              code="CM-BAT-06")  # fmt: skip
        batch_id = new_id("ba")
        drawn = draw(keys, sample_size(len(keys), rate), secrets.randbits(48))
        places = {key: (place, swapped) for place, (key, swapped) in enumerate(drawn)}
        unit.connection.execute(
            insert(batches).values(
                id=batch_id, rules=rules, rate_percent=rate_percent, state="checking", made_by=unit.actor,
                made_at=unit.now,
            )
        )  # fmt: skip
        unit.connection.execute(
            insert(batch_pairs),
            [
                {
                    "batch_id": batch_id,
                    "finding_key": key,
                    "place": places[key][0] if key in places else None,
                    "is_swapped": int(key in places and places[key][1]),
                }
                for key in keys
            ],
        )
        unit.audit("start-batch", batch_id, rules=rules, pairs=len(keys), sample=len(drawn), percent=rate_percent)
        unit.touch("batch")
        return unit.changes(batch_id)


def answer_sample(desk: Desk, batch_id: str, key: str, *, is_same: bool) -> Changes[str]:
    """What the reviewer says about a pair of the sample; gives the batch's state. One "different people" refuses it."""
    require(desk.role, "batch")
    with desk.store.write(desk.actor) as unit:
        row = _in_state(unit, batch_id, "checking")
        if row["made_by"] != desk.actor:
            raise Refused("Somebody else is doing this check.", code="CM-BAT-07")
        pair = next((one for one in sample_of(unit.connection, batch_id) if one["finding_key"] == key), None)
        if pair is None or pair["answer"] is not None:
            raise Refused("This pair is not to be answered now.", code="CM-BAT-08")
        where = (batch_pairs.c.batch_id == batch_id, batch_pairs.c.finding_key == key)
        unit.connection.execute(update(batch_pairs).where(*where).values(answer=SAME if is_same else DIFFERENT))
        if not is_same:
            _end(unit, batch_id, "refused", "The check found two people.")
        unit.audit("check-batch", batch_id, pair=key, answer=SAME if is_same else DIFFERENT)
        unit.touch("batch")
        return unit.changes("checking" if is_same else "refused")


def take_answer_back(desk: Desk, batch_id: str) -> Changes[str | None]:
    """Take back the last answer of a check under way; gives the pair's key, None without one."""
    require(desk.role, "batch")
    with desk.store.write(desk.actor) as unit:
        row = _in_state(unit, batch_id, "checking")
        if row["made_by"] != desk.actor:
            raise Refused("Somebody else is doing this check.", code="CM-BAT-07")
        given = [one["finding_key"] for one in sample_of(unit.connection, batch_id) if one["answer"]]
        if not given:
            return unit.changes(None)
        where = (batch_pairs.c.batch_id == batch_id, batch_pairs.c.finding_key == given[-1])
        unit.connection.execute(update(batch_pairs).where(*where).values(answer=None))
        unit.audit("check-batch", batch_id, pair=given[-1], answer=None)
        unit.touch("batch")
        return unit.changes(given[-1])


def stage_batch(desk: Desk, batch_id: str, job: Job | None = None) -> Changes[int]:
    """After a check without an error: decide every pair, each for a second person; gives how many.

    A pair that somebody decided meanwhile, or on which a stop sign stands by now, is left out. Cut off, it goes on
    where it was.
    """
    require(desk.role, "batch")
    job = job or Job("Staging the pairs of a batch")
    with desk.store.read() as connection:
        row = batch_row(connection, batch_id)
        sample = sample_of(connection, batch_id)
        pairs = select(batch_pairs.c.finding_key).where(batch_pairs.c.batch_id == batch_id)
        keys = list(connection.execute(pairs.order_by(batch_pairs.c.finding_key)).scalars())
        fit = set(fitting(candidates(connection, desk.clock.today()), rules_named(row["rules"])))
    if row["made_by"] != desk.actor:
        raise Refused("Somebody else is doing this check.", code="CM-BAT-07")
    if row["state"] != "checking" or any(one["answer"] != SAME for one in sample):
        raise NotPossible("The check is not finished.", todo="Answer every pair of the sample.", code="CM-BAT-09")
    for key in keys:
        job.check()
        if key in fit:
            recording.decide(desk, recording.Answer(key, SAME, reason=_reason(batch_id), is_batch=True))
        job.advance(1, total=len(keys))
    with desk.store.write(desk.actor) as unit:
        _in_state(unit, batch_id, "checking")
        count = len(_decisions(unit, batch_id))
        unit.connection.execute(update(batches).where(batches.c.id == batch_id).values(state="waiting"))
        unit.audit("stage-batch", batch_id, pairs=count)
        unit.touch("batch", "findings", "people", "outbox")
        return unit.changes(count)


def approve_batch(desk: Desk, batch_id: str) -> Changes[int]:
    """A second person says yes; every correction is held as after a decision. Gives how many corrections."""
    require(desk.role, "approve")
    with desk.store.write(desk.actor) as unit:
        row = _in_state(unit, batch_id, "waiting")
        if row["made_by"] == desk.actor:
            raise Refused("Nobody approves their own batch.", code="CM-APP-01")
        ids = _waiting(unit, batch_id)
        hold = hold_time(unit.connection)
    # Cut off after this, nothing waits any more, and asking again only ends the batch.
    count = attend.approve(desk, tuple(ids), hold=hold).value if ids else 0
    with desk.store.write(desk.actor) as unit:
        _end(unit, batch_id, "approved", None)
        unit.audit("approve-batch", batch_id, corrections=count)
        unit.touch("batch", "outbox", "findings")
        return unit.changes(count)


def give_up_batch(desk: Desk, batch_id: str, reason: str) -> Changes[int]:
    """Stop a check, or send a batch that waits back with a reason: its pairs are open again. Gives how many were.

    The one who made it may stop the check; only a second person stops somebody else's, or sends a whole batch back.
    """
    with desk.store.write(desk.actor) as unit:
        row = batch_row(unit.connection, batch_id)
        if row["state"] not in UNDER_WAY:
            raise Refused("This batch has ended.", todo="Look at it again.", code="CM-BAT-11")
        is_own_check = row["state"] == "checking" and row["made_by"] == desk.actor
        require(desk.role, "batch" if is_own_check else "approve")
        if row["state"] == "waiting" and not reason.strip():
            raise BadInput("Sending back needs a reason.", code="CM-APP-02")
        ids = _decisions(unit, batch_id) if row["state"] == "waiting" else []
    for an_id in ids:
        attend.send_back(desk, an_id, reason)
    with desk.store.write(desk.actor) as unit:
        _end(unit, batch_id, "given-up", reason.strip() or None)
        unit.audit("give-up-batch", batch_id, reason=reason.strip(), pairs=len(ids))
        unit.touch("batch", "outbox", "findings", "people")
        return unit.changes(len(ids))


def _require_free(unit: Unit, rules: str) -> None:
    if not is_on(unit.connection):
        raise NotPossible(
            "Accepting pairs together is switched off.",
            todo="An administrator can allow it in Settings.",
            code="CM-BAT-04",
        )
    if open_batch(unit.connection) is not None:
        raise NotPossible("Another batch is under way.", todo="Finish it first.", code="CM-BAT-05")
    refused = select(batches.c.id).where(batches.c.rules == rules, batches.c.state == "refused")
    if unit.connection.execute(refused).first() is not None:
        raise NotPossible(
            "A check has found two people by this rule set.", todo="Choose another one.", code="CM-BAT-10"
        )


def _in_state(unit: Unit, batch_id: str, state: str) -> Mapping[Any, Any]:
    row = batch_row(unit.connection, batch_id)
    if row["state"] != state:
        raise Refused("This batch is no longer where you saw it.", todo="Look at it again.", code="CM-BAT-11")
    return row


def _end(unit: Unit, batch_id: str, state: str, reason: str | None) -> None:
    values = {"state": state, "ended_by": unit.actor, "ended_at": unit.now, "reason": reason}
    unit.connection.execute(update(batches).where(batches.c.id == batch_id).values(**values))


def _reason(batch_id: str) -> str:
    """What stands in each decision of a batch: it names the batch also where staging was cut off."""
    return f"Batch {batch_id}"


def _waiting(unit: Unit, batch_id: str) -> list[str]:
    """Its decisions of which something still waits for a second person."""
    query = select(corrections.c.decision_id).where(
        corrections.c.decision_id.in_(_decisions(unit, batch_id)), corrections.c.state == "awaiting-approval"
    )
    return list(unit.connection.execute(query.distinct().order_by(corrections.c.decision_id)).scalars())


def _decisions(unit: Unit, batch_id: str) -> list[str]:
    query = (
        select(decisions.c.id)
        .join(batch_pairs, batch_pairs.c.finding_key == decisions.c.finding_key)
        .where(batch_pairs.c.batch_id == batch_id)
        .where(decisions.c.reason == _reason(batch_id), decisions.c.undone_at.is_(None))
    )
    return list(unit.connection.execute(query.order_by(decisions.c.finding_key)).scalars())
