"""One connected system: whether it works, how old its data is, what it can do, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.pages.connections.words import ICONS, kind_words, record_words, resource_words, write_words
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.draw import rounded
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import clock_time

_ABLE = (
    ("can_read", "Patient", "Read"),
    ("can_update", "Patient", "Update patients"),
    ("merge", "Patient", "Merge"),
    ("can_create", "ChargeItem", "New charges"),
    ("can_update", "ChargeItem", "Change charges"),
)


_MOST_TABLES = 5


def state_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """The state as (word, badge kind, icon)."""
    if row["state"] == "trouble" and (row["problem"] or {}).get("code") == "CM-NET-02":
        return tr("Stopped: sign-in refused"), "bad", "x-circle"
    return {
        "ok": (tr("Working"), "ok", "check-circle"),
        "new": (tr("Not pulled yet"), "neutral", "clock"),
        "running": (tr("Pulling"), "info", "arrows-clockwise"),
        "paused": (tr("Paused"), "neutral", "pause"),
        "trouble": (tr("Needs a look"), "warn", "warning-circle"),
    }[row["state"]]


class _Tile(Themed, QWidget):
    """A 36 px tile with the kind's icon."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(px(36), px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Soft ground, icon in the accent."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, px(8), "accent_soft")
        theme.paint_icon_at(painter, box.center(), px(20), self._icon, "accent")


class ConnectionCard(Card):
    """`asked(verb, name)`: pull, test, columns, edit, pause, resume, or remove once that was confirmed."""

    asked = Signal(str, str)

    def __init__(self, row: Mapping[str, Any], *, may_change: bool, parent: QWidget | None = None) -> None:
        super().__init__(f"connection_{row['name']}", padding=16, spacing=10, parent=parent)
        self._name = row["name"]
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._add_head(row)
        self._add_facts(row)
        if row["problem"] and row["state"] == "trouble":
            self.body.addWidget(Label(row["problem"]["what"], "body", "warn", is_wrapped=True))
        self._add_abilities(row)
        self._add_acts(row, may_change=may_change)

    def _add_head(self, row: Mapping[str, Any]) -> None:
        head, names = QHBoxLayout(), QVBoxLayout()
        margins(head, 0, 0, 0, 0, 12)
        margins(names, 0, 0, 0, 0, 0)
        names.addWidget(Label(row["name"], "section"))
        where = row["url"] or row["path"] or ""
        names.addWidget(Label(" · ".join(part for part in (kind_words(row["kind"]), where) if part), "helper", "muted"))
        head.addWidget(_Tile(ICONS.get(row["kind"], "link")))
        head.addLayout(names, 1)
        head.addWidget(Badge(*state_words(row)), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)

    def _add_facts(self, row: Mapping[str, Any]) -> None:
        line = QHBoxLayout()
        margins(line, 0, 0, 0, 0, 16)
        left = Facts(f"connection_{self._name}_facts", tr("Facts"), label_width=92)
        left.put([(tr("Last pull"), clock_time(row["last_pull_at"]) or "—"), (tr("Next pull"), _next_words(row))])
        right = Facts(f"connection_{self._name}_more", tr("More facts"), label_width=92)
        held = tr("{count} rows or files set aside", count=f"{row['quarantined']:,}")
        right.put(
            [
                (tr("Records"), _records_words(row["records"])),
                (tr("Unreadable"), held) if row["quarantined"] else (tr("Writes"), write_words(row["write"])),
            ]
        )
        line.addWidget(left, 1)
        line.addWidget(right, 1)
        self.body.addLayout(line)

    def _add_abilities(self, row: Mapping[str, Any]) -> None:
        kinds = {kind["kind"]: kind for kind in (row["capabilities"] or {}).get("kinds", ())}
        line = QHBoxLayout()
        margins(line, 0, 0, 0, 0, 6)
        # Files are only read: there it counts which tables they give.
        tables = [kind for kind in kinds if kind.islower()]
        read = [resource_words(kind) for kind in tables if kinds[kind].get("can_read")]
        for word in read[:_MOST_TABLES]:
            badge = Badge(word, "neutral", "check")
            badge.setAccessibleName(tr("{ability}: yes", ability=word))
            line.addWidget(badge)
        for ability, kind, word in () if tables else _ABLE:
            found = kinds.get(kind, {})
            can = ability in found.get("operations", ()) if ability == "merge" else bool(found.get(ability))
            can |= ability == "can_read" and bool(found.get("can_search"))  # a pull searches, files are only read
            badge = Badge(tr(word), "neutral", "check" if can else "x")
            said = tr("{ability}: yes") if can else tr("{ability}: no")
            badge.setAccessibleName(said.format(ability=tr(word)))
            line.addWidget(badge)
        line.addStretch(1)
        if kinds:
            self.body.addLayout(line)

    def _add_acts(self, row: Mapping[str, Any], *, may_change: bool) -> None:
        pause = ("resume", tr("Resume")) if row["state"] == "paused" else ("pause", tr("Pause"))
        shown = [("pull", tr("Pull now"))]
        if may_change:
            columns = [("columns", tr("Columns"))] if row["kind"] == "csv" else []
            shown += [("test", tr("Test")), *columns, ("edit", tr("Edit")), pause, ("remove", tr("Remove"))]
        self.acts = QWidget()
        acts = QHBoxLayout(self.acts)
        margins(acts, 0, 4, 0, 0, 8)
        for place, (verb, word) in enumerate(shown):
            kind = "plain" if place == 0 else "quiet"
            button = Button(word, f"connection_{self._name}_{verb}", kind=kind, size="row")
            button.clicked.connect(lambda _on=False, verb=verb: self._press(verb))
            acts.addWidget(button)
        acts.addStretch(1)
        self.body.addWidget(self.acts)
        self._add_question()

    def _add_question(self) -> None:
        """Removing asks, in place."""
        self.question = QWidget()
        a11y.name_widget(self.question, f"connection_{self._name}_question", tr("Remove it?"))
        column = QVBoxLayout(self.question)
        margins(column, 0, 4, 0, 0, 8)
        words = tr("Remove {name}? What it delivered is kept. Its secrets are forgotten.", name=self._name)
        column.addWidget(Label(words, "body", is_wrapped=True))
        row = QHBoxLayout()
        yes = Button(
            tr("Remove it"), f"connection_{self._name}_remove_yes", kind="danger", size="row", is_decision=True
        )
        yes.clicked.connect(lambda: self.asked.emit("remove", self._name))
        self.keep = Button(tr("Keep it"), f"connection_{self._name}_remove_no", size="row")
        self.keep.clicked.connect(self._keep)
        for button in (yes, self.keep):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.body.addWidget(self.question)
        self.question.hide()

    def _press(self, verb: str) -> None:
        if verb != "remove":
            self.asked.emit(verb, self._name)
            return
        self.acts.hide()
        self.question.show()
        self.keep.setFocus()

    def _keep(self) -> None:
        self.question.hide()
        self.acts.show()


def _next_words(row: Mapping[str, Any]) -> str:
    if row["state"] == "paused":
        return tr("not before you resume")
    if row["state"] == "trouble" and (row["problem"] or {}).get("code") == "CM-NET-02":
        return tr("not before you act")
    return tr("when asked, or by schedule")


def _records_words(records: Mapping[str, int]) -> str:
    """The kind that says most."""
    return next((record_words(entity, count) for entity, count in records.items()), "—")
