"""What stands in for a page, and what is told beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop import theme
from desktop.widgets.badge import Badge
from desktop.widgets.banner import Banner, BannerStack
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.notice import Action
from desktop.widgets.state_stack import StateStack
from desktop.widgets.steps_list import HandStep, Milestone, StepsList, Timeline
from desktop.widgets.stop_card import StopCard
from desktop.widgets.toast import Toast


@pytest.fixture(autouse=True)
def _light(qapp):
    theme.apply(qapp, "light")


@pytest.fixture
def stack(qtbot):
    page = QLabel("the page")
    page.setObjectName("charges_page")
    view = StateStack(page)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.page = page
    return view


def _visible_buttons(view):
    return {button.text(): button for button in view.findChildren(Button) if button.isVisible()}


def test_a_page_starts_ready(stack):
    assert stack.property("state") == "ready"
    assert stack.page.isVisible()


def test_a_fast_answer_shows_no_skeleton(stack):
    stack.show_loading("Reading 1,204 visits...")
    assert stack.property("state") == "loading"
    assert not stack._loading.skeleton.isVisible()
    stack.show_ready()
    assert not any(timer.isActive() for timer in stack._loading._timers)


def test_a_slow_answer_shows_skeleton_then_words_then_cancel(stack, qtbot):
    stack.show_loading("Reading 1,204 visits...")
    loading = stack._loading
    assert [timer.interval() for timer in loading._timers] == [150, 1_000, 3_000]
    qtbot.waitUntil(loading.skeleton.isVisible, timeout=2_000)
    assert not loading.label.isVisible()
    qtbot.waitUntil(loading.label.isVisible, timeout=3_000)
    assert not loading.cancel.isVisible()
    qtbot.waitUntil(loading.cancel.isVisible, timeout=5_000)
    with qtbot.waitSignal(stack.cancelled):
        loading.cancel.click()


@pytest.mark.parametrize("kind", ["done", "not_set_up", "filter"])
def test_each_kind_of_emptiness_offers_the_next_step(stack, kind):
    pressed = []
    stack.show_empty(kind, "Nothing here", "Because", [Action("Go on", lambda: pressed.append(1), "primary")])
    assert stack.property("state") == "empty"
    assert stack.notice.accessibleName() == "Nothing here. Because"
    _visible_buttons(stack)["Go on"].click()
    assert pressed == [1]


def test_an_error_says_what_is_safe_and_can_be_copied(stack):
    retried = []
    retry = Action("Open Connections", lambda: retried.append(1), "primary")
    stack.show_error("Sign-in refused", "Nothing was lost.", "Sign in again.", "CM-AUTH-02", retry)
    assert stack.property("state") == "error"
    assert stack.notice.text.text() == "Nothing was lost. Sign in again."
    assert [badge.accessibleName() for badge in stack.findChildren(Badge) if badge.isVisible()] == ["CM-AUTH-02"]
    buttons = _visible_buttons(stack)
    buttons["Copy details"].click()
    assert QGuiApplication.clipboard().text() == "Sign-in refused\nNothing was lost.\nSign in again.\nCM-AUTH-02"
    buttons["Open Connections"].click()
    assert retried == [1]


def test_a_second_notice_leaves_nothing_of_the_first(stack):
    stack.show_error("Broken", "Safe.", code="CM-1")
    stack.show_empty("done", "All decided")
    assert _visible_buttons(stack) == {}
    assert not any(badge.isVisible() for badge in stack.findChildren(Badge))


def test_offline_is_a_line_above_a_page_that_goes_on(stack):
    stack.set_offline("Working offline since 09:12.")
    assert stack.property("state") == "offline"
    assert stack.page.isVisible()
    stack.set_offline("")
    assert stack.property("state") == "ready"


def test_changes_of_state_are_told(stack, qtbot):
    with qtbot.waitSignal(stack.state_changed) as told:
        stack.show_empty("done", "All decided")
    assert told.args == ["empty"]


def test_at_most_two_banners_are_shown_and_the_third_waits(qtbot):
    stack = BannerStack("banners")
    qtbot.addWidget(stack)
    stack.show()
    banners = {key: Banner(key, f"banner_{key}") for key in ("a", "b", "c")}
    for rank, (key, banner) in enumerate(banners.items()):
        stack.show_banner(key, banner, rank=rank)
    assert stack.keys == ("c", "b", "a")
    assert [key for key, banner in banners.items() if banner.isVisible()] == ["b", "c"]
    stack.drop("c")
    assert banners["a"].isVisible()


def test_a_banner_tells_its_action_and_closes(qtbot):
    stack = BannerStack("banners")
    qtbot.addWidget(stack)
    acted = []
    banner = Banner("Offline.", "banner_offline", kind="warn", action="Show", is_closable=True)
    stack.show_banner("offline", banner, on_act=lambda: acted.append(1))
    banner.action.click()
    assert acted == [1]
    banner.closed.emit()
    assert stack.keys == ()


def test_a_toast_goes_by_itself_and_undo_is_told(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    QLineEdit(host).setFocus()
    host.resize(800, 600)
    host.show()
    toast = Toast(host)
    toast.show_text("Kept apart. 12 left.", can_undo=True, shown_ms=50)
    assert toast.isVisible()
    assert toast.geometry().bottom() < host.height()
    assert toast.geometry().left() == 16
    qtbot.waitUntil(lambda: not toast.isVisible(), timeout=2_000)
    toast.show_text("Kept apart. 11 left.", can_undo=True)
    with qtbot.waitSignal(toast.undone):
        toast.undo.click()
    assert not toast.isVisible()


def test_a_toast_stays_at_the_bottom_when_the_window_grows(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(800, 600)
    host.show()
    toast = Toast(host)
    toast.show_text("Saved.")
    host.resize(900, 700)
    assert toast.geometry().bottom() == 700 - 16 - 1


def test_enter_never_decides_but_presses_other_buttons(qtbot):
    pressed = []
    for name, is_decision in (("merge", True), ("open", False)):
        button = Button(name, name, is_decision=is_decision)
        qtbot.addWidget(button)
        button.clicked.connect(lambda _on=False, name=name: pressed.append(name))
        button.show()
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["open"]


def test_the_accent_moves_and_the_key_stays(qtbot):
    button = Button("Keep apart", "apart", key="D")
    qtbot.addWidget(button)
    width = button.sizeHint().width()
    button.put(button.text(), kind="primary")
    assert button.kind == "primary"
    assert button.sizeHint().width() == width
    assert button.accessibleDescription() == "key D"


def test_esc_closes_the_drawer_and_is_told(qtbot):
    drawer = Drawer("drawer", "Evidence")
    qtbot.addWidget(drawer)
    drawer.show()
    with qtbot.waitSignal(drawer.closed):
        qtbot.keyClick(drawer, Qt.Key.Key_Escape)
    assert not drawer.isVisible()


def test_steps_copy_their_record_number(qtbot):
    steps = StepsList("steps")
    qtbot.addWidget(steps)
    steps.put([HandStep("Open chart", "88120", "88120"), HandStep("Merge")])
    buttons = steps.findChildren(Button)
    assert [button.accessibleName() for button in buttons] == ["Copy 88120"]
    with qtbot.waitSignal(steps.copied) as told:
        buttons[0].click()
    assert told.args == ["88120"]


def test_the_way_of_an_item_is_said_in_order(qtbot):
    way = Timeline("way")
    qtbot.addWidget(way)
    way.put([Milestone("Staged", "08:02", "done"), Milestone("Accepted")])
    assert way.accessibleDescription() == "Staged, done, 08:02; Accepted, not yet"


def test_a_stop_sign_offers_the_safe_way(qtbot):
    card = StopCard("stop", action="Ask an approver")
    qtbot.addWidget(card)
    card.put("These may be twins.", "Merging needs a reason.")
    assert card.accessibleName() == "These may be twins. Merging needs a reason."
    with qtbot.waitSignal(card.acted):
        card.action.click()
