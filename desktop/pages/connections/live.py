"""A test that is watched: its lines come one by one, each as its own task; and the list that shows them in a drawer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.connectors._port import Check
from desktop import a11y, theme
from desktop.pages.connections.words import check_words
from desktop.tasks import Failed, Tasks
from desktop.theme import color, px
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

_ICONS = {
    "ok": ("check-circle", "ok"),
    "warning": ("warning", "warn"),
    "failed": ("x-circle", "bad"),
    "skipped": ("question", "muted"),
    "now": ("arrows-clockwise", "accent"),
}


def outcome_words(outcome: str) -> str:
    """An outcome for screen readers."""
    return {
        "ok": tr("good"), "warning": tr("warning"), "failed": tr("must be fixed"), "skipped": tr("left out"),
        "now": tr("running"), "later": tr("not yet"),
    }[outcome]  # fmt: skip


def watch(
    tasks: Tasks,
    owner: QObject,
    checks: Iterator[Check],
    put: Callable[[Check | None], bool],
    failed: Failed,
) -> None:
    """Take one line after the other; `put` gets each, None at the end, and says whether to go on."""

    def done(check: Check | None) -> None:
        if put(check) and check is not None:
            watch(tasks, owner, checks, put, failed)

    tasks.run(lambda: next(checks, None), done=done, failed=failed, owner=owner, lane="network")


class OutcomeDisc(Themed, QWidget):
    """How a line stands; a dashed ring before it ran."""

    def __init__(self, outcome: str = "later", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome = outcome
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, outcome: str) -> None:
        """Another outcome."""
        self.outcome = outcome
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(px(20), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon or ring."""
        painter = QPainter(self)
        centre = self.rect().toRectF().center()
        if self.outcome in _ICONS:
            theme.paint_icon_at(painter, centre, px(20), *_ICONS[self.outcome])
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(color("control"), 1.5)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawEllipse(centre, px(7), px(7))


class CheckRows(Themed, QWidget):
    """The lines so far, under each other, with what to do about each."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, tr("Test of the connection"))
        self.checks: list[Check] = []
        self._column = QVBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, checks: Sequence[Check]) -> None:
        """Show these lines."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.checks = list(checks)
        spoken = (f"{check_words(c.id)[0]}, {outcome_words(c.outcome)}: {c.sentence} {c.fix}" for c in checks)
        self.setAccessibleDescription("; ".join(text.strip() for text in spoken))
        for check in checks:
            self._column.addWidget(self._line(check))

    def _line(self, check: Check) -> QWidget:
        line = QWidget()
        row, words = QHBoxLayout(line), QVBoxLayout()
        margins(row, 0, 0, 0, 0, 10)
        margins(words, 0, 0, 0, 0, 0)
        row.addWidget(OutcomeDisc(check.outcome), 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(Label(check_words(check.id)[0], "semibold"))
        words.addWidget(Label(check.sentence, "body", "muted", is_wrapped=True))
        if check.fix and check.outcome in ("warning", "failed"):
            words.addWidget(Label(tr("How to fix: {words}", words=check.fix), "body", is_wrapped=True))
        row.addLayout(words, 1)
        return line

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 0, 4, 0, 4, 12)
