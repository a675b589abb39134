"""People and roles: who works here, what each may do, and setting somebody up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from core.queries.settings import SettingsView
from core.security.roles import GIVEN_ROLES
from core.security.staff import Member
from desktop import a11y
from desktop.pages.settings.parts import SettingsArea, SettingsCard
from desktop.pages.settings.words import role_acts
from desktop.widgets.button import Button
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.roles import role_words

ADMINISTRATOR = "administrator"


class PeopleSection(SettingsArea):
    """`added(name, role)`, `role_given(name, role)`, `switched(name, is_active)`."""

    added = Signal(str, str)
    role_given = Signal(str, str)
    switched = Signal(str, bool)

    def __init__(self, actor: str, *, may_change: bool) -> None:
        super().__init__("people", tr("People and roles"))
        self._actor, self._may_change = actor, may_change
        self.card = SettingsCard("settings_people", tr("People"))
        self.rows = QWidget()
        a11y.name_widget(self.rows, "settings_people_list", tr("People"))
        self._grid = QGridLayout(self.rows)
        self.card.body.addWidget(self.rows)
        self.add(self.card)
        self.form = self._make_form()
        self.form.setVisible(may_change)
        self.add(self.form)
        roles = SettingsCard(
            "settings_roles_card",
            tr("What each role may do"),
            tr("Everybody types the same passphrase and says who they are. Roles keep people from slips; they do not "
               "keep out somebody who signs in under another name."),
        )  # fmt: skip
        facts = Facts("settings_roles", tr("What each role may do"), label_width=120)
        facts.put([(role_words(role), role_acts(role)) for role in GIVEN_ROLES])
        roles.body.addWidget(facts)
        self.add(roles)

    def put(self, view: SettingsView) -> None:
        """Show who works here."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        margins(self._grid, 0, 0, 0, 0, 8)
        self._grid.setColumnStretch(0, 1)
        for place, member in enumerate(view.people):
            for column, part in enumerate(self._member_row(place, member)):
                self._grid.addWidget(part, place, column)
        self.rows.setVisible(bool(view.people))
        self.card.say(_people_words(view.people))
        is_first = not view.people
        self.form.title.put(tr("Set up the first person") if is_first else tr("Add a person"))
        self.form.say(
            tr("An administrator, who adds the others. From then on only people who are set up can sign in; you "
               "work on as the owner until you lock or leave.")
            if is_first else ""
        )  # fmt: skip
        roles = (ADMINISTRATOR,) if is_first else GIVEN_ROLES
        self.role.set_options([(role, role_words(role)) for role in roles], roles[0])
        if is_first and not self.name.text():
            self.name.setText(self._actor)

    def finish(self) -> None:
        """Somebody was added: the form is for the next one."""
        self.say("")
        self.name.clear()
        self.name.setFocus()

    def say(self, mistake: str) -> None:
        """What is wrong with the name."""
        self.field.set_mistake(mistake)

    def _make_form(self) -> SettingsCard:
        card = SettingsCard("settings_add", tr("Add a person"))
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.field = Field(
            tr("Name"), self.name, "settings_name_edit", helper=tr("As it shall stand beside what they do")
        )
        self.role = Pick(tr("Role"), [(role, role_words(role)) for role in GIVEN_ROLES], "settings_new_role")
        self.button = Button(tr("Add"), "settings_add_button", kind="primary", size="tool", icon="user-plus")
        self.button.clicked.connect(self._add)
        self.name.returnPressed.connect(self._add)
        card.body.addWidget(self.field)
        row = QHBoxLayout()
        margins(row, 0, 0, 0, 0, 8)
        row.addWidget(self.role)
        row.addStretch(1)
        row.addWidget(self.button)
        card.body.addLayout(row)
        return card

    def _member_row(self, place: int, member: Member) -> Sequence[QWidget]:
        words = tr("{name} (you)", name=member.name) if member.name == self._actor else member.name
        name = Label(words if member.is_active else tr("{name}, deactivated", name=member.name), "medium")
        name.set_ink("text" if member.is_active else "muted")
        pick = Pick("", [(role, role_words(role)) for role in GIVEN_ROLES], f"settings_role_{place}")
        pick.set_value(member.role)
        pick.setAccessibleName(tr("Role of {name}: {role}", name=member.name, role=role_words(member.role)))
        pick.setEnabled(self._may_change and member.is_active)
        pick.picked.connect(lambda role: self.role_given.emit(member.name, role))
        verb = tr("Deactivate") if member.is_active else tr("Let in again")
        button = Button(verb, f"settings_active_{place}", size="tool")
        button.setAccessibleName(tr("{verb}: {name}", verb=verb, name=member.name))
        button.setEnabled(self._may_change)
        button.clicked.connect(lambda: self.switched.emit(member.name, not member.is_active))
        for control in (pick, button):  # as wide as the widest of its column
            control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return name, pick, button

    def _add(self) -> None:
        if self._may_change:
            self.added.emit(self.name.text(), self.role.value)


def _people_words(people: Sequence[Member]) -> str:
    if not people:
        return tr(
            "Nobody is set up. Whoever has the passphrase works as the owner and may do everything; nobody can agree "
            "to what somebody else decided."
        )
    return tr(
        "A new role holds from the next sign-in. Nobody is deleted: what they did keeps their name. The names stand "
        "beside the store unencrypted, so that one of them can be chosen before it is unlocked."
    )
