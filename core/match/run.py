"""A matching run: as small as what changed allows.

Only records in `match_queue` are scored again. A person keeps its id through regrouping; persons whose records were
not touched keep theirs untouched.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from core.desk import Desk
from core.jobs import Job
from core.match.index import State, is_usable, read_splits, read_state, remember_splits
from core.match.near import Basis, match_changed
from core.match.plan import plan_in_force
from core.match.saved import read_model, saved_model
from core.match.whole import RELEARN_SHARE, match_whole
from core.resources import read_json
from core.store.plain import fetch
from matching.link_people import Report
from matching.model import Model
from matching.plan import Plan

__all__ = ["MatchResult", "match", "nicknames", "saved_model"]

# Beyond these a run over everything is faster, and writes the index anew.
_FEW, _FEW_SHARE, _FEW_AT_MOST = 50, 0.02, 5_000
_CHANGED_SHARE, _CHANGED_AT_LEAST = 0.1, 1_000


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The contract's figures of one run."""

    records: int
    compared_pairs: int
    scored_pairs: int
    groups: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The contract's form."""
        return asdict(self)


def match(desk: Desk, job: Job | None = None, plan: Plan | None = None) -> MatchResult:
    """Link patients over all sources, as far as something changed since the last run.

    Without `plan` the practice's own is used.
    """
    job = job or Job("Matching")
    began = time.perf_counter()
    with desk.store.read() as connection:
        plan = plan or plan_in_force(connection)
        ((queued,),) = fetch(connection, "SELECT count(*) FROM match_queue")
        state, saved = read_state(connection), read_model(desk.store, connection)
        totals = _totals(connection, state)
    report = Report(totals[0], 0, 0, {}, ())
    if queued:
        few = _match_few(desk, job, plan) if _is_few(queued, state, saved, plan) else None
        report, after = few or match_whole(desk, job, nicknames(), plan)
        totals = after.records, after.persons
    seconds = round(time.perf_counter() - began, 3)
    return MatchResult(totals[0], report.compared_pairs, report.scored_pairs, totals[1], seconds)


def _is_few(queued: int, state: State | None, saved: tuple[int, Model] | None, plan: Plan) -> bool:
    """Whether the index of the last whole run can answer, and is faster than another whole run."""
    return (
        is_usable(state, saved, plan)
        and queued <= RELEARN_SHARE * state.records
        and queued <= max(_FEW, min(_FEW_SHARE * state.records, _FEW_AT_MOST))
        and state.changed + queued <= max(_CHANGED_AT_LEAST, _CHANGED_SHARE * state.records)
    )


def _match_few(desk: Desk, job: Job, plan: Plan) -> tuple[Report, State] | None:
    """A small run in one transaction; None where meanwhile it is no longer one."""
    job.advance(0, total=1, text="comparing")
    with desk.store.write(desk.actor) as unit:
        queued = {row[0] for row in fetch(unit.connection, "SELECT patient_id FROM match_queue")}
        state, saved = read_state(unit.connection), read_model(desk.store, unit.connection)
        if state is None or saved is None or not _is_few(len(queued), state, saved, plan):
            return None
        basis = Basis(state, read_splits(desk.store, unit.connection, state), saved[1], nicknames(), plan)
        report, after = match_changed(unit, queued, basis)
        unit.connection.exec_driver_sql("DELETE FROM match_queue")
        unit.touch("people")
    remember_splits(desk.store, after.state, after.splits)
    job.advance()
    return report, after.state


def _totals(connection: Connection, state: State | None) -> tuple[int, int]:
    """Living records and persons as of the last run; counted where there was none."""
    if state is not None:
        return state.records, state.persons
    counts = (
        connection.exec_driver_sql(query).scalar()
        for query in ("SELECT count(*) FROM patients WHERE gone_at IS NULL", "SELECT count(*) FROM persons")
    )
    alive, persons = (int(count or 0) for count in counts)
    return alive, persons


def nicknames() -> Any:
    """The nickname table that linkage takes."""
    return read_json("matching/nicknames.json")
