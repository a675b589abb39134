"""Two or more records side by side, field by field: values, and the table model with its spoken words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.widgets.letters import Piece, letters_that_differ, marked_pieces
from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
RowKind = Literal["same", "near", "different", "only", "both", "history", "hidden"]
ItemRole = int(Qt.ItemDataRole.UserRole)
_ROOT = QModelIndex()
GLYPH_COLUMN, FIELD_COLUMN, FIRST_RECORD = 0, 1, 2
SAME_FOLD = "same"
HIDDEN_DOTS = "• • • •"


@dataclass(frozen=True, slots=True)
class RecordHead:
    """Head of one record: letter or icon, name, age of its source; `is_member` shows a tick in groups."""

    title: str
    subtitle: str = ""
    letter: str = ""
    icon: str = ""
    is_kept: bool = False
    is_member: bool | None = None


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One field over all records; an empty text is an empty side.

    `taken` holds the numbers of the records whose value is kept. `source` says why ("rule: newest"), or is shown
    as a badge when a person chose (`is_by_person`). `options` replaces the letters in Result by a choice in parts.
    `pieces` overrides the letters found to differ; `fold` puts the row under a fold; sides in `plain` are shown
    for orientation only, without wash and marks.
    """

    key: str
    field: str
    kind: RowKind
    values: tuple[str, ...]
    taken: frozenset[int] = frozenset()
    source: str = ""
    is_by_person: bool = False
    history: frozenset[int] = frozenset()
    can_keep_both: bool = False
    options: tuple[str, ...] = ()
    option: int = -1
    difference: str = ""
    fold: str = ""
    plain: frozenset[int] = frozenset()
    pieces: tuple[tuple[Piece, ...], ...] = dataclasses.field(default=(), compare=False)

    @property
    def can_pick(self) -> bool:
        """Whether one side can be chosen."""
        return self.kind in {"near", "different", "only", "history"}

    @property
    def fold_key(self) -> str:
        """The fold it lies under; equal fields fold by themselves."""
        return self.fold or (SAME_FOLD if self.kind == "same" else "")


@dataclass(frozen=True, slots=True)
class Fold:
    """A line that stands for several rows; `text` and `detail` are ready words."""

    key: str
    text: str
    detail: str = ""
    has_key: bool = True


@dataclass(frozen=True, slots=True)
class FoldLine:
    """A fold as it is shown."""

    fold: Fold
    is_open: bool


Line = CompareRow | FoldLine


class CompareModel(QAbstractTableModel):
    """Columns: glyph, field, one per record, result."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.heads: tuple[RecordHead, ...] = ()
        self._rows: tuple[CompareRow, ...] = ()
        self._folds: tuple[Fold, ...] = ()
        self._open: set[str] = set()
        self._lines: list[Line] = []
        self._pieces: dict[str, tuple[tuple[Piece, ...], ...]] = {}

    def put(self, heads: Sequence[RecordHead], rows: Sequence[CompareRow], folds: Sequence[Fold] = ()) -> None:
        """Show records; a fold of equal rows is made when none is given for them."""
        self.beginResetModel()
        self.heads, self._rows = tuple(heads), tuple(rows)
        self._folds = _with_same_fold(self._rows, folds)
        self._pieces = {row.key: row.pieces or _marked(row) for row in rows if row.kind == "near"}
        self._lay_out()
        self.endResetModel()

    def replace(self, row: CompareRow) -> None:
        """Show one row anew; order, folds and the current row stay."""
        self._rows = tuple(row if old.key == row.key else old for old in self._rows)
        if row.kind == "near":
            self._pieces[row.key] = row.pieces or _marked(row)
        for place, line in enumerate(self._lines):
            if isinstance(line, CompareRow) and line.key == row.key:
                self._lines[place] = row
                self.dataChanged.emit(self.index(place, 0), self.index(place, self.columnCount() - 1))

    def set_open(self, fold_key: str, is_open: bool) -> None:
        """Open or close a fold."""
        self.beginResetModel()
        (self._open.add if is_open else self._open.discard)(fold_key)
        self._lay_out()
        self.endResetModel()

    def is_open(self, fold_key: str) -> bool:
        """Whether a fold shows its rows."""
        return fold_key in self._open

    def _lay_out(self) -> None:
        self._lines = [row for row in self._rows if not row.fold_key]
        for fold in self._folds:
            is_open = fold.key in self._open
            self._lines.append(FoldLine(fold, is_open))
            if is_open:
                self._lines.extend(row for row in self._rows if row.fold_key == fold.key)

    def line(self, place: int) -> Line:
        """The row or fold at a place."""
        return self._lines[place]

    def place_of(self, key: str) -> int:
        """The place of a row by key, or -1."""
        keys = [line.key if isinstance(line, CompareRow) else line.fold.key for line in self._lines]
        return keys.index(key) if key in keys else -1

    @property
    def fold_places(self) -> list[int]:
        """Places of the fold lines."""
        return [place for place, line in enumerate(self._lines) if isinstance(line, FoldLine)]

    def pieces_of(self, row: CompareRow, side: int) -> tuple[Piece, ...]:
        """The runs of a value in a nearly equal row."""
        pieces = self._pieces.get(row.key, ())
        return pieces[side] if side < len(pieces) else ()

    @property
    def result_column(self) -> int:
        """The last column."""
        return FIRST_RECORD + len(self.heads)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Open rows and folds."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Glyph, field, records, result."""
        return 0 if parent.isValid() else FIRST_RECORD + len(self.heads) + 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The line itself, the shown text, and what a screen reader says; never empty."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == ItemRole:
            return line
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(line, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown(line, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, CompareRow):
            side = index.column() - FIRST_RECORD
            return line.values[side] if 0 <= side < len(line.values) and line.kind != "hidden" else None
        return None

    def headerData(self, section: int, orientation: Any, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Spoken heads of the columns; rows are numbered by their field."""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self.shown(self._lines[section], FIELD_COLUMN) if section < len(self._lines) else None
        if section == GLYPH_COLUMN:
            return tr("Kind") if role == Qt.ItemDataRole.AccessibleTextRole else ""
        if section == FIELD_COLUMN:
            return tr("Field")
        if section == self.result_column:
            return tr("Result")
        return spoken_head(self.heads[section - FIRST_RECORD])

    def shown(self, line: Line, column: int) -> str:
        """Plain text of a cell."""
        if isinstance(line, FoldLine):
            return line.fold.text
        if column == FIELD_COLUMN:
            return line.field
        side = column - FIRST_RECORD
        if 0 <= side < len(self.heads):
            return HIDDEN_DOTS if line.kind == "hidden" else line.values[side] or "—"
        return line.source if column == self.result_column else ""

    def spoken(self, line: Line, column: int) -> str:
        """A cell in words: value and kind of row."""
        if isinstance(line, FoldLine):
            state = tr("open, Space closes") if line.is_open else tr("closed, Space opens")
            return f"{line.fold.text}, {state}"
        kind = self.kind_in_words(line)
        if column == GLYPH_COLUMN:
            return kind
        if column == FIELD_COLUMN:
            return tr("{field}, {kind}", field=line.field, kind=kind)
        if column == self.result_column:
            return self._result_in_words(line)
        side = column - FIRST_RECORD
        taken = tr("taken") if side in line.taken and line.kind not in {"same", "hidden"} else ""
        if line.kind == "hidden":
            return tr("hidden, press and hold R to show")
        value = line.values[side] or tr("empty")
        return ", ".join(part for part in (value, kind, taken) if part)

    def kind_in_words(self, row: CompareRow) -> str:
        """The kind of a row, with the letter of the record where one stands out."""
        if row.difference:
            return row.difference
        match row.kind:
            case "near":
                count = letters_that_differ(_compared(row))
                letters = tr("one letter differs") if count == 1 else tr("{n} letters differ", n=count)
                return tr("nearly the same: {letters}", letters=letters)
            case "only":
                return tr("only {letter} has this", letter=self._letter(next(iter(_filled(row)), 0)))
            case "history":
                return tr("{letter} holds a former value", letter=self._letter(min(row.history, default=0)))
            case "different":
                return tr("different")
            case "both":
                return tr("both are kept")
            case "hidden":
                return tr("hidden")
            case _:
                return tr("same in both") if len(row.values) == 2 else tr("same in all")

    def _result_in_words(self, row: CompareRow) -> str:
        if row.options:
            return row.options[row.option] if row.option >= 0 else tr("choose first")
        letters = " ".join(self._letter(side) for side in sorted(row.taken))
        return ", ".join(part for part in (letters, row.source) if part) or tr("nothing chosen")

    def _letter(self, side: int) -> str:
        head = self.heads[side]
        return head.letter or head.title


def spoken_head(head: RecordHead) -> str:
    """A record's head in words."""
    kept = tr("kept") if head.is_kept else ""
    member = "" if head.is_member is None else tr("belongs") if head.is_member else tr("left out")
    return ", ".join(part for part in (head.letter, head.title, head.subtitle, kept, member) if part)


def _compared(row: CompareRow) -> tuple[str, ...]:
    return tuple("" if side in row.plain else value for side, value in enumerate(row.values))


def _marked(row: CompareRow) -> tuple[tuple[Piece, ...], ...]:
    return marked_pieces(_compared(row))


def _filled(row: CompareRow) -> list[int]:
    return [side for side, value in enumerate(row.values) if value]


def _with_same_fold(rows: tuple[CompareRow, ...], folds: Sequence[Fold]) -> tuple[Fold, ...]:
    same = [row for row in rows if row.fold_key == SAME_FOLD]
    if not same or any(fold.key == SAME_FOLD for fold in folds):
        return tuple(folds)
    text = tr("1 field is the same") if len(same) == 1 else tr("{n} fields are the same", n=len(same))
    detail = ", ".join(row.field[:1].lower() + row.field[1:] if row.field[1:2].islower() else row.field for row in same)
    return (*folds, Fold(SAME_FOLD, text, detail))
