"""Connections: checked when they are added, secrets never in the store, removal keeps what was delivered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import BadInput, Refused, SignInNeeded
from core.queries.connections import list_connections
from core.sync.connections import open_connector
from core.sync.pull import pull
from core.usecases.connections import (
    add_connection,
    ask_capabilities,
    change_connection,
    remove_connection,
)
from core.usecases.connections import test_connection as run_test

GOOD = {"name": "EHR", "kind": "memory", "role": "ehr", "url": "https://ehr.example.org"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "telepathy"}, "no connection kind telepathy"),
        ({"role": "boss"}, "no role boss"),
        ({"name": "my ehr"}, "no blanks"),
        ({"name": "a/b"}, "no blanks"),
        ({"url": None}, "needs url"),
        ({"options": {"colour": "red"}}, "no setting colour"),
        ({"options": {"bearer": "x"}}, "no setting bearer"),
        ({"options": {"auth": "magic"}}, "auth is one of none, bearer"),
        ({"options": {"write": "yes"}}, "write is one of off, dry-run, on"),
        ({"secrets": {"pin": "env:PIN"}}, "no secret pin"),
        ({"secrets": {"bearer": "hunter2"}}, "env:VARIABLE or file:PATH"),
    ],
)
def test_what_does_not_fit_the_kind_is_refused_in_words(desk, systems, rows, wrong, words):
    with pytest.raises(BadInput) as refused:
        add_connection(desk, **{**GOOD, **wrong})
    assert words in refused.value.what
    assert rows("SELECT 1 FROM connections") == []


def test_writing_is_off_until_it_is_switched_on(desk, connect, rows):
    connect()
    assert list_connections(desk)[0]["write"] == "off"
    change_connection(desk, "EHR", options={"write": "on"})
    assert list_connections(desk)[0]["write"] == "on"
    assert '"write":"on"' in rows("SELECT detail FROM audit WHERE action = 'change-connection'")[0][0]


def test_secret_is_fetched_when_needed_and_never_stored(desk, connect, rows, monkeypatch, tmp_path):
    system = connect()
    change_connection(desk, "EHR", secrets={"bearer": "env:CHARTMEND_TEST_TOKEN"})
    monkeypatch.setenv("CHARTMEND_TEST_TOKEN", "s3cret-token")
    with open_connector(desk, "EHR"):
        assert system.settings.secret("bearer") == "s3cret-token"
        assert system.settings.secret("private_key") is None
    monkeypatch.delenv("CHARTMEND_TEST_TOKEN")
    with open_connector(desk, "EHR"), pytest.raises(SignInNeeded):
        system.settings.secret("bearer")
    assert "s3cret" not in str(rows("SELECT * FROM connections") + rows("SELECT * FROM audit"))


def test_name_can_be_used_once(desk, connect):
    connect()
    with pytest.raises(BadInput, match="already"):
        add_connection(desk, **GOOD)


def test_removed_connection_is_not_listed_or_pulled_and_its_data_stays(desk, connect, rows):
    connect(patients=2)
    pull(desk, "EHR")
    remove_connection(desk, "EHR")
    assert list_connections(desk) == []
    assert rows("SELECT count(*) FROM patients") == [(2,)]
    assert rows("SELECT secrets FROM connections") == [("{}",)]
    with pytest.raises(BadInput, match="no connection EHR"):
        pull(desk, "EHR")


def test_removed_connection_comes_back_with_what_it_had(desk, connect, rows):
    connect(patients=2)
    pull(desk, "EHR")
    remove_connection(desk, "EHR")
    add_connection(desk, **GOOD)
    assert pull(desk, "EHR", is_full=True).unchanged == 4
    assert rows("SELECT count(*) FROM connections") == [(1,)]


@pytest.mark.parametrize("role", ["front-desk", "biller", "approver", "auditor"])
def test_only_the_administrator_sets_connections(desk, connect, role):
    connect()
    desk = replace(desk, role=role)
    for act in (
        lambda: add_connection(desk, **{**GOOD, "name": "X"}),
        lambda: change_connection(desk, "EHR", options={"write": "on"}),
        lambda: remove_connection(desk, "EHR"),
        lambda: ask_capabilities(desk, "EHR"),
        lambda: list(run_test(desk, "EHR")),
    ):
        with pytest.raises(Refused):
            act()


def test_test_gives_its_lines_keeps_capabilities_and_is_audited(desk, connect, rows):
    connect()
    assert [check.id for check in run_test(desk, "EHR")] == ["reach"]
    assert list_connections(desk)[0]["capabilities"]["kinds"][0]["can_update"] is True
    assert rows("SELECT count(*) FROM audit WHERE action = 'test-connection'") == [(1,)]


def test_capabilities_name_what_was_found(desk, connect):
    connect()
    found = ask_capabilities(desk, "EHR").value
    assert found["kinds"][0]["kind"] == "Patient"
    assert found["facts"] == {"software": "memory"}


def test_every_change_of_a_connection_is_in_the_audit_trail(desk, connect, rows):
    connect()
    change_connection(desk, "EHR", role="pm")
    remove_connection(desk, "EHR")
    actions = [action for (action,) in rows("SELECT action FROM audit ORDER BY id")]
    assert actions == ["add-connection", "change-connection", "remove-connection"]
