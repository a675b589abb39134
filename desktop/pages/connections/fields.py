"""What a connection asks for, as inputs: shared by the wizard and by the form that edits a connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.connectors._port import AskFor, ConnectorKind
from desktop.pages.connections.words import SIGN_IN_ASKS, field_words, sign_in_options
from desktop.widgets.button import Button
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed. `options` holds only what was filled in; `secrets` are places, `typed` secrets themselves."""

    url: str = ""
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


class ConnectionFields(Themed, QWidget):
    """Inputs for these fields of a kind; those of another way to sign in are hidden. `changed` with each key."""

    changed = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._parts: dict[str, tuple[AskFor, Field | Pick]] = {}
        self._kept: Collection[str] = ()
        self._unasked: frozenset[str] = frozenset()  # of another way to sign in
        self._column = QVBoxLayout(self)
        self.restyle()

    def ask(self, kind: ConnectorKind, only: Collection[str], given: Given | None = None) -> None:
        """Show the inputs of a kind named in `only`, filled with what is known. A secret that is kept is not shown."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._parts = {}
        known = given or Given()
        self._kept = tuple(name for name, place in known.secrets.items() if not is_place(place))
        for one in kind.fields:
            if one.id not in only:
                continue
            name, words = f"{self._prefix}_{one.id}", field_words().get(one.id, one.id.replace("_", " "))
            value = _value_of(one, known)
            if one.kind == "choice":
                options = sign_in_options(one.choices) if one.id == "auth" else [(c, c) for c in one.choices]
                pick = Pick(words, options, name)
                pick.set_value(value or one.default or one.choices[0])
                pick.picked.connect(self._settle)
                self._parts[one.id] = (one, pick)
                self._column.addWidget(pick, 0, Qt.AlignmentFlag.AlignLeft)
                continue
            edit = QLineEdit(value or one.default)
            edit.textEdited.connect(lambda _text: self.changed.emit())
            part = Field(words, edit, name, helper=self._helper(one))
            if one.kind == "secret":
                hide_secret(edit)
            self._parts[one.id] = (one, part)
            self._column.addWidget(self._with_folder(part, edit, name) if one.kind == "folder" else part)
        self._settle()

    def _helper(self, one: AskFor) -> str:
        if one.id in ("rate", "timeout"):
            return tr("Empty: as fast as it answers.") if one.id == "rate" else tr("Empty: 60.")
        if one.kind == "secret":
            if one.id in self._kept:
                return tr("It is kept already; leave this empty to keep it so.")
            return tr("Kept in this computer's own secret store. Or where it is: file:PATH, env:VARIABLE")
        return tr("As in https://ehr.example.org/fhir") if one.id == "url" else ""

    def _with_folder(self, part: Field, edit: QLineEdit, name: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        margins(row, 0, 0, 0, 0, 8)
        choose = Button(tr("Choose a folder"), f"{name}_choose", size="tool", icon="folder-open")
        choose.clicked.connect(lambda: self._choose_folder(edit))
        row.addWidget(part, 1)
        row.addWidget(choose, 0, Qt.AlignmentFlag.AlignBottom)
        return line

    def _choose_folder(self, edit: QLineEdit) -> None:
        dialog = QFileDialog(self, tr("Folder with the files"), edit.text() or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)

        def put(path: str) -> None:
            edit.setText(path)
            self.changed.emit()

        dialog.fileSelected.connect(put)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _settle(self, _value: str = "") -> None:
        """Only what the chosen way to sign in needs."""
        auth = self._parts.get("auth")
        self._unasked = frozenset()
        if auth is not None:
            wanted = SIGN_IN_ASKS[auth[1].value if isinstance(auth[1], Pick) else "none"]
            self._unasked = frozenset(name for asks in SIGN_IN_ASKS.values() for name in asks) - set(wanted)
            for name, (_, part) in self._parts.items():
                part.setVisible(name not in self._unasked)
        self.changed.emit()

    def edit(self, name: str) -> QLineEdit:
        """The input of a field."""
        part = self._parts[name][1]
        assert isinstance(part, Field) and isinstance(part.edit, QLineEdit)
        return part.edit

    def pick(self, name: str) -> Pick:
        """The menu of a field."""
        part = self._parts[name][1]
        assert isinstance(part, Pick)
        return part

    @property
    def lacks(self) -> bool:
        """Whether something that is needed is empty."""
        return any(
            one.is_required and isinstance(part, Field) and not _text(part) for one, part in self._parts.values()
        )

    def set_mistake(self, name: str, words: str) -> bool:
        """Say at a field what is wrong with it; False where there is no such field."""
        found = self._parts.get(name)
        if found is None or not isinstance(found[1], Field):
            return False
        found[1].set_mistake(words)
        return True

    def clear_mistakes(self) -> None:
        """Nothing is wrong any more."""
        for _, part in self._parts.values():
            if isinstance(part, Field):
                part.set_mistake("")

    def given(self) -> Given:
        """What was typed into the fields that are shown."""
        plain: dict[str, str] = {}
        options: dict[str, str] = {}
        secrets: dict[str, str] = {}
        typed: dict[str, str] = {}
        for one, part in self._parts.values():
            text = part.value if isinstance(part, Pick) else _text(part)
            if not text or one.id in self._unasked:
                continue
            if one.id in ("url", "path"):
                plain[one.id] = text
            elif one.kind == "secret":
                (secrets if is_place(text) else typed)[one.id] = text
            else:
                options[one.id] = text
        return Given(plain.get("url", ""), plain.get("path", ""), options, secrets, typed)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are asked for, hidden ones too."""
        return tuple(self._parts)

    @property
    def plain_options(self) -> tuple[str, ...]:
        """Those of them that are neither a place nor a secret."""
        parts = self._parts.items()
        return tuple(name for name, (one, _) in parts if one.kind != "secret" and name not in ("url", "path"))

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 0, 0, 0, 0, 12)


def hide_secret(edit: QLineEdit) -> None:
    """A secret is not shown; where it is kept may be read."""
    normal, hidden = QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password
    edit.setEchoMode(normal if is_place(edit.text()) else hidden)
    edit.textChanged.connect(lambda text: edit.setEchoMode(normal if is_place(text) else hidden))


def is_place(text: str) -> bool:
    """Whether a text says where a secret is kept."""
    return text.startswith(("file:", "env:"))


def _text(part: Field) -> str:
    edit = part.edit
    # A key pasted over several lines keeps them: a line edit holds their ends as line separators.
    return edit.text().strip().replace("\u2028", "\n") if isinstance(edit, QLineEdit) else ""


def _value_of(one: AskFor, given: Given) -> str:
    if one.id in ("url", "path"):
        return getattr(given, one.id) or ""
    if one.kind == "secret":
        place = given.secrets.get(one.id, "")
        return given.typed.get(one.id) or (place if is_place(place) else "")
    return given.options.get(one.id, "")
