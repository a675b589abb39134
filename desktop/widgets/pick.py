"""Pick: a framed button with a muted label and the chosen value, opening a menu ("View  All sites")."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text, rounded, text_width
from desktop.widgets.themed import Themed
from desktop.words import tr


class Pick(Themed, QAbstractButton):
    """32 px high in toolbars, 36 in action bars."""

    picked = Signal(str)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[str, str]],
        name: str,
        *,
        size: str = "tool",
        is_strong: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._height = 36 if size == "main" else 32
        self._role = "semibold" if is_strong else "medium"
        self._value = ""
        self._options: dict[str, str] = {}
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        a11y.name_widget(self, name)
        a11y.name_widget(self._menu, f"{name}_menu", label)
        self.clicked.connect(self._open)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[str, str]], value: str = "") -> None:
        """Offer (key, word) pairs; the first is chosen unless `value` names one."""
        self._options = dict(options)
        self._menu.clear()
        for key, word in options:
            action = QAction(word, self._menu)
            action.setCheckable(True)
            action.setObjectName(f"{self.objectName()}_{key}")
            action.triggered.connect(lambda _on=False, key=key: self._take(key))
            self._group.addAction(action)
            self._menu.addAction(action)
        self.set_value(value or next(iter(self._options), ""))

    @property
    def value(self) -> str:
        """The key in force."""
        return self._value

    def set_value(self, key: str) -> None:
        """Show a key as chosen without telling."""
        self._value = key
        word = self._options.get(key, "")
        self.setText(word)
        self.setAccessibleName(tr("{label}: {value}", label=self._label, value=word))
        for action in self._menu.actions():
            action.setChecked(action.text() == word)
        self.restyle()

    def _take(self, key: str) -> None:
        self.set_value(key)
        self.picked.emit(key)

    def _open(self) -> None:
        self._menu.setMinimumWidth(max(self.width(), px(160)))
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + px(4))))

    def sizeHint(self) -> QSize:
        """Label, value and caret."""
        label = text_width(self._label, "body") + px(8) if self._label else 0
        width = px(11) + label + text_width(self.text(), self._role) + px(8) + px(16) + px(11)
        return QSize(math.ceil(width) + 2, px(self._height))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame, label, value, caret."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        is_off = not self.isEnabled()
        fill = "sunken" if is_off else "hover" if self.underMouse() else "surface"
        rounded(painter, whole, px(6), fill, "border" if is_off else "control")
        x = float(px(11))
        if self._label:
            ink = "control" if is_off else "muted"
            x += draw_text(painter, whole.adjusted(x, 0, 0, 0), self._label, "body", ink) + px(8)
        draw_text(painter, whole.adjusted(x, 0, -px(30), 0), self.text(), self._role, "control" if is_off else "text")
        caret = QPointF(whole.right() - px(19), whole.center().y())
        theme.paint_icon_at(painter, caret, px(16), "caret-down", "control" if is_off else "text")
