"""A page that is higher than its window with large type: it scrolls as a whole, and never squeezes its parts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import px
from desktop.widgets.themed import margins

_LEAST_BODY = 340


class Tall(QScrollArea):
    """`top` keeps the height that its wrapped lines need, `body` at least room for a few rows and its drawer."""

    def __init__(self, name: str, top: QWidget, body: QWidget) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._top, self._inner = top, QWidget()
        self._inner.setObjectName("scroll_body")
        column = QVBoxLayout(self._inner)
        margins(column, 0, 0, 0, 0)
        column.addWidget(top)
        column.addWidget(body, 1)
        self.setWidget(self._inner)
        for part in (self.viewport(), self._inner, top):
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As high as the window, or as high as it has to be."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            layout = self._top.layout()
            above = layout.totalHeightForWidth(self.viewport().width()) if layout is not None else -1
            above = above if above > 0 else self._top.sizeHint().height()
            if self._top.minimumHeight() != above:
                self._top.setMinimumHeight(above)
            if self._inner.minimumHeight() != above + px(_LEAST_BODY):
                self._inner.setMinimumHeight(above + px(_LEAST_BODY))
        return super().eventFilter(watched, event)
