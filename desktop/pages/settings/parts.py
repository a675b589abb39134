"""What the sections of the settings are built from: a card with a title, and a line with a control at its right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground

WIDEST = 760


class SettingsArea(Themed, QScrollArea):
    """One section of the page: cards below each other, never wider than reads well."""

    def __init__(self, key: str, spoken: str) -> None:
        super().__init__()
        a11y.name_widget(self, f"settings_area_{key}", spoken)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        set_ground(inner, "canvas")
        self._row = QHBoxLayout(inner)
        self._column_holder = QWidget()
        self._column = QVBoxLayout(self._column_holder)
        self._column.addStretch(1)
        self._row.addWidget(self._column_holder, 1)
        self._row.addStretch(0)
        self.setWidget(inner)
        self.restyle()

    def add(self, card: QWidget) -> None:
        """A card below the others."""
        self._column.insertWidget(self._column.count() - 1, card)

    def restyle(self) -> None:
        """Gaps and the widest column of the look."""
        margins(self._row, 20, 16, 20, 20)
        margins(self._column, 0, 0, 0, 0, 16)
        self._column_holder.setMaximumWidth(px(WIDEST))


class SettingsCard(Card):
    """A title, a quiet sentence below it, and what is set."""

    def __init__(self, name: str, title: str, text: str = "") -> None:
        super().__init__(name, padding=20, spacing=12)
        self.title = Label(title, "section")
        self.text = Label(text, "body", "muted", is_wrapped=True)
        head = QVBoxLayout()
        margins(head, 0, 0, 0, 0, 2)
        head.addWidget(self.title)
        head.addWidget(self.text)
        self.text.setVisible(bool(text))
        self.body.addLayout(head)

    def say(self, text: str) -> None:
        """Another sentence below the title."""
        self.text.put(text)
        self.text.setVisible(bool(text))


class SettingLine(Themed, QWidget):
    """What is set at the left, with a helper below it, and its control at the right."""

    def __init__(self, words: str, control: QWidget, *, helper: str = "") -> None:
        super().__init__()
        self.control = control
        self._row = QHBoxLayout(self)
        self._words = QVBoxLayout()
        self.label = Label(words, "medium", is_wrapped=True)
        self.label.setBuddy(control)
        self.helper = Label(helper, "helper", "muted", is_wrapped=True)
        self.helper.setVisible(bool(helper))
        self._words.addWidget(self.label)
        self._words.addWidget(self.helper)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._row, 0, 0, 0, 0, 24)
        margins(self._words, 0, 6, 0, 0, 0)


class Tick(Themed, QWidget):
    """A tick box with its words and a helper below them."""

    def __init__(self, words: str, name: str, *, helper: str = "") -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self.box = QCheckBox(words)
        a11y.name_widget(self.box, name, words, helper)
        self._column.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeft)
        self.helper = Label(helper, "helper", "muted", is_wrapped=True)
        self.helper.setVisible(bool(helper))
        self._indent = QHBoxLayout()
        self._indent.addWidget(self.helper)
        self._column.addLayout(self._indent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, *, is_on: bool) -> None:
        """Show whether it is on, without telling."""
        self.box.blockSignals(True)
        self.box.setChecked(is_on)
        self.box.blockSignals(False)

    def restyle(self) -> None:
        """The helper stands under the words, not under the box."""
        margins(self._column, 0, 0, 0, 0)
        margins(self._indent, 24, 0, 0, 0)
