"""Proxy style over Fusion: ticks, radios, combo boxes, progress, and no dotted focus frames."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QComboBox, QProgressBar, QProxyStyle, QStyle, QWidget

from desktop.theme.icons import paint_icon
from desktop.theme.look import color, current, px

_State = QStyle.StateFlag
_Metric = QStyle.PixelMetric
_PROGRESS_PARTS = {
    QStyle.ControlElement.CE_ProgressBarGroove,
    QStyle.ControlElement.CE_ProgressBarContents,
    QStyle.ControlElement.CE_ProgressBarLabel,
}


class ChartmendStyle(QProxyStyle):
    """Fusion with the parts that a style sheet cannot draw from tokens."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def pixelMetric(self, metric: Any, option: Any = None, widget: QWidget | None = None) -> int:
        """Measures of ticks, radios and menus."""
        if metric in {
            _Metric.PM_IndicatorWidth,
            _Metric.PM_IndicatorHeight,
            _Metric.PM_ExclusiveIndicatorWidth,
            _Metric.PM_ExclusiveIndicatorHeight,
            _Metric.PM_SmallIconSize,
            _Metric.PM_ButtonIconSize,
        }:
            return px(16)
        return super().pixelMetric(metric, option, widget)

    def styleHint(self, hint: Any, option: Any = None, widget: QWidget | None = None, data: Any = None) -> int:
        """No animation of Fusion's own; menus and combos open as ours."""
        if hint == QStyle.StyleHint.SH_ComboBox_Popup:
            return 0
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, data)

    def drawPrimitive(self, element: Any, option: Any, painter: QPainter, widget: QWidget | None = None) -> None:
        """Ticks and radios from tokens; the focus ring is drawn by `FocusRing` alone."""
        match element:
            case QStyle.PrimitiveElement.PE_FrameFocusRect:
                return
            case QStyle.PrimitiveElement.PE_IndicatorCheckBox:
                draw_tick(painter, QRectF(option.rect), option.state)
            case QStyle.PrimitiveElement.PE_IndicatorRadioButton:
                draw_radio(painter, QRectF(option.rect), option.state)
            case _:
                super().drawPrimitive(element, option, painter, widget)

    def drawControl(self, element: Any, option: Any, painter: QPainter, widget: QWidget | None = None) -> None:
        """Progress bars as a flat track; Fusion's own blue bar clashes with the accent."""
        if element in _PROGRESS_PARTS and isinstance(widget, QProgressBar):
            if element == QStyle.ControlElement.CE_ProgressBarGroove:  # the other parts have nothing to add
                span = widget.maximum() - widget.minimum()
                share = (widget.value() - widget.minimum()) / span if span > 0 else None
                draw_progress(painter, QRectF(widget.rect()), share)
            return
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(self, control: Any, option: Any, painter: QPainter, widget: QWidget | None = None) -> None:
        """Combo boxes like inputs with a caret."""
        if control == QStyle.ComplexControl.CC_ComboBox and isinstance(widget, QComboBox):
            _draw_combo(painter, QRectF(option.rect), widget)
            return
        super().drawComplexControl(control, option, painter, widget)

    def sizeFromContents(self, kind: Any, option: Any, size: Any, widget: Any = None) -> Any:
        """Combo boxes are as high as inputs and leave room for the caret."""
        wanted = super().sizeFromContents(kind, option, size, widget)
        if kind == QStyle.ContentsType.CT_ComboBox:
            wanted.setHeight(px(32))
            wanted.setWidth(max(wanted.width(), size.width() + px(44)))
        return wanted

    def subControlRect(self, control: Any, option: Any, part: Any, widget: Any = None) -> QRect:
        """Where a combo box shows its text and its caret."""
        if control == QStyle.ComplexControl.CC_ComboBox:
            whole: QRect = option.rect
            if part == QStyle.SubControl.SC_ComboBoxEditField:
                return whole.adjusted(px(8), 1, -px(30), -1)
            if part == QStyle.SubControl.SC_ComboBoxArrow:
                return QRect(whole.right() - px(30), whole.top(), px(30), whole.height())
        return super().subControlRect(control, option, part, widget)


def draw_tick(painter: QPainter, rect: QRectF, state: Any) -> None:
    """A 16 px tick box; `state` is Qt's set of state flags."""
    is_on = bool(state & _State.State_On)
    is_part = bool(state & _State.State_NoChange)
    is_off = not state & _State.State_Enabled
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill, edge = _indicator_colours(is_on or is_part, is_off)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
    ink = color("control" if is_off else "on_accent")
    if is_on:
        painter.setPen(QPen(ink, 2 * current().scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        unit = rect.width() / 16
        tick = QPainterPath(rect.topLeft() + QPointF(4 * unit, 8.4 * unit))
        tick.lineTo(rect.topLeft() + QPointF(7 * unit, 11.2 * unit))
        tick.lineTo(rect.topLeft() + QPointF(12 * unit, 5.2 * unit))
        painter.drawPath(tick)
    elif is_part:
        painter.fillRect(QRectF(rect.x() + 4, rect.center().y() - 1, rect.width() - 8, 2), ink)
    painter.restore()


def draw_radio(painter: QPainter, rect: QRectF, state: Any) -> None:
    """A 16 px radio; chosen is a 5 px ring of the accent."""
    is_on = bool(state & _State.State_On)
    is_off = not state & _State.State_Enabled
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_on:
        width = 5 * current().scale
        painter.setPen(QPen(color("control" if is_off else "accent"), width))
        painter.setBrush(color("on_accent"))
        painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))
    else:
        fill, edge = _indicator_colours(False, is_off)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(fill)
        painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def draw_progress(painter: QPainter, rect: QRectF, share: float | None, thickness: float = 6) -> None:
    """A flat bar in the middle of a rectangle; share 0 to 1, or None while the total is not known."""
    height = thickness * current().scale
    track = QRectF(rect.x(), rect.center().y() - height / 2, rect.width(), height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color("border"), 1) if current().is_contrast else Qt.PenStyle.NoPen)
    painter.setBrush(color("blank_bg"))
    outer = track.adjusted(0.5, -0.5, -0.5, 0.5) if current().is_contrast else track
    painter.drawRoundedRect(outer, outer.height() / 2, outer.height() / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    if share is None:
        painter.setBrush(QBrush(color("accent"), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(track, height / 2, height / 2)
    elif share > 0:
        painter.setBrush(color("accent"))
        done = QRectF(track.x(), track.y(), max(height, track.width() * min(share, 1.0)), height)
        painter.drawRoundedRect(done, height / 2, height / 2)
    painter.restore()


def _indicator_colours(is_on: bool, is_off: bool) -> tuple[QColor, QColor]:
    if is_off:
        return color("sunken"), color("border")
    return (color("accent"), color("accent")) if is_on else (color("surface"), color("control"))


def _draw_combo(painter: QPainter, rect: QRectF, combo: QComboBox) -> None:
    is_off = not combo.isEnabled()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = "sunken" if is_off else "hover" if combo.underMouse() else "surface"
    painter.setPen(QPen(color("border" if is_off else "control"), 1))
    painter.setBrush(color(fill))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
    caret = QRectF(rect.right() - px(26), rect.center().y() - px(8), px(16), px(16))
    paint_icon(painter, caret, "caret-down", "control" if is_off else "text")
    painter.restore()
