"""StepsList: numbered steps by hand, with record numbers to copy; Timeline: the way that an item went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import color, px
from desktop.widgets.button import IconButton
from desktop.widgets.draw import Centre, Span, draw_text, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class HandStep:
    """One step: words, a bold record number at their end, and what the copy button copies."""

    text: str
    strong: str = ""
    copy: str = ""
    is_done: bool = False


class _Number(Themed, QWidget):
    """A ringed number; filled with a tick when done."""

    def __init__(self, number: int, is_done: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._number, self._is_done = number, is_done
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(20), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self._is_done:
            rounded(painter, box, box.height() / 2, "accent")
            theme.paint_icon_at(painter, box.center(), px(12), "check-bold", "on_accent")
            return
        rounded(painter, box, box.height() / 2, "surface", "control")
        draw_text(painter, box, str(self._number), "key", "text", Centre)


class StepsList(Themed, QWidget):
    """`copied` tells what to copy; the page puts it on the clipboard by its own rules."""

    copied = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, tr("Steps by hand"))
        self._column = QVBoxLayout(self)
        self._rows: list[QHBoxLayout] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, steps: Sequence[HandStep]) -> None:
        """Show other steps."""
        while (old := self._column.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._rows.clear()
        for number, step in enumerate(steps, start=1):
            self._column.addWidget(self._line(number, step))

    def _line(self, number: int, step: HandStep) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        margins(row, 0, 0, 0, 0, 10)
        self._rows.append(row)
        row.addWidget(_Number(number, step.is_done, line), 0, Qt.AlignmentFlag.AlignTop)
        spans = [Span(step.text)] if not step.strong else [Span(step.text + " "), Span(step.strong, "semibold")]
        label = Label(spans, is_wrapped=True, parent=line)
        label.setObjectName(f"{self.objectName()}_{number}_label")
        row.addWidget(label, 1)
        if step.copy:
            button = IconButton(
                "copy",
                tr("Copy {text}", text=step.copy),
                f"{self.objectName()}_{number}_copy",
                size="mini",
                parent=line,
            )
            button.clicked.connect(lambda _on=False, text=step.copy: self.copied.emit(text))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 0, 0, 0, 0, 6)
        for row in self._rows:
            margins(row, 0, 0, 0, 0, 10)


Mark = Literal["done", "stopped", "now", "later"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One state of an item: its word, when and by whom, and whether it was reached."""

    word: str
    detail: str = ""
    mark: Mark = "later"


class Timeline(Themed, QWidget):
    """40 px each; reached ones are filled, the one that failed is crossed, later ones are dashed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stones: tuple[Milestone, ...] = ()
        a11y.name_widget(self, name, tr("Where it stands"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, stones: Sequence[Milestone]) -> None:
        """Show another way."""
        words = {"done": tr("done"), "stopped": tr("stopped"), "now": tr("now"), "later": tr("not yet")}
        self._stones = tuple(stones)
        spoken = (", ".join(p for p in (s.word, words[s.mark], s.detail) if p) for s in stones)
        self.setAccessibleDescription("; ".join(spoken))
        self.restyle()

    def sizeHint(self) -> QSize:
        """40 px for each state."""
        return QSize(px(260), px(40) * len(self._stones))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line, discs, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, stone in enumerate(self._stones):
            top = number * px(40)
            if number:
                painter.fillRect(QRectF(px(10) - 0.5, top - px(20), 1, px(20)), color("control"))
            self._paint_disc(painter, QRectF(0, top, px(20), px(20)), stone.mark)
            role = "semibold" if stone.mark in {"stopped", "now"} else "medium"
            ink = "muted" if stone.mark == "later" else "text"
            room = self.width() - px(32)
            draw_text(painter, QRectF(px(32), top, room, px(20)), stone.word, role, ink)
            draw_text(painter, QRectF(px(32), top + px(20), room, px(16)), stone.detail, "helper", "muted")

    def _paint_disc(self, painter: QPainter, box: QRectF, mark: Mark) -> None:
        centre = box.center()
        if mark == "done":
            rounded(painter, box, box.height() / 2, "accent")
            theme.paint_icon_at(painter, centre, px(12), "check-bold", "on_accent")
            return
        ink = {"stopped": "warn", "now": "accent"}.get(mark, "control")
        pen = QPen(color(ink), 2 if mark != "later" else 1)
        if mark == "later":
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(color("warn_bg" if mark == "stopped" else "surface"))
        painter.drawEllipse(QPointF(centre), box.width() / 2 - 1, box.width() / 2 - 1)
        if mark == "stopped":
            theme.paint_icon_at(painter, centre, px(12), "x", "warn")
        elif mark == "now":
            painter.setBrush(color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(centre, px(4), px(4))
