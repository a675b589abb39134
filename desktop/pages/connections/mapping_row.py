"""One column of a file: its heading with three values, what it becomes, how its values are read, how sure that is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.sheets.check import SheetKind
from core.sheets.mapping import FileMapping
from core.sheets.targets import IGNORE
from core.sheets.values import FORMATS
from desktop import theme
from desktop.pages.connections.mapping_words import format_words, kind_words, reading, target_options
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

_ROOM_FOR_ONE_LINE = 760  # px at 100 %


class ColumnRow(Themed, QWidget):
    """`chosen(place, target)` and `read_as(place, format)` tell what a person said."""

    chosen = Signal(int, str)
    read_as = Signal(int, str)

    def __init__(self, place: int, kind: SheetKind, entity: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._kind, self._today = place, kind, today
        self._is_marked = self._is_tall = False
        self.setObjectName(f"mapping_column_{place}")
        name = kind.names[place]
        left, right = QVBoxLayout(), QVBoxLayout()
        self._name = Label(name or tr("(no heading)"), "medium")
        samples = kind.samples(place)
        self._samples = Label(" · ".join(samples) or tr("empty so far"), "helper", "muted")
        left.addStretch(1)
        left.addWidget(self._name)
        left.addWidget(self._samples)
        left.addStretch(1)
        self.target = Pick("", target_options(entity), f"mapping_column_{place}_target")
        self.target.picked.connect(lambda target: self.chosen.emit(place, target))
        self.form = Pick(tr("Read as"), [("", "")], f"mapping_column_{place}_format")
        self.form.picked.connect(lambda form: self.read_as.emit(place, form))
        self.kind_words = Label("", "helper", "muted")
        self.reading = Label("", "helper", "muted")
        right.addWidget(self.form)
        right.addWidget(self.kind_words)
        right.addWidget(self.reading)
        self.state = Badge(" ", "neutral")
        self._left, self._right = left, right
        self._reads = QWidget()
        self._reads.setLayout(right)
        # Headings may be long: the other parts stand under each other in every row.
        for label in (self._name, self._samples):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._names = QWidget()
        self._names.setLayout(left)
        self._grid = QGridLayout(self)
        self._is_narrow: bool | None = None
        self._badge = QWidget()
        badge = QHBoxLayout(self._badge)
        badge.setContentsMargins(0, 0, 0, 0)
        badge.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out(is_narrow=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def put(self, mapping: FileMapping) -> None:
        """Show what the column is mapped to."""
        column, target = mapping.columns[self._place], mapping.target_of(self._place)
        self.target.set_value(column.target)
        spoken = tr("{column} becomes {target}", column=column.name, target=self.target.text())
        self.target.setAccessibleName(spoken)
        forms = FORMATS.get(target.kind, ()) if target is not None else ()
        self.form.setVisible(bool(forms))
        self.kind_words.setVisible(bool(target) and not forms)
        words = kind_words(target) if target is not None else ""
        self.kind_words.put(tr("{kind}, required", kind=words) if target and target.is_required else words)
        if forms:
            self.form.set_options([(form, format_words(form)) for form in forms], column.format or forms[0])
        samples = self._kind.samples(self._place)
        is_shown = bool(samples) and target is not None and target.kind not in ("text", "reference")
        self.reading.setVisible(is_shown)
        if is_shown and target is not None:
            read = [reading(text, target, column.format, mapping, self._today) for text in samples[:2]]
            self.reading.put("→ " + " · ".join(read))
        self.state.put(*self._state(mapping))
        self._is_tall = bool(forms)
        self.restyle()

    def _state(self, mapping: FileMapping) -> tuple[str, str, str]:
        column = mapping.columns[self._place]
        if column.target in mapping.doubled():
            return tr("two for one"), "bad", "warning-circle"
        if column.target == IGNORE:
            return tr("ignored"), "neutral", "eye-slash"
        if not column.target:
            return (tr("choose"), "warn", "warning-circle") if column.name else (tr("no heading"), "neutral", "")
        if column.is_suggested:
            return tr("suggested"), "info", "info"
        return tr("mapped"), "ok", "check"

    def mark(self, is_marked: bool) -> None:
        """The column that a problem speaks of."""
        self._is_marked = is_marked
        self.update()

    def restyle(self) -> None:
        """Gaps and widths of the look."""
        margins(self._grid, 20, 8, 16, 8, 8)
        self._grid.setHorizontalSpacing(px(16))
        margins(self._left, 0, 0, 0, 0, 0)
        margins(self._right, 0, 0, 0, 0, 2)
        self.target.setFixedWidth(theme.pane(196 if self._is_narrow else 224))
        for part in (self._reads, self.form):
            part.setFixedWidth(theme.pane(176 if self._is_narrow else 228))
        self._badge.setFixedWidth(px(112))
        self.setFixedHeight(px(74 if self._is_tall else 58) + (px(48) if self._is_narrow else 0))
        self.updateGeometry()
        self.update()

    def _lay_out(self, *, is_narrow: bool) -> None:
        """All in one line, or the heading above its field where there is little room."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        middle = Qt.AlignmentFlag.AlignVCenter
        for part in (self._names, self.target, self._reads, self._badge):
            self._grid.removeWidget(part)
        if is_narrow:
            self._grid.addWidget(self._names, 0, 0, 1, 2, middle)
            self._grid.addWidget(self._badge, 0, 2, middle)
            self._grid.addWidget(self.target, 1, 0, middle)
            self._grid.addWidget(self._reads, 1, 1, 1, 2, middle)
        else:
            for column, part in enumerate((self._names, self.target, self._reads, self._badge)):
                self._grid.addWidget(part, 0, column)
                self._grid.setAlignment(part, middle if column else Qt.AlignmentFlag(0))
        for column in range(4):
            self._grid.setColumnStretch(column, int(column == (1 if is_narrow else 0)))
        self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Large type needs two lines."""
        self._lay_out(is_narrow=event.size().width() < px(_ROOM_FOR_ONE_LINE))
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, hairline, and the wash of a marked column."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("selection" if self._is_marked else "surface"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))
