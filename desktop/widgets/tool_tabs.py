"""ToolTabs: the tabs of a toolbar, each with a count and, for tiers, a disc."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text, rounded, text_width, tier_disc
from desktop.widgets.themed import Themed, margins
from desktop.widgets.wrap_layout import WrapLayout
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class TabSpec:
    """One tab: key, word, count (None shows none) and tier letter."""

    key: str
    word: str
    count: int | None = None
    tier: str = ""


class Tab(Themed, QAbstractButton):
    """One tab, 32 px high."""

    def __init__(self, spec: TabSpec, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        a11y.name_widget(self, name)
        self.put(spec)

    def put(self, spec: TabSpec) -> None:
        """Show another count or word."""
        self.spec = spec
        self.setText(spec.word)
        spoken = spec.word if spec.count is None else tr("{word}, {count}", word=spec.word, count=f"{spec.count:,}")
        self.setAccessibleName(spoken)
        self.restyle()

    @property
    def _count(self) -> str:
        return "" if self.spec.count is None else f"{self.spec.count:,}"

    def sizeHint(self) -> QSize:
        """Measured with the heavier type, so that choosing a tab moves nothing."""
        width = text_width(self.spec.word, "semibold") + 2 * px(12)
        if self._count:
            width += px(8) + text_width(self._count, "number_semibold")
        if self.spec.tier:
            width += px(28)
        return QSize(math.ceil(width), px(32))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its word."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, disc, word, count."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        is_on, is_contrast = self.isChecked(), theme.current().is_contrast
        if is_on:
            rounded(painter, whole, px(8), "accent_soft", "accent" if is_contrast else None, 2)
        elif self.underMouse():
            rounded(painter, whole, px(8), "hover")
        ink = "accent" if is_on else "text" if self.underMouse() else "muted"
        role = "semibold" if is_on else "medium"
        x = float(px(12))
        if self.spec.tier:
            tier_disc(painter, QRectF(x, whole.center().y() - px(10), px(20), px(20)), self.spec.tier)
            x += px(28)
        start = x
        x += draw_text(painter, QRectF(x, 0, whole.width(), whole.height()), self.spec.word, role, ink)
        if self._count:
            x += px(8)
            number = "number_semibold" if is_on else "number"
            x += draw_text(painter, QRectF(x, 0, whole.width(), whole.height()), self._count, number, ink)
        if is_on and is_contrast:
            painter.fillRect(QRectF(start, whole.center().y() + px(8), x - start, 1), theme.color("accent"))


class ToolTabs(Themed, QWidget):
    """A row of tabs of which one is chosen; arrows move inside the row."""

    chosen = Signal(str)

    def __init__(self, specs: Sequence[TabSpec], name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, spoken)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonToggled.connect(self._tell)
        self._tabs: dict[str, Tab] = {}
        self._row = WrapLayout(self, line_height=px(32))
        margins(self._row, 0, 0, 0, 0, 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for spec in specs:
            tab = Tab(spec, f"{name}_{spec.key}", self)
            self._tabs[spec.key] = tab
            self._group.addButton(tab)
            self._row.add(tab)
        if specs:
            self.choose(specs[0].key)

    def restyle(self) -> None:
        """Gaps scale too."""
        margins(self._row, 0, 0, 0, 0, 4)
        self._row.line_height = px(32)
        self._row.invalidate()

    def choose(self, key: str) -> None:
        """Choose a tab by key."""
        self._tabs[key].setChecked(True)

    @property
    def current_key(self) -> str:
        """The key of the chosen tab."""
        return next((key for key, tab in self._tabs.items() if tab.isChecked()), "")

    def set_counts(self, counts: dict[str, int | None]) -> None:
        """New counts by key; keys that are not given keep theirs."""
        for key, count in counts.items():
            spec = self._tabs[key].spec
            self._tabs[key].put(TabSpec(spec.key, spec.word, count, spec.tier))

    def _tell(self, button: QAbstractButton, is_on: bool) -> None:
        if is_on and isinstance(button, Tab):
            self.chosen.emit(button.spec.key)
