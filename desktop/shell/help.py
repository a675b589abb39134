"""Help: the pages of resources/help in a drawer beside the page they explain."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from core.resources import root
from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import IconButton
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr


class HelpPane(Themed, QWidget):
    """420 px at the right; links lead from page to page."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "help_pane", tr("Help"))
        set_ground(self, "surface")
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        close = IconButton("x", tr("Close help"), "help_close")
        close.clicked.connect(self._close)
        self._head.addWidget(Label(tr("Help"), "section"), 1)
        self._head.addWidget(close)
        self.browser = QTextBrowser()
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        a11y.name_widget(self.browser, "help_text", tr("Help text"))
        self._column.addLayout(self._head)
        self._column.addWidget(self.browser, 1)
        self._page = "index"
        self.restyle()
        self.hide()

    def show_page(self, page: str) -> None:
        """Show a help page by its name."""
        path = root() / "help" / f"{page}.md"
        self._page = page if path.is_file() else "index"
        text = (root() / "help" / f"{self._page}.md").read_text(encoding="utf-8")
        self.browser.document().setDefaultFont(theme.font("body"))
        self.browser.setMarkdown(text)
        self.show()

    def _follow(self, link: QUrl) -> None:
        name = link.fileName()
        if name.endswith(".md"):
            self.show_page(name.removesuffix(".md"))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def restyle(self) -> None:
        """Width and padding of the look."""
        margins(self._column, 20, 12, 12, 12, 8)
        self.setFixedWidth(px(420))
