"""The comparison: words per cell, keys as signals, folds, choices and groups."""

import pytest
from PySide6.QtCore import QPoint, Qt

from desktop import theme
from desktop.widgets.compare_model import CompareRow, Fold, FoldLine, RecordHead
from desktop.widgets.compare_table import CompareTable

A, B = frozenset({0}), frozenset({1})
HEADS = [RecordHead("Athena 20441", "read 2 min ago", "A", is_kept=True), RecordHead("eCW 88120", "07:10", "B")]
ROWS = [
    CompareRow("last", "Last name", "near", ("Alvarez", "Alvares"), A, "rule: newest"),
    CompareRow("zip", "ZIP", "different", ("97210", "97214"), A, "rule: newest"),
    CompareRow("email", "Email", "only", ("", "m@example.test"), B, "you", is_by_person=True),
    CompareRow("former", "Former name", "history", ("none", "Ruiz, until 2024"), B, "keep all", history=B),
    CompareRow("ssn", "SSN", "hidden", ("1234", "1234"), A, "same in both"),
    CompareRow("visit", "Last visit", "both", ("2 Oct", "15 Jan"), A | B, "kept", can_keep_both=True),
    CompareRow("sex", "Sex", "same", ("F", "F"), A | B, "same"),
    CompareRow("phone", "Phone", "same", ("1", "1"), A | B, "same"),
]


@pytest.fixture
def table(qtbot, qapp):
    theme.apply(qapp, "light")
    view = CompareTable("compare", "Both records")
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.put(HEADS, ROWS)
    view.show()
    return view


def _words(table, key, column):
    index = table.compare.index(table.compare.place_of(key), column)
    return table.compare.data(index, Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(
    ("key", "column", "words"),
    [
        ("last", 2, "Alvarez, nearly the same: one letter differs, taken"),
        ("last", 3, "Alvares, nearly the same: one letter differs"),
        ("zip", 3, "97214, different"),
        ("email", 2, "empty, only B has this"),
        ("email", 3, "m@example.test, only B has this, taken"),
        ("former", 3, "Ruiz, until 2024, B holds a former value, taken"),
        ("ssn", 2, "hidden, press and hold R to show"),
        ("visit", 2, "2 Oct, both are kept, taken"),
        ("email", 4, "B, you"),
        ("zip", 0, "different"),
        ("same", 0, "2 fields are the same, closed, Space opens"),
    ],
)
def test_each_cell_is_said_with_its_kind(table, key, column, words):
    assert _words(table, key, column) == words


def test_no_cell_is_silent(table):
    table.toggle_fold("same")
    model = table.compare
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            assert model.data(model.index(row, column), Qt.ItemDataRole.AccessibleTextRole)


def test_a_hidden_value_is_in_no_role_of_its_cell(table):
    index = table.compare.index(table.compare.place_of("ssn"), 2)
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
    assert not any("1234" in str(index.data(role)) for role in roles)


def test_heads_are_said_with_source_age_and_kept(table):
    head = table.compare.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert head == "A, Athena 20441, read 2 min ago, kept"


def test_equal_fields_fold_into_one_line_over_the_whole_width(table):
    line = table.compare.line(table.compare.rowCount() - 1)
    assert isinstance(line, FoldLine)
    assert (line.fold.text, line.fold.detail) == ("2 fields are the same", "sex, phone")
    assert table.columnSpan(table.compare.rowCount() - 1, 0) == table.compare.columnCount()


def test_space_opens_and_closes_the_fold_and_keeps_the_row(table, qtbot):
    table.set_row("zip")
    before = table.compare.rowCount()
    with qtbot.waitSignal(table.fold_toggled) as told:
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert told.args == ["same", True]
    assert table.compare.rowCount() == before + 2
    assert table.current_key == "zip"
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.compare.rowCount() == before


@pytest.mark.parametrize(("key", "side"), [(Qt.Key.Key_Left, 0), (Qt.Key.Key_Right, 1)])
def test_arrows_take_a_side_of_the_current_row(table, qtbot, key, side):
    table.set_row("zip")
    with qtbot.waitSignal(table.side_picked) as told:
        qtbot.keyClick(table, key)
    assert told.args == ["zip", side]
    assert table.current_key == "zip"


@pytest.mark.parametrize("row", ["ssn", "visit", "same"])
def test_rows_without_a_choice_ignore_the_arrows(table, qtbot, row):
    table.set_row(row)
    with qtbot.assertNotEmitted(table.side_picked):
        qtbot.keyClick(table, Qt.Key.Key_Right)


def test_equal_sign_keeps_both_only_where_the_field_allows_it(table, qtbot):
    table.set_row("visit")
    with qtbot.waitSignal(table.both_kept) as told:
        qtbot.keyClick(table, Qt.Key.Key_Equal)
    assert told.args == ["visit"]
    table.set_row("zip")
    with qtbot.assertNotEmitted(table.both_kept):
        qtbot.keyClick(table, Qt.Key.Key_Equal)


def test_a_hidden_value_is_asked_for_only_while_r_is_held(table, qtbot):
    told = []
    table.reveal_changed.connect(lambda key, is_held: told.append((key, is_held)))
    table.set_row("ssn")
    qtbot.keyPress(table, Qt.Key.Key_R)
    assert told == [("ssn", True)]
    qtbot.keyRelease(table, Qt.Key.Key_R)
    assert told == [("ssn", True), ("ssn", False)]


def test_leaving_the_table_hides_what_r_showed(table, qtbot):
    told = []
    table.reveal_changed.connect(lambda key, is_held: told.append(is_held))
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.set_row("ssn")
    qtbot.keyPress(table, Qt.Key.Key_R)
    table.clearFocus()
    assert told == [True, False]


def test_down_goes_to_the_next_row_and_tells(table, qtbot):
    table.set_row("last")
    with qtbot.waitSignal(table.row_changed) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == ["zip"]


def test_a_click_chooses_the_row_first_and_the_side_second(table, qtbot):
    table.set_row("last")
    index = table.compare.index(table.compare.place_of("zip"), 3)
    where = table.visualRect(index).center()
    with qtbot.assertNotEmitted(table.side_picked):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(table.side_picked) as told:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == ["zip", 1]


def test_letters_search_nothing(table, qtbot):
    table.set_row("last")
    qtbot.keyClicks(table, "zip")
    assert table.current_key == "last"


def test_columns_fill_the_width_and_records_share_it(table):
    widths = [table.columnWidth(column) for column in range(table.compare.columnCount())]
    assert sum(widths) == table.viewport().width()
    assert abs(widths[2] - widths[3]) <= 1


def test_replacing_a_row_keeps_place_and_folds(table):
    table.set_row("zip")
    table.replace(CompareRow("zip", "ZIP", "different", ("97210", "97214"), B, "you", is_by_person=True))
    assert table.current_key == "zip"
    assert _words(table, "zip", 3) == "97214, different, taken"


def test_three_records_have_a_column_each_and_arrows_move_the_choice(qtbot, qapp):
    theme.apply(qapp, "light")
    view = CompareTable("compare", "All records")
    qtbot.addWidget(view)
    heads = [*HEADS, RecordHead("Claims 7", "", "C", is_member=True)]
    view.put(heads, [CompareRow("zip", "ZIP", "different", ("1", "2", "3"), B)])
    view.resize(700, 300)
    view.show()
    assert view.compare.columnCount() == 6
    with qtbot.waitSignal(view.side_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert told.args == ["zip", 2]


def test_a_tick_over_a_record_tells_that_it_was_left_out(qtbot, qapp):
    theme.apply(qapp, "light")
    view = CompareTable("compare", "All records")
    qtbot.addWidget(view)
    view.put([*HEADS, RecordHead("Claims 7", "", "C", is_member=True)], ROWS[:0])
    view.resize(800, 300)
    view.show()
    header = view.horizontalHeader()
    right = header.sectionViewportPosition(4) + header.sectionSize(4)
    with qtbot.waitSignal(view.member_toggled) as told:
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(right - 18, header.height() // 2))
    assert told.args == [2]


def test_a_choice_in_parts_is_taken_by_key_and_by_mouse(qtbot, qapp):
    theme.apply(qapp, "light")
    view = CompareTable("conflict", "Three ways", row_height=44, field=120, result=276)
    qtbot.addWidget(view)
    options = ("Keep mine", "Take theirs", "Other")
    view.put(HEADS, [CompareRow("p", "Phone", "near", ("1", "2"), options=options, option=0)], [Fold("x", "2 merged")])
    view.resize(900, 300)
    view.show()
    with qtbot.waitSignal(view.option_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert told.args == ["p", 1]
    cell = view.visualRect(view.compare.index(0, 4))
    with qtbot.waitSignal(view.option_picked) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(cell.x() + 240, cell.center().y()))
    assert told.args == ["p", 2]


def _has_colour(image, area, colour):
    xs, ys = range(area.left(), area.right()), range(area.top(), area.bottom())
    return any(image.pixelColor(x, y).name().upper() == colour for x in xs for y in ys)


def test_differing_letters_are_underlined_and_equal_ones_are_not(table):
    index = table.compare.index(table.compare.place_of("last"), 2)
    cell = table.visualRect(index)
    image = table.viewport().grab().toImage()
    ink = theme.tokens.LIGHT.diff_ink
    inked = [
        x
        for x in range(cell.left() + 8, cell.right() - 40)
        if image.pixelColor(x, cell.center().y() + 8).name().upper() == ink
    ]
    assert inked
    assert max(inked) - min(inked) < 12  # under the one letter, not under the name


def test_the_empty_side_is_hatched_and_not_plain(table):
    table.set_row("last")
    cell = table.visualRect(table.compare.index(table.compare.place_of("email"), 2)).adjusted(40, 8, -20, -8)
    image = table.viewport().grab().toImage()
    shades = {image.pixelColor(x, cell.center().y()).name() for x in range(cell.left(), cell.right())}
    assert len(shades) > 2


def test_high_contrast_underlines_instead_of_washing(table, qapp):
    theme.apply(qapp, "contrast")
    table.set_row("last")
    cell = table.visualRect(table.compare.index(table.compare.place_of("zip"), 2))
    image = table.viewport().grab().toImage()
    assert _has_colour(image, cell.adjusted(4, cell.height() - 6, -4, 0), theme.tokens.CONTRAST.diff_ink)
    theme.apply(qapp, "light")
