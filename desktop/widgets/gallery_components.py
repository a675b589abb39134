"""The sheet of all small parts in all their states."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop import a11y, theme
from desktop.theme import color, px
from desktop.theme.focus import Ring
from desktop.widgets.badge import Badge
from desktop.widgets.banner import Banner
from desktop.widgets.button import Button, IconButton, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.compare_model import CompareRow, RecordHead
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.draw import rounded
from desktop.widgets.key_cap import KeyCap
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.pick import Pick
from desktop.widgets.progress import ProgressBar
from desktop.widgets.search_field import Field, SearchField
from desktop.widgets.side_letter import SideLetter
from desktop.widgets.stop_card import StopCard
from desktop.widgets.themed import margins, set_ground
from desktop.widgets.tier_disc import TierDisc
from desktop.widgets.toast import Toast
from desktop.widgets.tool_tabs import Tab, TabSpec


class RingedSheet(QWidget):
    """A sheet that draws a focus ring around several widgets at once."""

    def __init__(self) -> None:
        super().__init__()
        set_ground(self, "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.ringed: list[QWidget] = []

    def showEvent(self, event: object) -> None:
        """Rings need the places of their widgets."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        for widget in self.ringed:
            Ring(self).surround(widget)


def under_mouse(widget: QWidget) -> QWidget:
    """As if the mouse were on it."""
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    return widget


def line(*parts: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Parts in a row; a number is a gap in px."""
    row = QHBoxLayout()
    row.setSpacing(px(spacing))
    for part in parts:
        if isinstance(part, int):
            row.addSpacing(px(part))
        else:
            row.addWidget(part)
    row.addStretch(1)
    return row


def heading(text: str) -> Label:
    """The title of a group."""
    return Label(text, "helper_semibold", "muted")


def components_sheet() -> QWidget:
    """Three columns like a specimen sheet."""
    sheet = RingedSheet()
    row = QHBoxLayout(sheet)
    margins(row, 20, 20, 20, 20, 40)
    for width, build in ((407, _buttons), (383, _rows), (454, _messages)):
        column = QVBoxLayout()
        column.setSpacing(px(8))
        build(sheet, column)
        column.addStretch(1)
        holder = QWidget()
        holder.setLayout(column)
        margins(column, 0, 0, 0, 0, 8)
        holder.setFixedWidth(px(width))
        row.addWidget(holder)
    row.addStretch(1)
    return sheet


def _buttons(sheet: RingedSheet, column: QVBoxLayout) -> None:
    column.addWidget(heading("Main buttons, 36 px: plain, hover, pressed, focus, off"))
    for kind, word, key in (("primary", "Send", ""), ("plain", "Ask", "E")):
        states = [Button(word, f"{kind}_{n}", kind=kind, key=key) for n in range(5)]
        under_mouse(states[1])
        states[2].setDown(True)
        sheet.ringed.append(states[3])
        states[4].setEnabled(False)
        shown = states if kind == "primary" else states[:4]
        column.addLayout(line(*shown[:3], 4, *shown[3:4], 4, *shown[4:]))
    drop = Button("Drop", "drop", kind="danger", icon="x")
    undo = Button("Undo", "undo_a", kind="quiet", icon="arrow-counter-clockwise", key="Z")
    column.addLayout(
        line(drop, undo, under_mouse(Button("Undo", "undo_b", kind="quiet", icon="arrow-counter-clockwise", key="Z")))
    )
    column.addWidget(heading("Toolbar 32 px, row 28 px, icon 28 px"))
    more = IconButton("dots-three", "More", "more", kind="plain")
    sheet.ringed.append(more)
    copy = IconButton("copy", "Copy", "copy", kind="plain")
    send = Button("Send now 12", "send12", kind="primary", size="tool", icon="paper-plane-tilt")
    export = Button("Export", "export", size="tool", icon="export")
    column.addLayout(line(export, send, Button("Open", "open", size="row"), copy, IconButton("x", "Close", "x"), more))
    column.addWidget(heading("Inputs, 32 px"))
    _inputs(sheet, column)
    column.addWidget(heading("Tabs, 32 px"))
    tabs = [
        Tab(TabSpec(w, w, n), f"tab_{w}") for w, n in (("Open", 19), ("Waiting", 12), ("Sent", 310), ("By hand", 4))
    ]
    tabs[0].setChecked(True)
    under_mouse(tabs[1])
    sheet.ringed.append(tabs[3])
    column.addLayout(line(*tabs, spacing=6))
    column.addWidget(heading("Progress"))
    bar = ProgressBar("bar", "Progress", width=160)
    bar.put(0.7)
    column.addLayout(line(bar, 4, Label("78 of 112 decided", "number", "muted")))


def _inputs(sheet: RingedSheet, column: QVBoxLayout) -> None:
    first = QHBoxLayout()
    first.addWidget(Field("Member id", QLineEdit("W22 418 4418"), "member"))
    search = SearchField("Record number", "search", key="")
    second = QVBoxLayout()
    margins(second, 0, 0, 0, 0, 4)
    second.addWidget(Label("Search", "helper_medium"))
    second.addWidget(search)
    first.addLayout(second)
    column.addLayout(first)
    row = QHBoxLayout()
    focused = QLineEdit("97210")
    sheet.ringed.append(focused)
    wrong, off = QLineEdit("31 Feb 2026"), QLineEdit("assumed")
    off.setEnabled(False)
    mistake = Field("Mistake", wrong, "wrong")
    wrong.setProperty("invalid", True)
    wrong.addAction(theme.icon("warning-circle", 16, "bad"), QLineEdit.ActionPosition.TrailingPosition)
    for field in (Field("Focus", focused, "focused"), mistake, Field("Off", off, "off")):
        row.addWidget(field)
    column.addLayout(row)
    sites = Pick("", [("all", "All sites")], "sites")
    boxes: list[QCheckBox | QRadioButton] = [
        QCheckBox("Tick"),
        QCheckBox("Off"),
        QRadioButton("One"),
        QRadioButton("Other"),
    ]
    for number, box in enumerate(boxes):
        a11y.name_widget(box, f"box_{number}", box.text())
    boxes[0].setChecked(True)
    boxes[2].setChecked(True)
    column.addLayout(line(sites, *boxes))


def _rows(sheet: RingedSheet, column: QVBoxLayout) -> None:
    column.addWidget(heading("Badges, 20 px"))
    badges = (
        ("Waiting", "neutral", "clock"),
        ("Sending", "info", "arrows-clockwise"),
        ("Checked", "ok", "check-circle"),
        ("Needs you", "warn", "warning-circle"),
    )
    column.addLayout(line(*(Badge(*spec) for spec in badges)))
    discs = [TierDisc(tier, has_word=True) for tier in "SLU"]
    column.addLayout(line(Badge("Rejected", "bad", "x-circle"), Badge("you", "accent"), *discs))
    column.addWidget(heading("Chips, 24 px; keys, 20 px; side letters, 20 px"))
    chips = [
        Chip("Medicare", "medicare", is_filter=True),
        Chip("J02.9", "code", is_removable=True),
        Chip("24 s", "clock", icon="clock"),
    ]
    chips[0].setChecked(True)
    column.addLayout(line(*chips, KeyCap("M"), SideLetter("A", is_kept=True), SideLetter("B")))
    column.addWidget(heading("Rows of the compare table"))
    table = CompareTable("kinds", "Row kinds", row_height=28, field=80, result=60)
    rows = [
        CompareRow("near", "near", "near", ("Alvarez", "Alvares")),
        CompareRow("different", "different", "different", ("97210", "97214")),
        CompareRow("only", "only A", "only", ("Active", "")),
        CompareRow("history", "history", "history", ("none", "was, until 2024"), history=frozenset({1})),
        CompareRow("hidden", "hidden", "hidden", ("1", "2")),
        CompareRow("both", "both kept", "both", ("2 Oct 2026", "15 Jan 2025")),
    ]
    table.put([RecordHead("A"), RecordHead("B")], rows)
    table.horizontalHeader().hide()
    table.setCurrentIndex(table.compare.index(-1, -1))
    table.setFixedHeight(px(28 * 6 + 2))
    column.addWidget(table)
    column.addWidget(heading("Table rows, 32 px"))
    column.addWidget(_small_table())
    column.addWidget(heading("Stop sign"))
    stop = StopCard("stop")
    stop.put("These may be twins.", "Same last name, birth date and address.")
    column.addWidget(stop)


def _small_table() -> QWidget:
    rows = {
        0: ("plain", "Est. patient 15", "$138"),
        1: ("hover", "Est. patient 25", "$186"),
        2: ("selected", "New patient 30", "$241"),
        3: ("focused", "Well visit", "$212"),
    }
    columns = [
        Column("State", lambda row: row[0], "muted", width=76),
        Column("What", lambda row: row[1], "strong", stretch=1),
        Column("Worth", lambda row: row[2], "money", width=84),
    ]
    table = PagedTable(PagedModel(columns, lambda: list(rows), lambda ids: rows), "small", "Small table")
    table.paged.reload()
    table.hovered_row = 1
    table.select_id(2)
    table.setFixedHeight(px(32 * 5))
    return table


def _messages(sheet: RingedSheet, column: QVBoxLayout) -> None:
    column.addWidget(heading("Banners, 36 px and up"))
    banners = (
        ("Working offline since 09:12.", "warn", "cloud-slash", "Show what waits"),
        ("Athena refused the sign-in.", "bad", "warning-circle", "Sign in"),
        ("Mon 16 Nov is closed.", "info", "lock-simple", "Reopen"),
        ("Demo practice. Nothing can be sent.", "accent", "play-circle", "Leave the demo"),
    )
    for text, kind, icon, action in banners:
        column.addWidget(Banner(text, f"banner_{kind}", kind=kind, icon=icon, action=action, is_narrow=True))
    column.addWidget(heading("Toast, 44 px, and menu, rows 32 px"))
    host = QWidget()
    host.setFixedHeight(px(44))
    toast = Toast(host, left=-px(16), bottom=-px(16))
    toast.show_text("Kept apart. 12 left.", can_undo=True)
    host.setMinimumWidth(px(454))
    column.addWidget(host)
    pair = QHBoxLayout()
    pair.addWidget(_menu_picture(), 0, Qt.AlignmentFlag.AlignTop)
    card = Card("card")
    card.body.addWidget(Label("Card", "section"))
    card.body.addWidget(Label("radius 10, padding 16, no shadow", "body", "muted", is_wrapped=True))
    card.body.addWidget(LinkButton("A link", "a_link"))
    pair.addWidget(card, 1, Qt.AlignmentFlag.AlignTop)
    column.addLayout(pair)
    column.addWidget(heading("Colour tokens"))
    grid = QGridLayout()
    names = [name for name in theme.tokens.TOKEN_NAMES if name not in {"on_accent"}]
    for number, name in enumerate(names):
        grid.addWidget(Swatch(name), number // 4, number % 4)
    column.addLayout(grid)


def _menu_picture() -> QWidget:
    menu = QMenu()
    for icon, text, key in (("file-pdf", "Export as PDF", ""), ("file-text", "Export as CSV", "")):
        menu.addAction(theme.icon(icon), text).setShortcut(key)
    menu.addSeparator()
    menu.addAction(theme.icon("note-pencil"), "Note").setShortcut("N")
    menu.addAction(theme.icon("paper-plane-tilt"), "Send now").setEnabled(False)
    menu.setActiveAction(menu.actions()[0])
    menu.setMinimumWidth(px(224))
    menu.resize(menu.sizeHint())
    picture = QPixmap(menu.size())
    picture.fill(Qt.GlobalColor.transparent)
    menu.render(picture, QPoint(0, 0))
    label = QLabel()
    label.setPixmap(picture)
    return label


class Swatch(QWidget):
    """A colour token and its name."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def sizeHint(self) -> QSize:
        """A small square and a word."""
        return QSize(px(108), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The square and the word."""
        painter = QPainter(self)
        rounded(painter, QRectF(0, 1, px(22), px(22)), px(6), self._token, "border")
        painter.setFont(theme.font("helper"))
        painter.setPen(color("text"))
        painter.drawText(QPointF(px(29), px(16)), self._token)
