"""The window's commands: bound to keys, offered by the jump box and by the menu of who is working."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from desktop import a11y, theme
from desktop.keys import bind, keys_of
from desktop.shell.jump import Jump
from desktop.shell.memory import SCALES
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.shell.window import Window


class Commands:
    """Made once per window. Each command is an action `act_...` of the window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._bind_keys()
        self._menu = QMenu(window)
        a11y.name_widget(self._menu, "person_menu", tr("Who is working"))
        self._fill_menu()
        window.strip.person_pressed.connect(self._open_menu)
        window.over.away.is_on = window.memory.covers_when_away

    def jumps(self) -> list[Jump]:
        """What the jump box offers now: pages, the page's own commands, the window's commands."""
        window = self._window
        page, command = tr("Page"), tr("Command")
        found = [
            Jump(tr(one.title), lambda key=one.id: window.go(key), page)  # type: ignore[misc]
            for one in window.kinds.values()
        ]
        if window.current is not None:
            for action in window.current.findChildren(QAction):
                if action.objectName().startswith("act_") and action.isEnabled() and action.text():
                    found.append(Jump(action.text(), action.trigger, command))
        return found + [Jump(words, run, command) for words, run in self._commands()]

    def _commands(self) -> list[tuple[str, Callable[[], object]]]:
        window = self._window
        found: list[tuple[str, Callable[[], object]]] = [
            (tr("Lock now"), window.lock),
            (tr("Cover the window"), window.cover),
            (tr("Help"), window.show_help),
            (tr("Keys"), window.show_keys),
            (tr("Read this page again"), self._refresh),
        ]
        found += [(words, lambda mode=mode: self._look(mode=mode)) for mode, words in _modes()]  # type: ignore[misc]
        found += [
            (tr("Text size {percent} %", percent=round(scale * 100)), lambda scale=scale: self._look(scale=scale))  # type: ignore[misc]
            for scale in SCALES
        ]
        if window.desk.is_demo:
            found.append((tr("Leave the demo"), window.leaving.emit))
        if window.over.can_switch:
            found.append((tr("Someone else"), window.switching.emit))
        return [*found, (tr("Quit"), window.close)]

    def _bind_keys(self) -> None:
        window = self._window
        acts: list[tuple[str, tuple[str, ...], str, Callable[[], object]]] = [
            ("jump", keys_of("jump"), tr("search or jump"), window.header.jump.begin),
            ("lock", keys_of("lock"), tr("lock now"), window.lock),
            ("cover", keys_of("cover"), tr("cover the window"), window.cover),
            ("help", keys_of("help"), tr("help for this page"), window.show_help),
            ("keys", keys_of("keys"), tr("keys"), window.show_keys),
            ("refresh", keys_of("refresh"), tr("read this page again"), self._refresh),
            ("next_pane", keys_of("pane"), tr("next pane"), lambda: window.panes.step(1)),
            ("previous_pane", ("Shift+F6",), tr("previous pane"), lambda: window.panes.step(-1)),
            ("quit", keys_of("quit"), tr("quit"), window.close),
        ]
        for place, page in enumerate(window.ordered[:9]):
            words = tr("open {page}", page=tr(window.kinds[page].title))
            acts.append((f"open_{page}", (f"Ctrl+{place + 1}",), words, lambda page=page: window.go(page)))  # type: ignore[misc]
        for name, keys, words, run in acts:
            bind(window, name, keys, words, run, in_window=True)

    def _fill_menu(self) -> None:
        window, menu = self._window, self._menu
        menu.addAction(theme.icon("lock-simple", 16), tr("Lock now"), window.lock)
        if window.desk.is_demo:
            menu.addAction(theme.icon("sign-out", 16), tr("Leave the demo"), window.leaving.emit)
        other = menu.addAction(theme.icon("user", 16), tr("Someone else"), window.switching.emit)
        menu.aboutToShow.connect(lambda: other.setVisible(window.over.can_switch))
        away = menu.addAction(tr("Cover when I look elsewhere"))
        away.setCheckable(True)
        away.setChecked(window.memory.covers_when_away)
        away.toggled.connect(lambda is_on: window.cover_when_away(is_on=is_on))
        menu.aboutToShow.connect(lambda: away.setChecked(window.memory.covers_when_away))
        look = menu.addMenu(theme.icon("palette", 16), tr("Appearance"))
        for mode, words in _modes():
            look.addAction(words, lambda mode=mode: self._look(mode=mode))  # type: ignore[misc]
        sizes = menu.addMenu(theme.icon("text-aa", 16), tr("Text size"))
        for scale in SCALES:
            sizes.addAction(f"{round(scale * 100)} %", lambda scale=scale: self._look(scale=scale))  # type: ignore[misc]
        menu.addSeparator()
        menu.addAction(theme.icon("keyboard", 16), tr("Keys"), window.show_keys)
        menu.addAction(theme.icon("power", 16), tr("Quit"), window.close)

    def _open_menu(self) -> None:
        button = self._window.strip.person
        corner = button.mapToGlobal(QPoint(0, 0))
        size = self._menu.sizeHint()
        self._menu.popup(corner - QPoint(max(0, size.width() - button.width()), size.height()))

    def _refresh(self) -> None:
        if self._window.current is not None:
            self._window.current.refresh()
        self._window.look()

    def _look(self, *, mode: str | None = None, scale: float | None = None) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._window.memory.look(application, mode=mode, scale=scale)


def _modes() -> list[tuple[str, str]]:
    return [
        ("light", tr("Light")),
        ("dark", tr("Dark")),
        ("contrast", tr("High contrast")),
        ("system", tr("Like the system")),
    ]
