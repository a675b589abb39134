"""Who works here: roles hold for every use case, nobody is deleted, and somebody can always set people up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from core import boot
from core.cli import main
from core.desk import Desk
from core.errors import BadInput, Refused
from core.queries import audit as trail
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections, steps
from core.queries.people import list_people
from core.queries.settings import settings_view
from core.security.roles import GIVEN_ROLES, may
from core.security.sign_in import read_names
from core.store.tables.trust import audit
from core.usecases.settings import change_settings
from core.usecases.staff import add_person, change_role, deactivate, reactivate

WORDS = "a few plain words"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    boot.create_store(tmp_path / "home", WORDS)
    return tmp_path / "home"


def _open(home: Path, name: str) -> Desk:
    return boot.open_desk(home, WORDS, name)


def _audited(desk: Desk, action: str) -> list[tuple[str, str]]:
    with desk.store.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.subject).where(audit.c.action == action))
        return [(row.actor, row.subject) for row in rows]


def test_whoever_opens_a_store_without_people_is_its_owner(home: Path) -> None:
    desk = _open(home, "anybody")
    assert desk.role == "owner"
    desk.close()


def test_people_sign_in_with_their_role_and_nobody_else_does(home: Path) -> None:
    owner = _open(home, "dana")
    add_person(owner, "Dana Osei", "administrator")
    add_person(owner, "R. Diaz", "front-desk")
    owner.close()
    desk = _open(home, "R. Diaz")
    assert desk.role == "front-desk"
    desk.close()
    with pytest.raises(Refused) as refused:
        _open(home, "dana")
    assert refused.value.code == "CM-REF-03"


def test_the_first_person_is_an_administrator(home: Path) -> None:
    desk = _open(home, "dana")
    with pytest.raises(BadInput, match="administrator"):
        add_person(desk, "R. Diaz", "front-desk")
    assert settings_view(desk).people == ()
    desk.close()


def test_the_last_administrator_stays(home: Path) -> None:
    desk = _open(home, "dana")
    add_person(desk, "Dana", "administrator")
    add_person(desk, "Kim", "administrator")
    deactivate(desk, "Kim")
    for act in (lambda: change_role(desk, "Dana", "biller"), lambda: deactivate(desk, "Dana")):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "CM-STF-02"
    reactivate(desk, "Kim")
    change_role(desk, "Dana", "biller")
    assert {one.name: one.role for one in settings_view(desk).people} == {"Dana": "biller", "Kim": "administrator"}
    desk.close()


def test_somebody_deactivated_stays_known_and_cannot_sign_in(home: Path) -> None:
    desk = _open(home, "dana")
    add_person(desk, "Dana", "administrator")
    add_person(desk, "Kim", "biller")
    deactivate(desk, "Kim")
    assert [(one.name, one.is_active) for one in settings_view(desk).people] == [("Dana", True), ("Kim", False)]
    assert _audited(desk, "deactivate-person") == [("dana", "Kim")]
    desk.close()
    with pytest.raises(Refused) as refused:
        _open(home, "Kim")
    assert refused.value.code == "CM-REF-04"


def test_a_name_stands_for_one_person(home: Path) -> None:
    desk = _open(home, "dana")
    add_person(desk, "Dana  Osei", "administrator")
    with pytest.raises(BadInput, match="already"):
        add_person(desk, "dana osei", "biller")
    with pytest.raises(BadInput):
        add_person(desk, "  ", "biller")
    with pytest.raises(BadInput):
        add_person(desk, "Kim", "owner")
    desk.close()


def test_the_unlock_page_knows_the_active_names_and_the_practice(home: Path) -> None:
    assert read_names(home).names == ()
    desk = _open(home, "dana")
    add_person(desk, "Dana", "administrator")
    add_person(desk, "Kim", "biller")
    deactivate(desk, "Kim")
    change_settings(desk, {"practice.name": "Riverside Family Practice"})
    assert read_names(home) == read_names(home).__class__("Riverside Family Practice", ("Dana",))
    desk.close()
    (home / "sign-in.json").write_text("not what it was")
    assert read_names(home).names == ()
    _open(home, "Dana").close()
    assert read_names(home).names == ("Dana",)


def test_settings_are_an_administrators_and_each_change_a_row(home: Path) -> None:
    desk = _open(home, "dana")
    assert change_settings(desk, {"outbox.hold_minutes": 30, "privacy.lock_minutes": 10}).value == (
        "outbox.hold_minutes",
    )
    assert _audited(desk, "set") == [("dana", "outbox.hold_minutes")]
    for wrong in ({"privacy.lock_minutes": 31}, {"approvals.kinds": ["everything"]}, {"match.plan": {}}):
        with pytest.raises(BadInput):
            change_settings(desk, wrong)
    with pytest.raises(BadInput):
        change_settings(desk, {"outbox.hold_minutes": 60, "practice.time_zone": "Nowhere/At_All"})
    assert settings_view(desk).values["outbox.hold_minutes"] == 30
    desk.close()


@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_use_cases_ask_the_role_and_not_the_window(home: Path, role: str) -> None:
    desk = replace(_open(home, "dana"), role=role)
    acts = {
        "people": lambda: add_person(desk, "Kim", "administrator"),
        "settings": lambda: change_settings(desk, {"outbox.hold_minutes": 20}),
        "see-patients": lambda: (list_people(desk), list_findings(desk)),
        "see-work": lambda: (list_corrections(desk), steps(desk, "none")),
    }
    for act, run in acts.items():
        if may(role, act):
            run()
        else:
            with pytest.raises(Refused) as refused:
                run()
            assert refused.value.code == "CM-REF-02"
    desk.close()


def test_a_biller_reads_their_own_rows_of_the_trail_and_an_auditor_all(home: Path) -> None:
    desk = _open(home, "dana")
    add_person(desk, "Dana", "administrator")
    biller = replace(desk, actor="K. Lee", role="biller")
    with desk.store.write("K. Lee") as unit:
        unit.audit("note", "finding-1")
    own = trail.rows(biller, trail.row_ids(biller))
    assert {row["actor"] for row in own.values()} == {"K. Lee"}
    assert trail.choices(biller) == {"action": ["note"], "actor": ["K. Lee"]}
    auditor = replace(desk, actor="Ada", role="auditor")
    everything = trail.row_ids(auditor)
    assert len(everything) > len(own)
    assert trail.rows(biller, everything) == own
    with pytest.raises(Refused):
        trail.row_ids(replace(desk, role="front-desk"))
    desk.close()


def test_the_command_line_works_as_the_person_it_names(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = _open(home, "dana")
    add_person(desk, "Dana", "administrator")
    add_person(desk, "Ada", "auditor")
    desk.close()
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", WORDS)
    where = ["--home", str(home)]
    assert main([*where, "--as-user", "Dana", "outbox"]) == 0
    assert main([*where, "--as-user", "Ada", "outbox"]) == 5
    assert main([*where, "--as-user", "Nobody", "outbox"]) == 5
    assert "not set up" in capsys.readouterr().err


def test_people_are_set_up_by_command_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", WORDS)
    where = ["--home", str(home), "--json"]
    assert main([*where, "staff", "add", "Dana", "--role", "biller"]) == 2  # the first one is an administrator
    capsysbinary.readouterr()
    assert main([*where, "staff", "add", "Dana", "--role", "administrator"]) == 0
    assert main([*where, "staff", "list"]) == 5  # from now on by name
    capsysbinary.readouterr()
    assert main([*where, "--as-user", "Dana", "staff", "add", "Kim", "--role", "approver"]) == 0
    capsysbinary.readouterr()
    assert main([*where, "--as-user", "Dana", "staff", "deactivate", "Kim"]) == 0
    listed = orjson.loads(capsysbinary.readouterr().out)
    assert [(one["name"], one["role"], one["is_active"]) for one in listed] == [
        ("Dana", "administrator", True), ("Kim", "approver", False),
    ]  # fmt: skip
    assert main([*where, "--as-user", "Dana", "staff", "role", "Dana", "--role", "biller"]) == 5
