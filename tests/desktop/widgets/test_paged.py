"""Big lists: ids first, then only the pages that are looked at."""

import pytest
from PySide6.QtCore import Qt

from desktop import theme
from desktop.widgets.paged import PAGE_SIZE, PAGES_KEPT, Column, ItemRole, PagedModel, run_here
from desktop.widgets.paged_table import PagedTable, TotalsBar
from desktop.widgets.stage_ladder import Stage, stage_in_words

COLUMNS = [
    Column("Name", lambda row: row["name"], "strong", stretch=1),
    Column("Worth", lambda row: row["worth"], "money", width=84),
]


class Source:
    """Ids and rows as a page would read them, with a note of what was asked for."""

    def __init__(self, count):
        self.count = count
        self.asked = []

    def ids(self):
        return range(self.count)

    def rows(self, ids):
        self.asked.append((ids[0], len(ids)))
        return {row_id: {"name": f"Row {row_id}", "worth": "" if row_id % 2 else "$5"} for row_id in ids}


class LaterRunner:
    """Keeps work until it is told to run it."""

    def __init__(self):
        self.waiting = []

    def __call__(self, work, done, failed):
        self.waiting.append((work, done, failed))

    def run(self):
        waiting, self.waiting = self.waiting, []
        for work, done, failed in waiting:
            try:
                value = work()
            except ValueError as error:
                failed(error)
            else:
                done(value)


def _model(count, runner=run_here):
    source = Source(count)
    model = PagedModel(COLUMNS, source.ids, source.rows, runner)
    model.reload()
    return source, model


def _text(model, place, column=0, role=Qt.ItemDataRole.DisplayRole):
    return model.data(model.index(place, column), role)


def test_ids_alone_are_read_until_a_row_is_looked_at():
    source, model = _model(133_000)
    assert model.rowCount() == 133_000
    assert source.asked == []


def test_a_jump_reads_one_page():
    source, model = _model(133_000)
    assert _text(model, 100_050) == "Row 100050"
    assert source.asked == [(100_000, PAGE_SIZE)]
    _text(model, 100_199)
    assert len(source.asked) == 1


def test_a_shown_table_reads_only_what_it_shows(qtbot, qapp):
    theme.apply(qapp, "light")
    source, model = _model(133_000)
    table = PagedTable(model, "big", "Big table")
    qtbot.addWidget(table)
    table.resize(400, 600)
    table.show()
    table.grab()
    assert [first for first, _ in source.asked] == [0]
    table.scrollToBottom()
    table.grab()
    assert {first for first, _ in source.asked} == {0, 132_800}


def test_the_longest_unseen_page_goes_first():
    _, model = _model(PAGE_SIZE * (PAGES_KEPT + 2))
    for page in range(PAGES_KEPT):
        _text(model, page * PAGE_SIZE)
    _text(model, 0)  # page 0 is seen again
    _text(model, PAGES_KEPT * PAGE_SIZE)
    assert len(model.pages_held) == PAGES_KEPT
    assert 0 in model.pages_held
    assert 1 not in model.pages_held


def test_a_row_that_is_being_read_is_a_placeholder_and_then_shown(qtbot):
    runner = LaterRunner()
    _, model = _model(500, runner)
    runner.run()
    assert model.row_at(3) is None
    assert _text(model, 3, role=Qt.ItemDataRole.AccessibleTextRole) == "loading"
    assert len(runner.waiting) == 1
    with qtbot.waitSignal(model.dataChanged):
        runner.run()
    assert _text(model, 3) == "Row 3"


def test_an_answer_to_an_earlier_question_is_dropped():
    runner = LaterRunner()
    _, model = _model(500, runner)
    runner.run()
    model.row_at(0)
    model.set_source(lambda: ["x"], lambda ids: {"x": {"name": "New", "worth": ""}})
    runner.run()  # the late page of the old ids, then the new ids
    assert model.rowCount() == 1
    model.row_at(0)
    runner.run()
    assert _text(model, 0) == "New"


def test_a_failed_page_is_told_and_can_be_asked_for_again(qtbot):
    runner = LaterRunner()
    source, model = _model(500, runner)
    runner.run()
    rows, fails = source.rows, [True]

    def sometimes(ids):
        if fails:
            fails.pop()
            raise ValueError("no network")
        return rows(ids)

    model._read_rows = sometimes
    with qtbot.waitSignal(model.failed) as told:
        model.row_at(0)
        runner.run()
    assert isinstance(told.args[0], ValueError)
    model.row_at(0)
    runner.run()
    assert _text(model, 0) == "Row 0"


def test_no_cell_is_silent():
    _, model = _model(2)
    assert _text(model, 1, 1, Qt.ItemDataRole.AccessibleTextRole) == "empty"
    assert _text(model, 0, 1, Qt.ItemDataRole.AccessibleTextRole) == "$5"


def test_the_model_keeps_qts_rules(qapp, qtmodeltester):
    _, model = _model(30)
    qtmodeltester.check(model)


@pytest.fixture
def table(qtbot, qapp):
    theme.apply(qapp, "light")
    view = PagedTable(_model(5)[1], "small", "Small table")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def test_the_row_looked_at_is_told_by_id(table, qtbot):
    with qtbot.waitSignal(table.current_changed) as told:
        table.select_id(3)
    assert told.args == [3]
    assert table.current_id == 3
    assert table.select_next()
    assert not table.select_next()
    assert not table.select_id(99)


def test_enter_opens_the_row(table, qtbot):
    table.select_id(2)
    with qtbot.waitSignal(table.opened) as told:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert told.args == [2]


def test_tab_leaves_the_table(table):
    assert not table.tabKeyNavigation()


def test_columns_fill_the_width(table):
    assert sum(table.columnWidth(n) for n in range(2)) == table.viewport().width()


def test_sums_are_said_with_their_words(qtbot, qapp):
    theme.apply(qapp, "light")
    bar = TotalsBar("totals")
    qtbot.addWidget(bar)
    bar.put(("1 selected", "about $163"), ("11 shown", "about $1,294"))
    assert bar.accessibleName() == "1 selected: about $163; 11 shown: about $1,294"


def test_a_stage_is_said_step_by_step():
    stage = Stage(("done", "gap", "later", "later"), "no charge")
    assert stage_in_words(stage) == "visit there, charge missing, claim not yet, payment not yet, no charge"


def test_a_column_with_its_own_words_uses_them():
    column = Column("Stage", lambda row: row, "stage", spoken=stage_in_words)
    stage = Stage(("done", "done", "done", "done"))
    model = PagedModel([column], lambda: [1], lambda ids: {1: stage})
    model.reload()
    index = model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "visit there, charge there, claim there, payment there"
    assert index.data(ItemRole) is stage
