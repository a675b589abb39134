"""Adding a connection in seven steps, with Back everywhere and nothing saved before the last.

Object names: connections_wizard, wizard_rail, wizard_back, wizard_next, wizard_cancel, wizard_hint_label,
wizard_kind_<kind>, wizard_name, wizard_<field>, wizard_test_table, wizard_test_<check>_again, wizard_test_<check>_fix,
wizard_abilities_table, wizard_mapping_button, wizard_write, wizard_review_facts.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.usecases.drafts import Draft
from desktop import a11y, theme
from desktop.pages._page import PageContext
from desktop.pages.connections.wizard_checks import TestStep
from desktop.pages.connections.wizard_choose import ChooseStep, SignInStep
from desktop.pages.connections.wizard_pull import AbilitiesStep, LimitsStep, PullStep, ReviewStep
from desktop.pages.connections.wizard_step import Step, StepRail
from desktop.theme import px
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

_ROOM_FOR_RAIL = 860  # px at 100 %


class Wizard(Themed, QWidget):
    """`saved(draft)` at the last step, `mapping_asked(draft)` for the columns of files, `closed` when given up."""

    saved = Signal(object)
    mapping_asked = Signal(object)
    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "connections_wizard", tr("Add a connection"))
        self.draft = Draft("fhir-r4")
        abilities = AbilitiesStep(context)
        self.pull = PullStep(context, abilities)
        self.pull.mapping_asked.connect(lambda: self.mapping_asked.emit(self.draft))
        self.review = ReviewStep(context)
        self.steps: tuple[Step, ...] = (
            ChooseStep(context), SignInStep(context), TestStep(context), abilities, self.pull, LimitsStep(context),
            self.review,
        )  # fmt: skip
        self._at = 0
        self._is_verifying = self._waits_for_next = False
        self.rail = StepRail([tr(step.word) for step in self.steps])
        self.stack = QStackedWidget()
        for step in self.steps:
            step.changed.connect(self._refresh)
            self.stack.addWidget(_scrolled(step))
        self.cancel = Button(tr("Cancel"), "wizard_cancel")
        self.cancel.clicked.connect(self.closed)
        self.back = Button(tr("Back"), "wizard_back")
        self.back.clicked.connect(self.go_back)
        self.next = Button(tr("Next"), "wizard_next", kind="primary")
        self.next.clicked.connect(self.go_on)
        self.hint = Label("", "body", "muted")
        self.hint.setObjectName("wizard_hint_label")
        self.bar = ActionBar("wizard_bar")
        self.bar.add_left(self.cancel)
        self.bar.add_right(self.hint, self.back, self.next)
        self.place = Label("", "helper", "muted")  # instead of the rail where there is no room for it
        self.place.setObjectName("wizard_place_label")
        right = QWidget()
        column = QVBoxLayout(right)
        margins(column, 0, 0, 0, 0)
        self._place_line = QWidget()
        line = QHBoxLayout(self._place_line)
        margins(line, 28, 8, 16, 0)
        line.addWidget(self.place)
        column.addWidget(self._place_line)
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.rail)
        row.addWidget(right, 1)

    @property
    def step(self) -> Step:
        """The step at hand."""
        return self.steps[self._at]

    def begin(self) -> None:
        """Anew, at the first step."""
        self.draft = Draft("fhir-r4")
        self._show(0)

    def take(self, draft: Draft) -> None:
        """The columns were mapped: go on where it was."""
        self.draft = draft
        self._show(self._at)

    def go_on(self) -> None:
        """To the next step, once what was said holds; at the last one, save."""
        if not self.step.is_ready or self._is_verifying:
            return
        self.draft = self.step.leave(self.draft)
        if self.step is self.review:
            self._is_verifying = True
            self._refresh()
            self.saved.emit(self.draft)
            return
        at = self._at
        self.step.verify(self.draft, lambda: self._show(at + 1) if self._at == at else None)

    def go_back(self) -> None:
        """To the step before, which still holds what was said."""
        if self._at and not self._is_verifying:
            self.draft = self.step.leave(self.draft)
            self._show(self._at - 1)

    def say(self, words: str) -> None:
        """Why it was not saved."""
        self._is_verifying = False
        self.review.refuse(words)
        self._refresh()

    def _show(self, at: int) -> None:
        self._at, self._is_verifying = at, False
        self.rail.put(at)
        self.place.put(tr("Step {at} of {count}", at=at + 1, count=len(self.steps)))
        self.stack.setCurrentIndex(at)
        self.step.enter(self.draft)
        self._refresh()
        first = self.step.first()
        self._waits_for_next = first is None and not self.next.isEnabled()
        (first or (self.back if self._waits_for_next else self.next)).setFocus(Qt.FocusReason.TabFocusReason)
        a11y.announce(self, tr("Step {at} of {count}: {word}", at=at + 1, count=len(self.steps),
                               word=self.step.title.text()))  # fmt: skip

    def _refresh(self) -> None:
        is_last = self.step is self.review
        self.back.setVisible(self._at > 0)
        self.next.put(tr("Save and start first pull") if is_last else tr("Next"))
        self.next.setEnabled(self.step.is_ready and not self._is_verifying)
        self.hint.put(self.step.hint)
        if self._waits_for_next and self.next.isEnabled():
            self._waits_for_next = False
            if self.back.hasFocus():
                self.next.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large type the step needs the room of the rail."""
        has_room = event.size().width() >= px(_ROOM_FOR_RAIL)
        self.rail.setVisible(has_room)
        self._place_line.setVisible(not has_room)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in an input goes on."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go_on()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The steps stand on surface."""
        QPainter(self).fillRect(QRectF(self.rect()), theme.color("surface"))


def _scrolled(step: Step) -> QScrollArea:
    """With large type a step scrolls instead of being cut."""
    area = QScrollArea()
    area.setObjectName(f"{step.objectName()}_scroll")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(step)
    return area
