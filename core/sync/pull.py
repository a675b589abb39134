"""A pull: every stream of a connection, page by page, the pages that are there in one transaction with their cursor.

A pull that was cut off goes on after the last page it landed. The watermark moves only when a stream was read to its
end, so nothing between two pulls can be missed; reading something twice changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, select

from core.connectors._port import Connector, RawPage
from core.desk import Desk
from core.errors import (
    BadAnswer,
    BadInput,
    ChartmendError,
    ConnectorError,
    NotFound,
    NotPossible,
    SignInNeeded,
    SlowDown,
    Unavailable,
)
from core.ingest.land import Landed, land
from core.ingest.settle import ALL_KINDS, Unseen, find_unseen, settle_links, settle_patients, settle_snapshot
from core.jobs import Job
from core.store.tables.intake import pulls
from core.store.unit import Unit
from core.sync import capabilities
from core.sync.ahead import ready_pages
from core.sync.connections import connection_row, open_connector
from core.sync.state import (
    PullResult,
    StreamState,
    begin_pull,
    end_pull,
    load_stream,
    merge_notes,
    oldest_watermark,
    save_stream,
)

# What one stream may fail with while the others go on. Trouble with our own store stops everything.
_STREAM_TROUBLE = (ConnectorError, BadInput, NotPossible)
_ASK_ABOUT = 50  # missing records that a server is asked for one by one before they count as gone
_GIVE_UP_AFTER = 3  # streams in a row that found nobody answering


def pull(desk: Desk, name: str, *, is_full: bool = False, job: Job | None = None) -> PullResult:
    """Land what changed at a connection since the last pull (`is_full`: everything). Trouble there is in the result.

    Raises Cancelled between pages; what was landed stays, and the next pull goes on after it.
    """
    began = time.monotonic()
    with desk.store.read() as connection:
        row = connection_row(connection, name)
    result = PullResult(name, row["kind"])
    with desk.store.write(desk.actor) as unit:
        pull_id = begin_pull(unit, row["id"])
    puller = _Puller(desk, row, pull_id, result, job or Job(f"Pulling {name}"), is_full=is_full)
    result.outcome = "cancelled"  # holds when we leave by an exception
    try:
        puller.run()
    finally:
        result.seconds = round(time.monotonic() - began, 3)
        puller.finish()
    return result


class _Puller:
    """One pull of one connection."""

    def __init__(
        self, desk: Desk, row: RowMapping, pull_id: int, result: PullResult, job: Job, *, is_full: bool
    ) -> None:
        self.desk, self.row, self.pull_id, self.result, self.job = desk, row, pull_id, result, job
        self.connection_id: int = row["id"]
        self.is_full = is_full

    def run(self) -> None:
        """Read every stream; says how it ended in the result."""
        outcomes: list[str] = []
        try:
            with open_connector(self.desk, self.row["name"]) as connector:
                self._ask_capabilities(connector)
                for stream in connector.streams():
                    outcomes.append(self._stream(connector, stream))
                    if outcomes[-1] == "stop" or outcomes[-_GIVE_UP_AFTER:] == ["nobody"] * _GIVE_UP_AFTER:
                        break
        except _STREAM_TROUBLE as why:  # it could not even be opened
            self._trouble(why)
            outcomes.append("failed")
        if all(outcome == "done" for outcome in outcomes):
            self.result.outcome = "done"
        else:
            is_something = "done" in outcomes or self.result.landed + self.result.unchanged > 0
            self.result.outcome = "partial" if is_something else "failed"

    def finish(self) -> None:
        """Settle what needs the whole connection, and close the pull's row."""
        with self._unit() as unit:
            if self.result.landed or self.result.deleted:
                settle_patients(unit, self.connection_id)
                settle_links(unit, self.connection_id)
            self.result.watermark = oldest_watermark(unit.connection, self.connection_id)
            end_pull(unit, self.pull_id, self.result)
            code = self.result.problem["code"] if self.result.problem else None
            unit.audit(
                "pull", self.result.name, outcome=self.result.outcome, problem=code, is_full=self.is_full,
                **self.result.counts(),
            )  # fmt: skip
            unit.touch("connections")

    def _ask_capabilities(self, connector: Connector) -> None:
        if not capabilities.is_stale(self.row["capabilities"], self.desk.clock.now()):
            return
        try:
            found = connector.probe()
        except ConnectorError:  # the streams will meet the same trouble, and say so
            return
        with self._unit() as unit:
            capabilities.keep(unit, self.connection_id, found)

    def _stream(self, connector: Connector, stream: str) -> str:
        """One stream to its end: done, failed, nobody (no answer there), or stop (no stream can succeed now)."""
        with self.desk.store.read() as connection:
            state = load_stream(connection, self.connection_id, stream)
        try:
            is_ended = self._resume(connector, state) if self._can_resume(state) else self._afresh(connector, state)
            if not is_ended:
                raise BadAnswer("The delivery ended before its last page.")
        except _STREAM_TROUBLE as why:
            self._trouble(why, state)
            if isinstance(why, SignInNeeded):
                return "stop"
            return "nobody" if isinstance(why, Unavailable | SlowDown) else "failed"
        return "done"

    def _can_resume(self, state: StreamState) -> bool:
        """A cut-off full reading satisfies both wishes; a cut-off reading of changes not the wish for everything."""
        return state.cursor is not None and not (self.is_full and state.cursor_since is not None)

    def _resume(self, connector: Connector, state: StreamState) -> bool:
        cursor = state.cursor
        try:
            return self._pages(connector, state)
        except (NotFound, BadAnswer, BadInput):
            if state.cursor != cursor:
                raise
            # The server forgot where we were. Starting again is safe: what comes twice changes nothing.
            return self._afresh(connector, state)

    def _afresh(self, connector: Connector, state: StreamState) -> bool:
        state.cursor, state.pull_id, state.notes = None, self.pull_id, {}
        state.cursor_since = None if self.is_full else state.watermark
        return self._pages(connector, state)

    def _pages(self, connector: Connector, state: StreamState) -> bool:
        for pages in ready_pages(connector.pull(state.stream, state.cursor_since, state.cursor, self.job)):
            self._land(pages, state, connector)
            for page in pages:
                self.job.advance(len(page.items), total=page.total, text=state.stream)
            if pages[-1].is_last:
                return True
            self.job.check()
        return False

    def _land(self, pages: Sequence[RawPage], state: StreamState, connector: Connector) -> None:
        """One transaction: the pages, and where to go on after them. The last one also ends the stream."""
        now = replace(state, notes=dict(state.notes))
        done: list[tuple[RawPage, Landed]] = []
        last = pages[-1]
        with self._unit() as unit:
            for page in pages:
                landed = land(unit, self.connection_id, page, state.pull_id)
                now.notes = merge_notes(now.notes, page, landed)
                done.append((page, landed))
            if not last.is_last:
                now.cursor = last.cursor
            elif not last.is_snapshot:
                self._end_stream(unit, last, now)
            # A whole reading ends in a second step; cut off before it, the last pages are simply read again.
            save_stream(unit, self.connection_id, now)
        if last.is_last and last.is_snapshot:
            done[-1][1].deleted += self._end_snapshot(last, now, connector)
        for name in StreamState.__slots__:
            setattr(state, name, getattr(now, name))
        for page, landed in done:
            self.result.add(page, landed)

    def _end_snapshot(self, page: RawPage, state: StreamState, connector: Connector) -> int:
        """What a whole reading did not deliver is gone; a server is asked once more before we believe it."""
        assert state.pull_id is not None
        with self.desk.store.read() as connection:
            unseen = find_unseen(connection, self.connection_id, state.stream, state.pull_id)
        alive: set[int] = set()
        if unseen and state.stream != ALL_KINDS:
            alive = self._still_there(unseen, state, connector)
        with self._unit() as unit:
            gone = settle_snapshot(unit, self.connection_id, state.stream, state.pull_id, alive)
            self._end_stream(unit, page, state)
            save_stream(unit, self.connection_id, state)
        return gone

    def _still_there(self, unseen: list[Unseen], state: StreamState, connector: Connector) -> set[int]:
        """Records that a server left out of its pages though it has them: paging over changing lists skips some.

        With many missing, the first ones speak for all: if one of them is there, nothing else is taken for gone.
        """
        alive = set()
        for one in unseen[:_ASK_ABOUT]:
            self.job.check()
            try:
                item = connector.read(f"{one.kind}/{one.source_id}")
            except NotFound:
                continue
            except ConnectorError:  # no answer is no proof
                alive.add(one.raw_id)
                continue
            alive.add(one.raw_id)
            with self._unit() as unit:
                land(unit, self.connection_id, RawPage(items=(item,)), state.pull_id)
        return {one.raw_id for one in unseen} if alive and len(unseen) > _ASK_ABOUT else alive

    def _end_stream(self, unit: Unit, page: RawPage, state: StreamState) -> None:
        """A stream was read to its end: it is complete up to the time the source states, else to when we began."""
        state.watermark = page.watermark or state.watermark
        state.complete_from = page.complete_from or state.complete_from
        if page.complete_through:
            state.complete_through = page.complete_through.get("*")
            state.notes["complete_through"] = dict(page.complete_through)
        elif page.watermark and _is_instant(page.watermark):
            state.complete_through = page.watermark
        else:
            state.complete_through = unit.connection.execute(
                select(pulls.c.started_at).where(pulls.c.id == state.pull_id)
            ).scalar_one()
        state.cursor, state.pull_id, state.cursor_since = None, None, None

    def _trouble(self, why: ChartmendError, state: StreamState | None = None) -> None:
        """Keep the first problem for the result, and each with its stream.

        The stream stays complete up to where it was before: absence after that is no evidence of anything.
        """
        words = {"code": why.code, "what": why.what, "safe": why.safe, "todo": why.todo}
        self.result.problem = self.result.problem or words
        if state is not None:
            state.notes = {**state.notes, "problem": words}
            with self._unit() as unit:
                save_stream(unit, self.connection_id, state)

    def _unit(self) -> AbstractContextManager[Unit]:
        return self.desk.store.write(self.desk.actor)


def _is_instant(stamp: str) -> bool:
    try:
        return datetime.fromisoformat(stamp).tzinfo is not None
    except ValueError:
        return False
