"""Adding a connection in the window: secrets are hidden, places of secrets are not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.pages.connections.form import ConnectionForm
from desktop.widgets.search_field import Field


@pytest.fixture
def form(qtbot: QtBot) -> ConnectionForm:
    made = ConnectionForm()
    qtbot.addWidget(made)
    made.kind._take("fhir-r4")
    return made


def edit(form: ConnectionForm, which: str) -> QLineEdit:
    field = form._fields[which][1]
    assert isinstance(field, Field) and isinstance(field.edit, QLineEdit)
    return field.edit


def saved(qtbot: QtBot, form: ConnectionForm) -> dict[str, Any]:
    with qtbot.waitSignal(form.saved) as given:
        form._save()
    return dict(given.args[0])


def test_a_typed_secret_is_hidden_and_given_as_typed(qtbot: QtBot, form: ConnectionForm) -> None:
    secret, key = edit(form, "client_secret"), edit(form, "private_key")
    qtbot.keyClicks(secret, "hunter2")
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(key, "file:/keys/chartmend.pem")
    assert key.echoMode() == QLineEdit.EchoMode.Normal
    values = saved(qtbot, form)
    assert values["typed"] == {"client_secret": "hunter2"}
    assert values["secrets"] == {"private_key": "file:/keys/chartmend.pem"}


def test_a_key_pasted_over_several_lines_keeps_them(qtbot: QtBot, form: ConnectionForm) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIB\nAAAA\n-----END PRIVATE KEY-----"
    edit(form, "private_key").insert(key)
    assert saved(qtbot, form)["typed"] == {"private_key": key}
