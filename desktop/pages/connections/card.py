"""One connected system: whether it works, how old its data is, what it can do, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.draw import rounded
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import clock_time

_ICONS = {"fhir-files": "folder-open", "tables": "stack"}
_ABLE = (
    ("can_read", "Patient", "Read"),
    ("can_update", "Patient", "Update patients"),
    ("merge", "Patient", "Merge"),
    ("can_create", "ChargeItem", "New charges"),
    ("can_update", "ChargeItem", "Change charges"),
)


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
    """`asked(verb, name)`: pull, test, pause, resume, remove or write:<mode>."""

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
        names.addWidget(
            Label(" · ".join(part for part in (_kind_words(row["kind"]), where) if part), "helper", "muted")
        )
        head.addWidget(_Tile(_ICONS.get(row["kind"], "link")))
        head.addLayout(names, 1)
        head.addWidget(Badge(*state_words(row)), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)

    def _add_facts(self, row: Mapping[str, Any]) -> None:
        line = QHBoxLayout()
        margins(line, 0, 0, 0, 0, 16)
        counts = row["counts"] or {}
        new = tr("{count} new or changed", count=f"{counts.get('landed', 0):,}") if counts else "—"
        left = Facts(f"connection_{self._name}_facts", tr("Facts"), label_width=92)
        left.put([(tr("Last pull"), clock_time(row["last_pull_at"]) or "—"), (tr("It brought"), new)])
        right = Facts(f"connection_{self._name}_more", tr("More facts"), label_width=92)
        held = tr("{count} set aside", count=row["quarantined"]) if row["quarantined"] else tr("everything was read")
        right.put([(tr("Readable"), held), (tr("Writes"), _write_words(row["write"]))])
        line.addWidget(left, 1)
        line.addWidget(right, 1)
        self.body.addLayout(line)

    def _add_abilities(self, row: Mapping[str, Any]) -> None:
        kinds = {kind["kind"]: kind for kind in (row["capabilities"] or {}).get("kinds", ())}
        line = QHBoxLayout()
        margins(line, 0, 0, 0, 0, 6)
        for ability, kind, word in _ABLE:
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
        acts = QHBoxLayout()
        margins(acts, 0, 4, 0, 0, 8)
        pause = ("resume", tr("Resume")) if row["state"] == "paused" else ("pause", tr("Pause"))
        shown = [("pull", tr("Pull now"))]
        if may_change:
            shown += [("test", tr("Test")), pause, ("remove", tr("Remove"))]
        for place, (verb, word) in enumerate(shown):
            kind = "plain" if place == 0 else "quiet"
            button = Button(word, f"connection_{self._name}_{verb}", kind=kind, size="row")
            button.clicked.connect(lambda _on=False, verb=verb: self.asked.emit(verb, self._name))
            acts.addWidget(button)
        acts.addStretch(1)
        if may_change and row["kind"] not in ("fhir-files", "tables"):
            modes = [("off", tr("off")), ("dry-run", tr("dry run")), ("on", tr("on"))]
            write = Pick(tr("Writing"), modes, f"connection_{self._name}_write")
            write.set_value(row["write"])
            write.picked.connect(lambda mode: self.asked.emit(f"write:{mode}", self._name))
            acts.addWidget(write)
        self.body.addLayout(acts)


def _kind_words(kind: str) -> str:
    words = {"fhir-r4": tr("FHIR R4 server"), "fhir-files": tr("FHIR files"), "tables": tr("Tables in a folder")}
    return words.get(kind, kind)


def _write_words(mode: str) -> str:
    return {"off": tr("off"), "dry-run": tr("shown, not sent"), "on": tr("on")}.get(mode, mode)
