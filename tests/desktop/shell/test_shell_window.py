"""The window by keyboard: pages, panes, help, keys, counts and banners, titles without people."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from shell_examples import PATIENT

from core.changes import Changes
from core.errors import BadInput
from core.jobs import Job
from core.queries.status import ConnectionState, Status
from desktop import a11y, theme
from desktop.shell.notices import notices
from desktop.shell.strip import freshness_words, job_words


def a_status(**changed):
    known = dict(
        connections=(), outbox=0, conflicts=0, needs_you=0, pairs=0, charges=0, approvals=0, is_demo=False
    )  # fmt: skip
    return Status(**(known | changed))


GOOD = ConnectionState("EHR", "2026-11-20T08:55:00.000Z", "done", None, None, "2026-11-20T08:55:00.000Z")
GONE = ConnectionState("EHR", "2026-11-20T09:12:00.000Z", "failed", "x", "CM-NET-09", "2026-11-20T08:55:00.000Z")
REFUSED = ConnectionState("PM", "2026-11-20T09:12:00.000Z", "failed", "x", "CM-NET-02", None)


def test_ctrl_and_a_figure_open_pages_in_order(window, press):
    for key, title in ((2, "For approvers"), (3, "Second"), (1, "Example people")):
        press(getattr(Qt.Key, f"Key_{key}"), ctrl=True)
        assert window.windowTitle() == f"Chartmend - {title}"


def test_pages_a_role_cannot_use_are_not_there(make_window):
    window = make_window(role="biller")
    assert "approvals" not in window.kinds
    assert set(window.rail.buttons) == {"patients", "outbox", "help", "lock"}


def test_hidden_pages_are_not_in_the_navigation(window):
    assert "conflict" in window.kinds
    assert "conflict" not in window.rail.buttons


def test_a_page_that_is_not_in_the_navigation_takes_the_focus_once_it_is_read(window, qtbot):
    window.page("conflict").main = None
    window.go("conflict")
    qtbot.waitUntil(lambda: window.current.isAncestorOf(QApplication.focusWidget()))


def test_f6_visits_every_pane_and_comes_back(window, press):
    start = QApplication.focusWidget()
    assert start is window.current.list
    seen = []
    for _ in range(4):
        press(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert window.strip.isAncestorOf(seen[0])
    assert window.rail.isAncestorOf(seen[1])
    assert seen[2] is window.header.jump.edit
    assert seen[3] is start
    press(Qt.Key.Key_F6, shift=True)
    assert QApplication.focusWidget() is window.header.jump.edit


def test_the_whole_shell_is_reached_by_tab(window, press):
    reached = set()
    for _ in range(60):
        reached.add(QApplication.focusWidget().objectName())
        press(Qt.Key.Key_Tab)
    wanted = {"nav_patients", "nav_outbox", "nav_help", "nav_lock", "shell_jump_edit", "example_list"}
    wanted |= {"status_connection_button", "status_outbox_button", "status_conflict_button", "status_person_button"}
    assert wanted <= reached


def test_enter_on_the_navigation_opens_a_page(window, press):
    window.rail.buttons["outbox"].setFocus()
    press(Qt.Key.Key_Space)
    assert window.windowTitle() == "Chartmend - Second"


def test_help_opens_for_the_page_and_esc_closes_it(window, press):
    press(Qt.Key.Key_F1)
    assert window.help.isVisible()
    assert "Duplicate patients" in window.help.browser.toPlainText()
    press(Qt.Key.Key_Escape)
    assert not window.help.isVisible()
    assert QApplication.focusWidget() is window.current.list


def test_question_mark_lists_the_keys_from_the_table(window, press):
    press(Qt.Key.Key_Question, shift=False)
    text = window.help.browser.toPlainText()
    assert "search or jump" in text
    assert "Ctrl K" in text


def test_everything_in_the_window_has_a_name_to_be_spoken(window):
    assert [widget.objectName() or type(widget).__name__ for widget in a11y.unnamed(window)] == []


def test_actions_have_stable_names(window):
    names = {action.objectName() for action in window.findChildren(QAction) if action.objectName()}
    assert {"act_jump", "act_lock", "act_cover", "act_help", "act_keys", "act_next_pane", "act_open_patients"} <= names


def test_no_title_ever_holds_a_patient(window, press):
    titles = []
    window.windowTitleChanged.connect(titles.append)
    window.go("outbox", PATIENT)
    window.go("patients", PATIENT)
    window.lock()
    window.over._unlocked()
    assert titles
    assert not any(PATIENT in title for title in titles)
    assert all(title == "Chartmend" or title.startswith("Chartmend - ") for title in titles)


@pytest.mark.parametrize(("width", "is_wide"), [(1366, False), (1439, False), (1440, True), (1920, True)])
def test_words_stand_beside_the_icons_from_1440(window, width, is_wide):
    window.resize(width, 900)
    assert window.rail.width() == theme.px(184 if is_wide else 56)


def test_a_count_is_spoken_with_its_page(window):
    window._put(a_status(pairs=34))
    assert window.rail.buttons["patients"].accessibleName() == "People, 34"


def test_a_change_is_read_at_once_by_the_page_in_front_only(window, qtbot):
    window.go("outbox")
    qtbot.waitUntil(lambda: window.current.property("state") == "ready")
    window.go("patients")
    front, behind = window.pages["patients"], window.pages["outbox"]
    reads = front.times_read, behind.times_read
    window.bus.tell(Changes(frozenset({"people", "outbox"}), None))
    qtbot.waitUntil(lambda: front.times_read == reads[0] + 1)
    assert behind.times_read == reads[1]
    window.go("outbox")
    qtbot.waitUntil(lambda: behind.times_read == reads[1] + 1)


def test_progress_of_the_page_in_front_shows_in_the_header(window):
    window.pages["patients"].progressed.emit(78, 112)
    assert window.header.note.text() == "78 of 112 decided"
    window.go("outbox")
    assert window.header.note.text() == ""


def test_a_job_shows_with_progress_and_can_be_stopped(window, tasks, qtbot):
    job = Job("Pulling EHR", done=40, total=120)
    tasks.run(lambda: job.wait(30), job=job, lane="network", failed=lambda _error: None)
    window.follow(job)
    qtbot.waitUntil(window.strip.cancel.isVisible)
    assert window.strip.job.text() == "Pulling EHR: 40 of 120"
    qtbot.mouseClick(window.strip.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.strip.cancel.isVisible())
    assert job.is_cancelled


def test_two_jobs_are_shown_one_after_the_other(window, tasks, qtbot):
    first, second = Job("First"), Job("Second")
    for job in (first, second):
        tasks.run(lambda job=job: job.wait(30), job=job, lane="network", failed=lambda _error: None)
        window.follow(job)
    assert window.strip.job.text() == "Second"
    second.cancel()
    qtbot.waitUntil(lambda: window.strip.job.text() == "First")
    first.cancel()
    qtbot.waitUntil(lambda: not window.strip.job.isVisible())


def test_toast_undo_calls_back(window, qtbot):
    undone = []
    window.toast("Kept apart. 12 left.", lambda: undone.append(1))
    qtbot.mouseClick(window._toast.undo, Qt.MouseButton.LeftButton)
    assert undone == [1]


def test_an_error_is_said_in_words_with_what_is_safe(window):
    window.complain(BadInput("The file is empty."))
    assert window._toast.label.text() == "The file is empty. Nothing was changed. Correct the input and try again."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (a_status(), "No system connected"),
        (a_status(connections=(GONE,)), "Offline since"),
        (a_status(connections=(GOOD, REFUSED)), "PM: last pull failed"),
        (a_status(connections=(ConnectionState("EHR", None, None, None),)), "Not pulled yet"),
        (a_status(connections=(GOOD,)), "Data from"),
        (a_status(connections=(GOOD,), old=("EHR",)), "Older than its limit: EHR"),
    ],
)
def test_the_strip_says_how_old_the_data_is_or_what_is_in_the_way(status, words):
    from datetime import UTC, datetime

    assert freshness_words(status, datetime(2026, 11, 20, 12, tzinfo=UTC))[0].startswith(words)


def test_one_unreachable_system_is_not_offline():
    assert not a_status(connections=(GONE, GOOD)).is_offline
    assert a_status(connections=(GONE,)).is_offline


@pytest.mark.parametrize(
    ("status", "role", "keys"),
    [
        (a_status(), "owner", []),
        (a_status(connections=(GONE,)), "owner", ["offline"]),
        (a_status(connections=(GOOD, REFUSED)), "owner", ["signin-PM"]),
        (a_status(conflicts=2), "biller", ["conflicts"]),
        (a_status(is_demo=True), "owner", ["demo"]),
        (a_status(is_paused=True), "front-desk", ["paused"]),
        (a_status(backup_failed_at="2026-11-20T09:00:00.000Z"), "administrator", ["backup"]),
        (a_status(backup_failed_at="2026-11-20T09:00:00.000Z"), "front-desk", []),
        (a_status(), "auditor", ["read_only"]),
    ],
)
def test_each_state_has_its_banner(status, role, keys):
    assert [notice.key for notice in notices(status, role)] == keys


def test_at_most_two_banners_show_and_the_demo_is_one_of_them(window):
    window._put(a_status(connections=(GONE,), conflicts=1, is_demo=True))
    shown = [b.objectName() for b in window.banners.findChildren(QWidget) if b.objectName().startswith("banner_")]
    shown = [name for name in shown if name in ("banner_offline", "banner_demo", "banner_conflicts")]
    visible = [name for name in shown if window.banners.findChild(QWidget, name).isVisible()]
    assert sorted(visible) == ["banner_demo", "banner_offline"]


def test_a_banner_that_did_not_change_is_left_alone(window):
    window._put(a_status(conflicts=1))
    first = window.banners.findChild(QWidget, "banner_conflicts")
    window._put(a_status(conflicts=1))
    assert window.banners.findChild(QWidget, "banner_conflicts") is first


def test_a_banner_goes_when_its_reason_went(window):
    window._put(a_status(conflicts=1))
    window._put(a_status())
    assert not window.banners.isVisible()


def test_job_words_say_that_it_is_stopping():
    job = Job("Pulling")
    job.cancel()
    assert job_words(job) == "Pulling: stopping"
    assert job_words(Job("Pulling", done=1200)) == "Pulling: 1,200"


def test_last_page_is_remembered_per_person_and_name_is_not_written(make_window, tmp_path):
    first = make_window(actor="dana")
    first.go("outbox")
    first.close_for_good()
    assert make_window(actor="dana").windowTitle() == "Chartmend - Second"
    assert make_window(actor="kim").windowTitle() == "Chartmend - Example people"
    text = (tmp_path / "window.ini").read_text(encoding="utf-8")
    assert "dana" not in text
    assert PATIENT not in text


def test_closing_asks_for_the_end_and_keeps_the_window_until_then(window):
    asked = []
    window.closing.connect(lambda: asked.append(1))
    window.close()
    assert asked == [1]
    assert window.isVisible()


def test_ending_says_what_is_waited_for(window, tasks, qtbot):
    job = Job("Pulling EHR")
    tasks.run(lambda: job.wait(30), job=job, failed=lambda _error: None)
    window.ending()
    assert window.strip.job.text() == "Ending: Pulling EHR"
    job.cancel()


@pytest.mark.parametrize("mode", ["light", "dark", "contrast"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_look_fits_the_smallest_window(window, application, mode, scale, tmp_path):
    theme.apply(application, mode, scale, is_motion_on=False)
    window.resize(1366, 768)
    window._put(a_status(is_demo=True))
    picture = window.grab()
    assert (window.width(), window.height()) == (1366, 768)
    sentence = window.banners.findChild(QWidget, "banner_demo_label")
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    assert picture.save(str(tmp_path / f"shell-{mode}-{scale}.png"))
    assert window.rail.buttons["lock"].geometry().bottom() <= window.rail.height()
    assert window.strip.person.geometry().right() <= window.strip.width()
    theme.apply(application, "light", is_motion_on=False)


def test_push_due_failures_are_said_once_and_stop_nothing(window, qtbot, monkeypatch):
    from desktop.shell import window as window_module

    def refuse(_desk):
        raise BadInput("No way.")

    monkeypatch.setattr(window_module, "push_due", refuse)
    window._tick()
    qtbot.waitUntil(lambda: window._toast.label.text().startswith("No way."))
    assert window.isVisible()
