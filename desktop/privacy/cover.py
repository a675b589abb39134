"""The privacy cover: a plain panel with the mark over everything. No blur: shapes and names stay guessable under it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import a11y
from desktop.keys import cap, key_of
from desktop.shell.mark import Mark
from desktop.widgets.draw import Centre
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

COVER_AFTER_S = 20


class Cover(Themed, QWidget):
    """Says only how it goes away; a click uncovers."""

    uncovered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = tr("Covered. {key} goes on.", key=cap(key_of("cover")))
        a11y.name_widget(self, "privacy_cover", words)
        set_ground(self, "canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(Mark(48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(Label(words, "body", "muted", align=Centre))
        self._column.addStretch(1)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 24, 24, 24, 24, 16)

    def mousePressEvent(self, event: object) -> None:
        """A click goes on."""
        self.uncovered.emit()


class AwayWatch(QObject):
    """`away` 20 s after the program lost the focus, if switched on."""

    away = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_on = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COVER_AFTER_S * 1000)
        self._timer.timeout.connect(self.away)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self.on_state)

    def on_state(self, state: Qt.ApplicationState) -> None:
        """The program came to the front or went to the back."""
        if state == Qt.ApplicationState.ApplicationActive or not self.is_on:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
