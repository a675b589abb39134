"""Tabs, fields, picks, charts, evidence and layouts."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip

from desktop import theme
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.charts import BarChart, Bars, Line, LineChart, whole_ticks
from desktop.widgets.chip import Chip
from desktop.widgets.difference_bar import DayTotals, DifferenceBar
from desktop.widgets.draw import Span
from desktop.widgets.evidence_chart import Evidence, EvidenceBar, EvidenceChart
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.progress import ProgressBar
from desktop.widgets.search_field import Field, SearchField
from desktop.widgets.tool_tabs import Tab, TabSpec, ToolTabs

EVIDENCE = Evidence(
    -10.0,
    (EvidenceBar("Birth date", 12.0, "the same"), EvidenceBar("ZIP", -1.5, "different")),
    (("U", -2.0), ("L", 0.0), ("S", 5.0)),
)


@pytest.fixture(autouse=True)
def _light(qapp):
    theme.apply(qapp, "light")


def test_one_tab_is_chosen_and_told(qtbot):
    tabs = ToolTabs([TabSpec("all", "All", 34), TabSpec("S", "Strong", 1_204, "S")], "tiers", "Tiers")
    qtbot.addWidget(tabs)
    assert tabs.current_key == "all"
    with qtbot.waitSignal(tabs.chosen) as told:
        tabs.findChild(Tab, "tiers_S").click()
    assert told.args == ["S"]
    assert tabs.current_key == "S"
    assert tabs.findChild(Tab, "tiers_S").accessibleName() == "Strong, 1,204"
    tabs.set_counts({"S": 20})
    assert tabs.findChild(Tab, "tiers_S").accessibleName() == "Strong, 20"


def test_choosing_a_tab_moves_nothing(qtbot):
    tabs = ToolTabs([TabSpec("a", "All", 34), TabSpec("b", "Strong", 21)], "tiers", "Tiers")
    qtbot.addWidget(tabs)
    before = [tab.sizeHint() for tab in tabs.findChildren(Tab)]
    tabs.choose("b")
    assert [tab.sizeHint() for tab in tabs.findChildren(Tab)] == before


def test_a_filter_is_told_once_after_typing_and_esc_clears(qtbot):
    field = SearchField("Filter this list", "queue_filter")
    qtbot.addWidget(field)
    heard = []
    field.searched.connect(heard.append)
    qtbot.keyClicks(field.edit, "alv")
    qtbot.waitUntil(lambda: heard == ["alv"], timeout=2_000)
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert heard == ["alv", ""]
    with qtbot.waitSignal(field.left_down):
        qtbot.keyClick(field.edit, Qt.Key.Key_Down)


def test_a_mistake_is_shown_and_said_and_goes_again(qtbot):
    field = Field("Member id", QLineEdit(), "member", helper="9 digits")
    qtbot.addWidget(field)
    field.set_mistake("Too short")
    assert field.edit.property("invalid")
    assert field.edit.accessibleDescription() == "mistake: Too short"
    field.set_mistake("")
    assert not field.edit.property("invalid")
    assert field.edit.accessibleDescription() == "9 digits"


def test_a_pick_says_label_and_value(qtbot):
    pick = Pick("Keep", [("A", "A"), ("B", "B")], "keep")
    qtbot.addWidget(pick)
    assert pick.accessibleName() == "Keep: A"
    with qtbot.waitSignal(pick.picked) as told:
        pick._menu.actions()[1].trigger()
    assert told.args == ["B"]
    assert pick.value == "B"
    assert pick.accessibleName() == "Keep: B"


def test_a_removable_chip_says_so_and_tells(qtbot):
    chip = Chip("J02.9", "chip", is_removable=True)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "J02.9, remove"
    with qtbot.waitSignal(chip.removed):
        chip.click()


def test_chart_and_table_come_from_the_same_figures(qtbot):
    chart = EvidenceChart("evidence")
    qtbot.addWidget(chart)
    chart.put(EVIDENCE)
    model = chart.twin.model()
    cells = [[model.index(r, c).data() for c in range(3)] for r in range(model.rowCount())]
    assert cells == [
        ["Where we start", "", "−10.0"],
        ["Birth date", "+12.0", "+2.0"],
        ["ZIP", "−1.5", "+0.5"],
        ["Together", "", "+0.5"],
    ]
    assert chart.plot.accessibleDescription() == (
        "Birth date: +12.0, speaks for one person, the same; ZIP: −1.5, speaks against, different; together Likely"
    )


def test_the_waterfall_swaps_with_its_table(qtbot):
    chart = EvidenceChart("evidence")
    qtbot.addWidget(chart)
    chart.put(EVIDENCE)
    assert not chart.is_table
    chart.show_table(True)
    assert chart.currentWidget() is chart.twin


def test_figures_of_a_bar_are_told_on_hover(qtbot, monkeypatch):
    chart = EvidenceChart("evidence")
    qtbot.addWidget(chart)
    chart.resize(312, 200)
    chart.put(EVIDENCE)
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda *args: said.append(args[1]))
    where = QPoint(150, 30 + 19 + 9)
    QApplication.sendEvent(chart.plot, QHelpEvent(QEvent.Type.ToolTip, where, where))
    assert said == ["Birth date: +12.0, speaks for one person, the same"]


def test_bars_for_and_against_look_different_without_colour(qtbot):
    chart = EvidenceChart("evidence")
    qtbot.addWidget(chart)
    chart.put(EVIDENCE)
    chart.resize(600, chart.sizeHint().height())
    chart.show()
    image = chart.plot.grab().toImage()

    def shades(row, at):
        y = 30 + row * 19 + 9
        x = round(chart.plot._x(at))
        return {image.pixelColor(x + step, y).lightness() // 16 for step in range(-8, 9)}

    assert len(shades(1, -4.0)) == 1  # solid
    assert len(shades(2, 1.25)) > 1  # hatched


@pytest.mark.parametrize(
    ("totals", "difference"), [(DayTotals(42, 36, 2), 4), (DayTotals(10, 8, 2), 0), (DayTotals(0, 0, 0), 0)]
)
def test_visits_are_charged_explained_or_different(qtbot, totals, difference):
    bar = DifferenceBar("difference")
    qtbot.addWidget(bar)
    bar.put(totals)
    bar.resize(900, 79)
    assert totals.difference == difference
    assert bar.accessibleName().endswith(f"difference {difference}")
    assert not bar.grab().isNull()


@pytest.mark.parametrize(
    ("highest", "ticks"), [(2.9, [0, 1, 2, 3]), (61, [0, 20, 40, 60, 80]), (0, [0, 1]), (5, [0, 1, 2, 3, 4, 5])]
)
def test_axes_start_at_zero_in_round_steps(highest, ticks):
    assert whole_ticks(highest) == ticks


def test_charts_have_a_finding_words_and_a_table(qtbot):
    lag = LineChart("Charge lag", "lag")
    week = BarChart("Decisions", "week")
    for chart in (lag, week):
        qtbot.addWidget(chart)
    lag.put("Charges come 1.4 days later", Line(("1 Nov", "2 Nov"), (2.0, 1.4), "1.4 days", 2.0, "target 2"), "Days")
    week.put("You made 12 of 31", Bars(("Mon",), (("you", (12,)), ("team", (19,)))))
    assert lag._line_plot.accessibleDescription() == "1 Nov 2.0; 2 Nov 1.4"
    assert week._bar_plot.accessibleName() == "You made 12 of 31"
    lag.swap.click()
    assert lag.swap.text() == "Show as chart"
    assert [week._twin.model().index(0, n).data() for n in range(3)] == ["Mon", "12", "19"]


def test_an_empty_chart_is_drawn_without_harm(qtbot):
    chart = LineChart("Charge lag", "lag")
    qtbot.addWidget(chart)
    chart.put("No charges yet", Line((), ()), "Days")
    assert not chart.grab().isNull()


def test_progress_is_said_in_percent(qtbot):
    bar = ProgressBar("bar", "Sending")
    qtbot.addWidget(bar)
    bar.put(0.5)
    assert bar.accessibleName() == "Sending, 50 %"
    bar.put(None)
    assert bar.accessibleName() == "Sending, not known yet"


def test_a_toolbar_that_is_too_narrow_takes_a_second_line(qtbot):
    bar = Toolbar("bar")
    qtbot.addWidget(bar)
    bar.add_left(*(Button(f"Button number {n}", f"b{n}", size="tool") for n in range(4)))
    bar.add_right(Button("Export", "export", size="tool"))
    bar.resize(1_000, 48)
    bar.show()
    assert bar.heightForWidth(1_000) == 48
    assert bar.heightForWidth(400) > 48
    export = bar.findChild(Button, "export")
    assert export.geometry().right() == 1_000 - 16 - 1


def test_wrapped_text_grows_as_it_gets_narrower_and_lines_are_20_px(qtbot):
    label = Label([Span("One two three four five six", "semibold"), Span(" seven eight nine ten")], is_wrapped=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(1_000) == 20
    assert label.heightForWidth(100) > 60
    assert label.heightForWidth(100) % 20 == 0


def test_a_long_line_is_elided_and_not_cut(qtbot):
    label = Label("Wojciechowska-Brandt, Aleksandra Katarzyna")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < label.sizeHint().width()
    label.resize(80, 20)
    image = label.grab().toImage()
    background = image.pixelColor(79, 0)
    assert all(image.pixelColor(79, y) == background for y in range(20))
