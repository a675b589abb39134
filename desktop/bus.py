"""One signal: something changed. A page refreshes only if one of its areas is named."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.changes import Changes


class Bus(QObject):
    """`changed(frozenset of area names)`, told once per use case."""

    changed = Signal(object)

    def tell(self, changes: Changes[object]) -> None:
        """Tell what a use case touched."""
        if changes.areas:
            self.changed.emit(changes.areas)
