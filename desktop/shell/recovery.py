"""The recovery key of a new store, shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import a11y
from desktop.privacy.clipboard import ClipboardGuard
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr


class RecoveryPage(Themed, QWidget):
    """`kept` when the person says that the key is in a safe place."""

    kept = Signal()

    def __init__(self, recovery: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "recovery_page", tr("Recovery key"))
        set_ground(self, "canvas")
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self.card = Card("recovery_card", padding=28, spacing=12)
        self.card.body.addWidget(Label(tr("Keep this recovery key"), "title", align=Centre))
        words = tr("It opens the store when the passphrase is forgotten. It is shown only now. Print it, or write it "
                   "down, and keep it where the practice keeps its keys.")  # fmt: skip
        self.words = Label(words, "body", "muted", is_wrapped=True)
        self.card.body.addWidget(self.words)
        self.key = Label(recovery, "section", align=Centre)
        self.key.setObjectName("recovery_key_label")
        self.key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.card.body.addWidget(self.key)
        copy = Button(tr("Copy"), "recovery_copy_button", icon="copy")
        self._clipboard = ClipboardGuard(self)
        copy.clicked.connect(lambda: self._clipboard.copy(recovery))
        self._clipboard.counted.connect(self._count_down)
        self.copied = Label("", "helper", "muted")
        done = Button(tr("I have kept it"), "recovery_done_button", kind="primary")
        done.clicked.connect(self.kept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addWidget(self.copied, 1)
        row.addWidget(done)
        self.card.body.addLayout(row)
        self._column.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(2)
        self.restyle()

    def _count_down(self, left_s: int) -> None:
        self.copied.put(tr("Copied. It is cleared in {seconds} s.", seconds=left_s) if left_s else "")

    def restyle(self) -> None:
        """Width of the look."""
        margins(self._column, 24, 24, 24, 24, 12)
        self.card.setFixedWidth(px(480))
        self.words.setFixedHeight(self.words.heightForWidth(px(480) - 2 * px(28) - 2))
