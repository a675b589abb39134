"""Buttons of all kinds, with an icon before and a key cap after the label."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text, key_cap, key_cap_width, rounded, text_width
from desktop.widgets.themed import Themed
from desktop.words import tr

SIZES: dict[str, tuple[int, int, int]] = {
    "main": (36, 14, 8),
    "tool": (32, 12, 8),
    "row": (28, 10, 6),
    "mini": (24, 6, 6),
}
"""Size name -> (height, padding, radius) in px at 100 %."""

KINDS = ("primary", "plain", "quiet", "danger", "link")


@dataclass(frozen=True, slots=True)
class _Face:
    """Tokens of a button in one state."""

    fill: str | None
    edge: str | None
    ink: str


class Button(Themed, QAbstractButton):
    """A button that names its effect; `key` is shown as a cap and told to screen readers.

    `is_decision` makes Enter do nothing: Enter never decides.
    """

    def __init__(
        self,
        text: str,
        name: str,
        *,
        kind: str = "plain",
        size: str = "main",
        icon: str = "",
        key: str = "",
        is_decision: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if kind not in KINDS:
            raise ValueError(f"unknown kind of button: {kind}")
        self._kind = kind
        self._size = size
        self._icon_name = icon
        self._key = key
        self._is_decision = is_decision
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", SIZES[size][2])
        a11y.name_widget(self, name)
        self.put(text)

    def put(self, text: str, *, icon: str | None = None, key: str | None = None, kind: str | None = None) -> None:
        """Change label, icon, key or kind; what is not given stays."""
        self._icon_name = self._icon_name if icon is None else icon
        self._key = self._key if key is None else key
        self._kind = self._kind if kind is None else kind
        self.setText(text)
        self.setAccessibleName(text)
        self.restyle()

    def restyle(self) -> None:
        """Another look, and perhaps no single letters any more."""
        self.setAccessibleDescription(tr("key {key}", key=self._cap) if self._cap else "")
        super().restyle()

    @property
    def _cap(self) -> str:
        return "" if len(self._key) == 1 and not theme.current().has_single_keys else self._key

    @property
    def kind(self) -> str:
        """The kind in force."""
        return self._kind

    def sizeHint(self) -> QSize:
        """Height by size; width by icon, label and cap."""
        height, padding, _ = SIZES[self._size]
        if self._kind == "link":
            return QSize(math.ceil(text_width(self.text(), "medium")) + 1, px(max(24, height - 8)))
        width = 2 * px(padding) + 2 + math.ceil(self._content_width())
        return QSize(max(width, px(height)) if self.text() else px(height), px(height))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return self.sizeHint()

    def _content_width(self) -> float:
        parts = [text_width(self.text(), "medium")] if self.text() else []
        if self._icon_name:
            parts.append(px(16))
        if self._cap:
            parts.append(key_cap_width(self._cap))
        return sum(parts) + px(8) * max(0, len(parts) - 1)

    def _face(self) -> _Face:
        is_contrast = theme.current().is_contrast
        if not self.isEnabled():
            return _Face(None if self._kind in {"quiet", "link"} else "sunken", "border", "control")
        is_over = self.underMouse()
        is_down = self.isDown()
        if self._kind == "primary":
            return _Face("accent_press" if is_down else "accent_hover" if is_over else "accent", None, "on_accent")
        if self._kind == "link":
            return _Face(None, None, "accent_press" if is_down else "accent_hover" if is_over else "accent")
        ink = "bad" if self._kind == "danger" else "text" if self.text() or is_over else "muted"
        edge = {"quiet": None, "danger": "bad"}.get(self._kind, "border")
        if is_down:
            return _Face("selection", "control" if edge and not is_contrast else edge, ink)
        if self.isChecked():
            return _Face("accent_soft", "accent", "accent")
        fill = "hover" if is_over else None if self._kind == "quiet" else "surface"
        return _Face(fill, edge, ink)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, then icon, label and key in a row."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        face = self._face()
        if self._kind == "link":
            draw_text(painter, whole.adjusted(0, 0, 1, 0), self.text(), "medium", face.ink)
            return
        edge = None if not self.isEnabled() and self._kind == "quiet" else face.edge
        is_dashed = not self.isEnabled() and theme.current().is_contrast
        rounded(painter, whole, px(SIZES[self._size][2]), face.fill, edge, is_dashed=is_dashed)
        x = whole.x() + (whole.width() - self._content_width()) / 2
        middle = whole.center().y()
        if self._icon_name:
            theme.paint_icon_at(painter, QPointF(x + px(8), middle), px(16), self._icon_name, face.ink)
            x += px(24)
        if self.text():
            x += draw_text(painter, QRectF(x, 0, whole.width(), whole.height()), self.text(), "medium", face.ink)
            x += px(8)
        if self._cap:
            cap = QRectF(round(x), round(middle - px(10)), key_cap_width(self._cap), px(20))
            ink = "muted" if self.isEnabled() else "control"
            key_cap(painter, cap, self._cap, ink, is_on_accent=face.ink == "on_accent")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button unless it decides something."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self._is_decision:
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)


class IconButton(Button):
    """A small square button with an icon alone; its word is spoken and shown as a tooltip."""

    def __init__(
        self,
        icon: str,
        spoken: str,
        name: str,
        *,
        kind: str = "quiet",
        size: str = "row",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", name, kind=kind, size=size, icon=icon, parent=parent)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)


class LinkButton(Button):
    """A word in the accent that acts like a link."""

    def __init__(self, text: str, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(text, name, kind="link", size="tool", parent=parent)
        self.setProperty("ringRadius", 4)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
