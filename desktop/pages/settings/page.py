"""The Settings page: sections behind tabs. What holds for the practice needs an administrator; the rest is personal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from core.changes import Changes
from core.queries.about import About, about
from core.queries.settings import SettingsView, settings_view
from core.security.roles import may
from core.usecases.settings import change_settings
from core.usecases.staff import add_person, change_role, deactivate, reactivate
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.settings.own import AboutSection, LookSection, PrivacySection
from desktop.pages.settings.people import PeopleSection
from desktop.pages.settings.practice import HoldsSection, PracticeSection
from desktop.pages.settings.words import PRACTICE_WIDE, SECTIONS, section_words
from desktop.widgets.bars import Toolbar
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr


class SettingsPage(BasePage):
    """Every choice acts at once, except a name or zone that is being typed."""

    areas = frozenset({"settings"})
    help_id = "settings"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "settings_page")
        desk = context.desk
        self._may_change = may(desk.role, "settings")
        words = section_words()
        self.tabs = ToolTabs([TabSpec(key, words[key]) for key in SECTIONS], "settings_tabs", tr("Sections"))
        self.people = PeopleSection(desk.actor, may_change=may(desk.role, "people"))
        self.practice = PracticeSection(may_change=self._may_change)
        self.holds = HoldsSection(may_change=self._may_change)
        self.privacy = PrivacySection(may_change=self._may_change)
        self.look = LookSection()
        self.about = AboutSection()
        self.sections: dict[str, QWidget] = {
            "people": self.people, "practice": self.practice, "holds": self.holds, "privacy": self.privacy,
            "look": self.look, "about": self.about,
        }  # fmt: skip
        self.body = QStackedWidget()
        for section in self.sections.values():
            self.body.addWidget(section)
        toolbar = Toolbar("settings_toolbar")
        toolbar.add_left(self.tabs)
        self.main = self.tabs.findChild(QWidget, f"settings_tabs_{SECTIONS[0]}")
        self.set_body(self.body, top=toolbar)
        self._bind()
        # Who may not change the practice's settings starts with their own.
        self.tabs.choose(SECTIONS[0] if self._may_change else "look")
        self._open(self.tabs.current_key)

    def _bind(self) -> None:
        desk = self.context.desk
        self.tabs.chosen.connect(self._open)
        self.people.added.connect(self._add)
        self.people.role_given.connect(lambda name, role: self._change(lambda: change_role(desk, name, role)))
        self.people.switched.connect(self._switch)
        self.practice.changed.connect(self._keep_practice)
        self.holds.changed.connect(lambda values: self._change(lambda: change_settings(desk, values)))
        self.privacy.changed.connect(lambda values: self._change(lambda: change_settings(desk, values)))
        self.privacy.cover_switched.connect(lambda is_on: self.context.shell.cover_when_away(is_on=is_on))
        self.privacy.counter_switched.connect(self._set_counter)
        self.privacy.clearing_chosen.connect(self._set_clearing)
        self.look.chosen.connect(self._set_look)

    def panes(self) -> Sequence[QWidget]:
        """Tabs and the section in front."""
        return (self.tabs, self.body)

    def refresh(self) -> None:
        """Read the practice's settings anew."""
        desk = self.context.desk
        self.load(lambda: (settings_view(desk), about()), self._put, tr("Reading the settings..."))

    def showEvent(self, event: QShowEvent) -> None:
        """What was chosen elsewhere meanwhile shows too."""
        super().showEvent(event)
        self._put_own()

    def _put_own(self) -> None:
        for section in (self.privacy, self.look):
            section.put_own(self.context.shell.memory)

    def open_at(self, argument: object) -> None:
        """Open a section by its key."""
        if argument in SECTIONS:
            self.tabs.choose(str(argument))

    def _put(self, found: tuple[SettingsView, About]) -> None:
        view, program = found
        for section in (self.people, self.practice, self.holds, self.privacy):
            section.put(view)
        self.about.put(program, str(self.context.desk.home))

    def _open(self, key: str) -> None:
        self.body.setCurrentWidget(self.sections[key])
        is_locked = key in PRACTICE_WIDE and not self._may_change
        self.stack.set_read_only(tr("An administrator changes these; you can read them.") if is_locked else "")

    # Changing.

    def _change(self, work: Callable[[], Changes[Any]], said: str = "") -> None:
        def done(_value: Any) -> None:
            self.context.shell.toast(said or tr("Kept."))

        self.act(work, done, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        # The control shows what was wanted: read what holds.
        self.context.shell.toast(words_of(error).sentence())
        self.refresh()

    def _add(self, name: str, role: str) -> None:
        desk = self.context.desk

        def done(_none: None) -> None:
            self.people.finish()
            self.context.shell.toast(tr("Set up. They can sign in now."))

        self.act(
            lambda: add_person(desk, name, role),
            done,
            failed=lambda error: self.people.say(words_of(error).sentence()),
        )

    def _switch(self, name: str, is_active: bool) -> None:
        desk = self.context.desk
        if is_active:
            self._change(lambda: reactivate(desk, name), tr("They can sign in again."))
        else:
            self._change(lambda: deactivate(desk, name), tr("They cannot sign in any more. What they did is kept."))

    def _keep_practice(self, values: dict[str, Any]) -> None:
        desk = self.context.desk
        self.act(
            lambda: change_settings(desk, values),
            lambda _changed: self.context.shell.toast(tr("Kept.")),
            failed=lambda error: self.practice.say(words_of(error).sentence()),
        )

    def _set_counter(self, is_on: bool) -> None:
        self.context.shell.memory.is_at_counter = is_on
        self.context.bus.tell(Changes(frozenset({"people"}), None))  # every list of people is shown anew

    def _set_clearing(self, seconds: int) -> None:
        self.context.shell.memory.clear_after_s = seconds
        self._put_own()

    def _set_look(self, chosen: dict[str, Any]) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.context.shell.memory.look(application, **chosen)
        self._put_own()


PAGE = Page("settings", "Settings", "gear", 95, "own-settings", SettingsPage, group="upkeep")
