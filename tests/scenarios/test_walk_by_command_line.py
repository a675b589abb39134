"""The whole story by command line on the demo practice: real servers, a real store, real corrections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.boot import open_demo
from core.cli import main
from core.desk import Desk


class Terminal:
    """Somebody typing commands; each answers with its exit code and JSON."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.home, self.capture = home, capture
        self.code = 0

    def __call__(self, *words: str) -> Any:
        self.capture.readouterr()
        self.code = main(["--home", str(self.home), "--json", *words])
        out = self.capture.readouterr().out
        return json.loads(out) if out else None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A demo practice whose servers run in this process; every command finds them."""
    desk = open_demo(tmp_path_factory.mktemp("practice"), "R. Diaz", seed=7, patients=60)
    yield desk
    desk.close()


@pytest.fixture
def run(demo: Desk, capfdbinary: pytest.CaptureFixture[bytes]) -> Terminal:
    terminal = Terminal(demo.home, capfdbinary)
    if not terminal("findings"):
        terminal("run")
        assert terminal.code == 0
    return terminal


def _open(run: Terminal, rule: str) -> list[dict[str, Any]]:
    return [f for f in run("findings", "--rule", rule, "--status", "open") if f["proposal"] or rule.startswith("dup")]


def test_a_second_run_lands_nothing_and_opens_nothing_twice(run: Terminal) -> None:
    before = {f["key"] for f in run("findings")}
    second = run("run")
    assert run.code == 0
    assert [c["landed"] for c in second["pull"]["connections"]] == [0, 0]
    assert second["reconcile"]["findings_opened"] == 0
    assert {f["key"] for f in run("findings")} == before


def test_a_charge_correction_is_sent_read_back_and_resolved(run: Terminal, demo: Desk) -> None:
    finding = next(f for f in _open(run, "mm-units"))
    staged = run("decide", finding["key"], "--as", "accept")["corrections"]
    shown = run("push", "--dry-run", "--only", *staged)["requests"]
    assert shown[0]["method"] == "PUT" and "ChargeItem" in shown[0]["address"]
    pushed = run("push", "--only", *staged)
    assert (run.code, pushed["sent"], pushed["verified"]) == (0, 1, 1)
    row = next(r for r in run("outbox") if r["id"] == staged[0])
    assert row["state"] == "verified" and row["verified_at"]
    assert next(f for f in run("findings") if f["key"] == finding["key"])["status"] == "resolved"


def test_a_duplicate_is_folded_and_the_kept_record_says_so(run: Terminal) -> None:
    finding = next(f for f in _open(run, "duplicate-patient") if f["probability"] > 0.99 and len(f["subjects"]) == 2)
    keep = finding["subjects"][0]
    text = "/".join((keep["system"], keep["kind"], keep["id"]))
    staged = run("decide", finding["key"], "--as", "same-person", "--keep", text, "--reason", "same card")[
        "corrections"
    ]
    for _ in staged:
        run("push")
    states = {r["id"]: r["state"] for r in run("outbox") if r["id"] in staged}
    assert set(states.values()) == {"verified"}
    people = run("people", "--linked")
    refs = [tuple(sorted(r["id"] for r in p["records"])) for p in people]
    assert any(keep["id"] in ids for ids in refs)


def test_undo_before_sending_drops_it_and_opens_the_finding_again(run: Terminal) -> None:
    finding = next(f for f in _open(run, "mm-rendering"))
    staged = run("decide", finding["key"], "--as", "accept")["corrections"]
    assert run("undo", staged[0])["corrections"] == []
    assert next(f for f in run("findings") if f["key"] == finding["key"])["status"] == "open"
    assert next(r for r in run("outbox") if r["id"] == staged[0])["state"] == "dropped"


def test_undo_after_sending_stages_the_reverse_and_puts_the_old_value_back(run: Terminal) -> None:
    finding = next(f for f in _open(run, "mm-rendering"))
    (sent,) = run("decide", finding["key"], "--as", "accept")["corrections"]
    run("push", "--only", sent)
    (reverse,) = run("undo", sent)["corrections"]
    run("push", "--only", reverse)
    rows = {r["id"]: r for r in run("outbox")}
    assert rows[sent]["state"] == "reversed"
    assert rows[reverse]["state"] == "verified"
    assert [c["after"] for c in rows[reverse]["changes"]] == [c["before"] for c in rows[sent]["changes"]]


def test_a_change_by_a_colleague_becomes_a_conflict_and_is_settled(run: Terminal, demo: Desk) -> None:
    finding = next(f for f in _open(run, "mismatch-demographics"))
    (staged,) = run("decide", finding["key"], "--as", "accept")["corrections"]
    row = next(r for r in run("outbox") if r["id"] == staged)
    assert demo.demo is not None
    fields = [c["field"] for c in row["changes"]]
    demo.demo.colleague_edits(row["system"], "Patient", row["target"]["id"], fields)
    assert run("push", "--only", staged)["conflicts"] == 1
    assert run.code == 3
    conflict = run("outbox", "--state", "conflict")[0]["conflict"]
    assert all(f["theirs"] not in (f["base"], f["mine"]) for f in conflict)
    picks = [word for f in conflict for word in ("--pick", f"{f['field']}=mine")]
    run("outbox", "resolve", staged, *picks)
    assert run("push", "--only", staged)["verified"] == 1


def test_an_expired_sign_in_signs_in_again_by_itself(run: Terminal, demo: Desk) -> None:
    assert demo.demo is not None
    demo.demo.expire_sign_in()
    assert run("pull", "EHR")["connections"][0]["name"] == "EHR"
    assert run.code == 0


def test_a_refused_sign_in_is_said_and_the_other_system_is_still_read(run: Terminal, demo: Desk) -> None:
    assert demo.demo is not None
    demo.demo.refuse_sign_in(True)
    try:
        outcome = {c["name"]: c["outcome"] for c in run("pull")["connections"]}
    finally:
        demo.demo.refuse_sign_in(False)
    assert run.code == 3
    assert outcome == {"EHR": "failed", "PM": "done"}


def test_different_people_are_remembered_over_runs(run: Terminal) -> None:
    finding = _open(run, "duplicate-patient")[-1]
    run("decide", finding["key"], "--as", "different-people", "--reason", "twins")
    run("pull", "--full")
    run("match")
    run("reconcile")
    assert next(f for f in run("findings") if f["key"] == finding["key"])["status"] == "dismissed"


def test_the_audit_trail_is_whole_and_knows_what_was_done(run: Terminal) -> None:
    assert run("audit", "verify")["whole"] is True


def test_refusals_have_their_own_exit_codes(run: Terminal) -> None:
    run("decide", "no-such-finding", "--as", "accept")
    assert run.code == 2
    finding = _open(run, "duplicate-patient")[0]
    run("decide", finding["key"], "--as", "different-people", "--reason", "brothers")
    run("decide", finding["key"], "--as", "same-person")
    assert run.code == 5


def test_a_wrong_passphrase_is_code_4(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes],
                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", "right")
    terminal = Terminal(tmp_path / "home", capfdbinary)
    terminal("connections", "add", "dump", "--kind", "tables", "--role", "pm", "--path", str(tmp_path))
    assert terminal.code == 0
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", "wrong")
    terminal("findings")
    assert terminal.code == 4
