"""RowFocus: lists and tables show the focus inside the current row, after keys only; letters never search."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent


class RowFocus:
    """Mix-in before an item view."""

    is_keyed = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From a key on, the current row shows its ring."""
        self.is_keyed = True
        super().keyPressEvent(event)  # type: ignore[misc]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click shows no ring."""
        self.is_keyed = False
        super().mousePressEvent(event)  # type: ignore[misc]

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Focus by Tab shows the ring at once."""
        self.is_keyed = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)  # type: ignore[misc]

    def keyboardSearch(self, _text: str) -> None:
        """Single letters are commands of the page, never a search through rows."""

    @property
    def is_ring_shown(self) -> bool:
        """Whether the current row is to be painted with a ring."""
        return bool(self.is_keyed and self.hasFocus())  # type: ignore[attr-defined]
