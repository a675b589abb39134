"""Restoring: refusals in their own words, what is replaced is kept, nothing leaves afterwards, and no half ways."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from watch import PHRASE, people_in

from core.backup.file import read_label
from core.boot import open_desk
from core.clock import Clock
from core.corrections.push import push
from core.desk import Desk
from core.errors import BadInput, Damaged, NewerThanApp, Refused, WrongKey
from core.queries.backup import backup_view
from core.store import swap
from core.store.engine import create, open_store
from core.store.tables.people import persons
from core.store.tables.trust import audit
from core.usecases.backup import back_up_now, drop_replaced_store, restore, restore_into, try_into, try_restore
from core.usecases.sending import pause_outbox


def lose_people(desk: Desk, left: int) -> None:
    with desk.store.write("bo") as unit:
        keep = select(persons.c.id).order_by(persons.c.id).limit(left)
        unit.connection.execute(delete(persons).where(persons.c.id.not_in(keep)))
        unit.audit("lost")


def names_in(home: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in home.iterdir()}


def test_a_restore_brings_back_what_was_there_and_keeps_what_it_replaced(desk):
    backup = back_up_now(desk).value.path
    lose_people(desk, 7)
    done = restore(desk, backup, PHRASE)
    assert done.replaced is not None
    assert done.kept is not None
    assert (done.tried.contents.people, done.replaced.people) == (50, 7)
    assert people_in(desk.home) == 50
    assert people_in(done.kept) == 7


def test_the_way_back_is_the_store_that_was_replaced(desk, watch):
    backup = back_up_now(desk).value.path
    lose_people(desk, 7)
    restore(desk, backup, PHRASE)
    again = open_desk(desk.home, PHRASE, "ana", Clock(now=watch))
    [kept] = backup_view(again).replaced
    assert try_restore(again, kept.path, PHRASE).value.contents.people == 7
    watch.go_on(minutes=1)
    restore(again, kept.path, PHRASE)
    assert people_in(desk.home) == 7


def test_after_a_restore_nothing_leaves_until_somebody_says_so(desk, watch):
    backup = back_up_now(desk).value.path
    restore(desk, backup, PHRASE)
    again = open_desk(desk.home, PHRASE, "ana", Clock(now=watch))
    assert push(again).problems == ["The Outbox is paused: 0 waiting."]
    with again.store.read() as connection:
        acts = connection.execute(select(audit.c.action, audit.c.subject)).all()
    assert ("restore", backup.name) in [tuple(act) for act in acts]
    assert ("set", "outbox.paused") in [tuple(act) for act in acts]
    pause_outbox(again, is_paused=False)
    assert push(again).problems == []
    again.close()


def test_the_recovery_key_restores_into_an_empty_folder(made, tmp_path):
    desk, recovery = made
    backup = back_up_now(desk, tmp_path).value.path
    elsewhere = tmp_path / "new computer"
    done = restore_into(elsewhere, backup, recovery, "ana")
    assert (done.kept, done.replaced) == (None, None)
    assert people_in(elsewhere, recovery) == people_in(elsewhere, PHRASE) == 50


@pytest.mark.parametrize("phrase", ["wrong horse", ""])
def test_a_wrong_passphrase_changes_nothing_and_the_desk_goes_on(desk, phrase):
    backup = back_up_now(desk).value.path
    before = names_in(desk.home)
    with pytest.raises(WrongKey, match="does not open the backup"):
        restore(desk, backup, phrase)
    assert names_in(desk.home) == before
    lose_people(desk, 3)  # the desk still works


@pytest.mark.parametrize("harm", ["bit", "cut", "end", "empty", "other"])
def test_a_damaged_file_is_refused_as_such_with_the_right_passphrase_and_the_wrong_one(desk, tmp_path, harm):
    backup = back_up_now(desk, tmp_path / "one.chartmend").value.path
    content = bytearray(backup.read_bytes())
    if harm == "bit":
        content[len(content) // 2] ^= 1
    content = {"cut": content[: len(content) // 2], "end": content[:-1], "empty": b"", "other": b"a letter" * 99}.get(
        harm, content
    )
    backup.write_bytes(content)
    before = names_in(desk.home)
    with pytest.raises(Damaged, match="not a whole backup"):
        restore(desk, backup, PHRASE)
    assert names_in(desk.home) == before
    lose_people(desk, 3)


def test_a_backup_of_a_newer_program_is_refused_and_an_older_one_would_not_be(desk):
    with desk.store.write("ana") as unit:
        unit.connection.exec_driver_sql("PRAGMA user_version = 9999")
    backup = back_up_now(desk).value.path
    with pytest.raises(NewerThanApp, match="newer Chartmend"):
        try_restore(desk, backup, PHRASE)
    with pytest.raises(NewerThanApp, match="newer Chartmend"):
        restore(desk, backup, PHRASE)
    assert read_label(backup).schema == 9999


def test_a_missing_file_is_said_to_be_missing(desk, tmp_path):
    with pytest.raises(Damaged, match="no backup under this name"):
        try_restore(desk, tmp_path / "gone.chartmend", PHRASE)


def test_made_up_people_never_take_the_place_of_real_ones(desk, tmp_path):
    demo, _ = create(tmp_path / "demo", "demo practice", is_demo=True)
    backup = back_up_now(Desk(demo, "ana", "owner", Clock())).value.path
    demo.close()
    with pytest.raises(Refused, match="Made-up people"):
        restore(desk, backup, PHRASE)
    assert people_in(desk.home) == 50


def test_a_trail_that_was_tampered_with_is_told(desk):
    with desk.store.write("ana") as unit:
        unit.connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        unit.connection.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE id = 1")
        unit.audit("noted")
    made = back_up_now(desk).value
    assert not made.is_trail_whole
    tried = try_restore(desk, made.path, PHRASE).value
    assert (tried.is_trail_whole, tried.last_good_row) == (False, 0)


def test_a_store_in_the_way_that_is_damaged_is_kept_too(desk, tmp_path):
    backup = back_up_now(desk, tmp_path).value.path
    desk.close()
    desk.store.path.write_bytes(b"x" * 8192)
    with pytest.raises(Damaged):
        open_store(desk.home, PHRASE)
    done = restore_into(desk.home, backup, PHRASE, "ana")
    assert done.kept is not None
    assert (done.kept / "store.db").read_bytes() == b"x" * 8192
    assert people_in(desk.home) == 50


def test_a_try_leaves_nothing_behind_and_does_not_touch_the_store(desk, tmp_path):
    backup = back_up_now(desk, tmp_path).value.path
    home = tmp_path / "elsewhere"
    assert try_into(home, backup, PHRASE).contents.people == 50
    assert list(home.iterdir()) == []


def test_only_stores_that_a_restore_replaced_can_be_dropped(desk, watch):
    backup = back_up_now(desk).value.path
    done = restore(desk, backup, PHRASE)
    again = open_desk(desk.home, PHRASE, "ana", Clock(now=watch))
    with pytest.raises(BadInput, match="not a store that a restore replaced"):
        drop_replaced_store(again, desk.home)
    assert done.kept is not None
    drop_replaced_store(again, done.kept)
    assert backup_view(again).replaced == ()
    again.close()


_SITTING = """
import sys
from pathlib import Path
from core.store.engine import open_store
store = open_store(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
sys.stdin.readline()
"""


def test_a_store_that_another_process_has_open_is_not_replaced(desk):
    backup = back_up_now(desk).value.path
    lose_people(desk, 7)
    other = subprocess.Popen(
        [sys.executable, "-c", _SITTING, str(desk.home), PHRASE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(Refused, match="open in another window or command"):
        restore(desk, backup, PHRASE)
    with pytest.raises(Refused, match="open in another window or command"):
        restore_into(desk.home, backup, PHRASE, "ana")
    other.communicate("\n")
    assert people_in(desk.home) == 7
    restore(desk, backup, PHRASE)
    assert people_in(desk.home) == 50


_KILLED = """
import os, signal, sys
from pathlib import Path
from core.boot import open_desk
from core.usecases.backup import restore
desk = open_desk(Path(sys.argv[1]), sys.argv[3], "ana")
left = int(sys.argv[4])
def dying(real):
    def step(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return step
# Every step by which files come, move or go is a place to die before.
for name in ("replace", "rename", "mkdir", "unlink", "write_text"):
    setattr(Path, name, dying(getattr(Path, name)))
os.rmdir, os.fsync = dying(os.rmdir), dying(os.fsync)
restore(desk, Path(sys.argv[2]), sys.argv[3])
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_process_killed_anywhere_in_a_restore_leaves_the_old_store_or_the_new_one(desk, tmp_path):
    backup = back_up_now(desk, tmp_path / "one.chartmend").value.path
    desk.close()
    whole = {path.name: path.read_bytes() for path in desk.home.iterdir() if path.is_file()}
    found = []
    for steps in range(60):
        home = tmp_path / f"home{steps}"
        home.mkdir()
        for name, content in whole.items():
            (home / name).write_bytes(content)
        smaller = open_desk(home, PHRASE, "ana")
        lose_people(smaller, 7)
        smaller.close()
        run = subprocess.run([sys.executable, "-c", _KILLED, str(home), str(backup), PHRASE, str(steps)], check=False)
        people = people_in(home)
        found.append(people)
        assert people in (7, 50)
        left = {path.name for path in home.iterdir()}
        assert not [name for name in left if name.startswith("trying-") or name == swap.READY]
        if people == 50:
            [kept] = home.glob("before-restore-*")
            assert people_in(kept) == 7
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL
    assert run.returncode == 0
    # Once it is the new store, it stays that.
    assert found == sorted(found)
    assert found[0] == 7
    assert found.count(50) >= 5
