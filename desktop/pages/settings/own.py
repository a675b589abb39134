"""Privacy and appearance: the practice's lock time, and what everybody sets for themselves."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from core.queries.about import About
from core.queries.settings import SettingsView
from desktop import a11y
from desktop.pages.settings.parts import SettingLine, SettingsArea, SettingsCard, Tick
from desktop.pages.settings.words import mode_words
from desktop.shell.memory import CLEARINGS_S, SCALES, Memory
from desktop.widgets.facts import Facts
from desktop.widgets.pick import Pick
from desktop.words import tr

LOCKS = (2, 5, 10, 15, 20, 30)


class PrivacySection(SettingsArea):
    """`changed(values)` for the practice; the other signals are for oneself."""

    changed = Signal(object)
    cover_switched = Signal(bool)
    counter_switched = Signal(bool)
    clearing_chosen = Signal(int)

    def __init__(self, *, may_change: bool) -> None:
        super().__init__("privacy", tr("Privacy"))
        locking = SettingsCard("settings_locking", tr("Lock"))
        self.lock = Pick("", [(str(minutes), _minutes(minutes)) for minutes in LOCKS], "settings_lock")
        self.lock.picked.connect(lambda key: self.changed.emit({"privacy.lock_minutes": int(key)}))
        self.lock.setEnabled(may_change)
        helper = tr("For everybody here. It is said a minute before, and any key stays. The work is kept.")
        if not may_change:
            helper = tr("For everybody here; an administrator sets it. It is said a minute before, and any key stays.")
        locking.body.addWidget(SettingLine(tr("Without key or mouse it locks after"), self.lock, helper=helper))
        self.add(locking)
        yours = SettingsCard("settings_own_privacy", tr("Yours"))
        self.cover = Tick(
            tr("Cover the window when I look elsewhere"),
            "settings_cover",
            helper=tr("A plain panel lies over it 20 seconds after another program has the focus. Ctrl+Shift+H covers "
                      "at once."),
        )  # fmt: skip
        self.cover.box.toggled.connect(self.cover_switched)
        yours.body.addWidget(self.cover)
        self.counter = Tick(
            tr("Others can see this screen"),
            "settings_counter",
            helper=tr("Lists of patients then show no year of birth and no address, as at a front counter."),
        )
        self.counter.box.toggled.connect(self.counter_switched)
        yours.body.addWidget(self.counter)
        self.clearing = Pick("", [(str(one), _seconds(one)) for one in CLEARINGS_S], "settings_clipboard")
        self.clearing.picked.connect(lambda key: self.clearing_chosen.emit(int(key)))
        honest = tr("It is marked as sensitive, and cleared only while it is still ours. A program that records the "
                    "clipboard may ignore both.")  # fmt: skip
        yours.body.addWidget(SettingLine(tr("A copied patient value is cleared after"), self.clearing, helper=honest))
        self.add(yours)

    def put(self, view: SettingsView) -> None:
        """Show what holds."""
        minutes = view.values["privacy.lock_minutes"]
        choices = sorted({*LOCKS, minutes})
        self.lock.set_options([(str(one), _minutes(one)) for one in choices], str(minutes))
        self.lock.setAccessibleName(tr("Locks after {time}", time=_minutes(minutes)))

    def put_own(self, memory: Memory) -> None:
        """Show what this person chose."""
        self.cover.put(is_on=memory.covers_when_away)
        self.counter.put(is_on=memory.is_at_counter)
        self.clearing.set_value(str(memory.clear_after_s))
        self.clearing.setAccessibleName(tr("A copied patient value is cleared after {time}", time=self.clearing.text()))


class LookSection(SettingsArea):
    """`chosen(values)`: mode, scale, is_motion_on or has_single_keys, as the memory takes them."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("look", tr("Appearance"))
        colours = SettingsCard("settings_colours", tr("Colours"))
        self.modes: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for mode, words in mode_words():
            button = QRadioButton(words)
            a11y.name_widget(button, f"settings_mode_{mode}", words)
            button.toggled.connect(lambda is_on, mode=mode: self._tell(mode=mode) if is_on else None)
            self._group.addButton(button)
            self.modes[mode] = button
            colours.body.addWidget(button)
        self.add(colours)
        reading = SettingsCard("settings_reading", tr("Reading and moving"))
        sizes = [(str(scale), tr("{percent} %", percent=round(scale * 100))) for scale in SCALES]
        self.scale = Pick("", sizes, "settings_scale")
        self.scale.picked.connect(lambda key: self._tell(scale=float(key)))
        reading.body.addWidget(SettingLine(tr("Text size"), self.scale))
        self.motion = Tick(tr("Motion"), "settings_motion", helper=tr("Decided rows fade, drawers slide."))
        self.keys = Tick(
            tr("Single letters act"),
            "settings_keys",
            helper=tr("M, D, A and the like, while a list or its table has the focus. Every one has a button too."),
        )
        self.motion.box.toggled.connect(lambda is_on: self._tell(is_motion_on=is_on))
        self.keys.box.toggled.connect(lambda is_on: self._tell(has_single_keys=is_on))
        reading.body.addWidget(self.motion)
        reading.body.addWidget(self.keys)
        self.add(reading)

    def put_own(self, memory: Memory) -> None:
        """Show what this person chose, here or elsewhere in the window."""
        for mode, button in self.modes.items():
            button.blockSignals(True)
            button.setChecked(memory.mode == mode)
            button.blockSignals(False)
        self.scale.set_value(str(memory.scale))
        self.scale.setAccessibleName(tr("Text size: {size}", size=self.scale.text()))
        self.motion.put(is_on=memory.is_motion_on)
        self.keys.put(is_on=memory.has_single_keys)

    def _tell(self, **chosen: Any) -> None:
        self.chosen.emit(chosen)


class AboutSection(SettingsArea):
    """Version, licence, and the parts of others."""

    def __init__(self) -> None:
        super().__init__("about", tr("About"))
        ours = SettingsCard("settings_about", "Chartmend", tr("Patients, visits and charges that agree."))
        self.facts = Facts("settings_version", tr("This program"), label_width=120)
        ours.body.addWidget(self.facts)
        self.add(ours)
        others = SettingsCard(
            "settings_licences",
            tr("Parts that others made"),
            tr("With thanks. Each comes under the licence beside it."),
        )
        self.parts = Facts("settings_parts", tr("Parts and their licences"), label_width=240)
        others.body.addWidget(self.parts)
        self.add(others)

    def put(self, about: About, home: str) -> None:
        """Show them."""
        rows = [(tr("Version"), about.version)] if about.version else []
        self.facts.put([*rows, (tr("Licence"), about.licence), (tr("Store"), home)])
        self.parts.put([(part.name, part.licence) for part in about.parts])


def _minutes(minutes: int) -> str:
    return tr("{minutes} minutes", minutes=minutes)


def _seconds(seconds: int) -> str:
    return tr("{seconds} seconds", seconds=seconds)
