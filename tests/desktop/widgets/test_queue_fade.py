"""A decided row fades and goes; a row that came back meanwhile stays."""

from desktop import theme
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueRow


def rows(*keys):
    return [QueueRow(key=key, title=key, facts="") for key in keys]


def a_list(qtbot, qapp):
    theme.apply(qapp, "light")
    made = QueueList("example_queue_list", "Examples")
    qtbot.addWidget(made)
    made.set_rows(rows("a", "b", "c"))
    made.show()
    return made


def test_a_decided_row_goes_after_its_fade(qtbot, qapp):
    queue = a_list(qtbot, qapp)
    queue.leave("a")
    assert queue.current_key == "b"
    qtbot.waitUntil(lambda: queue.queue.keys == ("b", "c"))


def test_a_row_taken_back_during_its_fade_stays(qtbot, qapp):
    queue = a_list(qtbot, qapp)
    queue.leave("a")
    queue.set_rows(rows("a", "b", "c"), current="a")
    queue.leave("c")  # begins later and lasts as long: once it is gone, a fade of "a" would be over too
    qtbot.waitUntil(lambda: "c" not in queue.queue.keys)
    assert queue.queue.keys == ("a", "b")
    assert queue.current_key == "a"
