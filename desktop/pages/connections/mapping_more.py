"""What is said of all rows where no column says it, and the meanings of words such as "Checked out"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.dedupe.headings import compact
from core.sheets.check import SheetKind
from core.sheets.mapping import FileMapping
from core.sheets.targets import targets_of
from core.sheets.values import word_of
from desktop import theme
from desktop.pages.connections.mapping_words import field_words, missing_words, value_words
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

_MOST_WORDS = 30


class MoreRows(Themed, QWidget):
    """`fixed(field, value)` ("" takes it away) and `meant(field, their word, ours)` tell what a person said."""

    fixed = Signal(str, str)
    meant = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapping_more")
        set_ground(self, "surface")
        self._column = QVBoxLayout(self)
        self._rows: list[QWidget] = []
        self.restyle()

    def put(self, mapping: FileMapping, kind: SheetKind, unknown: Sequence[str] = ()) -> None:
        """Show what is open; `unknown` are words that the check of all rows met."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        self._put_missing(mapping)
        self._put_words(mapping, kind, unknown)
        self.setVisible(bool(self._rows))

    def _put_missing(self, mapping: FileMapping) -> None:
        said = set(mapping.fixed)
        groups = [*mapping.missing(), *((name,) for name in mapping.fixed)]
        if groups:
            self._add(Label(tr("What every row needs"), "section"))
        for group in groups:
            words = [target for name in group if (target := targets_of(mapping.entity).get(name)) and target.words]
            if not words:
                text = tr("Map a column to {fields}: a row cannot be used without it.", fields=missing_words(group))
                self._add(Label(text, "body", "bad", is_wrapped=True))
                continue
            target = words[0]
            options = [("", tr("Choose…")), *((word, value_words(word)) for word in target.words)]
            pick = Pick("", options, f"mapping_fixed_{target.id}")
            pick.set_value(mapping.fixed.get(target.id, ""))
            pick.picked.connect(lambda value, name=target.id: self.fixed.emit(name, value))
            ink = "text" if target.id in said else "bad"
            self._add_pair(tr("{field} of all rows", field=field_words(target.id)), pick, ink)

    def _put_words(self, mapping: FileMapping, kind: SheetKind, unknown: Sequence[str]) -> None:
        for place in range(len(mapping.columns)):
            target = mapping.target_of(place)
            if target is None or target.kind != "word":
                continue
            given = {compact(their): ours for their, ours in mapping.words.get(target.id, {}).items()}
            found = dict.fromkeys((*unknown, *kind.words(place)))
            self._add(Label(tr("Words in {column}", column=mapping.columns[place].name), "section"))
            for their in list(found)[:_MOST_WORDS]:
                options = [("", tr("Choose…")), *((word, value_words(word)) for word in target.words)]
                pick = Pick("", options, f"mapping_word_{target.id}_{compact(their)}")
                ours = word_of(their, target, given) or ""
                pick.set_value(ours)
                pick.picked.connect(lambda value, name=target.id, their=their: self.meant.emit(name, their, value))
                self._add_pair(their, pick, "text" if ours else "bad")

    def _add_pair(self, words: str, pick: Pick, ink: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        margins(row, 0, 0, 0, 0, 16)
        label = Label(words, "body", ink)
        label.setMinimumWidth(1)
        label.setMaximumWidth(theme.pane(280))
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        pick.setFixedWidth(theme.pane(216))
        pick.setAccessibleName(f"{words}: {pick.text()}")
        row.addWidget(label, 1)
        row.addWidget(pick)
        row.addStretch(0)
        self._add(line)

    def _add(self, widget: QWidget) -> None:
        self._rows.append(widget)
        self._column.addWidget(widget)

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 20, 16, 16, 16, 8)
