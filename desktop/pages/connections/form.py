"""Editing a connection: the same inputs as in the wizard, filled with what is known; a kept secret is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.sync.connections import connector_kinds
from desktop.pages.connections.fields import ConnectionFields, Given
from desktop.pages.connections.words import kind_words, role_options, write_options
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer, DrawerSection
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.words import tr


class ConnectionForm(Drawer):
    """`saved(name, values)`: what `change_connection` takes. What was emptied is taken out."""

    saved = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("connections_form", tr("Edit a connection"), width=408, parent=parent)
        self._name = ""
        self.head: DrawerSection = self.add_section("", "connections_form_head", can_close=True, can_wrap=True)
        self.role = Pick(tr("What it is"), role_options(), "connections_form_role")
        self.head.body.addWidget(self.role)
        self.asked = self.add_section(tr("Where and how"), "connections_form_asked")
        self.fields = ConnectionFields("connections_form")
        self.write = Pick(tr("Sending corrections"), write_options(), "connections_form_write")
        self.mistake = Label("", "body", "bad", is_wrapped=True)
        self.mistake.setObjectName("connections_form_mistake")
        for part in (self.fields, self.write, self.mistake):
            self.asked.body.addWidget(part)
        save = Button(tr("Save and test"), "connections_form_save", kind="primary")
        save.clicked.connect(self._save)
        bar = ActionBar("connections_form_bar")
        bar.add_right(save)
        self.set_footer(bar)
        self.hide()

    def edit(self, row: Mapping[str, Any]) -> None:
        """Show a connection as `list_connections` gives it."""
        kind = connector_kinds()[row["kind"]]
        self._name = row["name"]
        self.head.title.put(tr("Edit {name}", name=row["name"]))
        self.head.put_subtitle(kind_words(row["kind"]))
        self.role.set_value(row["role"])
        options = {key: value for key, value in row["settings"].items() if isinstance(value, str)}
        given = Given(row["url"] or "", row["path"] or "", options, row["secrets"])
        self.fields.ask(kind, [one.id for one in kind.fields], given)
        self.write.setVisible("write" in kind.checks)
        self.write.set_value(row["write"])
        self.mistake.put("")
        self.show()
        self.role.setFocus()

    def say(self, text: str) -> None:
        """What is wrong, below the fields."""
        self.mistake.put(text)

    def _save(self) -> None:
        given = self.fields.given()
        # An option that was emptied, or belongs to another way to sign in, is taken out.
        options = dict.fromkeys(self.fields.plain_options, "") | dict(given.options)
        if not self.write.isHidden():
            options["write"] = self.write.value
        self.saved.emit(
            self._name,
            {
                "role": self.role.value, "url": given.url or None, "path": given.path or None, "options": options,
                "secrets": dict(given.secrets), "typed": dict(given.typed),
            },
        )  # fmt: skip
