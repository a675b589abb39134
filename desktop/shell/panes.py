"""F6: the focus goes from pane to pane and comes back to where it was in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class Panes:
    """`panes()` gives the parts of the window in order; those without anything to focus are passed over."""

    def __init__(self, panes: Callable[[], Sequence[QWidget]]) -> None:
        self._panes = panes
        self._last: WeakKeyDictionary[QWidget, QWidget] = WeakKeyDictionary()

    def step(self, way: int) -> QWidget | None:
        """Focus the next (1) or previous (-1) pane; gives the widget that has it now."""
        focus = QApplication.focusWidget()
        panes = [pane for pane in self._panes() if pane.isVisible()]
        at = next((n for n, pane in enumerate(panes) if holds(pane, focus)), -1 if way > 0 else 0)
        if focus is not None and 0 <= at < len(panes) and holds(panes[at], focus):
            self._last[panes[at]] = focus
        for distance in range(1, len(panes) + 1):
            pane = panes[(at + way * distance) % len(panes)]
            target = self._target(pane)
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return target
        return None

    def _target(self, pane: QWidget) -> QWidget | None:
        last = self._last.get(pane)
        if last is not None and shiboken6.isValid(last) and can_focus(last) and holds(pane, last):
            return last
        if can_focus(pane):
            return pane
        return first_focusable(pane)


def holds(pane: QWidget, widget: QWidget | None) -> bool:
    """Whether a widget is the pane or inside it."""
    return widget is not None and (pane is widget or pane.isAncestorOf(widget))


def can_focus(widget: QWidget) -> bool:
    """Whether Tab would stop here."""
    policy = Qt.FocusPolicy.TabFocus
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy().value & policy.value)


def first_focusable(pane: QWidget) -> QWidget | None:
    """The first widget in the tab order inside a pane."""
    here = pane.nextInFocusChain()
    for _ in range(2000):
        if here is None or here is pane:
            return None
        if pane.isAncestorOf(here) and can_focus(here) and here.focusProxy() is None:
            return here
        here = here.nextInFocusChain()
    return None
