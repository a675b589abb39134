"""Parts of Charges, Today, Outbox and Conflict as pictures."""

from __future__ import annotations

from operator import itemgetter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar, Toolbar
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.charts import BarChart, Bars, Line, LineChart
from desktop.widgets.chip import Chip
from desktop.widgets.compare_model import CompareRow, Fold, RecordHead
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.difference_bar import DayTotals, DifferenceBar
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable, TotalsBar
from desktop.widgets.stage_ladder import Stage, Step, stage_in_words
from desktop.widgets.steps_list import Milestone, Timeline
from desktop.widgets.themed import margins, set_ground
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.widgets.wrap_layout import WrapLayout

_NO_CHARGE: tuple[Step, Step, Step, Step] = ("done", "gap", "later", "later")
_NO_CLAIM: tuple[Step, Step, Step, Step] = ("done", "done", "gap", "later")
_ODD: tuple[Step, Step, Step, Step] = ("done", "odd", "done", "later")
_NO_VISIT: tuple[Step, Step, Step, Step] = ("gap", "done", "later", "later")
_VISITS = (
    (
        "08:20",
        "Featherstonehaugh, Rupert",
        "Osei",
        "Est. patient 25",
        Stage(_NO_CHARGE, "no charge"),
        "3 d",
        "$186",
        "Draft",
    ),
    (
        "09:20",
        "Alvarez, Maria Fernanda",
        "Osei",
        "Est. patient 15",
        Stage(_NO_CHARGE, "no charge"),
        "3 d",
        "$163",
        "Draft",
    ),
    ("10:00", "Nguyen, Thi Thanh Truc", "Osei", "Injection", Stage(_NO_CLAIM, "no claim"), "5 d", "$92", "Claim"),
    (
        "10:40",
        "Abdulrahman-Osman, Fatima Zahra of the long name",
        "Lindqvist",
        "New patient 30",
        Stage(_NO_CHARGE, "no charge"),
        "3 d",
        "$241",
        "Draft",
    ),
    ("13:15", "Kowalczyk, Piotr", "Marchetti", "Lab only", Stage(_ODD, "zero fee"), "3 d", "unknown", "Fee"),
    (
        "13:40",
        "Villanueva de la Cruz, Ana Lucía",
        "Marchetti",
        "Est. patient 25",
        Stage(_ODD, "twice"),
        "3 d",
        "—",
        "Look",
    ),
    ("—", "Christodoulopoulos, Evangelia", "Marchetti", "none found", Stage(_NO_VISIT, "no visit"), "—", "$79", "Link"),
)


def _surface() -> tuple[QWidget, QVBoxLayout]:
    sheet = QWidget()
    set_ground(sheet, "surface")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(sheet)
    margins(column, 0, 0, 0, 0)
    return sheet, column


def charges_sheet() -> QWidget:
    """Difference bar, gap tabs, ledger, drawer."""
    sheet, column = _surface()
    bar = DifferenceBar("difference")
    bar.put(DayTotals(42, 36, 2, "about $802"))
    close = Button("Close day", "close", icon="lock-simple")
    close.setEnabled(False)
    bar.add_right(close, Label("opens at difference 0", "helper", "muted"))
    column.addWidget(bar)
    row = QHBoxLayout()
    margins(row, 0, 0, 0, 0)
    left = QVBoxLayout()
    margins(left, 0, 0, 0, 0)
    tools = Toolbar("gaps")
    specs = (("All gaps", 11), ("Visit, no charge", 4), ("Charge, no visit", 1), ("Twice", 1), ("Zero or odd fee", 2))
    tools.add_left(ToolTabs([TabSpec(f"g{n}", *spec) for n, spec in enumerate(specs)], "gap_tabs", "Gaps"))
    left.addWidget(tools)
    rows = dict(enumerate(_VISITS))
    titles = ("Time", "Patient", "Provider", "Visit type", "Stage", "Lag", "Worth", "Next")
    kinds = ("text", "strong", "text", "text", "stage", "number", "money", "link")
    widths, shares = (60, 0, 88, 0, 152, 48, 84, 68), (0, 1.8, 0, 1, 0, 0, 0, 0)
    columns = [
        Column(titles[n], itemgetter(n), kinds[n], widths[n], shares[n], _spoken if n == 4 else None) for n in range(8)
    ]
    table = PagedTable(PagedModel(columns, lambda: list(rows), lambda ids: rows), "ledger", "Visits of the day")
    table.paged.reload()
    table.select_id(1)
    left.addWidget(table, 1)
    totals = TotalsBar("totals")
    totals.stand_under(table, 6)
    totals.put(("1 selected", "about $163"), ("11 shown; doubles and unknown worth are not counted", "about $1,294"))
    left.addWidget(totals)
    row.addLayout(left, 1)
    row.addWidget(_visit_drawer())
    column.addLayout(row, 1)
    return sheet


def _spoken(visit: tuple[str, str, str, str, Stage, str, str, str]) -> str:
    return stage_in_words(visit[4])


def _visit_drawer() -> Drawer:
    drawer = Drawer("visit", "Visit", width=408)
    facts = Facts("visit_facts", "Visit")
    facts.put(
        [
            ("When", "Tue 17 Nov, 09:20, 18 min"),
            ("Where", "Northside Family Medicine, room 4"),
            ("Coverage", "Cascade Mutual PPO, active"),
            ("Documented", "signed 17 Nov, 12:02"),
        ]
    )
    drawer.add_section("Visit 55207", "visit_section", can_close=True).body.addWidget(facts)
    codes = drawer.add_section("Documented codes", "codes", [Label("from the visit note", "helper", "muted")])
    holder = QWidget()
    chips = WrapLayout(holder, line_height=px(24))
    margins(chips, 0, 0, 0, 0, 8)
    for code, what in (("99213", "est. patient"), ("J02.9", "sore throat"), ("87880", "strep")):
        chips.add(Chip(code, f"code_{code}", detail=what))
    codes.body.addWidget(holder)
    bar = ActionBar("visit_actions")
    bar.add_left(Button("Explain", "explain", key="X"), Button("Link", "link", key="L"))
    bar.add_right(Button("Ready for coder", "draft", kind="primary", key="C"))
    drawer.set_footer(bar)
    return drawer


def today_sheet() -> QWidget:
    """Cards and the two charts."""
    sheet = QWidget()
    set_ground(sheet, "canvas")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(sheet)
    margins(column, 20, 20, 20, 20, 16)
    cards = QHBoxLayout()
    cards.setSpacing(px(16))
    specs = (
        ("34 pairs to decide", "21 strong, 9 likely, 4 unsure", "Start"),
        ("4 visits, no charge", "about $802 at risk, Tue 17 Nov", "Open Tuesday"),
        ("3 denials due soon", "$2,310, first one in 4 days", "Open"),
        ("1 conflict", "The EHR changed it after you decided", "Look"),
    )
    for number, (title, text, action) in enumerate(specs):
        card = Card(f"card_{number}")
        card.body.addWidget(Label(title, "title"))
        card.body.addWidget(Label(text, "body", "muted"))
        card.body.addWidget(Button(action, f"go_{number}", kind="plain" if number else "primary", size="tool"))
        cards.addWidget(card)
    column.addLayout(cards)
    charts = QHBoxLayout()
    charts.setSpacing(px(16))
    lag = LineChart("Charge lag, last 30 days", "lag")
    values = (
        2.6,
        2.4,
        2.7,
        2.2,
        2.5,
        2.9,
        2.8,
        2.3,
        2.0,
        2.1,
        1.9,
        2.2,
        1.8,
        1.7,
        1.9,
        2.0,
        1.6,
        1.7,
        1.5,
        1.6,
        1.3,
        1.5,
        1.6,
        1.4,
        1.2,
        1.5,
        1.4,
        1.3,
        1.5,
        1.4,
    )
    labels = tuple(f"{day} Oct" for day in range(21, 32)) + tuple(f"{day} Nov" for day in range(1, 20))
    lag.put("Charges are entered 1.4 days after the visit", Line(labels, values, "1.4 days", 2.0, "target 2"), "Days")
    lag.setFixedHeight(px(248))
    week = BarChart("Decisions this week", "week")
    series = (("you", (31, 38, 27, 44, 12)), ("team", (46, 52, 38, 61, 19)))
    week.put("You made 152 of 216", Bars(("Mon", "Tue", "Wed", "Thu", "Today"), series))
    week.setFixedHeight(px(248))
    charts.addWidget(lag)
    charts.addWidget(week)
    column.addLayout(charts)
    column.addStretch(1)
    return sheet


def outbox_sheet() -> QWidget:
    """States of corrections, and the way that one went."""
    sheet, column = _surface()
    tools = Toolbar("tools")
    specs = (("Open", 19), ("Waiting", 11), ("Sending", 2), ("Needs you", 2), ("By hand", 4), ("Sent", 310))
    tools.add_left(ToolTabs([TabSpec(f"o{n}", *spec) for n, spec in enumerate(specs)], "outbox_tabs", "States"))
    tools.add_right(
        Button("Pause all", "pause", size="tool", icon="pause"),
        Button("Send now 9", "send", kind="primary", size="tool", icon="paper-plane-tilt"),
    )
    column.addWidget(tools)
    row = QHBoxLayout()
    margins(row, 0, 0, 0, 0)
    states = {
        0: (
            ("Needs you", "warn", "warning-circle"),
            "Update mobile phone, eCW 88120",
            "eCW",
            "Front desk 1",
            "—",
            "1",
            "Changed in the EHR meanwhile",
        ),
        1: (
            ("Sending", "info", "arrows-clockwise"),
            "Merge, keep Athena 20441",
            "Athena",
            "Front desk 2",
            "—",
            "1",
            "Checking the version first",
        ),
        2: (
            ("Accepted", "info", "check"),
            "Update email, Athena 19911",
            "Athena",
            "Front desk 1",
            "—",
            "1",
            "Accepted, reading it back",
        ),
        3: (
            ("By hand", "accent", "hand"),
            "Merge charts, keep eCW 88004",
            "eCW",
            "Front desk 2",
            "—",
            "—",
            "Step 3 of 4 open since 08:20",
        ),
        4: (
            ("For approval", "neutral", "check-square"),
            "Merge with a stop sign, pair 64",
            "Athena",
            "Front desk 1",
            "approval",
            "—",
            "Waiting for an approver",
        ),
        5: (
            ("Waiting", "neutral", "clock"),
            "Keep apart, Athena 31877, eCW 90412",
            "Chartmend only",
            "Front desk 2",
            "09:43",
            "—",
            "",
        ),
        6: (
            ("Checked", "ok", "check-circle"),
            "Update address, eCW 90577",
            "eCW",
            "Front desk 1",
            "—",
            "1",
            "Read back and equal",
        ),
    }
    titles = ("State", "What", "Where", "Staged by", "Held until", "Try", "Last answer")
    kinds = ("badge", "strong", "text", "muted", "text", "number", "muted")
    widths, shares = (128, 0, 116, 104, 84, 40, 0), (0, 1.2, 0, 0, 0, 0, 1)
    columns = [Column(titles[n], itemgetter(n), kinds[n], widths[n], shares[n]) for n in range(7)]
    table = PagedTable(PagedModel(columns, lambda: list(states), lambda ids: states), "outbox", "Corrections")
    table.paged.reload()
    table.select_id(0)
    row.addWidget(table, 1)
    drawer = Drawer("item", "Correction", width=328)
    top = drawer.add_section("Update mobile phone, eCW 88120", "item_section", can_close=True)
    state = QHBoxLayout()
    state.addWidget(Badge("Needs you", "warn", "warning-circle"))
    state.addWidget(Label("since 08:30", "body", "muted"), 1)
    top.body.addLayout(state)
    words = drawer.add_section("", "words")
    words.title.hide()
    text = "This phone number changed in the EHR after you decided. Nothing was overwritten. Choose which to keep."
    words.body.addWidget(Label(text, is_wrapped=True))
    way = Timeline("way")
    way.put(
        [
            Milestone("Staged", "Front desk 1, 08:02", "done"),
            Milestone("Held", "15 minutes, nobody took it back", "done"),
            Milestone("Queued", "08:17", "done"),
            Milestone("Sending stopped", "08:30, the record has a newer version", "stopped"),
            Milestone("Accepted", "the EHR says yes"),
            Milestone("Checked in the EHR", "read back and equal; only then it is done"),
        ]
    )
    drawer.add_section("Where it stands", "stands").body.addWidget(way)
    bar = ActionBar("item_actions")
    bar.add_left(Button("Drop it", "drop"))
    bar.add_right(Button("Open the conflict", "conflict", kind="primary"))
    drawer.set_footer(bar)
    row.addWidget(drawer)
    column.addLayout(row, 1)
    return sheet


def conflict_sheet() -> QWidget:
    """Three ways side by side with a choice in each row."""
    sheet, column = _surface()
    base = frozenset({0})
    table = CompareTable("conflict", "When you decided, your correction, EHR now", row_height=44, field=120, result=276)
    options = ("Keep mine", "Take theirs", "Other")
    heads = [
        RecordHead("When you decided", "read 20 Nov, 07:58", icon="clock"),
        RecordHead("Your correction", "Front desk 1, 20 Nov, 08:02", icon="note-pencil"),
        RecordHead("EHR now", "changed 08:26 by a person in eCW", icon="database"),
    ]
    rows = [
        CompareRow(
            "phone",
            "Phone, mobile",
            "near",
            ("(503) 555-0142", "(503) 555-0187", "(503) 555-0169"),
            plain=base,
            options=options,
        ),
        CompareRow(
            "address",
            "Address",
            "different",
            ("917 SE Belmont Street", "2218 NW Overton Street, Apt 4", "2218 NW Overton St Apt 4B"),
            plain=base,
            options=options,
            option=1,
        ),
        CompareRow("zip", "ZIP", "near", ("97214", "97210", "97210-3341"), plain=base, options=options, option=1),
        CompareRow("email", "Email", "both", ("", "a@b.example", ""), fold="merged", source="yours"),
    ]
    folds = [
        Fold("merged", "2 changes nobody disagrees on are merged", "email (you), emergency contact (EHR)"),
        Fold("same", "14 fields are the same", has_key=False),
    ]
    table.put(heads, rows, folds)
    column.addWidget(table, 1)
    bar = ActionBar("conflict_actions")
    bar.add_left(Button("Drop my correction", "drop"), Button("Decide later", "later", key="U"))
    send = Button("Send the result", "send", kind="primary")
    send.setEnabled(False)
    bar.add_right(Label("1 of 3 rows still to choose", "body", "muted"), send)
    column.addWidget(bar)
    return sheet
