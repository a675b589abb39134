"""LineChart and BarChart for Today: direct labels, bars from zero, and a table twin for each.

Painted with Qt alone, from tokens; each has a title as a finding, a description in words, and no mouse zoom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from desktop import a11y
from desktop.theme import color, px
from desktop.widgets.button import LinkButton
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre, Right, draw_text, hairline, rounded, text_width
from desktop.widgets.label import Label
from desktop.widgets.table_twin import TableTwin
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

_FOOT = 24


@dataclass(frozen=True, slots=True)
class Line:
    """A series over equal steps; `end_words` stands at its end ("1.4 days"), `target_words` at the target."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    end_words: str = ""
    target: float | None = None
    target_words: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """One or two series of counts over the same labels."""

    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


def whole_ticks(highest: float) -> list[int]:
    """Ticks from zero in steps of 1, 2 or 5 times a power of ten, at most five steps."""
    if highest <= 0:
        return [0, 1]
    step = 1
    for exponent in range(12):
        for factor in (1, 2, 5):
            step = factor * 10**exponent
            if highest / step <= 5:
                return list(range(0, math.ceil(highest / step) * step + 1, step))
    return [0, step]


class _Plot(Themed, QWidget):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(px(380), px(160))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))


class LinePlot(_Plot):
    """2 px accent line, dashed target, end dot with its value."""

    line: Line | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, target, line, end."""
        line = self.line
        if line is None or not line.values:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ticks = whole_ticks(max((*line.values, line.target or 0.0)))
        words = max((text_width(w, "helper_number_semibold") for w in (line.end_words, line.target_words)), default=0)
        area = QRectF(px(26), px(10), self.width() - px(26 + 8) - words, self.height() - px(_FOOT + 10))
        self._paint_grid(painter, area, ticks)
        self._paint_labels(painter, area, line)
        points = [self._point(area, line, ticks, place) for place in range(len(line.values))]
        if line.target is not None:
            y = round(area.bottom() - line.target / ticks[-1] * area.height()) + 0.5
            pen = QPen(color("control"), 1)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QLineF(area.x(), y, area.right(), y))
            spot = QRectF(area.right() + px(8), y - px(8), words + 1, px(16))
            draw_text(painter, spot, line.target_words, "helper", "muted")
        self._paint_line(painter, points, line, words)

    def _point(self, area: QRectF, line: Line, ticks: list[int], place: int) -> QPointF:
        share = place / max(1, len(line.values) - 1)
        return QPointF(area.x() + share * area.width(), area.bottom() - line.values[place] / ticks[-1] * area.height())

    def _paint_grid(self, painter: QPainter, area: QRectF, ticks: list[int]) -> None:
        for tick in ticks:
            y = round(area.bottom() - tick / ticks[-1] * area.height()) + 0.5
            painter.setPen(QPen(color("border") if tick == 0 else hairline(), 1))
            painter.drawLine(QLineF(area.x(), y, area.right(), y))
            draw_text(painter, QRectF(0, y - px(8), px(14), px(16)), str(tick), "helper_number", "muted", Right)

    def _paint_labels(self, painter: QPainter, area: QRectF, line: Line) -> None:
        count = len(line.labels)
        if not count:
            return
        wide = max(text_width(label, "helper_number") for label in line.labels) + px(36)
        stride = max(1, math.ceil(count * wide / max(1.0, area.width())))
        places = list(range(0, count - stride // 2, stride))
        places = [*places, count - 1] if places[-1] != count - 1 else places
        for place in places:
            x = area.x() + place / max(1, count - 1) * area.width()
            text = line.labels[place]
            width = text_width(text, "helper_number") + 1
            left = min(max(area.x(), x - width / 2), area.right() - width)
            draw_text(painter, QRectF(left, area.bottom() + px(6), width, px(16)), text, "helper_number", "muted")

    def _paint_line(self, painter: QPainter, points: list[QPointF], line: Line, words: float) -> None:
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        pen = QPen(color("accent"), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        end = points[-1]
        painter.setPen(QPen(color("surface"), 2))
        painter.setBrush(color("accent"))
        painter.drawEllipse(end, px(4), px(4))
        spot = QRectF(end.x() + px(8), end.y() - px(8), words + 1, px(16))
        draw_text(painter, spot, line.end_words, "helper_number_semibold", "text")


class BarPlot(_Plot):
    """Bars 24 px wide from zero with their values on top: first series accent, second neutral with an edge."""

    bars: Bars | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Baseline, bars, values, labels."""
        bars = self.bars
        if bars is None or not bars.labels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, px(18), self.width(), self.height() - px(_FOOT + 18))
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(QLineF(0, area.bottom() + 0.5, area.width(), area.bottom() + 0.5))
        highest = max((max(values, default=0) for _, values in bars.series), default=0) or 1
        pitch = area.width() / len(bars.labels)
        count = len(bars.series)
        wide = min(px(24), (pitch - px(12)) / max(1, count))
        for place, label in enumerate(bars.labels):
            middle = (place + 0.5) * pitch
            left = middle - (count * wide + (count - 1) * px(4)) / 2
            for number, (_, values) in enumerate(bars.series):
                box = QRectF(left + number * (wide + px(4)), 0, wide, values[place] / highest * area.height())
                box.moveBottom(area.bottom())
                self._paint_bar(painter, box, values[place], is_own=number == 0)
            spot = QRectF(middle - pitch / 2, area.bottom() + px(6), pitch, px(16))
            draw_text(painter, spot, label, "helper", "muted", Centre)

    def _paint_bar(self, painter: QPainter, box: QRectF, value: int, *, is_own: bool) -> None:
        painter.save()
        painter.setClipRect(QRectF(box.x() - 1, box.y() - 1, box.width() + 2, box.height() + 1))
        tall = box.adjusted(0, 0, 0, px(4))  # the round lower corners fall below the baseline
        rounded(painter, tall, px(3), "accent" if is_own else "blank_bg", None if is_own else "control")
        painter.restore()
        spot = QRectF(box.x() - px(12), box.y() - px(18), box.width() + px(24), px(16))
        role, ink = ("helper_number_semibold", "text") if is_own else ("helper_number", "muted")
        draw_text(painter, spot, f"{value:,}", role, ink, Centre)


class _Key(Themed, QWidget):
    """Which bars are whose: a swatch and a word each."""

    def __init__(self, words: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._words = tuple(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(sum(text_width(word, "helper") + px(30) for word in self._words)), px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = float(px(14))
        for number, word in enumerate(self._words):
            box = QRectF(x, px(3), px(10), px(10))
            rounded(painter, box, px(2), "blank_bg" if number else "accent", "control" if number else None)
            x += px(16)
            x += draw_text(painter, QRectF(x, 0, self.width(), px(16)), word, "helper", "muted") + px(14)


class _ChartCard(Card):
    """What is shown, the finding, the swap to the table, the plot."""

    def __init__(self, what: str, name: str, plot: _Plot, twin: TableTwin, parent: QWidget | None) -> None:
        super().__init__(name, spacing=0, parent=parent)
        self._name = name
        self.finding = Label("", "section", parent=self)
        self.finding.setObjectName(f"{name}_finding")
        self._what = Label(what, "helper_medium", "muted", parent=self)
        self.swap = LinkButton(tr("Show as table"), f"{name}_table_button", parent=self)
        self.swap.clicked.connect(self._swap)
        self._stack = QStackedWidget(self)
        self._plot, self._twin = plot, twin
        self._stack.addWidget(plot)
        self._stack.addWidget(twin)
        head, self._second = QHBoxLayout(), QHBoxLayout()
        for part in (self._what, self.swap):
            head.addWidget(part)
        head.insertStretch(1, 1)
        self._second.addWidget(self.finding, 1)
        margins(head, 0, 0, 0, 0)
        self.body.addLayout(head)
        self.body.addLayout(self._second)
        self.body.addSpacing(px(14))
        self.body.addWidget(self._stack, 1)
        a11y.name_widget(self, name, what)

    def _swap(self) -> None:
        is_table = self._stack.currentIndex() == 0
        self._stack.setCurrentIndex(1 if is_table else 0)
        self.swap.put(tr("Show as chart") if is_table else tr("Show as table"))

    def _tell(self, finding: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.finding.put(finding)
        self._plot.setAccessibleName(finding)
        self._plot.setAccessibleDescription("; ".join(" ".join(row) for row in rows))
        self._twin.put(titles, rows)
        self._plot.update()


class LineChart(_ChartCard):
    """A line over time with a target."""

    def __init__(self, what: str, name: str, parent: QWidget | None = None) -> None:
        self._line_plot = LinePlot(f"{name}_plot", parent)  # type: ignore[arg-type]
        super().__init__(what, name, self._line_plot, TableTwin(f"{name}_table", what), parent)

    def put(self, finding: str, line: Line, unit: str) -> None:
        """Show a series under the finding it stands for."""
        self._line_plot.line = line
        rows = [(label, f"{value:,.1f}") for label, value in zip(line.labels, line.values, strict=True)]
        self._tell(finding, (tr("When"), unit), rows)


class BarChart(_ChartCard):
    """Counts per day, mine beside the team's."""

    def __init__(self, what: str, name: str, parent: QWidget | None = None) -> None:
        self._bar_plot = BarPlot(f"{name}_plot", parent)  # type: ignore[arg-type]
        super().__init__(what, name, self._bar_plot, TableTwin(f"{name}_table", what), parent)
        self._key: _Key | None = None

    def put(self, finding: str, bars: Bars) -> None:
        """Show counts under the finding they stand for."""
        self._bar_plot.bars = bars
        if self._key is not None:
            self._key.deleteLater()
        self._key = _Key([word for word, _ in bars.series], self)
        self._second.addWidget(self._key)
        rows = [(label, *(str(values[n]) for _, values in bars.series)) for n, label in enumerate(bars.labels)]
        self._tell(finding, (tr("When"), *(word for word, _ in bars.series)), rows)
