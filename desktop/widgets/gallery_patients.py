"""The review page as a picture: queue, comparison, evidence, steps by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar, Toolbar
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.compare_model import CompareRow, RecordHead
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.draw import Span
from desktop.widgets.drawer import Drawer
from desktop.widgets.evidence_chart import Evidence, EvidenceBar, EvidenceChart
from desktop.widgets.facts import IconFacts
from desktop.widgets.hairline import Hairline
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueRow
from desktop.widgets.reason_card import ReasonCard
from desktop.widgets.search_field import SearchField
from desktop.widgets.steps_list import HandStep, StepsList
from desktop.widgets.stop_card import StopCard
from desktop.widgets.themed import margins, set_ground
from desktop.widgets.tier_disc import TierDisc
from desktop.widgets.tool_tabs import TabSpec, ToolTabs

_STRONG = (
    ("Alvarez, Maria Fernanda", "1984 · Athena, eCW · last name"),
    ("Nguyen, Thi Thanh Truc", "1990 · Athena twice · middle name"),
    ("Christodoulopoulos, Evangelia", "1957 · Athena, eCW · phone"),
    ("Wojciechowska-Brandt, Aleksandra", "1979 · eCW, claims file · hyphen"),
    ("Delacroix-Beaumont, Jean-Baptiste", "1948 · Athena, eCW · address"),
    ("Abdulrahman-Osman, Fatima Zahra", "2001 · Athena twice · first name"),
    ("Kowalczyk, Piotr", "1966 · eCW twice · email"),
    ("Ramaswamy, Lakshmi Narayanan", "1972 · Athena, eCW · name order"),
)
_LIKELY = (
    ("O’Brien, Kathleen Siobhan", "1993 · Athena, eCW · former name"),
    ("Featherstonehaugh, Rupert", "1961 · claims file, eCW · ZIP"),
)
A, B = frozenset({0}), frozenset({1})
_ROWS = (
    CompareRow("last", "Last name", "near", ("Alvarez", "Alvares"), A, "rule: newest"),
    CompareRow("first", "First name", "near", ("Maria Fernanda", "Maria F."), A, "rule: longest"),
    CompareRow(
        "former", "Former name", "history", ("none", "Quintanilla Ruiz, was until 2024"), B, "rule: keep all", history=B
    ),
    CompareRow("ssn", "SSN, last 4", "hidden", ("1234", "1234"), A, "same in both"),
    CompareRow("member", "Member id", "only", ("W22 ••• 4418", ""), A, "rule: only one"),
    CompareRow("email", "Email", "only", ("", "mfalvarez.quintanilla@mailbox.example"), B, "you", is_by_person=True),
    CompareRow(
        "address", "Address", "different", ("2218 NW Overton Street, Apt 4", "917 SE Belmont Street"), A, "rule: newest"
    ),
    CompareRow("zip", "ZIP", "different", ("97210", "97214"), A, "rule: newest"),
    CompareRow(
        "visit",
        "Last visit",
        "both",
        ("2 Oct 2026, Northside Family Medicine", "15 Jan 2025, Eastbank Clinic"),
        A | B,
        "kept",
    ),
    CompareRow("portal", "Portal", "only", ("Active since March 2023", ""), A, "rule: only one"),
    *(
        CompareRow(f"same{n}", field, "same", ("same", "same"), A | B, "same in both")
        for n, field in enumerate(("Birth date", "Sex", "Phone", "Guardian", "Deceased", "Open orders", "Created by"))
    ),
)


def _queue(rows: list[QueueRow], counts: dict[str, int]) -> QWidget:
    pane = QWidget()
    set_ground(pane, "canvas")
    pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(pane)
    margins(column, 0, 12, 0, 0, 12)
    field = QHBoxLayout()
    margins(field, 12, 0, 12, 0)
    field.addWidget(SearchField("Filter this list", "filter", icon="funnel"))
    column.addLayout(field)
    queue = QueueList("queue", "Pairs to decide")
    queue.set_rows(rows, counts)
    column.addWidget(queue, 1)
    pane.setFixedWidth(theme.pane(264))
    return pane


def _tabs(tier: str) -> Toolbar:
    bar = Toolbar("toolbar")
    tabs = ToolTabs(
        [
            TabSpec("all", "All", 34),
            TabSpec("S", "Strong", 21, "S"),
            TabSpec("L", "Likely", 9, "L"),
            TabSpec("U", "Unsure", 4, "U"),
            TabSpec("decided", "Decided", 78),
        ],
        "tabs",
        "Tiers",
    )
    tabs.choose(tier)
    evidence = Button("Evidence", "evidence", size="tool", icon="columns", key="I")
    evidence.setCheckable(True)
    evidence.setChecked(tier == "all")
    undo = Button(
        "Undo: keep apart, pair 77", "undo", kind="quiet", size="tool", icon="arrow-counter-clockwise", key="Z"
    )
    bar.add_left(tabs)
    bar.add_right(undo, Pick("View", [("all", "All sites")], "view"), evidence)
    return bar


def _evidence() -> Drawer:
    drawer = Drawer("drawer", "Evidence")
    why = drawer.add_section("Why they matched", "why", [LinkButton("Show as table", "twin")], can_close=True)
    head = QHBoxLayout()
    head.setSpacing(px(8))
    head.addWidget(TierDisc("S"))
    head.addWidget(Label([Span("Strong.", "semibold"), Span(" About 99.9 % likely one person.", "body", "muted")]), 1)
    why.body.addLayout(head)
    chart = EvidenceChart("chart")
    bars = (
        ("Birth date", 8.0),
        ("Phone", 6.0),
        ("First name", 3.6),
        ("Last name", 2.8),
        ("Sex", 0.6),
        ("Address", -1.4),
        ("ZIP", -1.0),
    )
    chart.put(Evidence(-10.0, tuple(EvidenceBar(*bar) for bar in bars), (("U", 0.0), ("L", 3.8), ("S", 7.6))))
    why.body.addWidget(chart)
    move = drawer.add_section("What will move", "move", subtitle="From eCW 88120 into Athena 20441")
    facts = IconFacts("facts", "What will move")
    facts.put(
        [
            ("calendar-blank", "3 visits"),
            ("receipt", "1 claim"),
            ("file-text", "2 documents"),
            ("currency-dollar", "$38.20 balance"),
        ]
    )
    move.body.addWidget(facts)
    sent = drawer.add_section(
        "How it is sent",
        "sent",
        [Badge("Steps by hand", "neutral", "hand")],
        "eCW offers no merge call (checked 2 days ago).",
    )
    steps = StepsList("steps")
    steps.put(
        [
            HandStep("In eCW, open chart", "88120", "88120"),
            HandStep("Merge charts, keep", "20441", "20441"),
            HandStep("Tick visits, claims, documents; Merge"),
            HandStep("Come back: “I have done this”"),
        ]
    )
    sent.body.addWidget(steps)
    return drawer


def _page(toolbar: QWidget, queue: QWidget, middle: QWidget, drawer: QWidget | None) -> QWidget:
    sheet = QWidget()
    set_ground(sheet, "surface")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    outer = QVBoxLayout(sheet)
    margins(outer, 0, 0, 0, 0)
    outer.addWidget(toolbar)
    row = QHBoxLayout()
    margins(row, 0, 0, 0, 0)
    row.addWidget(queue)
    row.addWidget(Hairline())
    row.addWidget(middle, 1)
    if drawer is not None:
        row.addWidget(drawer)
    outer.addLayout(row, 1)
    return sheet


def _column(*parts: tuple[QWidget, int]) -> QWidget:
    """Parts one above the other, each with a margin in px at the sides; the one with -1 takes the room that is left."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    margins(column, 0, 12, 0, 0, 8)
    for part, side in parts:
        if side > 0:
            row = QHBoxLayout()
            margins(row, side, 0, side, 0)
            row.addWidget(part)
            column.addLayout(row)
        else:
            column.addWidget(part, 1 if side < 0 else 0)
    return holder


def patients_sheet() -> QWidget:
    """A strong pair with the drawer open."""
    rows = [QueueRow(f"s{n}", *texts, tier="S", group="Strong") for n, texts in enumerate(_STRONG)]
    rows += [QueueRow(f"l{n}", *texts, tier="L", group="Likely") for n, texts in enumerate(_LIKELY)]
    reason = ReasonCard("reason")
    reason.put(
        "Birth date and phone are the same; the last name differs by one letter.",
        "Check: addresses and ZIP codes differ.",
    )
    table = CompareTable("compare", "Both records")
    heads = [
        RecordHead("Athena 20441", "read 2 min ago", "A", is_kept=True),
        RecordHead("eCW 88120", "read today, 07:10", "B"),
    ]
    table.put(heads, _ROWS, current="email")
    bar = ActionBar("actions")
    bar.add_left(
        Button("Keep apart", "apart", key="D"), Button("Not sure", "unsure", key="U"), Button("Ask", "ask", key="E")
    )
    keep = Pick("Keep", [("A", "A"), ("B", "B")], "keep", size="main", is_strong=True)
    bar.add_right(keep, Button("Same person, keep A", "merge", kind="primary", key="M"))
    note = Label(
        "After M it waits 15 minutes in the Outbox. Nothing leaves this computer before that.", "helper", "muted"
    )
    middle = _column((reason, 16), (table, -1), (note, 16), (bar, 0))
    return _page(_tabs("all"), _queue(rows, {"Strong": 21, "Likely": 9}), middle, _evidence())


def stop_sheet() -> QWidget:
    """A pair with a stop sign; three records beside each other in the table below it."""
    rows = [
        QueueRow(
            "1",
            "Haddad-Sorensen, Elias / Elena",
            "2019 · Athena, eCW · first name",
            "U",
            "",
            "Unsure",
            "hand-palm",
            "bad",
            "stop sign",
        ),
        QueueRow(
            "2",
            "Papadimitriou, Georgios",
            "1950 · Athena, eCW · jr or sr",
            "U",
            "",
            "Unsure",
            "hand-palm",
            "bad",
            "stop sign",
        ),
        QueueRow("3", "Smith, Robert James", "1983 · eCW, claims file · address", "U", "", "Unsure"),
        QueueRow(
            "4",
            "Oyelaran-Fitzgerald, Temitope",
            "1986 · asked Reviewer · 40 min",
            "L",
            "",
            "Waiting for a colleague",
            "question",
        ),
    ]
    reason = ReasonCard("reason")
    reason.put(
        "Last name, birth date, phone and address are the same; first name and sex differ.",
        "Check: two visits 20 minutes apart; member ids end differently.",
    )
    table = CompareTable("compare", "All records", field=112, result=146)
    heads = [
        RecordHead("Athena 31877", "read 2 min ago", "A", is_member=True),
        RecordHead("eCW 90412", "read today, 07:10", "B", is_member=True),
        RecordHead("Claims file 7781", "read yesterday", "C", is_member=False),
    ]
    both = frozenset({0, 1})
    table.put(
        heads,
        [
            CompareRow(
                "first", "First name", "different", ("Elias Gabriel", "Elena Gabrielle", "Elias"), source="choose first"
            ),
            CompareRow("sex", "Sex", "different", ("Male", "Female", "Male"), source="choose first"),
            CompareRow("mrn", "MRN", "both", ("Athena 31877", "eCW 90412", ""), both, "both kept"),
            CompareRow(
                "member",
                "Member id",
                "near",
                ("K88 ••• 1207 01", "K88 ••• 1207 02", "K88 ••• 1207 01"),
                source="choose first",
            ),
            CompareRow("next", "Next visit", "only", ("24 Nov 2026, well child", "", ""), A, "only one"),
            CompareRow("same", "Birth date", "same", ("9 May 2019",) * 3, source="same in all"),
        ],
        current="member",
    )
    stop = StopCard("stop", action="Ask an approver")
    stop.put(
        "These may be twins: same last name, birth date and address, different first names.",
        "Merging needs a second person or a written reason. Keeping them apart is remembered with who and when.",
    )
    stop.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    bar = ActionBar("actions")
    apart = Button("Keep apart: twins", "apart", kind="primary", key="D")
    bar.add_left(apart, Button("Not sure", "unsure", key="U"), Button("Ask", "ask", key="E"))
    keep = Pick("Keep", [("", "choose first")], "keep", size="main")
    bar.add_right(keep, Button("Same person, needs a reason", "merge", icon="lock-simple", key="M"))
    middle = _column((reason, 16), (table, -1), (stop, 16), (bar, 0))
    return _page(_tabs("U"), _queue(rows, {}), middle, None)
