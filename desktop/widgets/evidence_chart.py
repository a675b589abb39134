"""EvidenceChart: why two records matched, as a waterfall from where we start to the total, and its table twin."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QToolTip, QWidget

from desktop import a11y, theme
from desktop.theme import color, px
from desktop.widgets.draw import Right, draw_text, hatch_lines, rounded, row_focus, text_width, tier_disc
from desktop.widgets.table_twin import TableTwin
from desktop.widgets.themed import Themed
from desktop.widgets.tier_disc import tier_word
from desktop.words import tr

LABEL_WIDTH = 118
_TOP, _AXIS = 30, 24
_KEY_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True, slots=True)
class EvidenceBar:
    """One field: points above zero speak for one person, below against; `words` says why."""

    label: str
    points: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A whole waterfall in points; thresholds are (tier letter, points) in rising order."""

    start: float
    bars: tuple[EvidenceBar, ...]
    thresholds: tuple[tuple[str, float], ...]

    @property
    def total(self) -> float:
        """Where the bars end."""
        return self.start + sum(bar.points for bar in self.bars)


def signed(points: float) -> str:
    """Points with sign, one decimal, a true minus."""
    return f"{points:+.1f}".replace("-", "−")


class EvidenceChart(Themed, QStackedWidget):
    """The plot, or the table twin after `show_table(True)`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_stack")
        self.plot = EvidencePlot(name, self)
        self.twin = TableTwin(f"{name}_table", tr("Why they matched, as a table"), self)
        self.addWidget(self.plot)
        self.addWidget(self.twin)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def restyle(self) -> None:
        """Both parts measure themselves."""
        self.updateGeometry()

    def put(self, evidence: Evidence) -> None:
        """Show another waterfall; chart and table are made of the same values."""
        self.plot.put(evidence)
        rows = [(tr("Where we start"), "", signed(evidence.start))]
        running = evidence.start
        for bar in evidence.bars:
            running += bar.points
            rows.append((bar.label, signed(bar.points), signed(running)))
        rows.append((tr("Together"), "", signed(evidence.total)))
        self.twin.put((tr("Field"), tr("Points"), tr("So far")), rows)
        self.updateGeometry()

    def show_table(self, is_table: bool) -> None:
        """Swap plot and table."""
        self.setCurrentIndex(1 if is_table else 0)

    @property
    def is_table(self) -> bool:
        """Whether the table twin is shown."""
        return self.currentIndex() == 1

    def sizeHint(self) -> QSize:
        """Both are as high as the plot."""
        return self.plot.sizeHint()


class EvidencePlot(Themed, QWidget):
    """Painted rows; hover and Up/Down tell the figures, which the plot itself leaves out."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evidence: Evidence | None = None
        self._focused = -1
        self.row_height = 19
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        a11y.name_widget(self, name, tr("Why they matched"))

    def put(self, evidence: Evidence) -> None:
        """Show another waterfall."""
        self._evidence = evidence
        self._focused = -1
        self.setAccessibleDescription(in_words(evidence))
        self.restyle()

    def sizeHint(self) -> QSize:
        """Discs, one row per field plus start and total, axis."""
        rows = len(self._evidence.bars) + 2 if self._evidence else 2
        return QSize(px(312), px(_TOP + rows * self.row_height + _AXIS))

    def _x(self, points: float) -> float:
        evidence = self._evidence
        assert evidence is not None
        running, seen = evidence.start, [evidence.start, *(level for _, level in evidence.thresholds)]
        for bar in evidence.bars:
            running += bar.points
            seen.append(running)
        low, high = min(seen), max(seen)
        left, right = self._label_width, self.width() - px(20)
        return left + (points - low) / ((high - low) or 1.0) * (right - left)

    @property
    def _label_width(self) -> int:
        return min(px(LABEL_WIDTH), self.width() * 45 // 100)

    def _row(self, number: int) -> QRectF:
        return QRectF(0, px(_TOP + number * self.row_height), self.width(), px(self.row_height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Thresholds behind, then start, bars, total and axis."""
        evidence = self._evidence
        if evidence is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_thresholds(painter, evidence)
        running = evidence.start
        self._paint_label(painter, 0, tr("Where we start"), "helper", "muted")
        start = QPointF(self._x(running), self._row(0).center().y())
        painter.setPen(QPen(color("control"), 2))
        painter.setBrush(color("surface"))
        painter.drawEllipse(start, px(3), px(3))
        for number, bar in enumerate(evidence.bars, start=1):
            self._paint_label(painter, number, bar.label, "helper", "text")
            self._paint_bar(painter, number, running, bar.points)
            running += bar.points
        last = len(evidence.bars) + 1
        self._paint_label(painter, last, tr("Together"), "helper_semibold", "text")
        _diamond(painter, QPointF(self._x(running), self._row(last).center().y()))
        self._paint_axis(painter)
        if self.hasFocus():
            row = self._row(self._focused) if self._focused >= 0 else QRectF(self.rect())
            row_focus(painter, row)

    def _paint_label(self, painter: QPainter, number: int, text: str, role: str, ink: str) -> None:
        draw_text(
            painter, self._row(number).adjusted(0, 0, self._label_width - px(14) - self.width(), 0), text, role, ink
        )

    def _paint_bar(self, painter: QPainter, number: int, running: float, points: float) -> None:
        row = self._row(number)
        one, other = self._x(running), self._x(running + points)
        wide = max(abs(other - one), px(3))
        box = QRectF(min(one, other), round(row.center().y() - px(6)), wide, px(12))
        painter.setPen(QPen(color("control"), 1))
        painter.drawLine(QLineF(one, box.y() - px(self.row_height - 12) - 1, one, box.y()))
        if points >= 0:
            rounded(painter, box, px(2), "accent")
            return
        painter.save()
        outline = QPainterPath()
        outline.addRoundedRect(box, px(2), px(2))
        painter.setClipPath(outline)
        painter.fillRect(box, color("diff_bg"))
        hatch_lines(painter, box, "diff_ink", step=px(4), width=1.6)
        painter.restore()
        rounded(painter, box, px(2), None, "diff_ink")

    def _paint_thresholds(self, painter: QPainter, evidence: Evidence) -> None:
        pen = QPen(color("control"), 1)
        pen.setDashPattern([3, 3])
        bottom = self._row(len(evidence.bars) + 2).y()
        for tier, level in evidence.thresholds:
            x = round(self._x(level)) + 0.5
            painter.setPen(pen)
            painter.drawLine(QLineF(x, px(24), x, bottom))
            tier_disc(painter, QRectF(x - px(10), px(2), px(20), px(20)), tier)

    def _paint_axis(self, painter: QPainter) -> None:
        assert self._evidence is not None
        top = self._row(len(self._evidence.bars) + 2).y()
        left = self._label_width - px(14)
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(QLineF(left, top + 0.5, self.width(), top + 0.5))
        line = QRectF(left, top + px(4), self.width() - left, px(16))
        if text_width(tr("less likely"), "helper") + text_width(tr("more likely"), "helper") < line.width() - px(8):
            draw_text(painter, line, tr("less likely"), "helper", "muted")
        draw_text(painter, line, tr("more likely"), "helper", "muted", Right)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the fields and say their figures."""
        step = _KEY_STEPS.get(Qt.Key(event.key()))
        if step is None or self._evidence is None:
            super().keyPressEvent(event)
            return
        self._focused = min(max(self._focused + step, 0), len(self._evidence.bars) + 1)
        words = self._row_in_words(self._focused)
        QToolTip.showText(self.mapToGlobal(self._row(self._focused).center().toPoint()), words, self)
        a11y.announce(self, words)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the focus."""
        self._focused = -1
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Figures on hover."""
        if isinstance(event, QHelpEvent) and self._evidence is not None:
            number = int((event.y() - px(_TOP)) // px(self.row_height))
            if 0 <= number <= len(self._evidence.bars) + 1:
                QToolTip.showText(event.globalPos(), self._row_in_words(number), self)
                return True
        return super().event(event)

    def _row_in_words(self, number: int) -> str:
        evidence = self._evidence
        assert evidence is not None
        if number == 0:
            return tr("Where we start: {points}", points=signed(evidence.start))
        if number > len(evidence.bars):
            return tr("Together: {points}", points=signed(evidence.total))
        return bar_in_words(evidence.bars[number - 1])


def bar_in_words(bar: EvidenceBar) -> str:
    """One field in words and points."""
    way = tr("speaks for one person") if bar.points >= 0 else tr("speaks against")
    parts = [f"{bar.label}: {signed(bar.points)}", way, bar.words]
    return ", ".join(part for part in parts if part)


def in_words(evidence: Evidence) -> str:
    """The whole waterfall for screen readers."""
    reached = [tier for tier, level in evidence.thresholds if evidence.total >= level]
    tier = tier_word(reached[-1]) if reached else tr("below all tiers")
    return "; ".join([*(bar_in_words(bar) for bar in evidence.bars), tr("together {tier}", tier=tier)])


def _diamond(painter: QPainter, centre: QPointF) -> None:
    reach = px(7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text"))
    corners = [QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]
    painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
