"""Making backups: of one moment, checked, whole or not at all, and no more of them than are kept."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy import insert
from watch import PHRASE, people_in

from core.backup.file import read_label
from core.backup.make import LOCK_FILE
from core.errors import BadInput, Cancelled, NotPossible, Refused, StoreError, WrongKey
from core.jobs import Job
from core.queries.backup import backup_view
from core.store.hold import alone
from core.store.tables.people import persons
from core.usecases.backup import back_up_if_due, back_up_now, change_backup_settings, try_restore


def test_a_backup_opens_with_passphrase_and_recovery_key_and_counts_what_was_there(made):
    desk, recovery = made
    backup = back_up_now(desk).value
    assert backup.is_trail_whole
    for phrase in (PHRASE, recovery):
        tried = try_restore(desk, backup.path, phrase).value
        assert (tried.contents.people, tried.is_trail_whole) == (50, True)
    with pytest.raises(WrongKey, match="does not open the backup"):
        try_restore(desk, backup.path, "wrong horse")


def test_nothing_of_a_patient_lies_open_in_a_backup(desk):
    content = back_up_now(desk).value.path.read_bytes()
    assert b"Alvarez" not in content
    assert b"SQLite format" not in content


def test_a_backup_holds_one_moment_while_others_write(desk):
    stop = threading.Event()

    def write() -> None:
        count = 0
        while not stop.is_set():
            count += 1
            with desk.store.write("bo") as unit:
                unit.connection.execute(insert(persons).values(id=f"new-{count}", created_at=unit.now))
                unit.audit("noted")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        backup = back_up_now(desk).value
    finally:
        stop.set()
        writing.join()
    tried = try_restore(desk, backup.path, PHRASE).value
    # As many notes as people: never one half of a unit.
    assert tried.is_trail_whole
    assert tried.audit_rows - 1 == tried.contents.people - 50


def test_only_the_newest_are_kept_and_no_other_stores_backups_are_touched(desk, watch, tmp_path):
    change_backup_settings(desk, keep=2)
    folder = desk.home / "backups"
    folder.mkdir()
    other = folder / "chartmend-2020-01-01-000000-ffff.chartmend"
    other.write_bytes(b"of somebody else")
    made = []
    for _ in range(4):
        made.append(back_up_now(desk).value.path)
        watch.go_on(minutes=1)
    assert sorted(folder.iterdir()) == sorted([other, *made[-2:]])
    view = backup_view(desk)
    assert [kept.path for kept in view.backups] == [made[3], made[2]]
    assert view.last is not None
    assert view.is_same_disk


def test_the_first_is_due_the_day_after_then_once_a_day_and_never_when_switched_off(desk, watch):
    assert back_up_if_due(desk).value is None
    watch.go_on(days=1)
    assert back_up_if_due(desk).value is not None
    assert back_up_if_due(desk).value is None
    watch.go_on(days=1)
    change_backup_settings(desk, schedule="weekly")
    assert back_up_if_due(desk).value is None
    watch.go_on(days=6)
    assert back_up_if_due(desk).value is not None
    change_backup_settings(desk, schedule="off")
    watch.go_on(days=30)
    assert back_up_if_due(desk).value is None


def test_a_failed_backup_is_remembered_and_tried_again_after_an_hour(desk, watch, tmp_path):
    away = tmp_path / "stick"
    away.mkdir()
    change_backup_settings(desk, folder=str(away))
    away.rmdir()
    watch.go_on(days=1)
    with pytest.raises(NotPossible, match="not there"):
        back_up_if_due(desk)
    view = backup_view(desk)
    assert view.problem is not None
    assert view.problem["code"] == "CM-BAK-16"
    assert not view.is_there
    assert back_up_if_due(desk).value is None
    away.mkdir()
    watch.go_on(hours=2)
    assert back_up_if_due(desk).value is not None
    assert backup_view(desk).problem is None


def test_whoever_may_not_is_refused_but_the_schedule_runs_for_everybody(biller, watch):
    with pytest.raises(Refused):
        back_up_now(biller)
    watch.go_on(days=1)
    assert back_up_if_due(biller).value is not None


def test_a_file_that_is_no_backup_is_never_written_over(desk, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("dear")
    with pytest.raises(BadInput, match="no backup"):
        back_up_now(desk, letter)
    assert letter.read_text() == "dear"


def test_a_cancelled_backup_leaves_the_one_before_and_nothing_else(desk, tmp_path):
    target = tmp_path / "one.chartmend"
    back_up_now(desk, target)
    before = target.read_bytes()
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        back_up_now(desk, target, job=job)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["one.chartmend"]


def test_two_at_once_are_not_made(desk):
    with alone(desk.home / LOCK_FILE), pytest.raises(NotPossible, match="already"):
        back_up_now(desk)


_SMALL_DISK = """
import sys
from pathlib import Path
from core.boot import open_desk
from core.errors import StoreError
from core.usecases.backup import back_up_now
desk = open_desk(Path(sys.argv[1]), sys.argv[3], "ana")
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (40_960, 40_960))
try:
    back_up_now(desk, Path(sys.argv[2]))
except StoreError as why:
    print(why.sentence())
"""


def test_a_disk_that_takes_no_more_is_said_in_words_and_the_old_backup_stays(desk, tmp_path):
    target = tmp_path / "one.chartmend"
    back_up_now(desk, target)
    before = target.read_bytes()
    run = subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, str(desk.home), str(target), PHRASE],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "could not be written there" in run.stdout or "no room" in run.stdout
    assert "Backups made before are as they were." in run.stdout
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".*part*"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 40_960


_KILLED = """
import os, signal, sys
from pathlib import Path
from core.boot import open_desk
from core.jobs import Job
from core.usecases.backup import back_up_now
desk = open_desk(Path(sys.argv[1]), sys.argv[3], "ana")
class Dying(Job):
    def check(self):
        self.left = getattr(self, "left", int(sys.argv[4])) - 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
back_up_now(desk, Path(sys.argv[2]), job=Dying())
"""


@pytest.mark.slow
def test_a_process_killed_while_backing_up_leaves_the_store_and_the_old_backup(desk, tmp_path):
    target = tmp_path / "one.chartmend"
    back_up_now(desk, target)
    before = target.read_bytes()
    deaths = 0
    for checks in range(20):
        run = subprocess.run(
            [sys.executable, "-c", _KILLED, str(desk.home), str(target), PHRASE, str(checks)], check=False
        )
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL
        deaths += 1
        assert target.read_bytes() == before
        assert people_in(desk.home) == 50
    assert deaths >= 2
    assert read_label(target).sha256 != ""
    assert not list(tmp_path.glob(".*part*"))


def test_a_damaged_store_gives_no_backup(desk):
    desk.store.let_go_of_file()
    content = bytearray(desk.store.path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 + 99] ^= 1
    desk.store.path.write_bytes(content)
    with pytest.raises(StoreError):
        back_up_now(desk)
    assert not list(desk.home.glob("backups/*"))
