"""The page states side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.state_stack import StateStack
from desktop.widgets.themed import margins, set_ground


def _nothing() -> None:
    """Pictures do nothing."""


def _page() -> QWidget:
    page = QWidget()
    page.setObjectName("page")
    column = QVBoxLayout(page)
    margins(column, 12, 12, 12, 16, 8)
    rows = {
        1: ("08:40", "Lindqvist, Björn", "$138.00"),
        2: ("09:10", "Tran, Minh Khoi", "$186.00"),
        3: ("09:40", "Kowalczyk, Piotr", "$92.00"),
    }
    columns = [
        Column("Time", lambda row: row[0], "muted", width=60),
        Column("Patient", lambda row: row[1], stretch=1),
        Column("Fee", lambda row: row[2], "money", width=84),
    ]
    table = PagedTable(PagedModel(columns, lambda: list(rows), lambda ids: rows), "rows", "Rows")
    table.paged.reload()
    column.addWidget(table, 1)
    column.addWidget(Button("Who closed it", "who", size="tool", icon="clock"))
    return page


def _loading(stack: StateStack) -> None:
    stack.show_loading("Reading 1,204 visits...")
    loading = stack._loading
    for step in (loading._show_skeleton, loading._show_text, loading._show_cancel):
        step()
    stack.set_progress(0.46)


def _done(stack: StateStack) -> None:
    actions = [Action("Pull now", _nothing, icon="arrows-clockwise"), Action("Show decided", _nothing, "link")]
    stack.show_empty("done", "No duplicate pairs waiting", "3 wait for approval. Next pull at 09:55.", actions)


def _not_set_up(stack: StateStack) -> None:
    actions = [Action("Connect a system", _nothing, "primary"), Action("Load the demo", _nothing, "link")]
    text = "This page lines up visits, charges and claims, one day at a time."
    stack.show_empty("not_set_up", "Charges need a connection", text, actions)


def _filtered(stack: StateStack) -> None:
    actions = [Action("Clear filters", _nothing, "primary"), Action("Change filters", _nothing, "link")]
    text = "Payer, deadline and owner are set. 30 rows without them."
    stack.show_empty("filter", "No rows match these 3 filters", text, actions)


def _error(stack: StateStack) -> None:
    retry = Action("Open Connections", _nothing, "primary")
    safe, todo = "Nothing was changed and nothing was lost.", "Sign in again under Connections."
    stack.show_error("Athena refused the sign-in", safe, todo, "CM-AUTH-02", retry)


def _file_error(stack: StateStack) -> None:
    retry = Action("See the 14 rows", _nothing, "primary")
    safe, todo = (
        "The other rows are kept aside and nothing is imported yet.",
        "The first bad row is 318: birth date in the future.",
    )
    stack.show_error("14 rows of 1,204 cannot be read", safe, todo, retry=retry, icon="file-text", kind="warn")


def _offline(stack: StateStack) -> None:
    stack.set_offline("Working offline since 09:12. Showing data from 08:55. Decisions wait in the Outbox.")


def _read_only(stack: StateStack) -> None:
    stack.set_read_only("Mon 16 Nov is closed. A Biller or Approver can reopen it with a reason.")


_STATES: tuple[tuple[str, Callable[[StateStack], None]], ...] = (
    ("Loading", _loading),
    ("Empty, all done", _done),
    ("Empty, not set up", _not_set_up),
    ("Empty by filter", _filtered),
    ("Error", _error),
    ("Offline", _offline),
    ("Read-only", _read_only),
    ("Error, one file", _file_error),
)


def states_sheet() -> QWidget:
    """Eight cards."""
    sheet = QWidget()
    set_ground(sheet, "canvas")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    grid = QGridLayout(sheet)
    margins(grid, 20, 20, 20, 20, 16)
    for number, (title, show) in enumerate(_STATES):
        card = Card(padding=1, spacing=0)
        head = QVBoxLayout()
        margins(head, 14, 8, 14, 8)
        head.addWidget(Label(title, "helper_medium", "muted"))
        card.body.addLayout(head)
        stack = StateStack(_page(), f"state_{number}")
        show(stack)
        card.body.addWidget(stack, 1)
        grid.addWidget(card, number // 4, number % 4)
    return sheet
