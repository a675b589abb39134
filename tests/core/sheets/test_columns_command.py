"""Columns on the command line: shown, accepted as suggested, or taken from a file; and removing asks on a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sheet_folders import SheetFolder

from core.cli import main

PEOPLE = "Patient ID,Last Name,First Name,DOB,Referred By\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", "a long passphrase")

    def running(*words: str) -> tuple[int, Any]:
        code = main(["--home", str(tmp_path / "home"), "--json", *words])
        return code, json.loads(capsys.readouterr().out or "null")

    return running


def test_suggested_columns_are_accepted_and_the_pull_reads_by_them(run: Any, folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/13/1980,x\n,Kim,Di,,\n")
    assert run("connections", "add", "files", "--kind", "csv", "--path", str(folder.path))[0] == 0
    code, (row,) = run("connections", "columns", "files")
    assert (code, row["state"], row["undecided"], row["missing"]) == (3, "suggested", ["Referred By"], [])
    code, (row,) = run("connections", "columns", "files", "--suggested")
    assert (code, row["state"], row["ready"], row["must_fix"]) == (3, "mapped", 1, 1)
    assert row["problems"][0]["line"] == 3 and row["problems"][0]["column"] == "Patient ID"
    code, pulled = run("pull")
    assert (code, pulled["connections"][0]["landed"], pulled["connections"][0]["quarantined"]) == (3, 1, 1)


def test_a_mapping_that_was_shown_can_be_changed_and_saved(run: Any, folder: SheetFolder, tmp_path: Path) -> None:
    folder.write("visits.csv", "Visit ID,Patient,Visit Date,Provider\nv1,1,3/4/2026,Osei\n")
    run("connections", "add", "files", "--kind", "csv", "--path", str(folder.path))
    code, rows = run("connections", "columns", "files", "--suggested")
    assert (code, rows[0]["state"], rows[0]["missing"]) == (3, "suggested", [["status"]])
    rows[0]["mapping"]["fixed"] = {"status": "finished"}
    rows[0]["mapping"]["columns"][2]["format"] = "day, month, year"
    written = tmp_path / "mapping.json"
    written.write_text(json.dumps(rows), encoding="utf-8")
    code, (row,) = run("connections", "columns", "files", "--save", str(written))
    assert (code, row["state"], row["ready"]) == (0, "mapped", 1)
    assert run("pull")[0] == 0
    written.write_text("{", encoding="utf-8")
    assert run("connections", "columns", "files", "--save", str(written))[0] == 2


def test_only_spreadsheet_files_have_columns(run: Any, folder: SheetFolder) -> None:
    run("connections", "add", "dump", "--kind", "tables", "--path", str(folder.path))
    assert run("connections", "columns", "dump")[0] == 5


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("said", "code", "left"), [("yes\n", 0, 0), ("no\n", 5, 1), ("", 5, 1)])
def test_removing_asks_on_a_terminal(
    run: Any, folder: SheetFolder, monkeypatch: pytest.MonkeyPatch, said: str, code: int, left: int
) -> None:
    run("connections", "add", "files", "--kind", "csv", "--path", str(folder.path))
    monkeypatch.setattr("sys.stdin", _Terminal(said))
    assert run("connections", "remove", "files")[0] == code
    assert len(run("connections", "list")[1]) == left


def test_yes_and_scripts_are_not_asked(run: Any, folder: SheetFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for words, stdin in ((("--yes",), _Terminal("")), ((), io.StringIO())):
        run("connections", "add", "files", "--kind", "csv", "--path", str(folder.path))
        monkeypatch.setattr("sys.stdin", stdin)
        assert run("connections", "remove", "files", *words)[0] == 0
