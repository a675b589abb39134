"""Find a patient before creating one: what a caller says, and who is likely here already, with every letter.

Object names: find_name_edit, find_birth_edit, find_phone_edit, find_clear_button, find_list, find_person_label,
find_reason (its text: find_reason_label), find_facts, find_numbers, find_nobody_label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.queries.heard import heard
from core.queries.lookup import is_anybody_here, likely_people, looked_up
from desktop.keys import bind
from desktop.pages._page import BasePage, Page, PageContext
from desktop.pages.patients.words import TIER_LETTERS, date_words, tier_words
from desktop.widgets.button import Button
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueRow
from desktop.widgets.reason_card import ReasonCard
from desktop.widgets.search_field import Field
from desktop.widgets.side_pane import SidePane
from desktop.widgets.steps_list import HandStep, StepsList
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr

LIST_WIDTH = 420
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """One likely person: the answers about their records, the likeliest first."""

    key: str
    records: tuple[Found, ...]

    @property
    def best(self) -> Found:
        """The likeliest record."""
        return self.records[0]


def people_of(answers: Sequence[Found]) -> list[Person]:
    """Answers by person, in the order of each one's likeliest record; a record of nobody stands alone."""
    groups: dict[str, list[Found]] = {}
    for answer in answers:
        record = "/".join(answer["record"].values())
        groups.setdefault(answer["person"] or record, []).append(answer)
    return [Person(key, tuple(records)) for key, records in groups.items()]


class FindPage(BasePage):
    """One look-up at a time; an answer to what is no longer typed is thrown away."""

    areas = frozenset({"people"})
    help_id = "find"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "find_page")
        self._wanted: dict[str, str] = {}
        self._is_asking = False
        self._people: dict[str, Person] = {}
        self._seen: tuple[str, ...] = ()
        self.set_body(self._make_results(), top=self._make_form())
        self.main = self.name
        bind(self, "clear", ("Esc",), tr("clear what was heard"), self.clear)

    # Building.

    def _make_form(self) -> QWidget:
        form = QWidget()
        row = QHBoxLayout(form)
        margins(row, 16, 12, 16, 12, 12)
        self.name, self.born, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setPlaceholderText(tr("Rosa Quiroz, or Quiroz, Rosa"))
        self.born.setPlaceholderText(tr("9/30/1951"))
        self.phone.setPlaceholderText(tr("617 555 0142"))
        for words, edit, name, share in (
            (tr("Name as heard"), self.name, "find_name_edit", 3),
            (tr("Birth date"), self.born, "find_birth_edit", 1),
            (tr("Phone"), self.phone, "find_phone_edit", 1),
        ):
            row.addWidget(Field(words, edit, name), share, Qt.AlignmentFlag.AlignBottom)
            edit.textEdited.connect(lambda _text: self._ask())
            edit.returnPressed.connect(self._to_list)
        self.clear_button = Button(tr("Next caller"), "find_clear_button", key="Esc", size="tool")
        self.clear_button.clicked.connect(self.clear)
        row.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignBottom)
        set_ground(form, "canvas")
        return form

    def _make_results(self) -> QWidget:
        self.list = QueueList("find_list", tr("Likely patients"))
        self.list.current_changed.connect(self._look_at)
        side = SidePane("find_side", width=LIST_WIDTH)
        column = QVBoxLayout(side)
        margins(column, 0, 8, 1, 0)
        column.addWidget(self.list)
        whole = QWidget()
        row = QHBoxLayout(whole)
        margins(row, 0, 0, 0, 0)
        row.addWidget(side)
        row.addWidget(self._make_detail(), 1)
        return whole

    def _make_detail(self) -> QWidget:
        detail = QWidget()
        set_ground(detail, "surface")
        column = QVBoxLayout(detail)
        margins(column, 24, 20, 24, 16, 12)
        self.nobody = Label("", "body", "muted", is_wrapped=True)
        self.nobody.setObjectName("find_nobody_label")
        self.person = Label("", "section")
        self.person.setObjectName("find_person_label")
        self.reason = ReasonCard("find_reason")
        self.facts = Facts("find_facts", tr("What is known"))
        self.records = Label(tr("Record numbers"), "section")
        self.numbers = StepsList("find_numbers")
        self.numbers.copied.connect(self.context.shell.copy)
        self._parts = (self.person, self.reason, self.facts, self.records, self.numbers)
        for part in (self.nobody, *self._parts):
            column.addWidget(part)
        column.addStretch(1)
        self._say(tr("Type what the caller says. A first and a last name are enough, or a phone number."))
        return detail

    def panes(self) -> Sequence[QWidget]:
        """What was heard, who is likely."""
        return (self.name, self.list)

    # Reading.

    def refresh(self) -> None:
        """See that somebody is here to be found; what is typed is asked again."""
        desk = self.context.desk
        self.load(lambda: is_anybody_here(desk), self._begin, tr("Opening the index..."))

    def _begin(self, is_anybody: bool) -> None:
        if not is_anybody:
            words = tr("When a system was pulled, its patients are found here.")
            connect = Action(tr("Connect a system"), lambda: self.context.shell.go("connections"), "primary",
                             name="find_connect_button")  # fmt: skip
            self.stack.show_empty("not_set_up", tr("Nobody is here yet"), words, [connect])
            return
        self._ask()

    def clear(self) -> None:
        """Forget this caller."""
        for edit in (self.name, self.born, self.phone):
            edit.clear()
        self._ask()
        self.name.setFocus()

    def _to_list(self) -> None:
        if self.list.queue.keys:
            self.list.setFocus()

    def _ask(self) -> None:
        today = self.context.desk.clock.today()
        self._wanted = heard(self.name.text(), self.born.text(), self.phone.text(), today)
        if not self._wanted:
            self._show([])
            self._say(tr("Type what the caller says. A first and a last name are enough, or a phone number."))
        elif not self._is_asking:
            self._run()

    def _run(self) -> None:
        desk, asked = self.context.desk, self._wanted
        self._is_asking = True

        def put(found: list[Found]) -> None:
            self._is_asking = False
            if asked is self._wanted:
                self._put(found)
            elif self._wanted:
                self._run()

        def fail(error: BaseException) -> None:
            self._is_asking = False
            self.show_failure(error)

        self.context.tasks.run(lambda: likely_people(desk, asked), done=put, failed=fail, owner=self)

    def _put(self, found: list[Found]) -> None:
        self._show(people_of(found))
        if not found:
            self._say(
                tr("Nobody like this is here. Ask for another spelling or the birth date, then create the patient.")
            )
        records = tuple("/".join(answer["record"].values()) for answer in found)
        if records and records != self._seen:
            desk = self.context.desk
            self.context.tasks.run(lambda: looked_up(desk, found), failed=self.show_failure, owner=self, lane="store")
        self._seen = records

    # Showing.

    def _show(self, people: Sequence[Person]) -> None:
        self._people = {person.key: person for person in people}
        at_counter = self.context.shell.memory.is_at_counter
        self.list.set_rows([_row(person, is_at_counter=at_counter) for person in people])
        self._look_at(self.list.current_key)

    def _look_at(self, key: str) -> None:
        person = self._people.get(key)
        self.nobody.setVisible(person is None)
        for part in self._parts:
            part.setVisible(person is not None)
        if person is None:
            return
        fields = person.best["fields"]
        self.person.put(_name(fields))
        self.reason.put(person.best["reason"], person.best["check"])
        self.facts.put(_facts(fields))
        self.numbers.put(
            [
                HandStep(tr("{system}, record", system=one["record"]["system"]), one["number"], one["number"])
                for one in person.records
            ]
        )

    def _say(self, words: str) -> None:
        self.nobody.put(words)


def _row(person: Person, *, is_at_counter: bool) -> QueueRow:
    best = person.best
    fields, tier = best["fields"], best["tier"] or "unsure"
    count = len(person.records)
    where = tr("{count} records", count=count) if count > 1 else f"{best['record']['system']} {best['number']}"
    phone = str(fields.get("phone") or "").partition(";")[0]
    born, city = date_words(str(fields.get("birth_date") or "")), str(fields.get("city") or "")
    # At a counter others read along: when and where somebody was born and lives stands in the detail only.
    parts = (phone, where) if is_at_counter else (born, phone, city, where)
    return QueueRow(
        key=person.key,
        title=_name(fields),
        facts=" · ".join(part for part in parts if part),
        tier=TIER_LETTERS[tier],
        group=tier_words()[tier],
    )


def _name(fields: Found) -> str:
    given = " ".join(str(fields[name]) for name in ("given_name", "middle_name") if fields.get(name))
    return ", ".join(part for part in (str(fields.get("family_name") or ""), given) if part)


def _facts(fields: Found) -> list[tuple[str, str]]:
    place = " ".join(str(fields[name]) for name in ("city", "zip") if fields.get(name))
    lines = (
        (tr("Birth date"), date_words(str(fields.get("birth_date") or ""))),
        (tr("Phone"), str(fields.get("phone") or "").replace(";", ", ")),
        (tr("Address"), ", ".join(part for part in (str(fields.get("street") or ""), place) if part)),
    )
    return [(label, value) for label, value in lines if value]


PAGE = Page(
    "find", "Find a patient before creating one", "magnifying-glass", 21, "see-patients", FindPage, group="hidden"
)
