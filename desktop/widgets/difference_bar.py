"""DifferenceBar: visits = charged + explained + difference, as figures and as a bar; the day closes at zero."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import color, px
from desktop.widgets.draw import Centre, Span, draw_spans, draw_text, hatch_lines, rounded, text_width
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Counts of visits; `at_risk` is ready words ("about $802"), "" when nothing is."""

    visits: int
    charged: int
    explained: int
    at_risk: str = ""

    @property
    def difference(self) -> int:
        """What is neither charged nor explained."""
        return self.visits - self.charged - self.explained


class DifferenceBar(Themed, QWidget):
    """79 px high; parts for closing the day go to the right with `add_right`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self._totals = DayTotals(0, 0, 0)
        self._column = QVBoxLayout()
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addLayout(self._column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def put(self, totals: DayTotals) -> None:
        """Show a day."""
        self._totals = totals
        sentence = tr(
            "{visits} visits = {charged} charged + {explained} explained + difference {difference}",
            visits=totals.visits,
            charged=totals.charged,
            explained=totals.explained,
            difference=totals.difference,
        )
        self.setAccessibleName(", ".join(part for part in (sentence, totals.at_risk) if part))
        self.update()

    def add_right(self, *parts: QWidget) -> None:
        """Stack parts at the right end."""
        for part in parts:
            self._column.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)

    def restyle(self) -> None:
        """Height and padding of the look."""
        margins(self._row, 20, 0, 16, 0)
        margins(self._column, 0, 0, 0, 0, 2)
        self.setFixedHeight(px(79))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may."""
        return QSize(px(700), px(79))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Figures with their signs, then the bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), color("border"))
        left = self._paint_figures(painter)
        right = self._column.geometry().x() if self._column.count() else self.width()
        self._paint_bar(painter, QRectF(left, 0, max(0.0, right - px(24) - left), self.height()))

    def _paint_figures(self, painter: QPainter) -> float:
        totals = self._totals
        is_open = totals.difference != 0
        parts = (
            (tr("Visits"), totals.visits, "="),
            (tr("Charged"), totals.charged, "+"),
            (tr("Explained"), totals.explained, "+"),
            (tr("Difference"), totals.difference, ""),
        )
        x = float(px(20))
        for label, count, sign in parts:
            is_last = not sign
            role = "helper_medium" if is_last and is_open else "helper"
            ink = ("diff_ink" if is_open else "ok") if is_last else "text"
            wide = max(text_width(label, role), text_width(f"{count:,}", "figure")) + 1
            draw_text(painter, QRectF(x, px(12), wide, px(16)), label, role, ink if is_last else "muted")
            draw_text(painter, QRectF(x, px(28), wide, px(28)), f"{count:,}", "figure", ink)
            x += wide
            if sign:
                draw_text(painter, QRectF(x, px(24), px(50), px(28)), sign, "body", "muted", Centre)
                x += px(50)
        return x + px(30)

    def _paint_bar(self, painter: QPainter, area: QRectF) -> None:
        totals = self._totals
        if area.width() < px(80):
            return
        settled = tr("{done} of {all} settled", done=totals.charged + totals.explained, all=totals.visits)
        line = QRectF(area.x(), px(16), area.width(), px(16))
        free = line.width()
        if totals.at_risk:
            spans = [Span(totals.at_risk, "helper_semibold"), Span(tr(" at risk"), "helper", "muted")]
            width = sum(text_width(span.text, span.role) for span in spans)
            draw_spans(painter, QRectF(line.right() - width, line.y(), width + 1, line.height()), spans)
            free -= width + px(12)
        if free >= text_width(settled, "helper"):  # the figures say the same, so large type may leave it out
            draw_text(painter, line, settled, "helper", "muted")
        track = QRectF(area.x(), px(40), area.width(), px(8))
        painter.save()
        outline = QPainterPath()
        outline.addRoundedRect(track, px(2), px(2))
        painter.setClipPath(outline)
        x = track.x()
        counts = ((totals.charged, "accent"), (totals.explained, "control"), (max(0, totals.difference), ""))
        for count, token in counts:
            if count <= 0 or totals.visits <= 0:
                continue
            part = QRectF(x, track.y(), track.width() * count / totals.visits - px(2), track.height())
            if token:
                painter.fillRect(part, color(token))
            else:
                painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
                painter.fillRect(part, color("diff_bg"))
                hatch_lines(painter, part, "diff_ink", step=px(5), width=px(2))
            x += part.width() + px(2)
        painter.restore()
        if theme.current().is_contrast:
            rounded(painter, track.adjusted(-1, -1, 1, 1), px(2), None, "border")
