"""What holds for the whole practice: its name and time zone, how long decisions are held, and who has to agree."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit

from core.queries.settings import SettingsView
from desktop import a11y
from desktop.pages.settings.parts import SettingLine, SettingsArea, SettingsCard, Tick
from desktop.pages.settings.words import asked_words, hold_words
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.widgets.themed import margins
from desktop.words import tr

HOLDS = (0, 5, 15, 30, 60)


class PracticeSection(SettingsArea):
    """`changed(values)`: settings by name."""

    changed = Signal(object)

    def __init__(self, *, may_change: bool) -> None:
        super().__init__("practice", tr("Practice"))
        self._known: dict[str, Any] = {}
        card = SettingsCard("settings_practice", tr("Practice"))
        self.name = QLineEdit()
        self.zone = QLineEdit()
        self.zone.setPlaceholderText(tr("From the data"))
        self._zones = QStringListModel(self)
        completer = QCompleter(self._zones, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        assert popup is not None
        a11y.name_widget(popup, "settings_zone_list", tr("Time zones"))
        self.zone.setCompleter(completer)
        name = Field(tr("Name"), self.name, "settings_practice_edit", helper=tr("Stands on the unlock page."))
        helper = tr("Where the practice is: America/Chicago. Times without a zone are read so.")
        self.zone_field = Field(tr("Time zone"), self.zone, "settings_zone_edit", helper=helper)
        self.button = Button(tr("Keep"), "settings_practice_button", kind="primary", size="tool")
        self.button.clicked.connect(self._keep)
        for edit in (self.name, self.zone):
            edit.setEnabled(may_change)
            edit.textChanged.connect(lambda _text: self._look())
            edit.returnPressed.connect(self._keep)
        row = QHBoxLayout()
        margins(row, 0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.button)
        card.body.addWidget(name)
        card.body.addWidget(self.zone_field)
        card.body.addLayout(row)
        self.button.setVisible(may_change)
        self.add(card)

    def put(self, view: SettingsView) -> None:
        """Show what holds; what is being typed stays."""
        fresh = {"practice.name": view.values["practice.name"], "practice.time_zone": view.values["practice.time_zone"]}
        if fresh != self._known:
            self._known = fresh
            self.name.setText(fresh["practice.name"] or "")
            self.zone.setText(fresh["practice.time_zone"] or "")
        if self._zones.rowCount() != len(view.zones):
            self._zones.setStringList(list(view.zones))
        self.say("")
        self._look()

    def say(self, mistake: str) -> None:
        """What is wrong with the time zone."""
        self.zone_field.set_mistake(mistake)

    def _typed(self) -> dict[str, Any]:
        return {
            "practice.name": self.name.text().strip() or None,
            "practice.time_zone": self.zone.text().strip() or None,
        }

    def _look(self) -> None:
        self.button.setEnabled(self._typed() != self._known)

    def _keep(self) -> None:
        if self.button.isEnabled():
            self.changed.emit(self._typed())


class HoldsSection(SettingsArea):
    """`changed(values)`: settings by name. Each choice acts at once."""

    changed = Signal(object)

    def __init__(self, *, may_change: bool) -> None:
        super().__init__("holds", tr("Holds and approvals"))
        self._may_change = may_change
        holds = SettingsCard("settings_holds", tr("Hold before sending"))
        self.hold = Pick("", [(str(minutes), hold_words(minutes)) for minutes in HOLDS], "settings_hold")
        self.hold.picked.connect(lambda key: self.changed.emit({"outbox.hold_minutes": int(key)}))
        self.hold.setEnabled(may_change)
        helper = tr("What is decided or approved here waits so long in the Outbox and can be taken back with one key.")
        holds.body.addWidget(SettingLine(tr("Decisions wait"), self.hold, helper=helper))
        self.add(holds)
        asked = SettingsCard(
            "settings_approvals",
            tr("A second person"),
            tr("What is ticked goes to Approvals and is sent only after an approver agreed. Nobody approves their own. "
               "Many pairs accepted together always go there."),
        )  # fmt: skip
        self.ticks: dict[str, Tick] = {}
        for key, words, why in asked_words():
            tick = Tick(words, f"settings_ask_{key.replace('-', '_')}", helper=why)
            tick.box.setEnabled(may_change)
            tick.box.toggled.connect(lambda _on: self._tell())
            self.ticks[key] = tick
            asked.body.addWidget(tick)
        self.lacking = Label("", "body", "warn", is_wrapped=True)
        self.lacking.setObjectName("settings_no_approver_label")
        asked.body.addWidget(self.lacking)
        self.add(asked)
        together = SettingsCard("settings_batch", tr("Many pairs at once"))
        words = tr("Strong pairs without a stop sign may be accepted together")
        why = tr("Only after a blind check of a random sample, and with a second person. The page is Batch accept.")
        self.batch = Tick(words, "settings_batch_strong", helper=why)
        self.batch.box.setEnabled(may_change)
        self.batch.box.toggled.connect(lambda on: self.changed.emit({"batch.tiers": ["strong"] if on else []}))
        together.body.addWidget(self.batch)
        self.add(together)

    def put(self, view: SettingsView) -> None:
        """Show what holds."""
        self.batch.put(is_on=bool(view.values["batch.tiers"]))
        minutes = view.values["outbox.hold_minutes"]
        choices = sorted({*HOLDS, minutes})
        self.hold.set_options([(str(one), hold_words(one)) for one in choices], str(minutes))
        self.hold.setAccessibleName(tr("Decisions wait: {time}", time=hold_words(minutes)))
        kinds = view.values["approvals.kinds"]
        for key, tick in self.ticks.items():
            tick.put(is_on=key in kinds)
        has_approver = any(one.is_active and one.role == "approver" for one in view.people)
        words = tr(
            "Nobody has the role Approver: what is ticked would wait for ever. Set one up under People and roles."
        )
        self.lacking.put(words if kinds and not has_approver else "")
        self.lacking.setVisible(bool(kinds) and not has_approver)

    def _tell(self) -> None:
        self.changed.emit({"approvals.kinds": [key for key, tick in self.ticks.items() if tick.box.isChecked()]})
