"""Help: the pages of resources/help in a drawer beside the page they explain."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QUrl, Signal
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from core.resources import root
from desktop import a11y, theme
from desktop.keys import as_markdown
from desktop.theme import px
from desktop.widgets.button import IconButton, LinkButton
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


class HelpPane(Themed, QWidget):
    """420 px at the right; links lead from page to page."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "help_pane", tr("Help"))
        self._is_wide = False
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        close = IconButton("x", tr("Close help"), "help_close")
        close.clicked.connect(self.close_pane)
        contents = LinkButton(tr("All help"), "help_index_link")
        contents.clicked.connect(lambda: self.show_page("index"))
        keys = LinkButton(tr("Keys"), "help_keys_link")
        keys.clicked.connect(self.show_keys)
        self._head.addWidget(Label(tr("Help"), "section"), 1)
        for link in (contents, keys):
            self._head.addWidget(link)
            self._head.addSpacing(px(8))
        self._head.addWidget(close)
        self.browser = QTextBrowser()
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        a11y.name_widget(self.browser, "help_text", tr("Help text"))
        self._column.addLayout(self._head)
        self._column.addWidget(self.browser, 1)
        self.restyle()
        self.hide()

    def show_page(self, page: str) -> None:
        """Show a help page by its name; the list of all pages when there is none of this name."""
        path = root() / "help" / f"{page}.md"
        name = page if path.is_file() else "index"
        self._put((root() / "help" / f"{name}.md").read_text(encoding="utf-8"))

    def show_keys(self) -> None:
        """Show every key, from the table that binds them."""
        self._put(as_markdown())

    def close_pane(self) -> None:
        """Close it, if it is open."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _put(self, markdown: str) -> None:
        document = self.browser.document()
        document.setDefaultFont(theme.font("body"))
        document.setMarkdown(markdown)
        _dress(document)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        self.show()
        self.browser.setFocus()

    def _follow(self, link: QUrl) -> None:
        name = link.fileName()
        if name == "keys.md":
            self.show_keys()
        elif name.endswith(".md"):
            self.show_page(name.removesuffix(".md"))

    def set_wide(self, is_wide: bool) -> None:
        """420 px in a wide window, 344 in a narrow one, as every drawer."""
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, and the line to the page."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.fillRect(QRectF(0, 0, 1, self.height()), theme.color("border"))

    def restyle(self) -> None:
        """Width and padding of the look."""
        margins(self._column, 16, 12, 12, 12, 8)
        self.setFixedWidth(px(420 if self._is_wide else 344))
        self.browser.setStyleSheet("QTextBrowser { border: 0; background: transparent; padding: 0; }")
        _dress(self.browser.document())


def _dress(document: QTextDocument) -> None:
    """Headings in the type of the design, tables without boxes: Qt's own are too loud."""
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            cursor = QTextCursor(block)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            looks = QTextCharFormat()
            looks.setFont(theme.font("title" if level == 1 else "section"))
            cursor.mergeCharFormat(looks)
            shape = block.blockFormat()
            shape.setTopMargin(px(4 if level == 1 else 16))
            shape.setBottomMargin(px(4))
            QTextCursor(block).setBlockFormat(shape)
        elif QTextCursor(block).currentTable() is None:
            shape = block.blockFormat()
            shape.setBottomMargin(px(8))
            shape.setLineHeight(px(20), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
            QTextCursor(block).setBlockFormat(shape)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            table = frame.format().toTableFormat()
            table.setBorder(0)
            table.setCellPadding(px(4))
            table.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(table)
