"""An empty store and two example pages in the real window."""

from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from shell_examples import PAGES, PASSPHRASE

from core import boot
from core.clock import Clock
from core.desk import Desk
from core.store import engine
from desktop import app as app_module
from desktop import theme
from desktop.app import App
from desktop.shell import window as window_module
from desktop.shell.memory import Memory
from desktop.tasks import Tasks


@pytest.fixture(scope="session")
def store_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("store")
    boot.create_store(home, PASSPHRASE)
    return home


@pytest.fixture
def desk(store_home):
    store = engine.open_store(store_home, PASSPHRASE)
    yield Desk(store, "dana", "owner", Clock())
    store.close()


@pytest.fixture
def application(qapp):
    theme.apply(qapp, "light", is_motion_on=False)
    return qapp


@pytest.fixture
def tasks(application, qtbot):
    made = Tasks(application)
    yield made
    ended = []
    made.close(ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=10_000)
    assert ended == [True]


@pytest.fixture
def make_window(application, desk, tasks, tmp_path, monkeypatch, qtbot):
    """make_window(role, actor): the window on the empty store, shown, its first page read."""
    monkeypatch.setattr(window_module, "discover", lambda _package, _name: dict(PAGES))
    made = []

    def make(role="owner", actor="dana"):
        window = window_module.Window(replace(desk, role=role, actor=actor), tasks, Memory(tmp_path, actor))
        made.append(window)
        window.start()
        qtbot.waitUntil(lambda: window.current is not None and window.current.property("state") == "ready")
        qtbot.waitUntil(lambda: tasks.is_idle)
        return window

    yield make
    for window in made:
        if shiboken6.isValid(window):
            window.close_for_good()


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def press(qtbot):
    """press(Qt.Key_K, ctrl=True): a key into whatever has the focus."""

    def do(key, *, ctrl=False, shift=False, target=None):
        mods = Qt.KeyboardModifier.NoModifier
        if ctrl:
            mods |= Qt.KeyboardModifier.ControlModifier
        if shift:
            mods |= Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(target or QApplication.focusWidget(), key, mods)

    return do


@pytest.fixture
def make_app(application, monkeypatch, qtbot):
    monkeypatch.setattr(window_module, "discover", lambda _package, _name: dict(PAGES))
    monkeypatch.setattr(app_module, "_recalled", lambda _home: None)
    quits, made = [], []
    monkeypatch.setattr(type(application), "quit", lambda *_: quits.append(1))

    def make(start):
        one = App(application, start)
        one.quits = quits
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.end()
        qtbot.waitUntil(lambda: bool(quits), timeout=10_000)
        assert one.desk is None
        assert one.tasks.threads() == []
        quits.clear()
