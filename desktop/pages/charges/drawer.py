"""The drawer of one gap: what was found on both sides, what would put it right, accept or explain."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from core.queries.charges import GapView
from desktop.pages.charges.words import basis_words
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.words import tr
from desktop.words.moments import dollars

_SHOWN = ("code", "units", "dos_from", "rendering", "status", "amount", "patient", "encounter")


class GapDrawer(Drawer):
    """`accepted(takes)` and `explained(reason)` for the gap that is shown."""

    accepted = Signal(object)
    explained = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("charges_drawer", tr("One gap"), width=408, parent=parent)
        self.head = self.add_section("", "charges_drawer_head", can_close=True, can_wrap=True)
        self.badge = Badge("")
        self.sentence = Label("", is_wrapped=True)
        self.head.body.addWidget(self.sentence)
        self.head.body.addWidget(self.badge)
        self.sides = self.add_section(tr("Both sides"), "charges_drawer_sides")
        self.facts = Facts("charges_evidence", tr("Evidence"), label_width=132)
        self.sides.body.addWidget(self.facts)
        self.draft = self.add_section(tr("What would put it right"), "charges_drawer_draft")
        self.changes = Facts("charges_changes", tr("Changes"), label_width=132)
        self.draft.body.addWidget(self.changes)
        self.code = QLineEdit()
        self.code_field = Field(tr("Code, chosen by you"), self.code, "charges_code_edit")
        self.draft.body.addWidget(self.code_field)
        self.why = self.add_section(tr("Explain"), "charges_drawer_explain")
        self.reason = Pick(tr("Reason"), _reasons(), "charges_reason_pick")
        self.more = QLineEdit()
        self.more.setPlaceholderText(tr("In a few words"))
        self.more_field = Field(tr("Note"), self.more, "charges_reason_edit")
        self.why.body.addWidget(self.reason)
        self.why.body.addWidget(self.more_field)
        self.explain = Button(tr("Explain"), "charges_explain_button", key="X", is_decision=True)
        self.accept = Button(tr("Stage it"), "charges_accept_button", kind="primary", key="C", is_decision=True)
        self.explain.clicked.connect(self._explain)
        self.accept.clicked.connect(self._accept)
        bar = ActionBar("charges_action_bar")
        bar.add_left(self.explain)
        bar.add_right(self.accept)
        self.set_footer(bar)
        self._needs_code = False
        self.hide()

    def put(self, gap: GapView) -> None:
        """Show a gap."""
        self.head.title.put(gap.title)
        self.sentence.put(gap.explanation)
        worth = dollars(gap.worth_cents) if gap.worth_cents else tr("worth unknown")
        self.badge.put(
            " · ".join(part for part in (worth, basis_words(gap.worth_basis)) if part), "neutral", "currency-dollar"
        )
        self.facts.put([(str(e["label"]), str(e["value"])) for e in gap.evidence if e["value"]])
        proposal = gap.proposal or {"kind": "task", "changes": [], "text": ""}
        changes = {c["field"]: c for c in proposal["changes"]}
        shown = [(_field(name), _change(changes[name])) for name in _SHOWN if name in changes]
        self.changes.put(shown or [(tr("to do"), proposal["text"] or tr("look into it"))])
        self._needs_code = proposal["kind"] == "create_charge_draft" and "code" not in changes
        self.code_field.setVisible(self._needs_code)
        self.code.clear()
        self.more.clear()
        self.code_field.set_mistake("")
        is_open = gap.status == "open"
        self.accept.put(_accept_word(proposal["kind"]))
        for button in (self.accept, self.explain):
            button.setEnabled(is_open)

    def _accept(self) -> None:
        code = self.code.text().strip().upper()
        if self._needs_code and not code:
            self.code_field.set_mistake(
                tr("The documentation does not settle the code; a person with billing rights does.")
            )
            self.code.setFocus()
            return
        self.accepted.emit({"code": code} if self._needs_code else {})

    def _explain(self) -> None:
        self.explained.emit(" ".join(part for part in (self.reason.value, self.more.text().strip()) if part))


def _reasons() -> list[tuple[str, str]]:
    words = (tr("nothing is due"), tr("left before seen"), tr("nurse visit included"), tr("inside a global period"),
             tr("courtesy"), tr("paid outside this system"), tr("not finished documenting"), tr("wrong visit"),
             tr("other"))  # fmt: skip
    return [(word, word) for word in words]


def _accept_word(kind: str) -> str:
    return {
        "create_charge_draft": tr("Stage the charge"),
        "amend_charge": tr("Stage the correction"),
        "void_charge": tr("Stage the void"),
    }.get(kind, tr("Stage the task"))


def _field(name: str) -> str:
    return {
        "code": tr("code"),
        "units": tr("units"),
        "dos_from": tr("date"),
        "rendering": tr("provider"),
        "status": tr("status"),
        "amount": tr("amount"),
        "patient": tr("patient record"),
        "encounter": tr("visit"),
    }[name]


def _change(change: dict[str, Any]) -> str:
    def plain(value: Any) -> str:
        if change["field"] == "amount":
            return dollars(value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    if change["before"] is None:
        return plain(change["after"])
    return f"{plain(change['before'])} → {plain(change['after'])}"
