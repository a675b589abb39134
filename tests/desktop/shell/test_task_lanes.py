"""Lanes bring every answer back to the window's thread, once, and let go of what is gone."""

import gc
import sys
import threading
import time
import weakref

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import BadInput, Cancelled
from core.jobs import Job
from desktop.tasks import Tasks


def test_twenty_thousand_answers_arrive_on_the_windows_thread(tasks, qtbot):
    here = threading.get_ident()
    seen, threads, off_thread = [], set(), []

    def work(number):
        threads.add(threading.get_ident())
        return number

    def done(number):
        seen.append(number)
        if threading.get_ident() != here:
            off_thread.append(number)

    lanes = ("read", "network", "store")
    for number in range(20_000):
        tasks.run(lambda number=number: work(number), done=done, lane=lanes[number % 3])
    qtbot.waitUntil(lambda: len(seen) == 20_000, timeout=60_000)
    assert sorted(seen) == list(range(20_000))
    assert not off_thread
    assert len(threads) >= 4
    assert here not in threads


def test_store_lane_keeps_the_order_of_asking(tasks, qtbot):
    order = []
    for number in range(200):
        tasks.run(lambda number=number: order.append(number), lane="store")
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert order == list(range(200))


def test_answer_for_an_owner_that_is_gone_is_dropped(tasks, qtbot):
    gate, got = threading.Event(), []
    owner = QWidget()
    tasks.run(lambda: gate.wait(10), done=got.append, owner=owner)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not _is_valid(owner))
    gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert got == []


def _is_valid(owner):
    import shiboken6

    return shiboken6.isValid(owner)


def test_dropping_an_owner_cancels_its_work(tasks, qtbot):
    job, got = Job("reading"), []
    owner = QObject()
    tasks.run(lambda: job.wait(30), done=got.append, failed=got.append, owner=owner, job=job)
    tasks.drop(owner)
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert job.is_cancelled
    assert got == []


def test_errors_reach_failed_as_they_are(tasks, qtbot):
    errors = []

    def refuse():
        raise BadInput("No.", code="CM-INP-99")

    def break_down():
        raise ZeroDivisionError

    tasks.run(refuse, failed=errors.append)
    tasks.run(break_down, failed=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2)
    assert {type(error) for error in errors} == {BadInput, ZeroDivisionError}


def test_log_of_a_failure_holds_no_message(tasks, qtbot, caplog):
    def break_down():
        raise ValueError("Quillfeather, born 1984")

    failed = []
    with caplog.at_level("INFO"):
        tasks.run(break_down, failed=failed.append)
        qtbot.waitUntil(lambda: bool(failed))
    assert "ValueError" in caplog.text
    assert "Quillfeather" not in caplog.text


def test_cancelled_before_its_turn_never_runs(tasks, qtbot):
    gate, ran, errors = threading.Event(), [], []
    tasks.run(lambda: gate.wait(10), lane="store")
    job = tasks.run(lambda: ran.append(1), failed=errors.append, lane="store")
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: bool(errors))
    assert ran == []
    assert isinstance(errors[0], Cancelled)


def test_worker_never_holds_the_last_reference_to_the_asker(tasks, qtbot):
    freed_on = []

    class Asker(QObject):
        def read(self):
            return 1

    asker = Asker()
    gone = weakref.ref(asker, lambda _ref: freed_on.append(threading.current_thread()))
    gate = threading.Event()
    work = lambda asker=asker: (gate.wait(10), asker.read())[1]  # noqa: E731
    tasks.run(work)
    del asker, work
    gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    gc.collect()
    assert gone() is None
    assert freed_on == [threading.main_thread()]


def test_closing_never_blocks_and_says_whether_it_was_clean(application, qtbot):
    tasks, ended = Tasks(application), []
    job = Job("Pulling")
    tasks.run(lambda: job.wait(60), job=job, lane="network")
    assert tasks.waits_for == ("Pulling",)
    began = time.monotonic()
    tasks.close(ended.append)
    assert time.monotonic() - began < 0.2
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [True]
    assert tasks.threads() == []


def test_closing_gives_up_on_work_that_does_not_stop(application, qtbot):
    tasks, ended, gate = Tasks(application), [], threading.Event()
    tasks.run(lambda: gate.wait(20))
    tasks.close(ended.append, wait_s=0.1)
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [False]
    gate.set()
    qtbot.waitUntil(lambda: tasks.threads() == [])


def test_work_after_closing_is_not_taken(application, qtbot):
    tasks, ended, ran = Tasks(application), [], []
    tasks.close(ended.append)
    job = tasks.run(lambda: ran.append(1))
    qtbot.waitUntil(lambda: bool(ended))
    QApplication.sendPostedEvents()
    assert job.is_cancelled
    assert ran == []


class _Sender(QObject):
    told = Signal(bool)


def test_emitting_costs_no_reference_to_true(application):
    sender = _Sender()
    before = sys.getrefcount(True)
    for _ in range(50):
        sender.told.emit(True)
    assert abs(sys.getrefcount(True) - before) < 25
