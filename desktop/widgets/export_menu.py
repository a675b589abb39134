"""ExportMenu: a list as CSV, Excel or PDF. It asks for a reason and says how many rows and which columns go out.

Object names: <name> (the button), <name>_panel, <name>_reason_edit, <name>_csv_button, <name>_xlsx_button,
<name>_pdf_button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.changes import Changes
from core.desk import Desk
from core.export.table import Cell, ExportTable
from core.security.roles import may
from core.usecases.exporting import export_list, practice_name
from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.export_pdf import pdf_writer
from desktop.widgets.label import Label
from desktop.widgets.paged import Column
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

Prepare = Callable[[], Callable[[], ExportTable]]
"""Called on the window's thread, where filters are read; what it gives reads the rows elsewhere."""


class ExportMenu(Button):
    """The button. `serve` says whose list is exported; `chosen(table, path, form, reason)` comes when all is said."""

    chosen = Signal(object, object, str, str)

    def __init__(self, name: str) -> None:
        super().__init__(tr("Export"), name, size="tool", icon="export")
        self._prepare: Prepare | None = None
        self._page: Any = None
        self.panel = _Panel(name, self)
        self.panel.chosen.connect(self._ask_where)
        self.clicked.connect(self._open)
        self._table: ExportTable | None = None

    def serve(self, page: Any, prepare: Prepare) -> None:
        """A press exports the list of this page (a BasePage) as it is shown then. Hidden from roles that may not."""
        self._page, self._prepare = page, prepare
        desk, shell = page.context.desk, page.context.shell

        def export(table: ExportTable, path: Path, form: str, reason: str) -> None:
            def done(count: int) -> None:
                shell.toast(tr("Exported {count} rows.", count=count))

            page.act(lambda: _write(desk, table, path, form, reason), done)

        self.chosen.connect(export)
        self.setVisible(may(desk.role, "export"))

    def _open(self) -> None:
        if self._prepare is None:
            return
        page = self._page
        page.context.tasks.run(self._prepare(), done=self._show, failed=page.show_failure, owner=page)

    def _show(self, table: ExportTable) -> None:
        self._table = table
        self.panel.put(table)
        right = self.mapToGlobal(QPoint(self.width(), self.height() + px(4)))
        self.panel.move(right.x() - self.panel.width(), right.y())
        self.panel.show()
        self.panel.reason.setFocus(Qt.FocusReason.PopupFocusReason)

    def _ask_where(self, form: str, reason: str) -> None:
        table = self._table
        if table is None:
            return
        self.panel.hide()
        filters = {"csv": tr("CSV file (*.csv)"), "xlsx": tr("Excel workbook (*.xlsx)"), "pdf": tr("PDF file (*.pdf)")}
        dialog = QFileDialog(self.window(), tr("Export"), "", filters[form])
        dialog.setObjectName(f"{self.objectName()}_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(f"chartmend-{table.lane}-{datetime.now():%Y-%m-%d}.{form}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(table, Path(path), form, reason))
        dialog.open()


class _Panel(Themed, QFrame):
    """Rows, columns, the reason and three formats."""

    chosen = Signal(str, str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        a11y.name_widget(self, f"{name}_panel", tr("Export this list"))
        self._column = QVBoxLayout(self)
        self.title = Label("", "section")
        self.rows = Label("", "body", is_wrapped=True)
        self.columns = Label("", "helper", "muted", is_wrapped=True)
        self.told = Label("", "helper", "warn", is_wrapped=True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("What it is for"))
        self.field = Field(tr("Reason, kept in the audit trail"), self.reason, f"{name}_reason_edit")
        self._buttons = QHBoxLayout()
        for form, words in (("csv", tr("CSV")), ("xlsx", tr("Excel")), ("pdf", tr("PDF"))):
            button = Button(words, f"{name}_{form}_button", size="tool", icon="file-pdf" if form == "pdf" else "")
            button.clicked.connect(lambda _on=False, form=form: self._choose(form))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        for part in (self.title, self.rows, self.columns, self.told, self.field):
            self._column.addWidget(part)
        self._column.addLayout(self._buttons)
        self.restyle()

    def restyle(self) -> None:
        """Padding and width of the look."""
        margins(self._column, 16, 14, 16, 16, 6)
        margins(self._buttons, 0, 4, 0, 0, 8)
        self.setFixedWidth(px(380))

    def put(self, table: ExportTable) -> None:
        """What would go out."""
        self.title.put(tr("Export this list"))
        self.rows.put(tr("{count} rows. {filters}", count=f"{len(table.rows):,}", filters=table.filters))
        self.columns.put(tr("Columns: {names}", names=", ".join(table.columns)))
        self.told.put(
            tr("It contains patient information. Outside Chartmend nothing protects it.") if table.has_patients else ""
        )
        self.told.setVisible(table.has_patients)
        self.reason.clear()
        self._say("")

    def _say(self, mistake: str) -> None:
        """The mistake line changes the height: wrapped texts need it for this width."""
        self.field.set_mistake(mistake)
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))

    def _choose(self, form: str) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self._say(tr("An export needs a reason."))
            self.reason.setFocus()
            return
        self.chosen.emit(form, reason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(theme.color("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def table_of(
    lane: str, title: str, columns: Sequence[Column], rows: Sequence[Any], *, filters: str, has_patients: bool
) -> ExportTable:
    """The rows of a paged table as they are read aloud or shown, by its columns."""
    cells = tuple(tuple(_cell(column, row) for column in columns) for row in rows)
    return ExportTable(lane, title, tuple(column.title for column in columns), cells, filters, has_patients)


def _write(desk: Desk, table: ExportTable, path: Path, form: str, reason: str) -> Changes[int]:
    name = practice_name(desk) or (tr("Demo practice, made-up people") if desk.is_demo else tr("Practice"))
    return export_list(
        desk, table, path, form, reason, writer=pdf_writer(name, datetime.now()) if form == "pdf" else None
    )


def _cell(column: Column, row: Any) -> Cell:
    if column.spoken is not None:
        return column.spoken(row)
    value = column.value(row)
    if isinstance(value, tuple):
        value = value[0]
    return None if value in (None, "", "—") else value if isinstance(value, (int, float)) else str(value)
