"""Unlock: the passphrase and nothing else. The same page covers the window while it is locked."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.shell.mark import Mark
from desktop.theme import px
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre
from desktop.widgets.label import Label
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

_WAITS_S = (0, 0, 0, 2, 4, 8, 15, 30, 60)
"""Seconds to wait after that many wrong tries."""


class UnlockPage(Themed, QWidget):
    """`tried(passphrase)`; `left` goes back to the choices. With `is_new` it sets up a passphrase."""

    tried = Signal(str)
    left = Signal()

    def __init__(self, title: str, *, is_new: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "unlock_page", tr("Unlock"))
        set_ground(self, "canvas")
        self._is_new = is_new
        self._wrong = 0
        self._free_at = 0.0
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(Mark(48), 0, Qt.AlignmentFlag.AlignHCenter)
        self.card = Card("unlock_card", padding=28, spacing=8)
        self.card.body.addWidget(Label(title, "title", align=Centre))
        self.subtitle = Label("", "body", "muted", align=Centre)
        self.card.body.addWidget(self.subtitle)
        self.edit = _hidden_edit()
        self.field = Field(tr("Passphrase"), self.edit, "unlock_pass_edit")
        self.card.body.addWidget(self.field)
        self.again = _hidden_edit()
        self.again_field = Field(tr("Once more"), self.again, "unlock_again_edit")
        self.again_field.setVisible(is_new)
        self.card.body.addWidget(self.again_field)
        self.button = Button(tr("Make the store") if is_new else tr("Unlock"), "unlock_button", kind="primary")
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._try)
        self.card.body.addWidget(self.button)
        self._column.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        self.forgot = LinkButton(tr("Forgot the passphrase"), "unlock_forgot_link")
        self.forgot.setVisible(not is_new)
        self.forgot.clicked.connect(self._explain)
        self.back = LinkButton(tr("Back"), "unlock_back_link")
        self.back.clicked.connect(self.left)
        for link in (self.forgot, self.back):
            self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
        words = tr("Without the passphrase or the recovery key nobody can open the data. That includes us.")
        self.honest = Label(words, "helper", "muted", align=Centre)
        self._column.addWidget(self.honest, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._count_down)
        self.edit.returnPressed.connect(self._try)
        self.again.returnPressed.connect(self._try)
        self.restyle()

    def ask(self, why: str, *, can_leave: bool = True) -> None:
        """Ask for the passphrase, with the reason it is asked."""
        self.subtitle.put(why)
        self.edit.clear()
        self.again.clear()
        self.field.set_mistake("")
        self.back.setVisible(can_leave)
        self.edit.setFocus()

    def refuse(self, words: str) -> None:
        """It was not the passphrase; the more wrong tries, the longer the wait."""
        self._wrong += 1
        self._free_at = time.monotonic() + _WAITS_S[min(self._wrong, len(_WAITS_S) - 1)]
        self.button.setEnabled(True)
        self.edit.selectAll()
        self.edit.setFocus()
        self.field.set_mistake(words)
        self._timer.start()
        self._count_down()

    def _try(self) -> None:
        if time.monotonic() < self._free_at:
            return
        text = self.edit.text()
        if self._is_new and (mistake := _mistake(text, self.again.text())):
            self.field.set_mistake(mistake)
            return
        if text:
            self.button.setEnabled(False)
            self.tried.emit(text)

    def _count_down(self) -> None:
        left_s = round(self._free_at - time.monotonic())
        if left_s <= 0:
            self._timer.stop()
            self.button.setEnabled(True)
            return
        self.button.setEnabled(False)
        self.field.set_mistake(tr("That is not the passphrase. Try again in {seconds} s.", seconds=left_s))

    def _explain(self) -> None:
        self.subtitle.put(tr("Type the recovery key instead of the passphrase."))
        self.edit.setFocus()

    def restyle(self) -> None:
        """Widths of the look."""
        margins(self._column, 24, 24, 24, 24, 12)
        self.card.setFixedWidth(px(376))


def _hidden_edit() -> QLineEdit:
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    show = QAction(theme.icon("eye", 16), tr("Show the passphrase"), edit)
    show.setCheckable(True)
    show.toggled.connect(
        lambda is_on: edit.setEchoMode(QLineEdit.EchoMode.Normal if is_on else QLineEdit.EchoMode.Password)
    )
    edit.addAction(show, QLineEdit.ActionPosition.TrailingPosition)
    return edit


def _mistake(first: str, second: str) -> str:
    if len(first) < 10:
        return tr("At least ten characters: a few words are best.")
    return "" if first == second else tr("The two differ.")
