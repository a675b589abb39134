"""The unlock screen: wrong tries slow down, a new passphrase is typed twice, nothing typed stays."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop import a11y
from desktop.shell import unlock as unlock_module
from desktop.shell.unlock import UnlockPage, mistake_in


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(unlock_module, "time", made)
    return made


@pytest.fixture
def page(application, qtbot):
    made = UnlockPage("Northside Family Medicine", can_switch=True)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.ask("Type your passphrase.")
    return made


def try_it(page, qtbot, text):
    page.edit.setText(text)
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)


def test_enter_tries_what_was_typed_once(page, qtbot):
    tried = []
    page.tried.connect(tried.append)
    try_it(page, qtbot, "some words here")
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    assert tried == ["some words here"]


def test_nothing_typed_tries_nothing(page, qtbot):
    tried = []
    page.tried.connect(tried.append)
    try_it(page, qtbot, "")
    assert tried == []


def test_the_first_wrong_tries_cost_no_time_and_later_ones_more_and_more(page, qtbot, clock):
    waits = []
    for _ in range(10):
        page.refuse("That is not the passphrase.")
        waits.append(page._free_at - clock.now)
        clock.now = page._free_at + 0.01
    assert waits[:2] == [0, 0]
    assert waits == sorted(waits)
    assert waits[-1] == 60


def test_while_it_waits_no_try_is_taken(page, qtbot, clock):
    tried = []
    page.tried.connect(tried.append)
    for _ in range(4):
        page.refuse("That is not the passphrase.")
    try_it(page, qtbot, "the right one")
    assert tried == []
    assert not page.button.isEnabled()
    assert page.mistake.text == "That is not the passphrase. Try again in 4 s."
    clock.now += 5
    page._count_down()
    try_it(page, qtbot, "the right one")
    assert tried == ["the right one"]


def test_another_reason_than_the_passphrase_counts_no_try(page, clock):
    for _ in range(9):
        page.refuse("The store file is damaged.", is_wrong=False)
    assert page._free_at <= clock.now
    assert page.mistake.text == "The store file is damaged."


def test_success_forgets_text_and_tries(page, clock):
    page.edit.setText("typed")
    for _ in range(6):
        page.refuse("no")
    page.passed()
    assert page.edit.text() == ""
    assert not page.mistake.isVisible()
    page.refuse("no")
    assert page._free_at <= clock.now


def test_the_eye_shows_and_hides(page):
    assert page.edit.echoMode() == QLineEdit.EchoMode.Password
    page.edit._eye.click()
    assert page.edit.echoMode() == QLineEdit.EchoMode.Normal
    page.edit._eye.click()
    assert page.edit.echoMode() == QLineEdit.EchoMode.Password


def test_pasting_is_allowed(page, application):
    QApplication.clipboard().setText("pasted words")
    page.edit.paste()
    assert page.edit.text() == "pasted words"


def test_forgot_explains_the_recovery_key_honestly(page):
    page.forgot.click()
    assert "recovery key" in page.subtitle.text()
    assert "nobody can open" in page.honest.text()
    assert page.subtitle.height() >= page.subtitle.heightForWidth(page.subtitle.width())


def test_system_sign_in_is_offered_only_when_it_can_be_used(page):
    assert not page.system.isVisible()
    page.offer_system()
    assert page.system.isVisible()


def test_somebody_else_types_a_name(page):
    assert page.name == ""
    page.ask_name("kim")
    assert page.name == "kim"


def test_everything_has_a_name_to_be_spoken(page):
    assert list(a11y.unnamed(page)) == []


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("short", "short", "At least ten characters: a few words are best."),
        ("a few plain words", "a few plain word", "The two differ."),
        ("a few plain words", "a few plain words", ""),
    ],
)
def test_a_new_passphrase_is_long_enough_and_typed_twice(first, second, words):
    assert mistake_in(first, second) == words


def test_a_new_passphrase_is_not_tried_before_it_is_right(application, qtbot):
    page = UnlockPage("A passphrase for your store", is_new=True)
    qtbot.addWidget(page)
    page.show()
    page.ask("")
    tried = []
    page.tried.connect(tried.append)
    page.again.setText("a few plain wor")
    try_it(page, qtbot, "a few plain words")
    assert tried == []
    assert page.mistake.text == "The two differ."
    page.again.setText("a few plain words")
    try_it(page, qtbot, "a few plain words")
    assert tried == ["a few plain words"]
    assert "recovery key" in page.honest.text()


def test_people_choose_their_name_beside_the_passphrase(page, qtbot):
    tried = []
    page.tried.connect(lambda text: tried.append((page.name, text)))
    page.offer_names(["Dana Osei", "R. Diaz"], "nobody of these")
    assert QApplication.focusWidget() is page.who
    try_it(page, qtbot, "some words here")
    assert tried == []
    assert page.mistake.text == "Choose your name first."
    page.who.setCurrentText("R. Diaz")
    try_it(page, qtbot, "some words here")
    assert tried == [("R. Diaz", "some words here")]


def test_a_known_name_is_chosen_already(page):
    page.offer_names(["Dana Osei", "R. Diaz"], "R. Diaz")
    assert page.name == "R. Diaz"
    assert QApplication.focusWidget() is page.edit
    assert page.switch.isHidden()
