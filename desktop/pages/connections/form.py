"""Adding a connection: only the fields that its kind needs, secrets hidden, tested before the first pull."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from core.connectors._port import AskFor
from core.sync.connections import connector_kinds
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer, DrawerSection
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.words import tr

_ROLES = ("ehr", "pm", "lab", "imaging", "payer", "other")


class ConnectionForm(Drawer):
    """`saved(values)`: name, kind, role, url, path, options, and secrets by place or as typed, to be added so."""

    saved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("connections_form", tr("Add a connection"), width=408, parent=parent)
        self._fields: dict[str, tuple[AskFor, Field | Pick]] = {}
        head = self.add_section(tr("Add a connection"), "connections_form_head", can_close=True)
        self.kind = Pick(tr("Kind"), [(kind, kind) for kind in connector_kinds()], "connections_form_kind")
        self.kind.picked.connect(lambda _kind: self._ask())
        self.role = Pick(tr("What it is"), [(role, role) for role in _ROLES], "connections_form_role")
        self.name = QLineEdit()
        head.body.addWidget(self.kind)
        head.body.addWidget(self.role)
        name = Field(tr("Name"), self.name, "connections_form_name", helper=tr("Short, without blanks: ehr, billing"))
        head.body.addWidget(name)
        self.asked: DrawerSection = self.add_section(tr("Where and how"), "connections_form_fields")
        self.mistake = Label("", "body", "bad", is_wrapped=True)
        self.asked.body.addWidget(self.mistake)
        save = Button(tr("Save and test"), "connections_form_save", kind="primary")
        save.clicked.connect(self._save)
        bar = ActionBar("connections_form_bar")
        bar.add_right(save)
        self.set_footer(bar)
        self._ask()
        self.hide()

    def say(self, text: str) -> None:
        """What is wrong, above the fields."""
        self.mistake.put(text)

    def _ask(self) -> None:
        for _, old in self._fields.values():
            old.hide()
            old.deleteLater()
        self._fields = {}
        for ask in connector_kinds()[self.kind.value].fields:
            name, word = f"connections_form_{ask.id}", _field_words().get(ask.id, ask.id.replace("_", " "))
            if ask.kind == "choice":
                widget: Field | Pick = Pick(word, [(choice, choice) for choice in ask.choices], name)
            else:
                edit = QLineEdit(ask.default)
                helper = ""
                if ask.kind == "secret":
                    helper = tr("Kept in this computer's own secret store. Or where it is: file:PATH, env:VARIABLE")
                    _hide(edit)
                widget = Field(word, edit, name, helper=helper)
            self._fields[ask.id] = (ask, widget)
            self.asked.body.addWidget(widget)
        self.mistake.put("")

    def _save(self) -> None:
        values: dict[str, Any] = {"name": self.name.text().strip(), "kind": self.kind.value, "role": self.role.value}
        options: dict[str, str] = {}
        secrets: dict[str, str] = {}
        typed: dict[str, str] = {}
        for ask, widget in self._fields.values():
            text = widget.value if isinstance(widget, Pick) else _text(widget)
            if not text:
                continue
            if ask.id in ("url", "path"):
                values[ask.id] = text
            elif ask.kind == "secret":
                (secrets if _is_place(text) else typed)[ask.id] = text
            else:
                options[ask.id] = text
        self.saved.emit({**values, "options": options, "secrets": secrets, "typed": typed})


def _text(field: Field) -> str:
    edit = field.edit
    # A key pasted over several lines keeps them: a line edit holds their ends as line separators.
    return edit.text().strip().replace("\u2028", "\n") if isinstance(edit, QLineEdit) else ""


def _hide(edit: QLineEdit) -> None:
    """A secret is not shown; where it is kept may be read."""
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    normal, hidden = QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password
    edit.textChanged.connect(lambda text: edit.setEchoMode(normal if _is_place(text) else hidden))


def _is_place(text: str) -> bool:
    return text.startswith(("file:", "env:"))


def _field_words() -> Mapping[str, str]:
    return {
        "url": tr("Address"),
        "path": tr("Folder or file"),
        "auth": tr("Sign-in"),
        "client_id": tr("Client id"),
        "client_secret": tr("Client secret"),
        "bearer": tr("Token"),
        "private_key": tr("Private key"),
        "token_url": tr("Address to sign in (when the server does not say)"),
        "scope": tr("Rights to ask for"),
        "key_id": tr("Key id"),
        "ca_file": tr("File with your own certificates"),
        "rate": tr("Requests per second, at most"),
        "timeout": tr("Seconds to wait for an answer"),
        "kinds": tr("Only these kinds"),
        "since": tr("Only from this day on"),
    }
