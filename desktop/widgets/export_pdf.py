"""A list as PDF: practice, date and filters above, page x of y and "contains patient information" below each page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from core.export.table import ExportTable
from desktop.theme.tokens import TABLES
from desktop.words import tr

_DPI = 150
_INK = TABLES["light"].text  # paper is light in every look
_FOOT_MM, _MARGIN_MM = 8, 12
_LANDSCAPE_FROM = 6  # columns


def pdf_writer(practice: str, made_at: datetime) -> Callable[[ExportTable, Path], None]:
    """A writer for `export_list` that puts this practice's name and time on each page."""

    def write(table: ExportTable, path: Path) -> None:
        device = QPdfWriter(str(path))
        device.setResolution(_DPI)
        device.setTitle(table.title)
        device.setCreator("Chartmend")
        is_wide = len(table.columns) >= _LANDSCAPE_FROM
        device.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.Letter),
                QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait,
                QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
                QPageLayout.Unit.Millimeter,
            )
        )
        painter = QPainter()
        if not painter.begin(device):
            raise OSError("the PDF could not be opened")
        try:
            _paint(painter, device, table, practice, made_at)
        finally:
            painter.end()

    return write


def _paint(painter: QPainter, device: QPdfWriter, table: ExportTable, practice: str, made_at: datetime) -> None:
    foot = round(_FOOT_MM / 25.4 * _DPI)
    width, height = device.width(), device.height() - foot
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDefaultFont(_font())
    document.setDefaultStyleSheet(
        f"h3, p, td, th {{ color: {_INK}; }} th {{ text-align: left; }} td, th {{ padding: 2px 6px 2px 0; }}"
    )
    document.setHtml(_html(table, practice, made_at))
    document.setPageSize(QSizeF(width, height))
    pages = document.pageCount()
    for page in range(pages):
        if page:
            device.newPage()
        painter.save()
        painter.translate(0, -page * height)
        document.drawContents(painter, QRectF(0, page * height, width, height))
        painter.restore()
        painter.setFont(_font())
        painter.setPen(QColor(_INK))
        line = QRectF(0, height, width, foot)
        told = tr("Contains patient information") if table.has_patients else tr("No patient is named here")
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), told)
        head = tr("{practice}, {day}", practice=practice, day=f"{made_at:%Y-%m-%d}")
        painter.drawText(line, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom), head)
        number = tr("Page {page} of {pages}", page=page + 1, pages=pages)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), number)


def _html(table: ExportTable, practice: str, made_at: datetime) -> str:
    titles = "".join(f"<th>{escape(title)}</th>" for title in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    made = tr("Made {when}, {count} rows. {filters}", when=f"{made_at:%Y-%m-%d %H:%M}", count=len(table.rows),
              filters=table.filters)  # fmt: skip
    return (
        f"<h3>{escape(table.title)}</h3><p>{escape(practice)}<br>{escape(made)}</p>"
        f'<table width="100%" border="0" cellspacing="0"><thead><tr>{titles}</tr></thead>{rows}</table>'
    )


def _font() -> QFont:
    font = QFont("Inter")
    font.setPointSizeF(8.5)
    return font
