"""The pane beside the columns: every row checked while one watches, the numbers, and each problem to jump to."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.jobs import Job
from core.sheets.check import Checked, Problem
from desktop import a11y
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.progress import ProgressBar
from desktop.widgets.themed import margins
from desktop.words import tr

_LOOK_MS = 150


class CheckPane(Drawer):
    """`asked` starts a check, `stopped` ends it, `jumped(problem)` comes with each problem that is looked at."""

    asked = Signal()
    stopped = Signal()
    rejected = Signal()
    jumped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mapping_check", tr("Check of all rows"), width=440, parent=parent)
        self._job: Job | None = None
        self._problems: list[Problem] = []
        head = self.add_section(tr("Check of all rows"), "mapping_check_head")
        self.said = Label("", "body", "muted", is_wrapped=True)
        self.said.setObjectName("mapping_check_label")
        self.numbers = QWidget()
        row = QHBoxLayout(self.numbers)
        margins(row, 0, 4, 0, 4, 6)
        self.ready, self.warned, self.bad = Badge(" "), Badge(" "), Badge(" ")
        for badge in (self.ready, self.warned, self.bad):
            row.addWidget(badge)
        row.addStretch(1)
        self.bar = ProgressBar("mapping_check_bar", tr("Check"), width=300)
        acts = QWidget()
        line = QHBoxLayout(acts)
        margins(line, 0, 4, 0, 0, 8)
        self.start = Button(tr("Check all rows"), "mapping_check_button", size="tool", icon="check-square")
        self.start.clicked.connect(self._start)
        self.reject = Button(tr("Import good rows only"), "mapping_reject_button", size="tool", icon="export")
        self.reject.clicked.connect(self.rejected)
        for button in (self.start, self.reject):
            line.addWidget(button)
        line.addStretch(1)
        for part in (self.said, self.numbers, self.bar, acts):
            head.body.addWidget(part)
        self.list_section = self.add_section(tr("Problems"), "mapping_problems")
        columns = (
            Column(tr("State"), _mark, "badge", width=78),
            Column(tr("Line"), lambda problem: f"{problem.line:,}", "number", width=54),
            Column(tr("What"), lambda problem: f"{problem.column} {problem.reason}".strip(), stretch=1.0),
        )  # fmt: skip
        self.model = PagedModel(columns, lambda: list(range(len(self._problems))), self._rows)
        self.table = PagedTable(self.model, "mapping_problems_table", tr("Problems"))
        self.table.current_changed.connect(self._jump)
        self.place = Label("", "helper", "muted", is_wrapped=True)
        self.place.setObjectName("mapping_problem_label")
        self.list_section.body.addWidget(self.table)
        self.list_section.body.addWidget(self.place)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.forget()

    def _rows(self, ids: object) -> dict[int, Problem]:
        return {place: self._problems[place] for place in ids}  # type: ignore[attr-defined]

    def forget(self, words: str = "") -> None:
        """There is no result, or it no longer holds."""
        self._end()
        self._problems = []
        self.said.put(words or tr("Every row of every file is checked before anything is kept."))
        for part in (self.numbers, self.list_section, self.reject):
            part.hide()

    def set_possible(self, is_possible: bool, *, is_next: bool) -> None:
        """Whether there is something to check by, and whether that is the next thing to do."""
        self.start.setEnabled(is_possible)
        self.start.put(self.start.text(), kind="primary" if is_possible and is_next else "plain")

    def watch(self, job: Job) -> None:
        """A check is under way."""
        self.forget(tr("Checking…"))
        self._job = job
        self.bar.put(None)
        self.bar.show()
        self.start.put(tr("Stop"), icon="x")
        self._timer.start()

    def _look(self) -> None:
        if self._job is not None:
            self.said.put(tr("{count} rows so far", count=f"{self._job.done:,}"))

    def put(self, checked: Checked) -> None:
        """The outcome."""
        self._end()
        self._problems = sorted(checked.problems, key=lambda one: (not one.is_bad, one.file, one.line))
        self.model.reload()
        words = tr(
            "{ready} rows ready, {warnings} warnings, {bad} must be fixed.",
            ready=f"{checked.ready:,}", warnings=f"{checked.warnings:,}", bad=f"{checked.must_fix:,}",
        )  # fmt: skip
        self.said.put(words)
        a11y.announce(self, words)
        self.ready.put(tr("{count} ready", count=f"{checked.ready:,}"), "ok", "check")
        self.warned.put(tr("{count} warnings", count=f"{checked.warnings:,}"), "warn", "warning-circle")
        self.bad.put(tr("{count} must be fixed", count=f"{checked.must_fix:,}"), "bad", "x-circle")
        self.numbers.show()
        self.warned.setVisible(bool(checked.warnings))
        self.bad.setVisible(bool(checked.must_fix))
        self.list_section.setVisible(bool(self._problems))
        total = checked.must_fix + checked.warnings
        is_cut = total > len(self._problems) >= 1000
        self.list_section.put_subtitle(tr("The first of {count}.", count=f"{total:,}") if is_cut else "")
        self.table.setFixedHeight(px(33) + px(32) * min(len(self._problems), 10))
        self.place.put(tr("Choose a line to see its column."))
        self.reject.setVisible(bool(checked.must_fix) and bool(checked.ready))

    def _end(self) -> None:
        self._job = None
        self._timer.stop()
        self.bar.hide()
        self.start.put(tr("Check all rows"), icon="check-square")

    def _start(self) -> None:
        (self.asked if self._job is None else self.stopped).emit()

    def _jump(self, place: object) -> None:
        if isinstance(place, int) and place < len(self._problems):
            found = self._problems[place]
            self.place.put(tr("{file}, line {line}: {what}", file=found.file, line=found.line, what=found.sentence()))
            self.jumped.emit(found)


def _mark(problem: Problem) -> tuple[str, str, str]:
    return (tr("fix"), "bad", "x-circle") if problem.is_bad else (tr("odd"), "warn", "warning-circle")
