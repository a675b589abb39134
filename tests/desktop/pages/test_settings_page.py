"""The settings as an administrator changes them, as others read them, and what acts at once."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select
from surroundings import Surroundings

from core.desk import Desk
from core.errors import StoreError
from core.queries.settings import settings_view
from core.resources import read_json
from core.security.roles import GIVEN_ROLES
from core.store.tables.trust import audit
from core.usecases.staff import add_person
from desktop import a11y, theme
from desktop.pages.patients import PAGE as PATIENTS
from desktop.pages.settings import PAGE
from desktop.pages.settings.page import SettingsPage
from desktop.pages.settings.words import SECTIONS


def _page(around: Surroundings, section: str = "people") -> SettingsPage:
    page: SettingsPage = around.show(PAGE.make)
    page.open_at(section)
    return page


def _toasted(around: Surroundings, count: int = 1) -> str:
    around.qtbot.waitUntil(lambda: len(around.shell.toasts) >= count, timeout=10_000)
    return around.shell.toasts[-1]


def _values(desk: Desk) -> dict[str, object]:
    return dict(settings_view(desk).values)


def _as(around: Surroundings, role: str) -> None:
    around.context = replace(around.context, desk=replace(around.desk, role=role))


def test_the_first_person_is_set_up_by_keyboard_as_an_administrator(empty_around: Surroundings) -> None:
    page = _page(empty_around)
    assert "Nobody is set up" in page.people.card.text.text()
    assert page.people.name.text() == empty_around.desk.actor
    assert page.people.role.value == "administrator"
    page.people.name.setFocus()
    page.people.name.selectAll()
    empty_around.qtbot.keyClicks(page.people.name, "Dana Osei")
    empty_around.qtbot.keyClick(page.people.name, Qt.Key.Key_Return)
    assert "sign in now" in _toasted(empty_around)
    assert [(one.name, one.role) for one in settings_view(empty_around.desk).people] == [("Dana Osei", "administrator")]
    empty_around.qtbot.waitUntil(lambda: page.people.form.title.text() == "Add a person", timeout=10_000)
    assert page.people.name.text() == ""
    assert list(page.people.role._options) == list(GIVEN_ROLES)


def test_a_mistake_in_a_name_stands_below_it(empty_around: Surroundings) -> None:
    add_person(empty_around.desk, "Dana Osei", "administrator")
    page = _page(empty_around)
    page.people.name.setText("dana osei")
    page.people.button.click()
    empty_around.qtbot.waitUntil(lambda: "already" in page.people.field._helper.text(), timeout=10_000)
    assert page.people.name.text() == "dana osei"


def test_the_last_administrator_is_refused_and_shown_as_before(empty_around: Surroundings) -> None:
    add_person(empty_around.desk, "Dana Osei", "administrator")
    page = _page(empty_around)
    pick = page.findChild(object, "settings_role_0")
    pick._take("biller")
    assert "last administrator" in _toasted(empty_around)
    empty_around.qtbot.waitUntil(
        lambda: page.findChild(object, "settings_role_0").value == "administrator", timeout=10_000
    )


def test_somebody_is_deactivated_and_let_in_again(empty_around: Surroundings) -> None:
    desk = empty_around.desk
    add_person(desk, "Dana Osei", "administrator")
    add_person(desk, "Kim", "biller")
    page = _page(empty_around)
    page.findChild(object, "settings_active_1").click()
    assert "cannot sign in" in _toasted(empty_around)
    assert not settings_view(desk).people[1].is_active
    empty_around.qtbot.waitUntil(
        lambda: page.findChild(object, "settings_active_1").text() == "Let in again", timeout=10_000
    )
    page.findChild(object, "settings_active_1").click()
    assert "again" in _toasted(empty_around, 2)
    assert settings_view(desk).people[1].is_active


def test_holds_and_approvals_act_at_once_with_a_row_in_the_trail(empty_around: Surroundings) -> None:
    page = _page(empty_around, "holds")
    page.holds.hold._take("30")
    _toasted(empty_around)
    page.holds.ticks["stop-signs"].box.click()
    _toasted(empty_around, 2)
    values = _values(empty_around.desk)
    assert (values["outbox.hold_minutes"], values["approvals.kinds"]) == (30, ["stop-signs"])
    with empty_around.desk.store.read() as connection:
        subjects = connection.execute(select(audit.c.subject).where(audit.c.action == "set")).scalars().all()
    assert subjects == ["outbox.hold_minutes", "approvals.kinds"]
    empty_around.qtbot.waitUntil(page.holds.lacking.isVisible, timeout=10_000)


def test_a_time_zone_that_is_none_is_said_below_it(empty_around: Surroundings) -> None:
    page = _page(empty_around, "practice")
    page.practice.name.setText("Riverside Family Practice")
    page.practice.zone.setText("Chicago")
    page.practice.button.click()
    empty_around.qtbot.waitUntil(lambda: "cannot have this value" in page.practice.zone_field._helper.text())
    assert _values(empty_around.desk)["practice.name"] is None
    page.practice.zone.setText("America/Chicago")
    page.practice.button.click()
    _toasted(empty_around)
    assert _values(empty_around.desk)["practice.time_zone"] == "America/Chicago"
    empty_around.qtbot.waitUntil(lambda: not page.practice.button.isEnabled(), timeout=10_000)


@pytest.mark.parametrize("role", [role for role in GIVEN_ROLES if role != "administrator"])
def test_others_read_what_holds_and_set_what_is_theirs(empty_around: Surroundings, role: str) -> None:
    _as(empty_around, role)
    page: SettingsPage = empty_around.show(PAGE.make)
    assert page.tabs.current_key == "look"
    assert page.look.scale.isEnabled()
    page.open_at("holds")
    assert "An administrator" in page.stack._line.text  # type: ignore[union-attr]
    assert not page.holds.hold.isEnabled()
    assert not any(tick.box.isEnabled() for tick in page.holds.ticks.values())
    page.open_at("people")
    assert page.people.form.isHidden()
    page.open_at("privacy")
    assert page.stack._line is None
    assert not page.privacy.lock.isEnabled()
    assert page.privacy.cover.box.isEnabled()


def test_the_look_changes_at_once_and_is_kept(empty_around: Surroundings, qapp: QApplication) -> None:
    page = _page(empty_around, "look")
    memory = empty_around.shell.memory
    page.look.modes["dark"].click()
    page.look.scale._take("1.5")
    page.look.motion.box.click()
    page.look.keys.box.click()
    try:
        look = theme.current()
        assert (look.mode, look.scale, look.is_motion_on, look.has_single_keys) == ("dark", 1.5, False, False)
        assert (memory.mode, memory.scale, memory.is_motion_on, memory.has_single_keys) == ("dark", 1.5, False, False)
    finally:
        memory.look(qapp, mode="light", scale=1.0, has_single_keys=True)
        theme.apply(qapp, "light", is_motion_on=False)


def test_privacy_of_ones_own_acts_at_once(empty_around: Surroundings) -> None:
    page = _page(empty_around, "privacy")
    page.privacy.cover.box.click()
    page.privacy.clearing._take("10")
    assert empty_around.shell.covers == [True]
    assert empty_around.shell.memory.clear_after_s == 10
    page.privacy.lock._take("5")
    _toasted(empty_around)
    assert _values(empty_around.desk)["privacy.lock_minutes"] == 5


def test_at_a_counter_lists_show_no_year_of_birth(around: Surroundings) -> None:
    patients = around.show(PATIENTS.make)
    years = [row.born for row in patients._view.open]
    assert any(years)
    assert _has_year(patients, years)
    page = _page(around, "privacy")
    page.privacy.counter.box.click()
    patients.refresh()
    try:
        around.qtbot.waitUntil(lambda: not _has_year(patients, years), timeout=10_000)
        assert patients.list.queue.rowCount()
        assert around.shell.memory.is_at_counter
    finally:
        around.shell.memory.is_at_counter = False


def _has_year(page: Any, years: list[str]) -> bool:
    shown = page.list.queue
    facts = [shown.item(place).facts for place in range(shown.rowCount()) if hasattr(shown.item(place), "facts")]
    return any(year and fact.startswith(year) for fact in facts for year in years)


def test_every_section_is_reached_by_keyboard_and_named(empty_around: Surroundings) -> None:
    page = _page(empty_around)
    first = page.main
    assert first is not None
    first.setFocus()
    for section in SECTIONS[1:]:
        empty_around.qtbot.keyClick(QApplication.focusWidget() or first, Qt.Key.Key_Right)
        assert page.tabs.current_key == section
        assert list(a11y.unnamed(page)) == []


def test_a_failing_store_is_an_error_with_a_way_on(empty_around: Surroundings) -> None:
    page = _page(empty_around)

    def broken() -> None:
        raise StoreError("The store does not answer.", code="CM-STO-99")

    page.load(broken, lambda _value: None)
    empty_around.wait(page, "error")
    page.refresh()
    empty_around.wait(page, "ready")


def test_every_part_that_comes_along_stands_under_about_with_its_licence() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {row["package"] for row in read_json("words/parts.en.json")}
    asked = {line.split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip() for line in project["dependencies"]}
    assert asked - named == set()
    assert all(row["licence"] for row in read_json("words/parts.en.json"))
