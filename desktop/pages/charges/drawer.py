"""The drawer of one gap: what was found on both sides, a draft or correction, and the forms of the other answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from core.queries.charge_draft import DraftView
from core.queries.charge_links import NearMatch
from core.queries.charges import DayRow, GapView
from desktop.pages.charges.drafting import DraftForm
from desktop.pages.charges.explaining import ExplainForm, TextForm
from desktop.pages.charges.linking import LinkForm
from desktop.pages.charges.words import basis_words, gap_word, reason_words
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.search_field import Field
from desktop.words import tr
from desktop.words.moments import clock_time, dollars

_SHOWN = ("code", "units", "dos_from", "rendering", "status", "amount", "patient", "encounter", "visit_number")
_LINKABLE = ("miss-visit-charge", "match-review", "orphan-")


class GapDrawer(Drawer):
    """`accepted(takes)`, `drafted(lines)`, `explained(why)`, `linked(id)` and `noted(text)` for what is shown.

    `asked_links` comes when near matches are wanted.
    """

    accepted = Signal(object)
    drafted = Signal(object)
    explained = Signal(object)
    linked = Signal(str)
    noted = Signal(str)
    asked_links = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("charges_drawer", tr("One gap"), width=408, parent=parent)
        self.note = Button(tr("Note"), "charges_note_open_button", kind="quiet", size="row", key="N")
        self.note.clicked.connect(self.ask_note)
        self.head = self.add_section("", "charges_drawer_head", [self.note], can_close=True, can_wrap=True)
        self.badge = Badge("")
        self.sentence = Label("", is_wrapped=True)
        self.locked = Label("", "helper", "muted", is_wrapped=True)
        for part in (self.sentence, self.badge, self.locked):
            self.head.body.addWidget(part)
        self.why = self.add_section(tr("Explain"), "charges_drawer_explain")
        self.explain_form = ExplainForm()
        self.explain_form.given.connect(self.explained)
        self.why.body.addWidget(self.explain_form)
        self.links = self.add_section(tr("Link"), "charges_drawer_links")
        self.link_form = LinkForm()
        self.link_form.given.connect(self.linked)
        self.links.body.addWidget(self.link_form)
        self.notes = self.add_section(tr("Notes"), "charges_drawer_notes")
        self.written = Facts("charges_notes", tr("Notes"), label_width=132)
        self.note_form = TextForm("charges_note", tr("Note"), tr("For your colleagues"), tr("Keep"))
        self.note_form.given.connect(self.noted)
        self.note_form.left.connect(self._leave)
        self.notes.body.addWidget(self.written)
        self.notes.body.addWidget(self.note_form)
        self.drafting = self.add_section(tr("Draft charge"), "charges_drawer_drafting")
        self.draft_form = DraftForm()
        self.drafting.body.addWidget(self.draft_form)
        self.draft = self.add_section(tr("What would put it right"), "charges_drawer_draft")
        self.changes = Facts("charges_changes", tr("Changes"), label_width=132)
        self.draft.body.addWidget(self.changes)
        self.code = QLineEdit()
        self.code_field = Field(tr("Code, chosen by you"), self.code, "charges_code_edit")
        self.draft.body.addWidget(self.code_field)
        self.sides = self.add_section(tr("Both sides"), "charges_drawer_sides")
        self.facts = Facts("charges_evidence", tr("Evidence"), label_width=132)
        self.sides.body.addWidget(self.facts)
        self._add_footer()
        self._needs_code = self._has_draft = self._has_worth = False
        self.hide()

    @property
    def more(self) -> QLineEdit:
        """The few words beside a reason."""
        return self.explain_form.more

    def put(self, gap: GapView, view: DraftView | None, *, lock: str = "") -> None:
        """Show a gap. `lock` says in words why nothing may be decided here, "" when it may."""
        self.head.title.put(gap.title)
        self.sentence.put(gap.explanation)
        worth = tr("about {money}", money=dollars(gap.worth_cents)) if gap.worth_cents else tr("worth unknown")
        basis = basis_words(gap.worth_basis).removeprefix(tr("about: "))
        self._has_worth = True
        self.badge.put(worth, "neutral", "currency-dollar")
        self.badge.setToolTip(basis)
        self.facts.put([(str(e["label"]), str(e["value"])) for e in gap.evidence if e["value"]])
        self.sides.put_subtitle(
            "; ".join(tr("{system}, read {when}", system=s, when=clock_time(t)) for s, t in gap.read)
        )
        self._put_notes(gap)
        is_open = gap.status == "open" and not lock
        self._lock(lock or ("" if gap.status == "open" else _decided_words(gap)))
        self._has_draft = view is not None and is_open
        self.drafting.setVisible(self._has_draft)
        if view is not None and is_open:
            self.draft_form.put(view)
        self._put_proposal(gap, is_shown=not self._has_draft)
        self.accept.put(_accept_word(gap, view))
        self.accept.setEnabled(is_open and (gap.proposal is not None))
        self.explain.setEnabled(is_open)
        self.link.setEnabled(is_open and gap.rule.startswith(_LINKABLE))
        self.note.setEnabled(True)
        self._leave()

    def put_visit(self, row: DayRow, *, lock: str = "") -> None:
        """Show a visit that no finding is about: it can be explained, and waits otherwise."""
        self.head.title.put(row.visit_type or tr("Visit"))
        self.sentence.put(
            tr("No charge yet, and it is not late. It counts as a difference until one comes or somebody explains it.")
            if row.status == "waiting"
            else tr("This visit counts as: {word}.", word=gap_word(row) or tr("charged"))
        )
        self._has_worth = False
        self.facts.put(_visit_facts(row))
        self.sides.put_subtitle("")
        self._lock(lock)
        for section in (self.drafting, self.draft, self.notes):
            section.hide()
        self._has_draft = self._needs_code = False
        for button in (self.accept, self.link, self.note):
            button.setEnabled(False)
        self.explain.setEnabled(row.status == "waiting" and not lock)
        self._leave()

    def ask_why(self, today: date) -> None:
        """Open the reasons."""
        if self.explain.isEnabled():
            self._only(self.why)
            self.explain_form.ask(today)

    def ask_note(self) -> None:
        """Open the note."""
        if self.note.isEnabled():
            self._only(self.notes)
            self.note_form.ask()

    def show_links(self, found: Sequence[NearMatch]) -> None:
        """Open the near matches."""
        self._only(self.links)
        self.link.setFocus()
        self.link_form.put(found)

    def act(self) -> None:
        """The main button: stage the draft, or the correction that is shown."""
        if self._has_draft:
            lines = self.draft_form.lines()
            if not lines:
                self.draft_form.focus_code()
                return
            self.drafted.emit(lines)
            return
        code = self.code.text().strip().upper()
        if self._needs_code and not code:
            self.code_field.set_mistake(
                tr("The documentation does not settle the code; a person with billing rights does.")
            )
            self.code.setFocus()
            return
        self.accepted.emit({"code": code} if self._needs_code else {})

    def _add_footer(self) -> None:
        self.explain = Button(tr("Explain"), "charges_explain_button", key="X", size="tool", is_decision=True)
        self.link = Button(tr("Link"), "charges_link_button", key="L", size="tool", is_decision=True)
        self.accept = Button(tr("Stage it"), "charges_accept_button", kind="primary", key="C", size="tool",
                             is_decision=True)  # fmt: skip
        self.link.clicked.connect(self.asked_links)
        self.accept.clicked.connect(self.act)
        bar = ActionBar("charges_action_bar")
        bar.add_left(self.explain, self.link)
        bar.add_right(self.accept)
        self.set_footer(bar)

    def _put_notes(self, gap: GapView) -> None:
        self.written.put([(f"{note['by']}, {clock_time(note['at'])}", str(note["text"])) for note in gap.notes])
        self.notes.setVisible(bool(gap.notes))
        self.note_form.hide()

    def _put_proposal(self, gap: GapView, *, is_shown: bool) -> None:
        proposal = gap.proposal or {"kind": "task", "changes": [], "text": ""}
        changes = {c["field"]: c for c in proposal["changes"]}
        shown = [(_field(name), _change(changes[name])) for name in _SHOWN if name in changes]
        self.changes.put(shown or [(tr("to do"), proposal["text"] or tr("look into it"))])
        self._needs_code = proposal["kind"] == "create_charge_draft" and "code" not in changes
        self.draft.setVisible(is_shown)
        self.code_field.setVisible(self._needs_code)
        self.code.clear()
        self.code_field.set_mistake("")

    def _lock(self, words: str) -> None:
        self.locked.put(words)
        self.locked.setVisible(bool(words))

    def _only(self, form: QWidget) -> None:
        """One form at a time, at the top: what is asked there needs the room of the words above it."""
        for section in (self.why, self.links):
            section.setVisible(section is form)
        self.sentence.setVisible(form not in (self.why, self.links))
        self.badge.setVisible(self._has_worth and self.sentence.isVisibleTo(self))
        self.show_top()
        if form is self.notes:
            self.notes.show()

    def _leave(self) -> None:
        """Close the forms; nothing was decided."""
        self._only(self.head)
        if not self.written.accessibleDescription():
            self.notes.hide()


def _decided_words(gap: GapView) -> str:
    if gap.decided is None:
        return tr("This gap is settled.")
    return tr("Settled by {who}, {when}.", who=gap.decided["by"], when=clock_time(gap.decided["at"]))


def _visit_facts(row: DayRow) -> list[tuple[str, str]]:
    named = [
        (tr("when"), row.time),
        (tr("patient"), row.patient),
        (tr("provider"), row.provider),
        (tr("site"), row.site),
        (tr("explained as"), reason_words()[row.reason] if row.reason else ""),
        (tr("comes back"), row.follow_up),
    ]
    return [(label, value) for label, value in named if value]


def _accept_word(gap: GapView, view: DraftView | None) -> str:
    if view is not None:
        return tr("Stage the charge") if view.writes else tr("Ready for coder")
    kind = gap.proposal["kind"] if gap.proposal else "task"
    return {
        "create_charge_draft": tr("Stage the charge"),
        "amend_charge": tr("Stage it"),
        "move_charge": tr("Stage the move"),
        "link_charge": tr("Stage the link"),
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
        "visit_number": tr("visit number"),
    }[name]


def _change(change: dict[str, Any]) -> str:
    def plain(value: Any) -> str:
        if change["field"] == "amount":
            return dollars(value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    if change["before"] is None:
        return plain(change["after"])
    return f"{plain(change['before'])} → {plain(change['after'])}"
