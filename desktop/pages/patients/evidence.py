"""The drawer of the review page: why they matched, what will move, how it is sent, notes."""

from __future__ import annotations

from math import log2

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.queries._sending import Way
from core.queries.pair import PairView
from desktop import a11y
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.words import TIER_LETTERS, record_name, tier_words
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.draw import Span
from desktop.widgets.drawer import Drawer
from desktop.widgets.evidence_chart import Evidence, EvidenceBar, EvidenceChart
from desktop.widgets.facts import IconFacts
from desktop.widgets.label import Label
from desktop.widgets.steps_list import HandStep, StepsList
from desktop.widgets.tier_disc import TierDisc
from desktop.words import tr
from desktop.words.moments import clock_time

WIDTH, WIDE_WIDTH = 344, 420
_MOST_SURE = 0.999


class EvidenceDrawer(Drawer):
    """`noted(text)` when a note is written."""

    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("patients_evidence_drawer", tr("Evidence"), width=WIDTH, parent=parent)
        self._is_wide = False
        self.swap = LinkButton(tr("Show as table"), "patients_evidence_table_button")
        self.swap.clicked.connect(self._swap)
        self._add_why()
        self._add_moves()
        self._add_sending()
        self._add_notes()

    def _add_why(self) -> None:
        why = self.add_section(tr("Why they matched"), "patients_why_section", [self.swap], can_close=True)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        self.disc = TierDisc("S")
        self.sure = Label("", "body", "muted")
        self.sure.setObjectName("patients_probability_label")
        line.addWidget(self.disc)
        line.addWidget(self.sure, 1)
        why.body.addLayout(line)
        self.looks_like = Label("", "helper", "muted", is_wrapped=True)
        why.body.addWidget(self.looks_like)
        self.chart = EvidenceChart("patients_evidence_chart")
        why.body.addWidget(self.chart)

    def _add_moves(self) -> None:
        self.moving = self.add_section(tr("What will move"), "patients_moves_section", subtitle=" ")
        self.moves = IconFacts("patients_moves", tr("What will move"))
        self.moving.body.addWidget(self.moves)

    def _add_sending(self) -> None:
        self.badge = Badge("")
        self.sending = self.add_section(tr("How it is sent"), "patients_sending_section", [self.badge], subtitle=" ")
        self.steps = StepsList("patients_steps")
        self.sending.body.addWidget(self.steps)

    def _add_notes(self) -> None:
        self.writing = self.add_section(tr("Notes"), "patients_notes_section")
        self.notes = Label("", is_wrapped=True)
        self.notes.setObjectName("patients_notes_label")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("Write a note"))
        a11y.name_widget(self.edit, "patients_note_edit", tr("Write a note"))
        self.add = Button(tr("Add"), "patients_note_button", size="tool")
        self.add.setEnabled(False)
        self.edit.textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))
        self.edit.returnPressed.connect(self.add.click)
        self.add.clicked.connect(self._note)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.edit, 1)
        row.addWidget(self.add)
        self.writing.body.addWidget(self.notes)
        self.writing.body.addLayout(row)

    def put(self, choices: Choices) -> None:
        """Show the evidence of a pair; what is written of a note stays only for that pair."""
        view = choices.view
        letter = TIER_LETTERS[view.tier]
        self.disc.put(letter)
        self.sure.put([Span(f"{tier_words()[view.tier]}. ", "semibold"), Span(_sure(view), "body", "muted")])
        self.looks_like.put(view.looks_like)
        self.looks_like.setVisible(bool(view.looks_like) and self._is_wide)
        self.chart.put(evidence_of(view))
        self.swap.setVisible(bool(view.weights))
        self.chart.setVisible(bool(view.weights))
        self.put_keep(choices)
        self.put_notes(view)
        self.edit.clear()

    def put_keep(self, choices: Choices) -> None:
        """What moves and how, for the record that is kept now."""
        view = choices.view
        folded = [p for p in choices.members if p != choices.keep]
        # Only what lives in the kept record's own system can move there; other systems keep their own record.
        own = [p for p in folded if view.records[p].ref.system == choices.kept.ref.system]
        names = ", ".join(record_name(view.records[p]) for p in own)
        self.moving.put_subtitle(tr("From {folded} into {kept}", folded=names, kept=record_name(choices.kept)))
        self.moves.put(_moves(view, own))
        is_open = view.status == "open"
        self.moving.setVisible(is_open and bool(own))
        self.sending.setVisible(is_open)
        if is_open:
            self._put_sending(view.ways[choices.keep] if view.ways else ())

    def _put_sending(self, ways: tuple[Way, ...]) -> None:
        by_hand = [way for way in ways if way.how == "by-hand"]
        if not ways:
            self.badge.put(tr("Nothing to send"), "neutral", "check")
            self.sending.put_subtitle(tr("The records live in different systems; only Chartmend links them."))
        elif by_hand:
            self.badge.put(tr("Steps by hand"), "neutral", "hand")
            self.sending.put_subtitle(" ".join(_hand_words(way) for way in by_hand))
        else:
            self.badge.put(tr("By API"), "accent", "paper-plane-tilt")
            self.sending.put_subtitle(" ".join(_api_words(way) for way in ways))
        self.steps.put([_step(text, way) for way in by_hand for text in way.steps])
        self.steps.setVisible(bool(by_hand))

    def put_notes(self, view: PairView) -> None:
        """Show the notes on a pair."""
        lines = [f"{note['by']}, {clock_time(note['at'])}: {note['text']}" for note in view.notes]
        self.notes.put("\n".join(lines))
        self.notes.setVisible(bool(lines))

    def fit(self, *, is_wide: bool) -> None:
        """Width and row height by the room there is."""
        self._is_wide = is_wide
        self.set_width(WIDE_WIDTH if is_wide else WIDTH)
        self.looks_like.setVisible(bool(self.looks_like.text()) and is_wide)
        self.chart.plot.row_height = 26 if is_wide else 19
        self.chart.plot.restyle()
        self.chart.restyle()

    def _swap(self) -> None:
        self.chart.show_table(not self.chart.is_table)
        self.swap.put(tr("Show as chart") if self.chart.is_table else tr("Show as table"))

    def _note(self) -> None:
        text = self.edit.text().strip()
        if text:
            self.noted.emit(text)
            self.edit.clear()


def evidence_of(view: PairView) -> Evidence:
    """The waterfall of a pair; tiers stand at the points where their probability begins."""
    bars = tuple(EvidenceBar(_field(weight.field), weight.weight, weight.words) for weight in view.weights)
    tiers = sorted((log2(share / (1 - share)), TIER_LETTERS[tier]) for tier, share in view.thresholds)
    return Evidence(view.start, bars, tuple((letter, points) for points, letter in tiers))


def _field(name: str) -> str:
    words = {
        "given_name": tr("First name"),
        "middle_name": tr("Middle name"),
        "family_name": tr("Last name"),
        "birth_date": tr("Birth date"),
        "street": tr("Address"),
        "place": tr("City, ZIP"),
        "ssn": tr("SSN"),
        "identifiers": tr("Numbers"),
        "email": tr("Email"),
        "phone": tr("Phone"),
    }
    return words.get(name, name.replace("_", " ").capitalize())


def _sure(view: PairView) -> str:
    if view.probability >= _MOST_SURE:
        return tr("More than 99.9 % likely one person.")
    return tr("About {share:.1f} % likely one person.", share=view.probability * 100)


def _moves(view: PairView, places: list[int]) -> list[tuple[str, str]]:
    def total(*entities: str) -> int:
        return sum(view.records[place].counts.get(entity, 0) for place in places for entity in entities)

    found = [
        ("calendar-blank", total("encounters"), tr("1 visit"), tr("{n} visits")),
        ("clock", total("appointments"), tr("1 appointment"), tr("{n} appointments")),
        ("receipt", total("charges"), tr("1 charge"), tr("{n} charges")),
        ("file-text", total("claims"), tr("1 claim"), tr("{n} claims")),
        ("identification-card", total("coverages"), tr("1 insurance"), tr("{n} insurances")),
        ("clipboard-text", total("orders"), tr("1 order"), tr("{n} orders")),
        ("note-pencil", total("notes"), tr("1 visit note"), tr("{n} visit notes")),
    ]
    rows = [(icon, one if n == 1 else many.format(n=f"{n:,}")) for icon, n, one, many in found if n]
    return rows or [("check", tr("Nothing hangs on it"))]


def _checked(way: Way) -> str:
    return tr("checked {when}", when=clock_time(way.checked_at)) if way.checked_at else tr("not checked yet")


def _hand_words(way: Way) -> str:
    return tr("{system} offers no merge call ({checked}).", system=way.system, checked=_checked(way))


def _api_words(way: Way) -> str:
    if way.how == "merge":
        words = tr("{system} merges by itself ({checked}).", system=way.system, checked=_checked(way))
    else:
        words = tr(
            "{system} has no merge call: the kept record is marked first, then the other one is closed and points "
            "to it ({checked}).",
            system=way.system, checked=_checked(way),
        )  # fmt: skip
    off = tr("Sending is switched off for this connection.") if way.is_writing_off else ""
    return f"{words} {off}".strip()


def _step(text: str, way: Way) -> HandStep:
    number = next((number for number in way.numbers if number in text), "")
    return HandStep(text, copy=number)
