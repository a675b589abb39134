"""Stage ladder: Visit - Charge - Claim - Paid as four dots, then the gap in a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop import theme
from desktop.theme import color, px
from desktop.widgets.draw import Centre, draw_text
from desktop.words import tr

Step = Literal["done", "gap", "odd", "later"]
PITCH = 17


@dataclass(frozen=True, slots=True)
class Stage:
    """State of the four steps and the gap in a word ("no charge"); no word when all is well."""

    steps: tuple[Step, Step, Step, Step]
    word: str = ""


def stage_in_words(stage: Stage) -> str:
    """The ladder for screen readers."""
    states = {"done": tr("there"), "gap": tr("missing"), "odd": tr("odd"), "later": tr("not yet")}
    names = (tr("visit"), tr("charge"), tr("claim"), tr("payment"))
    parts = [f"{name} {states[step]}" for name, step in zip(names, stage.steps, strict=True)]
    return ", ".join([*parts, stage.word] if stage.word else parts)


def paint_stage(painter: QPainter, rect: QRectF, stage: Stage) -> None:
    """Dots on a pitch of 17 px with lines between them, and the word."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    y = round(rect.center().y())
    for number, step in enumerate(stage.steps):
        centre = QPointF(rect.x() + px(7) + number * px(PITCH), y)
        if number < len(stage.steps) - 1:
            ink = "accent" if stage.steps[number + 1] == "done" and step == "done" else "control"
            painter.setPen(QPen(color(ink), 1))
            middle = centre.x() + px(PITCH) / 2
            painter.drawLine(QPointF(middle - px(2.5), y), QPointF(middle + px(2.5), y))
        _paint_dot(painter, centre, step)
    left = rect.x() + px(3 * PITCH + 21)
    ink = "diff_ink" if {"gap", "odd"} & set(stage.steps) else "muted"
    draw_text(painter, QRectF(left, rect.y(), rect.right() - left, rect.height()), stage.word, "key", ink)
    painter.restore()


def _paint_dot(painter: QPainter, centre: QPointF, step: Step) -> None:
    radius = px(6)
    if step == "done":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawEllipse(centre, radius, radius)
        theme.paint_icon_at(painter, centre, px(9), "check-bold", "on_accent")
    elif step == "odd":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("diff_ink"))
        painter.drawEllipse(centre, radius, radius)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        draw_text(painter, box, "!", "helper_semibold", "diff_bg", Centre)
    elif step == "gap":
        pen = QPen(color("diff_ink"), 2)
        pen.setDashPattern([1.3, 0.8])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(color("diff_bg"))
        painter.drawEllipse(centre, radius - 1, radius - 1)
    else:
        painter.setPen(QPen(color("control"), 1))
        painter.setBrush(color("surface"))
        painter.drawEllipse(centre, px(3), px(3))
