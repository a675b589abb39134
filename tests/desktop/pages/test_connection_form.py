"""What a connection asks for in the window: secrets are hidden, places of secrets are not, editing keeps the rest."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.sync.connections import connector_kinds
from desktop.pages.connections.fields import ConnectionFields, Given
from desktop.pages.connections.form import ConnectionForm

ROW: dict[str, Any] = {
    "name": "ehr", "kind": "fhir-r4", "role": "ehr", "url": "https://ehr.example.org/fhir", "path": None, "write": "on",
    "settings": {"auth": "client-secret", "client_id": "us", "rate": "5", "write": "on"},
    "secrets": {"client_secret": "keyring:secret-1"},
}  # fmt: skip


def fields_for(qtbot: QtBot, auth: str, given: Given | None = None) -> ConnectionFields:
    made = ConnectionFields("wizard")
    qtbot.addWidget(made)
    kind = connector_kinds()["fhir-r4"]
    made.ask(kind, [one.id for one in kind.fields], given)
    made.pick("auth")._take(auth)
    return made


def test_a_typed_secret_is_hidden_and_given_as_typed(qtbot: QtBot) -> None:
    fields = fields_for(qtbot, "backend-jwt")
    key = fields.edit("private_key")
    qtbot.keyClicks(key, "hunter2")
    assert key.echoMode() == QLineEdit.EchoMode.Password
    assert fields.given().typed == {"private_key": "hunter2"}
    key.clear()
    qtbot.keyClicks(key, "file:/keys/chartmend.pem")
    assert key.echoMode() == QLineEdit.EchoMode.Normal
    assert (fields.given().typed, fields.given().secrets) == ({}, {"private_key": "file:/keys/chartmend.pem"})


def test_a_key_pasted_over_several_lines_keeps_them(qtbot: QtBot) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIB\nAAAA\n-----END PRIVATE KEY-----"
    fields = fields_for(qtbot, "backend-jwt")
    fields.edit("private_key").insert(key)
    assert fields.given().typed == {"private_key": key}


def test_only_what_the_way_to_sign_in_needs_is_asked_and_given(qtbot: QtBot) -> None:
    fields = fields_for(qtbot, "bearer")
    assert not fields._parts["bearer"][1].isHidden() and fields._parts["client_id"][1].isHidden()
    fields.edit("client_id").setText("left over")
    assert "client_id" not in fields.given().options


def test_editing_shows_what_is_known_but_no_kept_secret_and_takes_out_what_was_emptied(qtbot: QtBot) -> None:
    form = ConnectionForm()
    qtbot.addWidget(form)
    form.edit(ROW)
    assert form.fields.edit("url").text() == ROW["url"] and form.fields.edit("client_secret").text() == ""
    form.fields.edit("rate").clear()
    form.write._take("off")
    with qtbot.waitSignal(form.saved) as said:
        form._save()
    name, values = said.args
    assert name == "ehr" and values["secrets"] == values["typed"] == {}
    assert {key: values["options"][key] for key in ("auth", "client_id", "rate", "write")} == {
        "auth": "client-secret", "client_id": "us", "rate": "", "write": "off",
    }  # fmt: skip
