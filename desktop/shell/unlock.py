"""Unlock: who it is, where people are set up, and the passphrase. The same page covers the window while it is locked.

objectNames: `unlock_page`, `unlock_who_combo`, `unlock_pass_edit`, `unlock_again_edit`, `unlock_name_edit`,
`unlock_mistake_label`, `unlock_button`, `unlock_system_button`, `unlock_forgot_link`, `unlock_switch_link`,
`unlock_back_link`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.shell.mark import Mark
from desktop.theme import px
from desktop.widgets.button import Button, IconButton, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre, draw_text, text_width
from desktop.widgets.label import Label
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

WAITS_S = (0, 0, 0, 2, 4, 8, 15, 30, 60)
"""Seconds to wait after that many wrong tries; the last one holds for all further ones."""
SHORTEST = 10


class UnlockPage(Themed, QWidget):
    """`tried(passphrase)`; `left` goes back to the choices, `switched` to somebody else's sign-in.

    With `is_new` it sets up a passphrase: typed twice, with honest words about what happens when it is lost.
    With `is_backup` it asks for the passphrase of a backup.
    """

    tried = Signal(str)
    left = Signal()
    switched = Signal()
    asked_system = Signal()

    def __init__(
        self,
        title: str,
        *,
        is_new: bool = False,
        is_backup: bool = False,
        can_switch: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "unlock_page", tr("Unlock"))
        set_ground(self, "canvas")
        self._is_new, self._is_backup, self._can_switch = is_new, is_backup, can_switch
        self._wrong = 0
        self._free_at = 0.0
        self._is_trying = False
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(Mark(48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(px(12))
        self._column.addWidget(self._make_card(title), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(px(8))
        self._column.addLayout(self._make_links())
        self._column.addSpacing(px(8))
        self.honest = Label(self._honest_words(), "helper", "muted", is_wrapped=True, align=Centre)
        self._column.addWidget(self.honest, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._count_down)
        self.restyle()

    @property
    def name(self) -> str:
        """Who signs in, when somebody chose or typed a name."""
        if self.who_field.isVisibleTo(self):
            return self.who.currentText()
        return self.name_edit.text().strip() if self.name_field.isVisibleTo(self) else ""

    def ask(self, why: str, *, can_leave: bool = True) -> None:
        """Ask for the passphrase, with the reason it is asked."""
        self._explain_with(why)
        self.edit.clear()
        self.again.clear()
        self._say("")
        self.back.setVisible(can_leave)
        self.edit.setFocus()

    def offer_names(self, names: Sequence[str], name: str) -> None:
        """Let people choose who they are; `name` is chosen already when it is one of them."""
        self.who.clear()
        self.who.addItems(list(names))
        self.who.setCurrentIndex(list(names).index(name) if name in names else -1)
        self.who_field.show()
        self.name_field.hide()
        self.switch.hide()
        (self.edit if name in names else self.who).setFocus()

    def ask_name(self, name: str) -> None:
        """Ask who it is as well."""
        self.name_field.show()
        self.name_edit.setText(name)
        self.name_edit.selectAll()
        self.name_edit.setFocus()

    def offer_system(self) -> None:
        """This computer's own secret store holds the passphrase: show that it can be used."""
        self.divider.show()
        self.system.show()

    def refuse(self, words: str, *, is_wrong: bool = True) -> None:
        """Say why it did not open. The more wrong tries, the longer the wait."""
        self._is_trying = False
        if is_wrong:
            self._wrong += 1
            self._free_at = time.monotonic() + WAITS_S[min(self._wrong, len(WAITS_S) - 1)]
        self.edit.setEnabled(True)
        self.edit.selectAll()
        self.edit.setFocus()
        self._say(words)
        a11y.announce(self.edit, words, is_urgent=True)
        self._timer.start()
        self._count_down()

    def passed(self) -> None:
        """It was the passphrase: nothing of the tries is left."""
        self._is_trying = False
        self._wrong, self._free_at = 0, 0.0
        self._timer.stop()
        self.button.setEnabled(True)
        self.edit.setEnabled(True)
        self.edit.clear()
        self.again.clear()
        self._say("")

    def _make_card(self, title: str) -> Card:
        self.card = Card("unlock_card", padding=28, spacing=0)
        body = self.card.body
        body.addWidget(Label(title, "title", align=Centre))
        body.addSpacing(px(4))
        self.subtitle = Label("", "body", "muted", align=Centre, is_wrapped=True)
        body.addWidget(self.subtitle)
        body.addSpacing(px(20))
        self.name_edit = QLineEdit()
        self.name_field = Field(tr("Your name"), self.name_edit, "unlock_name_edit")
        self.name_field.hide()
        self.who = QComboBox()
        self.who.setPlaceholderText(tr("Choose your name"))
        a11y.name_widget(self.who.view(), "unlock_who_list", tr("Names"))
        self.who_field = Field(tr("Who you are"), self.who, "unlock_who_combo")
        self.who_field.hide()
        self.edit, self.again = SecretEdit("unlock_pass_show"), SecretEdit("unlock_again_show")
        self.field = Field(tr("Passphrase"), self.edit, "unlock_pass_edit")
        self.again_field = Field(tr("Once more"), self.again, "unlock_again_edit")
        self.again_field.setVisible(self._is_new)
        fields = QVBoxLayout()
        fields.setSpacing(px(8))
        self.mistake = MistakeLine("unlock_mistake_label")
        self.mistake.hide()
        for line in (self.who_field, self.name_field, self.field, self.again_field, self.mistake):
            fields.addWidget(line)
        body.addLayout(fields)
        body.addSpacing(px(16))
        word = tr("Make the store") if self._is_new else tr("Restore") if self._is_backup else tr("Unlock")
        self.button = Button(word, "unlock_button", kind="primary")
        self.button.clicked.connect(self._try)
        body.addWidget(self.button)
        self.divider = OrLine()
        self.system = Button(tr("Use system sign-in"), "unlock_system_button", icon="fingerprint")
        self.system.clicked.connect(self.asked_system)
        for part in (self.divider, self.system):
            part.hide()
            body.addWidget(part)
        for wide in (self.button, self.system):
            wide.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for edit in (self.name_edit, self.edit, self.again):
            edit.returnPressed.connect(self._try)
        return self.card

    def _make_links(self) -> QHBoxLayout:
        self.forgot = LinkButton(tr("Forgot the passphrase"), "unlock_forgot_link")
        self.forgot.setVisible(not (self._is_new or self._is_backup))
        self.forgot.clicked.connect(self._explain)
        self.switch = LinkButton(tr("Someone else"), "unlock_switch_link")
        self.switch.setVisible(self._can_switch)
        self.switch.clicked.connect(self.switched)
        self.back = LinkButton(tr("Back"), "unlock_back_link")
        self.back.clicked.connect(self.left)
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addStretch(1)
        for link in (self.forgot, self.switch, self.back):
            row.addWidget(link)
        row.addStretch(1)
        return row

    def _honest_words(self) -> str:
        if self._is_new:
            return tr(
                "The next step shows a recovery key, once. Without the passphrase or the recovery key nobody can "
                "open the data. That includes us."
            )
        return tr("Without the passphrase or the recovery key nobody can open the data. That includes us.")

    def _try(self) -> None:
        text = self.edit.text()
        if self._is_trying or time.monotonic() < self._free_at or not text:
            return
        if self.who_field.isVisibleTo(self) and self.who.currentIndex() < 0:
            self._say(tr("Choose your name first."))
            self.who.setFocus()
            return
        if self._is_new and (mistake := mistake_in(text, self.again.text())):
            self._say(mistake)
            return
        self._is_trying = True
        self.button.setEnabled(False)
        self.tried.emit(text)

    def _count_down(self) -> None:
        left_s = self._free_at - time.monotonic()
        if left_s <= 0:
            self._timer.stop()
            self.button.setEnabled(True)
            return
        self.button.setEnabled(False)
        seconds = max(1, round(left_s))
        self._say(tr("That is not the passphrase. Try again in {seconds} s.", seconds=seconds))

    def _say(self, words: str) -> None:
        self.mistake.setVisible(bool(words))
        self.mistake.put(words)
        self._fit()
        for edit in (self.edit, self.again):
            edit.setProperty("invalid", bool(words))
            edit.style().unpolish(edit)
            edit.style().polish(edit)

    def _explain(self) -> None:
        self._explain_with(
            tr("Type the recovery key instead. It was shown when the store was made. Without both, nobody can open it.")
        )
        self.edit.setFocus()

    def _explain_with(self, words: str) -> None:
        self.subtitle.put(words)
        self._fit()

    def _fit(self) -> None:
        """Wrapped lines get the height they need: a centred card asks its parts for one line only."""
        inner = px(376) - 2 * px(28) - 2
        self.subtitle.setFixedHeight(self.subtitle.heightForWidth(inner))
        self.mistake.fit(inner)

    def restyle(self) -> None:
        """Widths and heights of the look."""
        margins(self._column, 24, 24, 24, 24, 12)
        self.card.setFixedWidth(px(376))
        self.honest.setFixedSize(px(376), self.honest.heightForWidth(px(376)))
        self._fit()
        for edit in (self.name_edit, self.edit, self.again):
            # The bullet of a hidden text is small enough to count; without this it fills the line.
            edit.setStyleSheet(f"QLineEdit {{ min-height: {px(34)}px; lineedit-password-character: 8226; }}")


class SecretEdit(QLineEdit):
    """A hidden text with an eye that shows it. Pasting is allowed."""

    def __init__(self, eye_name: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = IconButton("eye", tr("Show the passphrase"), eye_name)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, px(4), 0)
        row.addStretch(1)
        row.addWidget(self._eye)
        self.setTextMargins(0, 0, px(32), 0)

    def _show(self, is_shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
        self._eye.setAccessibleName(tr("Hide the passphrase") if is_shown else tr("Show the passphrase"))


class MistakeLine(Themed, QWidget):
    """What went wrong, with its icon: never by colour alone."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._label = Label("", "helper", "bad", is_wrapped=True)
        self._label.setObjectName(name)
        self._row.addWidget(self._label)
        self.restyle()

    def put(self, words: str) -> None:
        """Say something else."""
        self._label.put(words)

    def fit(self, width: int) -> None:
        """As high as its lines are at a width."""
        self.setFixedHeight(self._label.heightForWidth(width - px(22)))

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def restyle(self) -> None:
        """Room for the icon."""
        margins(self._row, 22, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon beside the first line."""
        theme.paint_icon_at(QPainter(self), QPointF(px(8), px(8)), px(16), "warning-circle", "bad")


class OrLine(Themed, QWidget):
    """A hairline with "or" in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self.restyle()

    def restyle(self) -> None:
        """Air above and below."""
        self.setFixedHeight(px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line, word, line."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        gap = text_width(tr("or"), "helper") / 2 + px(12)
        middle = round(box.center().y())
        painter.fillRect(QRectF(0, middle, box.center().x() - gap, 1), theme.color("border"))
        painter.fillRect(QRectF(box.center().x() + gap, middle, box.width(), 1), theme.color("border"))
        draw_text(painter, box, tr("or"), "helper", "muted", Centre)


def mistake_in(first: str, second: str) -> str:
    """What is wrong with a new passphrase, or nothing."""
    if len(first) < SHORTEST:
        return tr("At least ten characters: a few words are best.")
    return "" if first == second else tr("The two differ.")
