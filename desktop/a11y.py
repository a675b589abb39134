"""Accessibility: names and identifiers, spoken messages, focus order, and the walk that finds what lacks a name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


def name_widget(widget: QWidget, object_name: str, spoken: str = "", description: str = "") -> None:
    """Give a widget its objectName, the same as accessible identifier, and what a screen reader says."""
    widget.setObjectName(object_name)
    widget.setAccessibleIdentifier(object_name)
    if spoken:
        widget.setAccessibleName(spoken)
    if description:
        widget.setAccessibleDescription(description)


def announce(widget: QWidget, text: str, *, is_urgent: bool = False) -> None:
    """Let a screen reader say a status text: politely, or at once for stop signs."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


def set_tab_order(*widgets: QWidget) -> None:
    """Tab goes through these widgets in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def spoken_name(widget: QWidget) -> str:
    """What a screen reader calls a widget: its own name, its label buddy, or its text."""
    if widget.accessibleName():
        return widget.accessibleName()
    for label in widget.window().findChildren(QLabel):
        if label.buddy() is widget and label.text():
            return label.text()
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def unnamed(root: QWidget) -> Iterator[QWidget]:
    """Interactive widgets under a root that have no name to be spoken or no identifier; hidden ones do not count."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isHidden() and widget is not root:
            continue
        if not isinstance(widget, INTERACTIVE) or isinstance(widget, QScrollBar) or _is_part_of_qt(widget):
            continue
        if not spoken_name(widget) or not widget.accessibleIdentifier():
            yield widget


def _is_part_of_qt(widget: QWidget) -> bool:
    """Inner parts that Qt makes itself: the corner of a table, the editor of a spin box, icons of an input."""
    if widget.objectName().startswith("qt_"):
        return True
    is_inside = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox | QAbstractItemView | QLineEdit)
    return is_inside and type(widget).__module__.startswith("PySide6")
