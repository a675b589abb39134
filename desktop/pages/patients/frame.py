"""The frame of the review page: toolbar, list, pair and evidence, and how they share the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.security.roles import may
from desktop import a11y
from desktop.pages._page import BasePage, PageContext
from desktop.pages.patients.detail import PairPanel
from desktop.pages.patients.evidence import EvidenceDrawer
from desktop.pages.patients.search import SearchPane
from desktop.pages.patients.words import TIER_LETTERS, tier_words
from desktop.theme import px
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button, IconButton
from desktop.widgets.queue_list import QueueList
from desktop.widgets.search_field import SearchField
from desktop.widgets.side_pane import SidePane
from desktop.widgets.state_stack import StateStack
from desktop.widgets.themed import margins
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr

WIDE_FROM = 1600
TIGHT_BELOW = 1050
TIGHT_LIST = 190


class PatientsFrame(BasePage):
    """Parts and room; what they show and do is the page's."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "patients_page")
        self._has_list = self._is_tight = False
        self._can_decide = may(context.desk.role, "decide-pairs")
        self.detail = PairPanel()
        self.search = SearchPane(context, can_decide=self._can_decide)
        self.search.hide()
        self.drawer = EvidenceDrawer()
        self._lay_out(self._make_toolbar(), self._make_list())
        self.evidence.toggled.connect(self._show_evidence)
        self.drawer.closed.connect(lambda: self.evidence.setChecked(False))
        self.detail.asking_changed.connect(lambda _is_asking: self._put_list(self._has_list))

    # Building.

    def _make_toolbar(self) -> Toolbar:
        tiers = [TabSpec(key, word, None, TIER_LETTERS[key]) for key, word in tier_words().items()]
        specs = [TabSpec("all", tr("All")), *tiers, TabSpec("decided", tr("Decided")), TabSpec("search", tr("Search"))]
        self.tabs = ToolTabs(specs, "patients_tabs", tr("Pairs by tier"))
        self.undo_button = Button(
            tr("Undo"), "patients_undo_button", kind="quiet", size="tool", icon="arrow-counter-clockwise", key="Z"
        )
        self.undo_button.hide()
        self.redo_button = IconButton("arrow-clockwise", tr("Redo"), "patients_redo_button", size="tool")
        self.redo_button.hide()
        self.find_button = IconButton(
            "user-plus", tr("Find a patient before creating one"), "patients_find_button", size="tool"
        )
        self.evidence = Button(tr("Evidence"), "patients_evidence_button", size="tool", icon="columns", key="I")
        self.evidence.setCheckable(True)
        self.evidence.setChecked(True)
        toolbar = Toolbar("patients_toolbar")
        toolbar.add_left(self.tabs)
        toolbar.add_right(self.undo_button, self.redo_button, self.find_button, self.evidence)
        return toolbar

    def _make_list(self) -> QWidget:
        self.filter = SearchField(tr("Filter this list"), "patients_filter_edit", icon="funnel", key="/")
        self.list = QueueList("patients_queue_list", tr("Pairs to decide"))
        self.side = SidePane("patients_side", width=264)
        column = QVBoxLayout(self.side)
        margins(column, 0, 12, 1, 0, 10)
        frame = QHBoxLayout()
        margins(frame, 12, 0, 12, 0)
        frame.addWidget(self.filter)
        column.addLayout(frame)
        column.addWidget(self.list, 1)
        return self.side

    def _lay_out(self, toolbar: QWidget, side: QWidget) -> None:
        """The list stays beside every state of the pair, so that a filter that fits nothing can be typed on."""
        whole = QWidget()
        row = QHBoxLayout(whole)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.detail, 1)
        row.addWidget(self.drawer)
        self._stack = StateStack(whole, "patients_state", self)
        self._stack.state_changed.connect(self.state_changed)
        below = QHBoxLayout()
        margins(below, 0, 0, 0, 0)
        below.addWidget(side)
        below.addWidget(self._stack, 1)
        below.addWidget(self.search, 1)
        self._column.addWidget(toolbar)
        self._column.addLayout(below, 1)
        self._fit()
        if not self._can_decide:
            self._stack.set_read_only(tr("You may look. Front desk, reviewers and approvers decide."))
        a11y.set_tab_order(
            self.tabs, self.undo_button, self.redo_button, self.find_button, self.evidence, self.filter.edit, self.list,
            self.detail.table, self.detail.question.edit, self.detail.question.button, self.detail.question.back,
            self.detail.stop.action, self.detail.why.edit, self.detail.why.button,
            *self.detail.apart_row.buttons.values(), self.detail.ask_row.role, self.detail.ask_row.edit,
            self.detail.ask_row.button, self.detail.apart, self.detail.unsure, self.detail.ask, self.detail.reopen,
            self.detail.keep, self.detail.merge,
        )  # fmt: skip

    def _add_action(self, act: str, keys: Sequence[str], run: Callable[[], Any], where: tuple[QWidget, ...]) -> None:
        """Single letters work only while the queue or its table has the focus, and never by a key held down."""
        action = QAction(self)
        action.setObjectName(f"act_{act}")
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setAutoRepeat(act in ("next", "previous"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _on=False: run())
        for widget in where:
            widget.addAction(action)

    def _show_evidence(self, is_on: bool) -> None:
        self.drawer.setVisible(is_on)
        self._fit()

    # Room.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wider columns and panes where there is room."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: Any) -> None:
        """The room is known."""
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another look or scale leaves other room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._stack is not None:
            self._fit()

    def _put_list(self, has_list: bool) -> None:
        self._has_list = has_list
        gives_way = self._is_tight and (self.evidence.isChecked() or self.detail.is_asking)
        self.side.setVisible(has_list and not gives_way and self.search.isHidden())

    def _put_search(self, is_on: bool) -> None:
        """The Search tab takes the room of list, pair and evidence; who was inside goes on in the list."""
        was_inside = self.search.isAncestorOf(self.focusWidget() or self)
        self.search.setVisible(is_on)
        self.stack.setVisible(not is_on)
        self.evidence.setVisible(not is_on)
        self._put_list(self._has_list)
        if is_on:
            self.search.one.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif was_inside:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        is_wide = self.window().width() >= px(WIDE_FROM)
        self.drawer.fit(is_wide=is_wide)
        # In very large type list and evidence do not both fit beside the comparison: one gives way to the other.
        was_tight, self._is_tight = self._is_tight, self.isVisible() and self.width() < px(TIGHT_BELOW)
        self.side.set_width(TIGHT_LIST if self._is_tight else 320 if is_wide else 264)
        if self._is_tight and not was_tight:
            self.evidence.setChecked(False)
        self.detail.set_measures(is_wide=is_wide, has_drawer=self.evidence.isChecked(), is_tight=self._is_tight)
        self._put_list(self._has_list)

    def focusInEvent(self, event: Any) -> None:
        """The page is opened with the queue at hand."""
        super().focusInEvent(event)
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
