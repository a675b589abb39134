"""The drawer of one correction: what it does, where it stands, steps by hand, and the next act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.queries.outbox import shown_change
from desktop.pages.outbox.words import field_word, look_of, sentence_of, way_of, what
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.steps_list import HandStep, StepsList, Timeline
from desktop.words import tr

# State -> (second act, main act)
_ACTS = {
    "conflict": ("drop", "conflict"),
    "failed": ("drop", "retry"),
    "staged": ("undo", "send"),
    "held": ("undo", "send"),
    "queued": ("undo", "send"),
    "awaiting-approval": ("undo", ""),
    "by-hand": ("drop", "done"),
    "verified": ("undo", ""),
}


class OutboxDrawer(Drawer):
    """`acted(verb, correction id)`: drop, retry, send, undo, done or conflict."""

    acted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("outbox_drawer", tr("One correction"), width=328, parent=parent)
        self._id = ""
        self.badge = Badge("")
        self.head = self.add_section("", "outbox_drawer_head", can_close=True)
        self.head.body.addWidget(self.badge)
        self.about = self.add_section(tr("What it means"), "outbox_drawer_about")
        self.sentence = Label("", is_wrapped=True)
        self.about.body.addWidget(self.sentence)
        self.changes = Facts("outbox_changes", tr("Changes"))
        self.about.body.addWidget(self.changes)
        self.by_hand = self.add_section(tr("Steps by hand"), "outbox_drawer_steps")
        self.steps = StepsList("outbox_steps")
        self.by_hand.body.addWidget(self.steps)
        self.standing = self.add_section(tr("Where it stands"), "outbox_drawer_way")
        self.way = Timeline("outbox_way")
        self.standing.body.addWidget(self.way)
        self.second = Button(tr("Drop it"), "outbox_drop_button")
        self.main = Button(tr("Send now"), "outbox_main_button", kind="primary")
        self.second.clicked.connect(lambda: self._tell(self.second))
        self.main.clicked.connect(lambda: self._tell(self.main))
        bar = ActionBar("outbox_action_bar")
        bar.add_left(self.second)
        bar.add_right(self.main)
        self.set_footer(bar)
        self.hide()

    def put(self, row: Mapping[str, Any], way: list[dict[str, Any]]) -> None:
        """Show a correction and the way it went."""
        self._id = row["id"]
        look = look_of(row["state"])
        self.head.title.put(what(row))
        self.badge.put(look.word, look.kind, look.icon)
        self.sentence.put(sentence_of(row))
        self.changes.put([(field_word(c["field"]), _change(c)) for c in row["changes"]])
        self.by_hand.setVisible(row["route"] == "by-hand" and bool(row["hand_steps"]))
        self.steps.put([HandStep(text, copy=text) for text in row["hand_steps"] or ()])
        self.way.put(way_of(way, row["state"]))
        second, main = _ACTS.get(row["state"], ("", ""))
        for button, verb in ((self.second, second), (self.main, main)):
            button.setProperty("verb", verb)
            button.setVisible(bool(verb))
            if verb:
                button.put(_verb_words(verb))

    def _tell(self, button: Button) -> None:
        self.acted.emit(str(button.property("verb")), self._id)


def _verb_words(verb: str) -> str:
    return {
        "drop": tr("Drop it"),
        "retry": tr("Send again"),
        "send": tr("Send now"),
        "undo": tr("Undo"),
        "done": tr("I have done this"),
        "conflict": tr("Open the conflict"),
    }[verb]


def _change(change: Mapping[str, Any]) -> str:
    before, after = (part or "—" for part in shown_change(change))
    return tr("{before} → {after}", before=before, after=after)
