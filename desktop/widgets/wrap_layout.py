"""WrapLayout: parts at the left and at the right of one line; what does not fit goes to further lines."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class WrapLayout(QLayout):
    """Used where large type must not push a page wider than its window."""

    def __init__(self, parent: QWidget, *, line_height: int) -> None:
        super().__init__(parent)
        self.line_height = line_height
        self._left: list[QLayoutItem] = []
        self._right: list[QLayoutItem] = []
        self._is_adding_right = False

    def add(self, part: QWidget, *, is_right: bool = False) -> None:
        """Add a part behind those on its side."""
        self._is_adding_right = is_right
        self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        """Qt's own way in."""
        (self._right if self._is_adding_right else self._left).append(item)

    def count(self) -> int:
        """All parts."""
        return len(self._left) + len(self._right)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The part at a place, left ones first."""
        items = self._left + self._right
        return items[index] if 0 <= index < len(items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take a part out."""
        item = self.itemAt(index)
        if item is not None:
            side = self._left if index < len(self._left) else self._right
            side.remove(item)
        return item

    def expandingDirections(self) -> Qt.Orientation:
        """It takes what it is given."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at a width."""
        return self._place(QRect(0, 0, width, 0), is_real=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put the parts into their places."""
        super().setGeometry(rect)
        self._place(rect, is_real=True)

    def sizeHint(self) -> QSize:
        """One line."""
        margins = self.contentsMargins()
        shown = self._shown(self._left) + self._shown(self._right)
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width + margins.left() + margins.right(), self.line_height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        """As wide as the widest part."""
        margins = self.contentsMargins()
        shown = self._shown(self._left) + self._shown(self._right)
        widest = max((item.minimumSize().width() for item in shown), default=0)
        return QSize(widest + margins.left() + margins.right(), self.line_height + margins.top() + margins.bottom())

    def _shown(self, items: list[QLayoutItem]) -> list[QLayoutItem]:
        return [item for item in items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._shown(self._left) + self._shown(self._right):
            wide = min(item.sizeHint().width(), width)
            if lines[-1] and used + wide > width:
                lines.append([])
                used = 0
            lines[-1].append(item)
            used += wide + self.spacing()
        return lines

    def _place(self, rect: QRect, *, is_real: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        top = inner.y()
        for line in self._lines(inner.width()):
            heights = [self._height(item, inner.width()) for item in line]
            high = max([self.line_height, *heights])
            if is_real:
                self._place_line(line, heights, QRect(inner.x(), top, inner.width(), high))
            top += high + self.spacing()
        return top - self.spacing() + self.contentsMargins().bottom() - rect.y()

    def _height(self, item: QLayoutItem, width: int) -> int:
        hint = item.sizeHint()
        return item.heightForWidth(min(hint.width(), width)) if item.hasHeightForWidth() else hint.height()

    def _place_line(self, line: list[QLayoutItem], heights: list[int], band: QRect) -> None:
        widths = [min(item.sizeHint().width(), band.width()) for item in line]
        at_right = [item in self._right for item in line]
        x = band.x()
        slack = band.width() - sum(widths) - self.spacing() * (len(line) - 1)
        for number, item in enumerate(line):
            if at_right[number] and (number == 0 or not at_right[number - 1]):
                x += max(0, slack)
            top = band.y() + (band.height() - heights[number]) // 2
            item.setGeometry(QRect(QPoint(x, top), QSize(widths[number], heights[number])))
            x += widths[number] + self.spacing()
