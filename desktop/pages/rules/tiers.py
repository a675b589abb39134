"""The thresholds: what they are, what other ones would do, what the decisions suggest, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from core.match.plan import THRESHOLDS
from desktop import a11y
from desktop.pages.rules.cards import titled_card
from desktop.pages.rules.words import all_at_once, percent, threshold_words
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.table_twin import TableTwin
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr
from desktop.words.moments import clock_time

_MOST_ROWS = 12


class TiersPart(QScrollArea):
    """Four cards. What is typed changes nothing until it was tried and then put in force."""

    tried = Signal(object)  # thresholds by name
    applied = Signal(object)  # thresholds by name
    accepted = Signal(object)  # the thresholds of the proposal as it was shown

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rules_tiers")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._in_force: dict[str, float] = {}
        self._shown: dict[str, float] = {}
        self._history: Sequence[Mapping[str, Any]] = ()
        self.edits = {name: QLineEdit() for name in THRESHOLDS}
        self._words = {name: Label("", "helper", "muted", is_wrapped=True) for name in THRESHOLDS}
        self._counts = {name: Label("", "number") for name in THRESHOLDS}
        self.mistake = Label("", "body", "bad", is_wrapped=True)
        self.attempt = Button(tr("Show what would move"), "rules_try_button", size="tool", icon="magnifying-glass")
        self.apply = Button(tr("Put in force"), "rules_apply_button", kind="primary", size="tool")
        self.moved = Label("", "body", is_wrapped=True)
        self.moves = TableTwin("rules_moves_table", tr("What would move"))
        self.suggested = Label("", "body", is_wrapped=True)
        self.bands = TableTwin("rules_calibration_table", tr("How sure the model was, and how often it was right"))
        self.accept = Button(tr("Use what the decisions suggest"), "rules_calibration_button", size="tool")
        self.past = TableTwin("rules_history_table", tr("Earlier thresholds"))
        self.back = Button(tr("Fill in the earlier ones"), "rules_back_button", size="tool")
        self.never = Label(tr("The thresholds were never changed."), "body", "muted")
        self._lay_out()
        self.attempt.clicked.connect(lambda: self._with_typed(self.tried.emit))
        self.apply.clicked.connect(lambda: self._with_typed(self.applied.emit))
        self.accept.clicked.connect(lambda: self.accepted.emit(self._shown))
        self.back.clicked.connect(self._go_back)
        for edit in self.edits.values():
            edit.textEdited.connect(lambda _text: self.apply.setEnabled(False))
            edit.returnPressed.connect(self.attempt.click)

    def put(self, rules: Mapping[str, Any], history: Sequence[Mapping[str, Any]], *, may_change: bool) -> None:
        """Show what is in force and what was before."""
        self._in_force = {one["id"]: one["at"] for one in rules["thresholds"]}
        for one in rules["thresholds"]:
            self.edits[one["id"]].setText(percent(one["at"]))
            self.edits[one["id"]].setEnabled(may_change)
            self._words[one["id"]].put(one["words"])
            count = rules["tiers"]["linked" if one["id"] == "link" else one["id"]]
            self._counts[one["id"]].put(tr("{count} pairs now", count=f"{count:,}"))
        self.apply.setEnabled(False)
        self.mistake.hide()
        self.moves.hide()
        self.moved.put(tr("Type other percentages and look before anything changes."))
        self._history = history
        rows = [(clock_time(one["at"]), one["by"], all_at_once(one["before"])) for one in history]
        self.past.put((tr("Until"), tr("Changed by"), tr("Thresholds until then")), rows, most=_MOST_ROWS)
        self.past.setVisible(bool(rows))
        self.back.setVisible(bool(rows) and may_change)
        self.never.setVisible(not rows)

    def put_calibration(self, found: Mapping[str, Any], *, may_change: bool) -> None:
        """Show what the decisions say about the model."""
        self._shown = dict(found["effects"]["after"])
        suggestion = "" if found["is_same"] else tr("They suggest: {thresholds}.", thresholds=all_at_once(self._shown))
        self.suggested.put(f"{found['words']} {suggestion}".strip())
        rows = [
            (band["words"], f"{band['count']:,}", _share(band["mean"]), _share(band["share"]))
            for band in found["bands"]
            if band["count"]
        ]
        self.bands.put(
            (tr("The model said"), tr("Decided"), tr("On average"), tr("Same person")), rows, most=_MOST_ROWS
        )
        self.bands.setVisible(bool(rows))
        self.accept.setVisible(not found["is_same"] and bool(found["counted"]) and may_change)

    def put_effects(self, found: Mapping[str, Any], *, may_change: bool) -> None:
        """Show what the typed thresholds would do."""
        rows = [
            (tr("{before} to {after}", before=one["before_words"], after=one["after_words"]), one)
            for one in found["moves"]
        ]
        rows += [(tr("would join by themselves"), found["joined"])] if found["joined"]["pairs"] else []
        rows += [(tr("would no longer join by themselves"), found["parted"])] if found["parted"]["pairs"] else []
        told = [(words, f"{one['pairs']:,}", f"{one['persons']:,}") for words, one in rows]
        self.moves.put((tr("Pairs"), tr("How many"), tr("People")), told, most=_MOST_ROWS)
        self.moves.setVisible(bool(told))
        nothing = tr("No pair would move.")
        after = tr("Every record is matched again in the next run.")
        self.moved.put(" ".join(part for part in ("" if told else nothing, found["note"], after) if part))
        self.apply.setEnabled(may_change and found["before"] != found["after"])

    def refuse(self, words: str) -> None:
        """Say what is wrong with what was typed."""
        self.mistake.put(words)
        self.mistake.show()

    def _with_typed(self, then: Any) -> None:
        asked: dict[str, float] = {}
        for name, edit in self.edits.items():
            try:
                asked[name] = float(edit.text().replace("%", "").replace(",", ".").strip()) / 100
            except ValueError:
                self.refuse(tr("{threshold}: type a percentage, such as 99.5.", threshold=threshold_words()[name]))
                edit.setFocus()
                return
        # What nobody touched stays exactly as it is, also where it has more digits than are shown.
        kept = {name: at for name, at in self._in_force.items() if percent(at) == percent(asked[name])}
        self.mistake.hide()
        then(asked | kept)

    def _go_back(self) -> None:
        place = max(self.past.currentIndex().row(), 0)
        for name, at in self._history[place]["before"].items():
            self.edits[name].setText(percent(at))
        self.attempt.click()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        margins(grid, 0, 0, 0, 0, 12)
        grid.setColumnStretch(3, 1)
        for place, (name, edit) in enumerate(self.edits.items()):
            words = threshold_words()[name]
            a11y.name_widget(edit, f"rules_{name}_edit", tr("{threshold}, in percent", threshold=words))
            edit.setFixedWidth(px(88))
            grid.addWidget(Label(words, "semibold"), place, 0)
            grid.addWidget(edit, place, 1)
            grid.addWidget(self._counts[name], place, 2)
            grid.addWidget(self._words[name], place, 3, Qt.AlignmentFlag.AlignVCenter)
        acts = QHBoxLayout()
        margins(acts, 0, 0, 0, 0, 8)
        acts.addWidget(self.attempt)
        acts.addWidget(self.apply)
        acts.addStretch(1)
        levels = titled_card("rules_levels", tr("How sure is sure, in percent"))
        levels.body.addLayout(grid)
        levels.body.addWidget(self.mistake)
        levels.body.addLayout(acts)
        levels.body.addWidget(self.moved)
        levels.body.addWidget(self.moves)
        calibration = titled_card("rules_calibration", tr("What your decisions say about it"))
        calibration.body.addWidget(self.suggested)
        calibration.body.addWidget(self.bands)
        calibration.body.addWidget(self.accept)
        history = titled_card("rules_history", tr("Earlier thresholds"))
        history.body.addWidget(self.never)
        history.body.addWidget(self.past)
        history.body.addWidget(self.back)
        whole = QWidget()
        set_ground(whole, "canvas")
        column = QVBoxLayout(whole)
        margins(column, 24, 16, 24, 24, 16)
        for card in (levels, calibration, history):
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(whole)


def _share(value: float | None) -> str:
    return "—" if value is None else tr("{percent} %", percent=percent(round(value, 3)))
