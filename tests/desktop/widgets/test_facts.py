"""Facts of a drawer: a value that does not fit goes on below itself, none is cut."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.theme import px
from desktop.widgets.facts import Facts


@pytest.fixture
def facts(qtbot: QtBot) -> Facts:
    made = Facts("facts", "Facts")
    qtbot.addWidget(made)
    made.resize(320, 22)
    made.show()
    return made


def test_a_long_value_takes_more_lines_and_a_short_one_takes_one(facts: Facts) -> None:
    facts.put([("to do", "void")])
    assert facts.height() == px(22)
    facts.put([("to do", "merge the records first; then check the member id of the claim that was sent")])
    assert facts.height() > px(36)


def test_lines_follow_the_width(qtbot: QtBot, facts: Facts) -> None:
    facts.put([("to do", "merge the records first; check the claim's member id")] * 2)
    narrow = facts.height()
    facts.resize(900, facts.height())
    qtbot.waitUntil(lambda: facts.height() == px(44))
    assert narrow > px(44)


def test_one_word_that_cannot_be_broken_stays_on_its_line(facts: Facts) -> None:
    facts.put([("record", "2466d1dec6c04baf95cd5dd3f6dce0ed" * 3)])
    assert facts.height() == px(22)
