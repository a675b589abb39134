"""Secrets in the system's secret store: typed once, fetched when needed, forgotten with their connection."""

from __future__ import annotations

import io
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError
from sqlalchemy import select

from core.cli import main
from core.desk import Desk
from core.errors import BadInput, NotPossible, SignInNeeded
from core.security import secrets
from core.store.tables.intake import connections
from core.sync.connections import connection_row, settings_of
from core.usecases.connections import add_connection, change_connection, remove_connection

SECRET = "s3cr3t-Zq81"


class Wallet(KeyringBackend):
    """Stands for the desktop's secret store, which no test machine runs: same calls, kept in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.refuses:
            raise PasswordSetError("full")
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def wallet(monkeypatch: pytest.MonkeyPatch) -> Wallet:
    monkeypatch.setattr(Wallet, "__module__", "keyring.backends.SecretService")
    made = Wallet()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without a secret store."""
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)


def add(desk: Desk, name: str = "ehr", **more: object) -> None:
    add_connection(
        desk, name=name, kind="fhir-r4", role="ehr", url="http://127.0.0.1:9/fhir", options={"auth": "bearer"}, **more
    )  # type: ignore[arg-type]


def fetched(desk: Desk, name: str = "ehr") -> str | None:
    with desk.store.read() as connection:
        return settings_of(connection_row(connection, name), desk.clock.today).secret("bearer")


def places(desk: Desk) -> list[dict[str, str]]:
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(select(connections.c.secrets)).scalars()]


def test_typed_secret_is_in_the_wallet_and_only_its_place_in_the_store(desk: Desk, wallet: Wallet) -> None:
    add(desk, typed={"bearer": SECRET})
    assert fetched(desk) == SECRET
    assert list(wallet.kept.values()) == [SECRET]
    (kept,) = places(desk)
    assert kept["bearer"].startswith("keyring:") and SECRET not in str(kept)


def test_connections_of_one_name_in_two_stores_do_not_share_a_secret(desk: Desk, wallet: Wallet) -> None:
    add(desk, typed={"bearer": SECRET})
    add(desk, "other", typed={"bearer": "another"})
    assert len(wallet.kept) == 2
    assert (fetched(desk), fetched(desk, "other")) == (SECRET, "another")


def test_changed_and_removed_secrets_are_forgotten(desk: Desk, wallet: Wallet, tmp_path: Path) -> None:
    add(desk, typed={"bearer": SECRET})
    change_connection(desk, "ehr", typed={"bearer": "newer"})
    assert list(wallet.kept.values()) == ["newer"] and fetched(desk) == "newer"
    change_connection(desk, "ehr", options={"timeout": "20"})
    assert fetched(desk) == "newer"
    remove_connection(desk, "ehr")
    assert wallet.kept == {}
    add(desk, typed={"bearer": "again"})
    token = tmp_path / "token"
    token.write_text("of the file")
    change_connection(desk, "ehr", secrets={"bearer": f"file:{token}"})
    assert wallet.kept == {} and fetched(desk) == "of the file"


def test_secret_that_left_the_wallet_asks_for_a_sign_in(desk: Desk, wallet: Wallet) -> None:
    add(desk, typed={"bearer": SECRET})
    wallet.kept.clear()
    with pytest.raises(SignInNeeded, match="no longer holds"):
        fetched(desk)
    remove_connection(desk, "ehr")  # that it is gone already is no fault


def test_without_a_wallet_or_when_it_refuses_nothing_is_added(
    desk: Desk, wallet: Wallet, request: pytest.FixtureRequest
) -> None:
    wallet.refuses = True
    with pytest.raises(NotPossible, match="did not take"):
        add(desk, typed={"bearer": SECRET})
    request.getfixturevalue("none_at_all")
    with pytest.raises(NotPossible, match="no secret store"):
        add(desk, typed={"bearer": SECRET})
    assert places(desk) == []


def test_secret_that_the_kind_does_not_know_never_reaches_the_wallet(desk: Desk, wallet: Wallet) -> None:
    with pytest.raises(BadInput, match="has no secret pin"):
        add(desk, typed={"bearer": SECRET, "pin": "1"})
    assert wallet.kept == {}


def test_forgetting_what_is_not_in_the_wallet_touches_nothing(wallet: Wallet) -> None:
    kept = secrets.keep(SECRET)
    for place in ("env:HOME", "file:/nowhere", "keyring:unknown"):
        secrets.forget(place)
    assert secrets.fetch(kept) == SECRET
    secrets.forget(kept)
    assert wallet.kept == {}


def test_command_line_reads_a_secret_from_standard_input_and_shows_it_nowhere(
    wallet: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", "a long passphrase")
    monkeypatch.setattr("sys.stdin", io.StringIO(SECRET + "\n"))
    adding = (
        "connections add ehr --kind fhir-r4 --url http://127.0.0.1:9/fhir --set auth=bearer --secret bearer=keyring"
    )
    assert main(["--home", str(tmp_path / "home"), *adding.split()]) == 0
    assert list(wallet.kept.values()) == [SECRET]
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["--home", str(tmp_path / "home"), *adding.replace(" ehr ", " pm ").split()]) == 2
