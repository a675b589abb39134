"""QueueList: two-line rows under group headings, with tier discs; decided rows fade and leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text, rounded, row_focus, tier_disc
from desktop.widgets.queue_model import ItemRole, QueueHeading, QueueItem, QueueModel, QueueRow
from desktop.widgets.row_focus import RowFocus
from desktop.widgets.themed import Themed

FADE_MS = 150
LONG_LIST = 3_000
_State = QStyle.StateFlag


class QueueDelegate(QStyledItemDelegate):
    """Paints rows of 52 px (2 px apart) and headings."""

    def __init__(self, view: QueueList) -> None:
        super().__init__(view)
        self._view = view
        self.fading: dict[str, float] = {}

    def sizeHint(self, option: Any, index: Any) -> QSize:
        """Rows of one height; a heading has more air above unless it is the first."""
        if isinstance(index.data(ItemRole), QueueHeading):
            return QSize(0, px(28 if index.row() == 0 else 36))
        return QSize(0, px(54))

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        """One row or heading."""
        item: QueueItem = index.data(ItemRole)
        rect = QRectF(option.rect)
        painter.save()
        if isinstance(item, QueueHeading):
            self._paint_heading(painter, rect, item)
        else:
            painter.setOpacity(self.fading.get(item.key, 1.0))
            is_selected = bool(option.state & _State.State_Selected)
            box = rect.adjusted(px(8), 0, -px(8), -px(2))
            if is_selected:
                rounded(painter, box, px(8), "selection")
                rounded(painter, QRectF(box.x(), box.y() + px(12), px(3), box.height() - px(24)), px(1.5), "accent")
            elif option.state & _State.State_MouseOver:
                rounded(painter, box, px(8), "hover")
            self._paint_row(painter, box, item, is_selected)
            if is_selected and self._view.is_ring_shown:
                row_focus(painter, box, 8)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, item: QueueHeading) -> None:
        line = QRectF(rect.x() + px(18), rect.bottom() - px(22), rect.width() - px(30), px(16))
        used = draw_text(painter, line, item.text, "helper_semibold", "muted")
        draw_text(painter, line.adjusted(used + px(6), 0, 0, 0), f"{item.count:,}", "helper_number", "muted")

    def _paint_row(self, painter: QPainter, box: QRectF, item: QueueRow, is_selected: bool) -> None:
        left = box.x() + px(10)
        if item.tier:
            tier_disc(painter, QRectF(left, box.y() + px(6), px(20), px(20)), item.tier)
        elif item.icon:
            theme.paint_icon_at(painter, QPointF(left + px(10), box.y() + px(16)), px(20), item.icon, "muted")
        text_left = left + (px(30) if item.tier or item.icon else 0)
        right = box.right() - px(10)
        if item.mark_icon:
            spot = QPointF(right - px(8), box.y() + px(14))
            theme.paint_icon_at(painter, spot, px(16), item.mark_icon, item.mark_ink)
            right -= px(24)
        first = QRectF(text_left, box.y() + px(6), right - text_left, px(20))
        draw_text(painter, first, item.title, "semibold" if is_selected else "medium", "text")
        second = QRectF(text_left, box.y() + px(26), right - text_left, px(16))
        draw_text(painter, second, item.facts, "helper", "muted")


class QueueList(Themed, RowFocus, QListView):
    """`current_changed` tells the key of the row that is looked at ("" for none)."""

    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, spoken)
        self.queue = QueueModel(self)
        self._paint = QueueDelegate(self)
        self._fades: list[QVariantAnimation] = []
        self.setModel(self.queue)
        self.setItemDelegate(self._paint)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBatchSize(500)
        self.setProperty("ground", "canvas")
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.selectionModel().currentChanged.connect(self._tell)
        self.activated.connect(self._open)

    def restyle(self) -> None:
        """Rows are measured anew."""
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def set_rows(self, rows: Sequence[QueueRow], counts: dict[str, int] | None = None, current: str = "") -> None:
        """Show rows and look at `current`, or at the row looked at before, or at the first."""
        self._stop_fades()
        wanted = current or self.current_key
        # In batches the first frame is blank: only lists that would hold up the window are laid out so.
        is_long = len(rows) > LONG_LIST
        self.setLayoutMode(QListView.LayoutMode.Batched if is_long else QListView.LayoutMode.SinglePass)
        self.queue.set_rows(rows, counts)
        keys = self.queue.keys
        self.select(wanted if wanted in keys else (keys[0] if keys else ""))

    @property
    def current_key(self) -> str:
        """Key of the row that is looked at."""
        item = self.currentIndex().data(ItemRole)
        return item.key if isinstance(item, QueueRow) else ""

    def select(self, key: str) -> None:
        """Look at a row and scroll to it."""
        place = self.queue.place_of(key)
        index = self.queue.index(place) if place >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if place >= 0:
            self.scrollTo(index)

    def select_next(self) -> bool:
        """Look at the next row; False at the end."""
        return self._step(1)

    def select_previous(self) -> bool:
        """Look at the row before; False at the start."""
        return self._step(-1)

    def _step(self, way: int) -> bool:
        keys = self.queue.keys
        if not keys:
            return False
        here = keys.index(self.current_key) if self.current_key in keys else -way
        there = here + way
        if not 0 <= there < len(keys):
            return False
        self.select(keys[there])
        return True

    def leave(self, key: str) -> None:
        """A decided row fades for 150 ms and goes; the next row is looked at at once."""
        if self.current_key == key and not self.select_next():
            self.select_previous()
        if not theme.current().is_motion_on or not self.isVisible():
            self.queue.remove(key)
            return
        fade = QVariantAnimation(self)
        fade.setStartValue(1.0)
        fade.setEndValue(0.0)
        fade.setDuration(FADE_MS)
        self._fades.append(fade)
        fade.valueChanged.connect(lambda share: self._fade(key, share))
        fade.finished.connect(lambda: self._gone(key, fade))
        fade.start()

    def _fade(self, key: str, share: float) -> None:
        self._paint.fading[key] = share
        self.viewport().update()

    def _stop_fades(self) -> None:
        """New rows: what was fading is decided by them, and a row that is back must not be taken away by its fade."""
        for fade in self._fades:
            fade.stop()
            fade.deleteLater()
        self._fades.clear()
        self._paint.fading.clear()

    def _gone(self, key: str, fade: QVariantAnimation) -> None:
        self._fades.remove(fade)
        fade.deleteLater()
        self._paint.fading.pop(key, None)
        if self.queue.place_of(key) >= 0:
            self.queue.remove(key)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        item = current.data(ItemRole) if current.isValid() else None
        self.current_changed.emit(item.key if isinstance(item, QueueRow) else "")

    def _open(self, index: QModelIndex) -> None:
        item = index.data(ItemRole)
        if isinstance(item, QueueRow):
            self.opened.emit(item.key)

    def viewportEvent(self, event: QEvent) -> bool:
        """The row under the mouse is painted anew when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)
