"""SearchField: a filter with its icon and the "/" cap, and Field: a label over an input."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import key_cap, key_cap_width, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

_TYPING_PAUSE_MS = 150


class SearchField(Themed, QWidget):
    """`searched` comes 150 ms after the last key; Esc clears; nothing typed is remembered."""

    searched = Signal(str)
    left_down = Signal()

    def __init__(
        self,
        hint: str,
        name: str,
        *,
        icon: str = "magnifying-glass",
        key: str = "/",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._key = key
        self.setProperty("isFieldFrame", True)
        self.setObjectName(f"{name}_frame")
        self._row = QHBoxLayout(self)
        self.edit = QLineEdit(self)
        self.edit.setProperty("flat", True)
        self.edit.setPlaceholderText(hint)
        a11y.name_widget(self.edit, name, hint)
        self._row.addWidget(self.edit)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.searched.emit(self.edit.text()))
        self.edit.textEdited.connect(lambda _text: self._timer.start(_TYPING_PAUSE_MS))
        self.edit.textChanged.connect(lambda _text: self.update())
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.edit.text()

    def clear(self) -> None:
        """Empty the field and tell."""
        self._timer.stop()
        self.edit.clear()
        self.searched.emit("")

    def restyle(self) -> None:
        """Room for icon and cap."""
        cap = key_cap_width(self._key) + 18 if self._key else 10
        margins(self._row, 34, 0, cap, 0)
        self.setFixedHeight(px(32))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may."""
        return QSize(px(200), px(32))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc clears, Down goes to the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.edit.text():
                self.clear()
                return True
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.left_down.emit()
                return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame, icon, and the cap while nothing is typed."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        is_off = not self.isEnabled()
        rounded(painter, whole, px(6), "sunken" if is_off else "surface", "border" if is_off else "control")
        theme.paint_icon_at(painter, QPointF(px(19), whole.center().y()), px(16), self._icon, "muted")
        if self._key and not self.edit.text():
            width = key_cap_width(self._key)
            cap = QRectF(whole.right() - width - px(11), round(whole.center().y() - px(10)), width, px(20))
            key_cap(painter, cap, self._key)


class Field(Themed, QWidget):
    """A label 4 px above an input, and a helper or mistake line below it."""

    def __init__(
        self, label: str, edit: QWidget, name: str, *, helper: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.edit = edit
        a11y.name_widget(edit, name, label)
        self._column = QVBoxLayout(self)
        self._label = Label(label, "helper_medium", parent=self)
        self._label.setBuddy(edit)
        self._helper = Label(helper, "helper", "muted", is_wrapped=True, parent=self)
        self._helper.setVisible(bool(helper))
        for part in (self._label, edit, self._helper):
            self._column.addWidget(part)
        self._resting = helper
        self.restyle()

    def restyle(self) -> None:
        """4 px between the lines."""
        margins(self._column, 0, 0, 0, 0, 4)

    def set_mistake(self, text: str) -> None:
        """Show what is wrong in words and by a red edge; an empty text takes it away."""
        self.edit.setProperty("invalid", bool(text))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)
        self._helper.set_ink("bad" if text else "muted")
        self._helper.put(text or self._resting)
        self._helper.setVisible(bool(text or self._resting))
        self.edit.setAccessibleDescription(tr("mistake: {text}", text=text) if text else self._resting)
