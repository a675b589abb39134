"""Step 3: the test as a checklist that runs while one watches; each line says how to put it right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.connectors._port import Check
from core.sync.connections import connector_kinds
from core.usecases.drafts import Draft, try_draft
from desktop import a11y, theme
from desktop.pages._page import PageContext, words_of
from desktop.pages.connections.live import OutcomeDisc, outcome_words, watch
from desktop.pages.connections.wizard_step import Step
from desktop.pages.connections.words import check_words
from desktop.theme import color, px
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr


class TestLine(Themed, QWidget):
    """One line: disc, name, sentence, "How to fix", "Test again"."""

    fix_asked = Signal(str)
    again = Signal(str)

    def __init__(self, check: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check, self.found = check, Check(check, "later", check_words(check)[1])
        self.setObjectName(f"wizard_test_{check}")
        self._row = QHBoxLayout(self)
        self._disc = OutcomeDisc()
        self._name = Label(check_words(check)[0], "semibold")
        self._name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._said = Label("", "body", "muted", is_wrapped=True)
        self.fix = Button(tr("How to fix"), f"wizard_test_{check}_fix", size="row")
        self.fix.clicked.connect(lambda: self.fix_asked.emit(check))
        self.retry = Button(
            tr("Test again"), f"wizard_test_{check}_again", kind="quiet", size="row", icon="arrows-clockwise"
        )
        self.retry.clicked.connect(lambda: self.again.emit(check))
        for part in (self._disc, self._name):
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._said, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.fix, self.retry):
            self._row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.put(self.found)
        self.restyle()

    def put(self, found: Check) -> None:
        """Show an outcome; "later" and "now" before there is one."""
        self.found = found
        self._disc.put(found.outcome)
        self._said.set_ink("muted" if found.outcome in ("ok", "later", "skipped") else "text")
        self._said.put(found.sentence)
        self._name.set_ink("muted" if found.outcome == "later" else "text")
        self.fix.setVisible(bool(found.fix) and found.outcome in ("warning", "failed"))
        self.retry.setVisible(found.outcome in ("ok", "warning", "failed"))
        name = check_words(self.check)[0]
        self.fix.setAccessibleName(tr("How to fix: {line}", line=name))
        self.retry.setAccessibleName(tr("Test again: {line}", line=name))
        spoken = tr("{line}, {outcome}: {words}", line=name, outcome=outcome_words(found.outcome), words=found.sentence)
        a11y.name_widget(self, self.objectName(), spoken)

    def restyle(self) -> None:
        """46 px a line, more where a sentence wraps."""
        margins(self._row, 4, 6, 4, 6, 12)
        self._name.setFixedWidth(theme.pane(144))
        self.setMinimumHeight(px(46))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairline below."""
        QPainter(self).fillRect(QRectF(0, self.height() - 1, self.width(), 1), color("border"))


class TestStep(Step):
    """The checklist."""

    word = "Test"

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context, "wizard_test", tr("Test the connection"),
            tr("Each line can be tested again on its own. You can go on with warnings."),
        )  # fmt: skip
        self.table = QWidget()
        a11y.name_widget(self.table, "wizard_test_table", tr("Test of the connection"))
        set_ground(self.table, "surface")
        self._lines = QVBoxLayout(self.table)
        margins(self._lines, 0, 0, 0, 0)
        self.lines: dict[str, TestLine] = {}
        self.fix = Card("wizard_fix", padding=16, spacing=4)
        self.fix_title, self.fix_text = Label("", "semibold"), Label("", "body", is_wrapped=True)
        self.fix_text.setObjectName("wizard_fix_label")
        copy = LinkButton(tr("Copy details"), "wizard_fix_copy")
        copy.clicked.connect(self._copy)
        for part in (self.fix_title, self.fix_text):
            self.fix.body.addWidget(part)
        self.fix.body.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(px(8))
        self.column.addWidget(self.table)
        self.column.addSpacing(px(8))
        self.column.addWidget(self.fix)
        self.column.addStretch(1)
        self._draft: Draft | None = None
        self._turn = 0
        self._is_running = False

    def enter(self, draft: Draft) -> None:
        """Run the test, unless this very draft was tested already."""
        if draft == self._draft and self.is_ready:
            return
        self._draft = draft
        for line in self.lines.values():
            line.hide()
            line.deleteLater()
        self.lines = {}
        for check in connector_kinds()[draft.kind].checks:
            self._line(check)
        self.fix.hide()
        self._run("")

    def leave(self, draft: Draft) -> Draft:
        """What runs is let go."""
        self._turn += 1
        if self._is_running:
            self._is_running, self._draft = False, None
        return draft

    def _line(self, check: str) -> TestLine:
        if check not in self.lines:
            line = self.lines[check] = TestLine(check)
            line.again.connect(self._run)
            line.fix_asked.connect(self._show_fix)
            self._lines.addWidget(line)
        return self.lines[check]

    def _run(self, only: str) -> None:
        """Run the test, to one line with `only`. The lines come one by one, each as its own task."""
        assert self._draft is not None
        self._turn += 1
        self._is_running = True
        self.fix.hide()
        for check, line in self.lines.items():
            if not only or check == only:
                line.put(Check(check, "later", check_words(check)[1]))
        self._mark_next(only)
        self.changed.emit()
        turn = self._turn

        def put(check: Check | None) -> bool:
            if turn != self._turn:
                return False
            if check is None:
                self._end()
                return False
            # A line that was asked for alone stands alone, unless one before it fails now.
            if not only or check.id == only or check.outcome == "failed":
                self._line(check.id).put(check)
            self._mark_next(only)
            self.changed.emit()
            return True

        def fail(error: BaseException) -> None:
            if turn == self._turn:
                words = words_of(error)
                first = next((c for c, line in self.lines.items() if line.found.outcome in ("now", "later")), "reach")
                self._line(first).put(Check(first, "failed", words.what, words.todo))
                self._end()

        watch(self.context.tasks, self, try_draft(self.context.desk, self._draft, only), put, fail)

    def _mark_next(self, only: str) -> None:
        """The line that runs now."""
        waiting = [line for line in self.lines.values() if line.found.outcome == "later"]
        if waiting and (not only or waiting[0].check == only):
            waiting[0].put(Check(waiting[0].check, "now", waiting[0].found.sentence))

    def _end(self) -> None:
        self._is_running = False
        is_stopped = any(line.found.outcome == "failed" for line in self.lines.values())
        for check, line in self.lines.items():
            if line.found.outcome in ("now", "later"):
                words = tr("Not tested: a line above must be fixed first.") if is_stopped else tr("Not needed here.")
                line.put(Check(check, "skipped", words))
        worst = next((line for line in self.lines.values() if line.found.outcome == "failed"), None)
        if worst is not None and worst.found.fix:
            self._show_fix(worst.check)
        a11y.announce(self, self.hint or tr("The test has ended."), is_urgent=worst is not None)
        self.changed.emit()

    def _show_fix(self, check: str) -> None:
        self.fix_title.put(tr("How to fix: {line}", line=check_words(check)[0]))
        self.fix_text.put(self.lines[check].found.fix)
        self.fix.show()

    def _copy(self) -> None:
        lines = [
            f"{check_words(check)[0]}: {outcome_words(line.found.outcome)}. {line.found.sentence} {line.found.fix}"
            for check, line in self.lines.items()
        ]
        self.context.shell.copy("\n".join(lines), is_patient_value=False)

    @property
    def is_ready(self) -> bool:
        """It has ended, and nothing must be fixed."""
        outcomes = {line.found.outcome for line in self.lines.values()}
        return bool(outcomes) and not self._is_running and "failed" not in outcomes

    @property
    def hint(self) -> str:
        """What stands in the way."""
        if self._is_running:
            return tr("The test is running")
        failed = sum(line.found.outcome == "failed" for line in self.lines.values())
        if failed == 1:
            return tr("1 line must be fixed first")
        return tr("{count} lines must be fixed first", count=failed) if failed else ""
