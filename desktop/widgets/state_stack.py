"""StateStack: a page or what stands in its place: loading, the three empties, an error; offline and read-only stay
above the page as a line, because the page itself goes on working."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import a11y
from desktop.widgets.badge import Badge
from desktop.widgets.banner import Banner
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.notice import Action, Notice
from desktop.widgets.progress import ProgressBar
from desktop.widgets.skeleton import Skeleton
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

SKELETON_AFTER_MS, TEXT_AFTER_MS, CANCEL_AFTER_MS = 150, 1_000, 3_000

EMPTY_LOOKS: dict[str, tuple[str, str]] = {
    "done": ("check", "ok"),
    "not_set_up": ("link", "accent"),
    "filter": ("funnel", "neutral"),
}
"""Kind of emptiness -> (icon, badge kind)."""


class _Loading(Themed, QWidget):
    """Nothing, then skeleton rows, then words and a bar, then Cancel."""

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self.skeleton = Skeleton(self)
        self.label = Label("", parent=self)
        self.label.setObjectName(f"{name}_loading_label")
        self.bar = ProgressBar(f"{name}_loading_bar", tr("Loading"), parent=self)
        self.cancel = Button(tr("Cancel"), f"{name}_loading_cancel", size="row", parent=self)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        row.addWidget(self.cancel)
        self._column.addWidget(self.skeleton, 1)
        self._column.addLayout(row)
        self._column.addWidget(self.bar)
        self._timers = [self._timer(part) for part in (self._show_skeleton, self._show_text, self._show_cancel)]
        self._can_cancel = False
        self.restyle()

    def _timer(self, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(act)
        return timer

    def restyle(self) -> None:
        """Padding of the look."""
        margins(self._column, 20, 24, 20, 16, 8)

    def start(self, text: str, *, can_cancel: bool) -> None:
        """Start counting; a fast answer shows nothing at all."""
        self._can_cancel = can_cancel
        self.label.put(text)
        self.bar.put(None)
        for part in (self.skeleton, self.label, self.bar, self.cancel):
            part.hide()
        for timer, wait_ms in zip(self._timers, (SKELETON_AFTER_MS, TEXT_AFTER_MS, CANCEL_AFTER_MS), strict=True):
            timer.start(wait_ms)

    def stop(self) -> None:
        """The answer is there."""
        for timer in self._timers:
            timer.stop()

    def _show_skeleton(self) -> None:
        self.skeleton.show()

    def _show_text(self) -> None:
        self.label.show()
        self.bar.show()
        a11y.announce(self, self.label.text())

    def _show_cancel(self) -> None:
        self.cancel.setVisible(self._can_cancel)


class StateStack(Themed, QWidget):
    """Wraps the body of a page; `state` is one of loading, ready, empty, error, offline."""

    cancelled = Signal()
    state_changed = Signal(str)

    def __init__(self, page: QWidget, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = name or f"{page.objectName() or 'page'}_state"
        self.setObjectName(name)
        self._state = "ready"
        self._is_offline = False
        self._line: Banner | None = None
        self._column = QVBoxLayout(self)
        self._stack = QStackedWidget(self)
        self._column.addWidget(self._stack, 1)
        self._page = page
        self._loading = _Loading(name, self)
        self._loading.cancelled.connect(self.cancelled)
        self.notice = Notice(f"{name}_notice", self)
        for part in (page, self._loading, self.notice):
            self._stack.addWidget(part)
        self.restyle()

    def restyle(self) -> None:
        """Parts touch."""
        margins(self._column, 0, 0, 0, 0)

    def _get_state(self) -> str:
        return "offline" if self._state == "ready" and self._is_offline else self._state

    state = Property(str, _get_state, notify=state_changed)
    """What the page shows now, for waits in tests."""

    def _go(self, state: str, part: QWidget) -> None:
        if state != "loading":
            self._loading.stop()
        self._state = state
        self._stack.setCurrentWidget(part)
        self.state_changed.emit(self._get_state())

    def show_loading(self, text: str = "", *, can_cancel: bool = True) -> None:
        """Skeleton after 150 ms, `text` after 1 s, Cancel after 3 s."""
        self._loading.start(text or tr("Reading..."), can_cancel=can_cancel)
        self._go("loading", self._loading)

    def set_progress(self, share: float | None, text: str = "") -> None:
        """How far loading is, 0 to 1, and other words for it."""
        self._loading.bar.put(share)
        if text:
            self._loading.label.put(text)

    def show_ready(self) -> None:
        """The page itself."""
        self._go("ready", self._page)

    def show_empty(self, kind: str, title: str, text: str = "", actions: Sequence[Action] = ()) -> None:
        """Kind: "done", "not_set_up" or "filter"."""
        icon, look = EMPTY_LOOKS[kind]
        self.notice.put(icon, look, title, text, actions)
        self._go("empty", self.notice)
        a11y.announce(self, title)

    def show_error(
        self,
        what: str,
        safe: str,
        todo: str = "",
        code: str = "",
        retry: Action | None = None,
        *,
        details: str = "",
        icon: str = "warning-circle",
        kind: str = "bad",
    ) -> None:
        """What happened, what is safe, what to do, a code to read to support, the way on, and Copy details.

        `details` is what Copy details copies, without patient data; without it the sentences and the code.
        """
        copied = details or "\n".join(part for part in (what, safe, todo, code) if part)
        copy = Action(tr("Copy details"), lambda: QGuiApplication.clipboard().setText(copied), name="error_copy_button")
        actions = [copy] if retry is None else [retry, copy]
        self.notice.put(icon, kind, what, " ".join(part for part in (safe, todo) if part), actions)
        if code:
            self.notice.extra.addStretch(1)
            self.notice.extra.addWidget(Badge(code))
            self.notice.extra.addStretch(1)
            self.notice.extra.setContentsMargins(0, 6, 0, 0)
        self._go("error", self.notice)
        a11y.announce(self, what, is_urgent=True)

    def set_offline(self, text: str = "") -> None:
        """A line above the page while the network is away; "" takes it away."""
        self._is_offline = bool(text)
        self._set_line(text, "warn", "cloud-slash", f"{self.objectName()}_offline")

    def set_read_only(self, text: str = "") -> None:
        """A line above the page that says who can change it; "" takes it away."""
        self._set_line(text, "info", "lock-simple", f"{self.objectName()}_read_only")

    def _set_line(self, text: str, kind: str, icon: str, name: str) -> None:
        if self._line is not None:
            self._line.hide()
            self._line.deleteLater()
            self._line = None
        if text:
            self._line = Banner(text, name, kind=kind, icon=icon, is_narrow=True, parent=self)
            self._column.insertWidget(0, self._line, 0, Qt.AlignmentFlag.AlignTop)
        self.state_changed.emit(self._get_state())
