"""One push procedure for all connectors: re-read, compare, record, send once, read back.

The order of steps is what makes it safe. *Sending* is written to disk before the request leaves; a process that dies
after that point leaves a correction whose fate is looked up, never sent again blindly. Only one process at a time
holds a correction (lease), and the lease is asked again in the transaction that records *sending* (fence).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from core.clock import iso_stamp
from core.connectors._port import Connector, FieldChange
from core.corrections import outbox
from core.corrections.conflict import FieldConflict, compare, missed
from core.corrections.kinds import CREATE_CHARGE
from core.corrections.orders import Current, changes_of, correction_row, order_of, read_current, understood
from core.desk import Desk
from core.errors import (
    ConnectorError,
    NoAnswer,
    NotAllowed,
    NotFound,
    NotPossible,
    Rejected,
    SignInNeeded,
    SlowDown,
    Unavailable,
    VersionConflict,
)
from core.ingest.land import land_read_back
from core.jobs import Job
from core.settings.store import get_setting
from core.store.tables.intake import connections
from core.store.tables.outbox import corrections
from core.sync.connections import open_connector

_RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(slots=True)
class PushResult:
    """Counts as in the JSON contract, and the sentences a person should read."""

    sent: int = 0
    verified: int = 0
    conflicts: int = 0
    failed: int = 0
    by_hand: int = 0
    unknown: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The promised keys first."""
        return asdict(self)


Connect = Callable[[Desk, str], AbstractContextManager[Connector]]


def push(
    desk: Desk,
    *,
    only: tuple[str, ...] = (),
    is_dry_run: bool = False,
    job: Job | None = None,
    connect: Connect = open_connector,
) -> PushResult:
    """Send what is due. Connections with writing off keep theirs waiting; a failing connection stops no other."""
    job = job or Job("Send corrections")
    result = PushResult()
    with desk.store.read() as connection:
        rows = outbox.due(connection, desk.clock.now(), only)
        if is_paused(connection) and not is_dry_run:
            result.waiting = len(rows)
            result.problems.append(f"The Outbox is paused: {len(rows)} waiting.")
            return result
        unsettled = _unsettled(connection)
        modes = {
            row["id"]: (row["name"], row["settings"].get("write", "off"))
            for row in connection.execute(
                select(connections.c.id, connections.c.name, connections.c.settings)
            ).mappings()
        }
    by_connection: dict[int, list[str]] = {}
    for row in unsettled if not is_dry_run else []:
        by_connection.setdefault(row["connection_id"], []).append(row["id"])
    for row in rows:
        by_connection.setdefault(row["connection_id"], []).append(row["id"])
    for connection_id, ids in by_connection.items():
        name, mode = modes[connection_id]
        if mode == "off" and not is_dry_run:
            waiting = [row["id"] for row in rows if row["connection_id"] == connection_id]
            result.waiting += len(waiting)
            result.problems.append(f"Writing is switched off for {name}: {len(waiting)} waiting.")
            continue
        with connect(desk, name) as connector:
            sender = _Sender(desk, connector, result, job)
            sender.run(ids, is_dry_run=is_dry_run or mode == "dry-run")
    counts = Counter(_states(desk, [i for ids in by_connection.values() for i in ids]))
    result.verified, result.conflicts = counts["verified"], counts["conflict"]
    result.failed, result.by_hand = counts["failed"], counts["by-hand"]
    result.unknown = counts["unknown"] + counts["sending"]
    return result


def is_paused(connection: Connection) -> bool:
    """Whether somebody, or a restore, paused all sending."""
    return bool(get_setting(connection, "outbox.paused"))


def _unsettled(connection: Any) -> list[RowMapping]:
    """Corrections whose request may have left (a crash, no answer) or that were accepted and not yet read back."""
    states = ("sending", "unknown", "accepted")
    query = select(corrections.c.id, corrections.c.connection_id).where(corrections.c.state.in_(states))
    return list(connection.execute(query.order_by(corrections.c.staged_at)).mappings())


def _states(desk: Desk, ids: list[str]) -> list[str]:
    with desk.store.read() as connection:
        return list(connection.execute(select(corrections.c.state).where(corrections.c.id.in_(ids))).scalars())


class _Sender:
    """Pushes the corrections of one connection, one after the other."""

    def __init__(self, desk: Desk, connector: Connector, result: PushResult, job: Job) -> None:
        self.desk, self.connector, self.result, self.job = desk, connector, result, job
        self.token = secrets.token_hex(8)

    def run(self, ids: list[str], *, is_dry_run: bool) -> None:
        for correction_id in ids:
            self.job.check()
            try:
                if is_dry_run:
                    self._show(correction_id)
                else:
                    self._one(correction_id)
            except SignInNeeded as why:
                # Nothing else on this connection can succeed now, and nothing was sent.
                self._release(correction_id)
                self.result.problems.append(why.sentence())
                return
            self.job.advance()

    def _show(self, correction_id: str) -> None:
        """Dry-run: the exact request, built on the record as it is now. Nothing is sent or recorded as sent."""
        row = self._row(correction_id)
        try:
            current = read_current(self.connector, row["target"]) if row["target"] else None
            planned = self.connector.plan(order_of(row), current.item if current else None)
        except ConnectorError as why:
            self.result.problems.append(f"{correction_id}: {why.sentence()}")
            return
        except NotPossible as why:
            self.result.problems.append(f"{correction_id}: {why.sentence()}")
            return
        self.result.requests.append(
            {
                "id": correction_id,
                "method": planned.method,
                "address": planned.address,
                "headers": dict(planned.headers),
                "body": planned.body.decode("utf-8", "replace"),
            }
        )

    def _one(self, correction_id: str) -> None:
        with self._unit() as unit:
            if is_paused(unit.connection):
                return
            if not outbox.lease(unit, correction_id, self.token, self.desk.clock.now()):
                return
            row = correction_row(unit.connection, correction_id)
            if row["state"] in ("staged", "held"):
                outbox.move(unit, correction_id, "queued", held_until=None)
        try:
            if row["state"] in ("sending", "unknown"):
                self._look_up(self._row(correction_id))
            elif row["state"] == "accepted":
                self._verify(self._row(correction_id))
            elif self._may_go(row):
                self._send(self._row(correction_id))
        finally:
            self._release(correction_id)

    def _may_go(self, row: RowMapping) -> bool:
        if row["after_id"] is None:
            return True
        with self.desk.store.read() as connection:
            return bool(correction_row(connection, row["after_id"])["state"] == "verified")

    def _send(self, row: RowMapping) -> None:
        try:
            current = self._now(row)
        except NotFound:
            self._move(row, "failed", "The record no longer exists in that system.")
            return
        except SignInNeeded:
            raise
        except ConnectorError as why:
            self._later(row, why)
            return
        open_changes = self._still_to_do(row, current)
        if open_changes is None:
            return
        order = order_of(row, open_changes)
        try:
            # Build once before recording: what cannot even be expressed never counts as sent.
            self.connector.plan(order, current.item if current else None)
        except NotPossible as why:
            self._by_hand(row, why)
            return
        with self._unit() as unit:
            if not outbox.holds(unit.connection, row["id"], self.token):
                return
            outbox.move(unit, row["id"], "sending", attempts=row["attempts"] + 1, sent_at=unit.now)
        self._await_answer(row, lambda: self.connector.write(order, current.item if current else None))

    def _now(self, row: RowMapping) -> Current | None:
        """The record now. For a new record: whether an earlier try already made it."""
        if row["target"]:
            return read_current(self.connector, row["target"])
        made = self.connector.find(order_of(row))
        if made is None:
            return None
        with self._unit() as unit:
            outbox.move(unit, row["id"], "sending", "It is there already.")
            outbox.move(
                unit, row["id"], "accepted", "Found there from an earlier try.", target=f"{made.kind}/{made.id}"
            )
        self._verify(self._row(row["id"]))
        return understood(made)

    def _still_to_do(self, row: RowMapping, current: Current | None) -> tuple[FieldChange, ...] | None:
        """The changes still to send; None when there is nothing to send (done already, conflict, made earlier)."""
        changes = changes_of(row)
        if row["kind"] == CREATE_CHARGE:
            return changes if current is None else None
        assert current is not None
        found = compare(changes, current.fields)
        if found.conflicts:
            self._conflict(row, found.conflicts)
            return None
        if not found.open:
            with self._unit() as unit:
                outbox.move(unit, row["id"], "verified", "It was so already.", verified_at=unit.now)
                land_read_back(unit, row["connection_id"], current.item)
            return None
        return found.open

    def _await_answer(self, row: RowMapping, write: Callable[[], Any]) -> None:
        self.result.sent += 1
        try:
            accepted = write()
        except VersionConflict:
            # Changed between our reading and our writing. Nothing was written: look again, from the start.
            self._move(row, "queued", "The record changed at the same moment.")
            if row["attempts"] < 2:
                self._send(self._row(row["id"]))
            else:
                with self._unit() as unit:
                    outbox.move(unit, row["id"], "failed", "The record keeps changing while it is written.")
        except (NotAllowed, NotPossible) as why:
            self._by_hand(row, why)
        except Rejected as why:
            self._move(row, "failed", f"{why.what} {why.details}".strip(), last_answer=why.details or why.what)
        except NoAnswer as why:
            self._move(row, "unknown", why.what, last_answer=why.what)
            self._look_up(self._row(row["id"]))
        except SignInNeeded:
            self._move(row, "queued", "The sign-in was refused; nothing was written.")
            raise
        except (SlowDown, Unavailable) as why:
            self._later(row, why)
        else:
            self._move(
                row, "accepted", accepted.answer, target=accepted.target, last_answer=accepted.answer,
                result={"target": accepted.target, "version": accepted.version},
            )  # fmt: skip
            self._verify(self._row(row["id"]))

    def _look_up(self, row: RowMapping) -> None:
        """Resolve a request whose answer is not known, only by reading."""
        try:
            if row["target"]:
                current: Current | None = read_current(self.connector, row["target"])
            else:
                made = self.connector.find(order_of(row))
                current = understood(made) if made else None
        except SignInNeeded:
            raise
        except ConnectorError as why:
            if row["state"] == "sending":
                self._move(row, "unknown", why.what)
            return
        if row["state"] == "sending":
            self._move(row, "unknown", "The program stopped before the answer came.")
        if current is None:
            self._move(row, "queued", "Looked up: it was not done.")
            return
        found = compare(changes_of(row), current.fields) if row["target"] else None
        if found is None or (not found.open and not found.conflicts):
            target = f"{current.item.kind}/{current.item.id}"
            self._move(row, "accepted", "Looked up: it was done.", target=target)
            self._verify(self._row(row["id"]))
        elif found.conflicts:
            self._conflict(row, found.conflicts)
        else:
            self._move(row, "queued", "Looked up: it was not done.")

    def _verify(self, row: RowMapping) -> None:
        try:
            current = read_current(self.connector, row["target"])
        except SignInNeeded:
            raise
        except NotFound:
            if row["kind"] == "merge-patient":  # after a merge some servers no longer show the folded record
                with self._unit() as unit:
                    outbox.move(unit, row["id"], "verified", "The folded record is gone.", verified_at=unit.now)
                return
            self._move(row, "failed", "It was accepted, but the record cannot be found.")
            return
        except ConnectorError as why:
            self.result.problems.append(why.sentence())  # stays accepted; the next push reads it again
            return
        wrong = missed(changes_of(row), current.fields)
        with self._unit() as unit:
            land_read_back(unit, row["connection_id"], current.item)
            if wrong:
                note = "It was accepted, but these fields do not show it: " + ", ".join(wrong) + "."
                outbox.move(unit, row["id"], "failed", note, last_answer=note)
            else:
                outbox.move(unit, row["id"], "verified", "Read back and equal.", verified_at=unit.now)
                if row["reverses_id"]:
                    outbox.move(unit, row["reverses_id"], "reversed", f"Taken back by {row['id']}.")

    def _conflict(self, row: RowMapping, conflicts: tuple[FieldConflict, ...]) -> None:
        fields = [{"field": c.field, "base": c.base, "mine": c.mine, "theirs": c.theirs} for c in conflicts]
        note = "Changed in that system after the decision: " + ", ".join(c.field for c in conflicts) + "."
        self._move(row, "conflict", note, result={"fields": fields})

    def _by_hand(self, row: RowMapping, why: ConnectorError | NotPossible) -> None:
        steps = list(self.connector.hand_steps(order_of(row)))
        self._move(row, "by-hand", why.what, route="by-hand", last_answer=why.what, result={"steps": steps})

    def _later(self, row: RowMapping, why: ConnectorError) -> None:
        wait = _RETRY_AFTER[min(row["attempts"], len(_RETRY_AFTER) - 1)]
        if isinstance(why, SlowDown) and why.wait_s:
            wait = timedelta(seconds=why.wait_s)
        again = iso_stamp(self.desk.clock.now() + wait)
        with self._unit() as unit:
            state = correction_row(unit.connection, row["id"])["state"]
            if state == "sending":
                outbox.move(unit, row["id"], "queued", why.what, next_try_at=again, last_answer=why.what)
            else:
                unit.connection.execute(
                    update(corrections)
                    .where(corrections.c.id == row["id"])
                    .values(next_try_at=again, last_answer=why.what)
                )
        self.result.problems.append(why.sentence())

    def _move(self, row: RowMapping, to: str, note: str, **values: Any) -> None:
        with self._unit() as unit:
            outbox.move(unit, row["id"], to, note, **values)

    def _row(self, correction_id: str) -> RowMapping:
        with self.desk.store.read() as connection:
            return correction_row(connection, correction_id)

    def _unit(self) -> Any:
        return self.desk.store.write(self.desk.actor)

    def _release(self, correction_id: str) -> None:
        with self._unit() as unit:
            outbox.release(unit, correction_id, self.token)
