"""`chartmend backup`, `restore` and the backup that `run` makes: JSON and exit codes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from watch import PHRASE, Watch, people_in

from core.cli import main
from core.clock import Clock
from core.store.engine import create


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that was made years ago."""
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", PHRASE)
    store, _ = create(tmp_path / "home", PHRASE, Clock(now=Watch(datetime(2020, 1, 1, tzinfo=UTC))))
    with store.write("ana") as unit:
        unit.audit("create-store")
    store.close()
    return tmp_path / "home"


def say(capfdbinary, home: Path, *words: str):
    code = main(["--home", str(home), "--json", *words])
    out = capfdbinary.readouterr().out
    return code, orjson.loads(out)


def test_run_makes_the_backup_that_is_due_and_no_second_one_on_that_day(home, capfdbinary):
    code, first = say(capfdbinary, home, "run")
    assert code == 0
    assert first["backup"]["is_trail_whole"]
    assert Path(first["backup"]["path"]).is_file()
    _, second = say(capfdbinary, home, "run")
    assert second["backup"] is None


def test_run_tells_a_backup_that_failed_and_the_rest_is_done(home, tmp_path, capfdbinary):
    away = tmp_path / "stick"
    away.mkdir()
    say(capfdbinary, home, "backup", "--folder", str(away))
    away.rmdir()
    code, told = say(capfdbinary, home, "run")
    assert code == 3
    assert told["backup"]["error"]["code"] == "CM-BAK-16"
    assert "records" in told["match"]


def test_backup_to_a_file_a_try_and_a_restore(home, tmp_path, capfdbinary):
    file = tmp_path / "one.chartmend"
    code, made = say(capfdbinary, home, "backup", str(file))
    assert (code, made["path"]) == (0, str(file))
    code, tried = say(capfdbinary, home, "restore", str(file), "--try")
    assert (code, tried["people"], tried["audit"]["whole"]) == (0, 0, True)
    code, done = say(capfdbinary, home, "restore", str(file))
    assert (code, done["outbox_paused"]) == (0, True)
    assert done["replaced"]["people"] == 0
    assert people_in(Path(done["kept"])) == 0
    code, listed = say(capfdbinary, home, "backup", "--list")
    assert [one["why"] for one in listed["backups"]] == ["before-restore"]
    code, _ = say(capfdbinary, home, "outbox", "resume")
    assert code == 0


def test_refusals_have_the_exit_codes_of_the_contract(home, tmp_path, capfdbinary, monkeypatch):
    file = tmp_path / "one.chartmend"
    say(capfdbinary, home, "backup", str(file))
    other = tmp_path / "other"
    other.write_text("another one")
    code, told = say(capfdbinary, home, "restore", str(file), "--backup-passphrase-file", str(other))
    assert (code, told["error"]["code"]) == (4, "CM-STO-02")
    file.write_bytes(file.read_bytes()[:-1])
    code, told = say(capfdbinary, home, "restore", str(file), "--try")
    assert (code, told["error"]["code"]) == (5, "CM-BAK-02")
