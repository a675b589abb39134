"""The queue: headings are passed over, decided rows go, letters stay commands."""

import pytest
from PySide6.QtCore import Qt

from desktop import theme
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueHeading, QueueModel, QueueRow

ROWS = [
    QueueRow("s1", "Alvarez, Maria", "1984 · two systems", "S", group="Strong"),
    QueueRow("s2", "Nguyen, Thi", "1990 · twice", "S", group="Strong"),
    QueueRow(
        "l1", "O’Brien, Kathleen", "1993 · eCW", "L", group="Likely", mark_icon="hand-palm", mark_word="stop sign"
    ),
]


@pytest.fixture
def queue(qtbot, qapp):
    theme.apply(qapp, "light", is_motion_on=False)
    view = QueueList("queue", "Pairs to decide")
    qtbot.addWidget(view)
    view.resize(264, 400)
    view.set_rows(ROWS, {"Strong": 21})
    view.show()
    return view


def _headings(model):
    items = [model.item(place) for place in range(model.rowCount())]
    return [(item.text, item.count) for item in items if isinstance(item, QueueHeading)]


def test_the_first_row_is_looked_at_and_not_its_heading(queue):
    assert queue.current_key == "s1"


def test_a_heading_counts_what_exists_and_not_only_what_is_shown(queue):
    assert _headings(queue.queue) == [("Strong", 21), ("Likely", 1)]


def test_down_passes_over_the_heading(queue, qtbot):
    queue.select("s2")
    qtbot.keyClick(queue, Qt.Key.Key_Down)
    assert queue.current_key == "l1"


def test_next_and_previous_stop_at_the_ends(queue):
    assert queue.select_next()
    assert queue.select_next()
    assert not queue.select_next()
    assert queue.current_key == "l1"
    assert queue.select_previous()
    assert queue.select_previous()
    assert not queue.select_previous()


def test_a_decided_row_goes_and_the_next_is_looked_at(queue):
    queue.leave("s1")
    assert queue.current_key == "s2"
    assert queue.queue.keys == ("s2", "l1")
    assert _headings(queue.queue) == [("Strong", 20), ("Likely", 1)]


def test_the_last_row_of_a_group_takes_its_heading_along(queue):
    queue.select("l1")
    queue.leave("l1")
    assert [text for text, _ in _headings(queue.queue)] == ["Strong"]
    assert queue.current_key == "s2"


def test_with_motion_a_row_fades_before_it_goes(queue, qtbot, qapp):
    theme.apply(qapp, "light", is_motion_on=True)
    queue.leave("s1")
    assert queue.current_key == "s2"
    assert "s1" in queue.queue.keys
    qtbot.waitUntil(lambda: "s1" not in queue.queue.keys, timeout=2_000)


def test_rows_shown_anew_keep_the_row_that_was_looked_at(queue):
    queue.select("l1")
    queue.set_rows(ROWS[1:])
    assert queue.current_key == "l1"
    queue.set_rows(ROWS[:2])
    assert queue.current_key == "s1"


def test_letters_search_nothing(queue, qtbot):
    qtbot.keyClicks(queue, "o")
    assert queue.current_key == "s1"


def test_enter_opens_and_the_key_is_told(queue, qtbot):
    with qtbot.waitSignal(queue.opened) as told:
        qtbot.keyClick(queue, Qt.Key.Key_Return)
    assert told.args == ["s1"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "Strong, 21 rows"),
        (1, "Strong, Alvarez, Maria, 1984 · two systems"),
        (4, "Likely, O’Brien, Kathleen, 1993 · eCW, stop sign"),
    ],
)
def test_rows_are_said_with_tier_and_mark(queue, place, words):
    index = queue.queue.index(place)
    assert queue.queue.data(index, Qt.ItemDataRole.AccessibleTextRole) == words


def test_the_model_keeps_qts_rules(qapp, qtmodeltester):
    model = QueueModel()
    model.set_rows(ROWS)
    qtmodeltester.check(model)


def _many(count):
    return [QueueRow(str(n), f"Name {n}", "facts", "S", group="Strong") for n in range(count)]


def _shades(queue):
    image = queue.grab().toImage()
    return {image.pixelColor(60, y).name() for y in range(image.height())}


def test_a_list_shown_anew_is_never_blank_for_a_frame(queue):
    queue.set_rows(_many(2_000))
    assert len(_shades(queue)) > 5


def test_a_very_long_list_is_laid_out_in_batches_and_can_be_jumped_in(queue, qtbot):
    queue.set_rows(_many(10_000))
    qtbot.waitUntil(lambda: len(_shades(queue)) > 5, timeout=2_000)
    queue.select("9999")
    assert queue.viewport().rect().contains(queue.visualRect(queue.currentIndex()))
    assert len(_shades(queue)) > 5
