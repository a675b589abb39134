"""Audit: who did what and when, filters, and the check of the trail.

Object names: audit_table, audit_verify_button, audit_action_pick, audit_actor_pick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.audit.trail import Verdict, verify
from core.export.table import ExportTable
from core.queries import audit as trail
from core.security.roles import may
from desktop.pages._page import BasePage, Page, PageContext
from desktop.widgets.badge import Badge
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.export_menu import ExportMenu, table_of
from desktop.widgets.facts import Facts
from desktop.widgets.notice import Action
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.pick import Pick
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.moments import clock_time

_CHUNK = 500


def act_words() -> dict[str, str]:
    """What each kind of row means."""
    return {
        "view-patient": tr("Looked at a pair of patients"),
        "view-charge": tr("Looked at a charge"),
        "decide": tr("Decided a finding"),
        "undo": tr("Took a decision back"),
        "correction": tr("Correction moved on"),
        "pull": tr("Pulled a system"),
        "match": tr("Matched people"),
        "reconcile": tr("Ran the rules"),
        "lookup": tr("Looked somebody up"),
        "note": tr("Wrote a note"),
        "ask": tr("Asked a colleague"),
        "answer-question": tr("Answered a colleague"),
        "withdraw-question": tr("Took a question back"),
        "raise-pair": tr("Put two records into the queue"),
        "undo-note": tr("Took a note back"),
        "explain": tr("Explained a visit"),
        "undo-explain": tr("Took an explanation back"),
        "explanation-came-back": tr("An explanation came back"),
        "close-day": tr("Closed a day"),
        "undo-close-day": tr("Took a closing back"),
        "reopen-day": tr("Opened a closed day"),
        "undo-reopen-day": tr("Took an opening back"),
        "closed-day-changed": tr("A closed day changed"),
        "export": tr("Exported a list"),
        "reveal": tr("Showed a hidden value"),
        "resolve-conflict": tr("Settled a conflict"),
        "add-connection": tr("Added a connection"),
        "change-connection": tr("Changed a connection"),
        "remove-connection": tr("Removed a connection"),
        "test-connection": tr("Tested a connection"),
        "set": tr("Changed a setting"),
        "create-store": tr("Made the store"),
        "add-person": tr("Set a person up"),
        "change-role": tr("Gave a person another role"),
        "deactivate-person": tr("Ended a person's access"),
        "reactivate-person": tr("Let a person in again"),
        "send-back": tr("Sent a decision back"),
        "verify-trail": tr("Checked the trail"),
        "backup": tr("Made a backup"),
        "backup-failed": tr("A backup failed"),
        "try-restore": tr("Tried a restore"),
        "restore": tr("Restored a backup"),
        "drop-replaced-store": tr("Deleted a replaced store"),
    }


class AuditPage(BasePage):
    """Newest first; a row's details stand in the drawer."""

    areas = frozenset({"audit"})
    help_id = "audit"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "audit_page")
        desk = context.desk
        self.action = Pick(tr("What"), [("", tr("All"))], "audit_action_pick")
        self.actor = Pick(tr("Who"), [("", tr("Everybody"))], "audit_actor_pick")
        self.verify = Button(tr("Verify trail"), "audit_verify_button", size="tool", icon="shield-check")
        self.verdict = Badge("")
        self.verdict.hide()
        self.verify.setVisible(may(desk.role, "audit"))
        toolbar = Toolbar("audit_toolbar")
        toolbar.add_left(self.action, self.actor)
        self.export = ExportMenu("audit_export_button")
        self.export.serve(self, self._export_table)
        toolbar.add_right(self.verdict, self.verify, self.export)
        self.model = PagedModel(_columns(), list, lambda ids: trail.rows(desk, list(ids)), self._run)
        self.table = PagedTable(self.model, "audit_table", tr("Audit trail"))
        self.main = self.table
        self.drawer = Drawer("audit_drawer", tr("One row"), width=328)
        self.facts = Facts("audit_facts", tr("Details"))
        self.drawer.add_section(tr("Details"), "audit_drawer_details", can_close=True).body.addWidget(self.facts)
        self.drawer.hide()
        body = QWidget()
        row = QHBoxLayout(body)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.table, 1)
        row.addWidget(self.drawer)
        self.set_body(body, top=toolbar)
        self.table.current_changed.connect(self._show)
        for pick in (self.action, self.actor):
            pick.picked.connect(lambda _key: self.refresh())
        self.verify.clicked.connect(self._verify)

    def refresh(self) -> None:
        """Read the ids that fit the filters anew; rows follow as they come into view."""
        desk, action, actor = self.context.desk, self.action.value, self.actor.value
        self.load(lambda: (trail.row_ids(desk, action=action, actor=actor), trail.choices(desk)), self._put)

    def _put(self, found: tuple[list[int], dict[str, list[str]]]) -> None:
        ids, choices = found
        words = act_words()
        self.action.set_options(
            [("", tr("All")), *((a, words.get(a, a)) for a in choices["action"])], self.action.value
        )
        self.actor.set_options([("", tr("Everybody")), *((a, a) for a in choices["actor"])], self.actor.value)
        desk = self.context.desk
        self.model.set_source(lambda: ids, lambda wanted: trail.rows(desk, list(wanted)))
        if not ids:
            clear = Action(tr("Clear filters"), self._clear)
            self.stack.show_empty("filter", tr("No rows match these filters"), "", [clear])

    def _export_table(self) -> Callable[[], ExportTable]:
        desk, action, actor = self.context.desk, self.action.value, self.actor.value
        words = act_words()
        parts = tr(
            "What: {what}. Who: {who}.", what=words.get(action, action) or tr("all"), who=actor or tr("everybody")
        )

        def read() -> ExportTable:
            ids = trail.row_ids(desk, action=action, actor=actor)
            rows = [row for start in range(0, len(ids), _CHUNK) for row in
                    trail.rows(desk, ids[start : start + _CHUNK]).values()]  # fmt: skip
            rows.sort(key=lambda row: -row["id"])
            return table_of("audit", tr("Audit trail"), _exported(), rows, filters=parts, has_patients=False)

        return read

    def _clear(self) -> None:
        self.action.set_value("")
        self.actor.set_value("")
        self.refresh()

    def _show(self, row_id: object) -> None:
        row = self.model.row_at(self.model.place_of(row_id)) if row_id is not None else None
        self.drawer.setVisible(row is not None)
        if row is not None:
            detail = [(str(name).replace("_", " "), _plain(value)) for name, value in row["detail"].items()]
            subject = [(tr("record"), row["subject"])] if row["subject"] else []
            self.facts.put([(tr("when"), row["at"]), (tr("who"), row["actor"]), *subject, *detail])

    def _verify(self) -> None:
        store = self.context.desk.store
        self.verify.setEnabled(False)
        self.context.tasks.run(lambda: verify(store), done=self._verified, failed=self._failed, owner=self)

    def _verified(self, verdict: Verdict) -> None:
        self.verify.setEnabled(True)
        self.verdict.show()
        if verdict.is_whole:
            self.verdict.put(tr("{count} rows, the chain is whole", count=verdict.rows), "ok", "check-circle")
        else:
            self.verdict.put(tr("Broken after row {row}", row=verdict.last_good), "bad", "warning-circle")

    def _failed(self, error: BaseException) -> None:
        self.verify.setEnabled(True)
        self.show_failure(error)

    def _run(self, work: Any, done: Any, failed: Any) -> None:
        self.context.tasks.run(work, done=done, failed=failed, owner=self)


def _columns() -> list[Column]:
    def act(row: Mapping[str, Any]) -> str:
        return act_words().get(row["action"], str(row["action"]))

    return [
        Column(tr("When"), lambda row: clock_time(row["at"]), "muted", width=120),
        Column(tr("Who"), lambda row: row["actor"], width=140),
        Column(tr("What"), act, "strong", stretch=1.0),
        Column(tr("Record"), lambda row: row["subject"], "muted", stretch=1.2),
        Column(tr("Row"), lambda row: str(row["id"]), "number", width=64),
    ]


def _exported() -> list[Column]:
    """The columns of the page with whole times, and the details beside them."""

    def detail(row: Mapping[str, Any]) -> str:
        return "; ".join(f"{name}: {_plain(value)}" for name, value in row["detail"].items())

    when = Column(tr("When"), lambda row: str(row["at"]))
    return [when, *_columns()[1:], Column(tr("Details"), detail)]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return str(value)


PAGE = Page("audit", "Audit", "shield-check", 90, "own-audit", AuditPage, group="upkeep")
