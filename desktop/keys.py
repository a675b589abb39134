"""All keys in one table: the window and its pages bind them, key caps and the keys page show them.

Single letters work only while focus is in a queue or its table, never while typing; every one has a button too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from desktop.words import tr


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key (Qt's portable text), what it does, and where; `others` are further keys for the same."""

    act: str
    key: str
    words: str
    where: str
    others: tuple[str, ...] = ()


def table() -> tuple[KeyRow, ...]:
    """Every key of the program."""
    everywhere, queues, lists = tr("everywhere"), tr("queues"), tr("lists")
    patients, compare, charges = tr("patients"), tr("compare table"), tr("charges")
    return (
        KeyRow("next", "J", tr("next item"), queues, ("Down",)),
        KeyRow("previous", "K", tr("previous item"), queues, ("Up",)),
        KeyRow("take_a", "Left", tr("take A on this row"), compare),
        KeyRow("take_b", "Right", tr("take B on this row"), compare),
        KeyRow("keep_both", "=", tr("keep both"), compare),
        KeyRow("same", "M", tr("same person"), patients),
        KeyRow("apart", "D", tr("different people"), patients),
        KeyRow("unsure", "U", tr("not sure, later"), patients),
        KeyRow("ask", "E", tr("ask a colleague"), patients),
        KeyRow("switch", "S", tr("switch which record is kept"), patients),
        KeyRow("draft", "C", tr("accept or draft the correction"), charges),
        KeyRow("explain", "X", tr("explain why nothing is due; then a digit for the reason"), charges),
        KeyRow("link", "L", tr("link to a charge or visit that is there"), charges),
        KeyRow("site", "F", tr("choose a site"), charges),
        KeyRow("into_drawer", "Right", tr("go into the drawer"), charges),
        KeyRow("previous_day", "Alt+Left", tr("previous day"), charges),
        KeyRow("next_day", "Alt+Right", tr("next day"), charges),
        KeyRow("approve", "A", tr("approve"), tr("approvals")),
        KeyRow("send_back", "B", tr("send back, with a reason"), tr("approvals")),
        KeyRow("note", "N", tr("write a note"), queues),
        KeyRow("evidence", "I", tr("open or close the evidence"), queues),
        KeyRow("fold", "Space", tr("open or close what is the same"), compare),
        KeyRow("reveal", "R", tr("show a hidden value while held"), everywhere),
        KeyRow("undo", "Z", tr("undo"), everywhere, ("Ctrl+Z",)),
        KeyRow("redo", "Ctrl+Y", tr("redo what was undone"), everywhere),
        KeyRow("filter", "/", tr("filter this list"), lists, ("Ctrl+F",)),
        KeyRow("jump", "Ctrl+K", tr("search or jump"), everywhere),
        KeyRow("open", "Ctrl+1", tr("open a page: Ctrl+1 to Ctrl+9"), everywhere),
        KeyRow("lock", "Ctrl+L", tr("lock now"), everywhere),
        KeyRow("cover", "Ctrl+Shift+H", tr("cover the window, or uncover it"), everywhere),
        KeyRow("pane", "F6", tr("next pane; with Shift the previous one"), everywhere),
        KeyRow("refresh", "F5", tr("read this page again"), everywhere),
        KeyRow("help", "F1", tr("help for this page"), everywhere),
        KeyRow("keys", "?", tr("keys"), everywhere),
        KeyRow("close", "Esc", tr("close the top drawer"), everywhere),
        KeyRow("quit", "Ctrl+Q", tr("quit"), everywhere),
    )


def key_of(act: str) -> str:
    """The key of an act."""
    return next(row.key for row in table() if row.act == act)


def keys_of(act: str) -> tuple[str, ...]:
    """Every key of an act, the one on the cap first."""
    row = next(row for row in table() if row.act == act)
    return (row.key, *row.others)


def cap(key: str) -> str:
    """A key as its cap shows it, in the system's own spelling: `Ctrl K`."""
    native = QKeySequence.fromString(key).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("+", " ") if len(native) > 1 else native


def bind(
    widget: QWidget, name: str, keys: Iterable[str], words: str, run: Callable[[], object], *, in_window: bool = False
) -> QAction:
    """An action `act_<name>` on a widget that works while focus is inside it, or in the whole window.

    A key that is held down does it once.
    """
    action = QAction(words[:1].upper() + words[1:], widget)
    action.setObjectName(f"act_{name}")
    action.setShortcuts([QKeySequence.fromString(key) for key in keys])
    scope = Qt.ShortcutContext.WindowShortcut if in_window else Qt.ShortcutContext.WidgetWithChildrenShortcut
    action.setShortcutContext(scope)
    action.setAutoRepeat(False)
    action.triggered.connect(lambda _checked=False: run())
    widget.addAction(action)
    return action


class SingleKeyGuard(QObject):
    """Takes every shortcut that is a single letter or sign, and the letters that the comparison listens to."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for what shall not act."""
        if isinstance(event, QShortcutEvent):
            return len(event.key().toString(QKeySequence.SequenceFormat.PortableText)) == 1
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            text = event.text()
            return (
                is_plain and isinstance(watched, QTableView) and len(text) == 1 and text.isprintable() and text != " "
            )
        return False


def put_single_keys(application: QApplication, *, is_on: bool) -> None:
    """Let single letters act in the whole program, or not."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    guard = application.findChild(SingleKeyGuard, options=only)
    if not is_on and guard is None:
        application.installEventFilter(SingleKeyGuard(application))
    elif is_on and guard is not None:
        application.removeEventFilter(guard)
        guard.setParent(None)
        guard.deleteLater()


def as_markdown() -> str:
    """The keys page, made from the table, so that it cannot fall behind."""
    by_place: dict[str, list[KeyRow]] = {}
    for row in table():
        by_place.setdefault(row.where, []).append(row)
    lines = ["# " + tr("Keys")]
    for where, rows in by_place.items():
        lines += ["", "## " + where[:1].upper() + where[1:], "", f"| {tr('Key')} | {tr('Does')} |", "|---|---|"]
        for row in rows:
            caps = ", ".join(f"`{cap(key)}`" for key in (row.key, *row.others))
            lines.append(f"| {caps} | {row.words} |")
    lines += ["", tr("Single letters work only while a list or its table has the focus, never while you type.")]
    return "\n".join(lines)
