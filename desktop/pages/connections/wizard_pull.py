"""Steps 4 to 7: what the system can do, what to pull, schedule and limits, and the review before anything is saved."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from core.connectors._port import Capabilities, Capability
from core.queries.connections import hold_minutes
from core.sync.connections import connector_kinds
from core.usecases.drafts import Draft, probe_draft
from desktop import a11y
from desktop.pages._page import PageContext, words_of
from desktop.pages.connections.fields import ConnectionFields, Given
from desktop.pages.connections.mapping_words import entity_words
from desktop.pages.connections.wizard_step import INPUT_WIDTH, Step
from desktop.pages.connections.words import (
    can_read,
    field_words,
    kind_words,
    resource_words,
    role_options,
    sign_in_options,
    write_options,
    write_words,
)
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.pick import Pick
from desktop.widgets.themed import margins
from desktop.words import tr

_PER_ROW = 3


class AbilitiesStep(Step):
    """What it can do: asked, or assumed."""

    word = "What it can do"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "wizard_abilities", tr("What it can do"))
        self._kinds: dict[str, Capability] = {}
        self._asked: Draft | None = None
        self.found: Capabilities | None = None
        columns = (
            Column(tr("Records"), lambda kind: resource_words(kind.kind), "strong", stretch=1.0),
            Column(tr("Read"), lambda kind: _tick(can_read(kind)), "badge", width=84),
            Column(tr("Search"), lambda kind: _tick(kind.can_search), "badge", width=84),
            Column(tr("New"), lambda kind: _tick(kind.can_create), "badge", width=84),
            Column(tr("Change"), lambda kind: _tick(kind.can_update or kind.can_patch), "badge", width=84),
            Column(tr("Merge"), lambda kind: _tick("merge" in kind.operations), "badge", width=84),
            Column(tr("Versions"), lambda kind: _tick(kind.is_versioned), "badge", width=90),
            Column(tr("Known by"), _known_by, "muted", width=148),
        )
        self.model = PagedModel(
            columns, lambda: list(self._kinds), lambda ids: {name: self._kinds[name] for name in ids}
        )
        self.table = PagedTable(self.model, "wizard_abilities_table", tr("What it can do"))
        self.facts = Label("", "helper", "muted", is_wrapped=True)
        self.column.addSpacing(px(8))
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.facts)

    def enter(self, draft: Draft) -> None:
        """Ask, unless this very draft was asked."""
        if draft == self._asked and self.found is not None:
            return
        self._asked, self.found = draft, None
        self._show({})
        self.say(tr("Asking the system…"))
        desk = self.context.desk

        def put(found: Capabilities) -> None:
            if self._asked == draft:
                self.found = found
                self._show({kind.kind: kind for kind in found.kinds if _says_something(kind)})
                self.say(self._words())
                self.facts.put(_fact_words(found))
                self.changed.emit()

        def fail(error: BaseException) -> None:
            if self._asked == draft:
                self._asked = None
                self.say(words_of(error).sentence())
                self.changed.emit()

        self.context.tasks.run(lambda: probe_draft(desk, draft), done=put, failed=fail, owner=self, lane="network")

    def _show(self, kinds: dict[str, Capability]) -> None:
        self._kinds = kinds
        self.model.reload()
        self.table.setVisible(bool(kinds))

    def _words(self) -> str:
        if not self._kinds:
            return tr(
                "What the files hold is said in the next step. Files are only read: corrections are done by hand."
            )
        if any(kind.can_update or kind.can_patch or kind.can_create for kind in self._kinds.values()):
            return tr("What cannot be written by Chartmend comes as steps by hand, with the record numbers.")
        return tr("It is only read: corrections come as steps by hand, with the record numbers.")

    @property
    def is_ready(self) -> bool:
        """It has answered."""
        return self.found is not None

    @property
    def hint(self) -> str:
        """It has not answered yet."""
        return "" if self.is_ready else tr("Waiting for the answer")


class PullStep(Step):
    """What to pull: kinds of a server, or the columns of files. `mapping_asked` opens the columns."""

    word = "What to pull"
    mapping_asked = Signal()

    def __init__(self, context: PageContext, abilities: AbilitiesStep) -> None:
        super().__init__(context, "wizard_pull", tr("What to pull"))
        self._abilities = abilities
        self._draft = Draft("csv")
        self.boxes: dict[str, QCheckBox] = {}
        self._grid_body = QWidget()
        self._grid = QGridLayout(self._grid_body)
        self.columns = QWidget()
        row = QHBoxLayout(self.columns)
        margins(row, 0, 0, 0, 0, 12)
        self.map = Button(tr("Say what the columns hold"), "wizard_mapping_button", kind="primary", size="tool")
        self.map.clicked.connect(self.mapping_asked)
        self.mapped = Label("", "body", "text", is_wrapped=True)
        row.addWidget(self.map)
        row.addWidget(self.mapped, 1, Qt.AlignmentFlag.AlignVCenter)
        self.column.addSpacing(px(8))
        for part in (self._grid_body, self.columns):
            self.column.addWidget(part)
        self.column.addStretch(1)

    def enter(self, draft: Draft) -> None:
        """The kinds that can be read, ticked as they were; or the mappings that there are."""
        self._draft = draft
        self._put_boxes(draft)
        is_mapped = draft.kind == "csv"
        self.columns.setVisible(is_mapped)
        self._grid_body.setVisible(bool(self.boxes))
        if self.boxes:
            self.say(tr("All of it is compared. Leave out what this practice does not use."))
        elif is_mapped:
            self.say(tr("Each kind of file is mapped once. Files with the same headings are read the same way."))
            self._put_mapped()
        else:
            self.say(tr("Everything in the folder is read, and again whenever a file changes."))

    def _put_mapped(self) -> None:
        words = ", ".join(entity_words(mapping.entity) for mapping in self._draft.columns)
        self.map.put(
            tr("Look at the columns") if words else tr("Say what the columns hold"),
            kind="plain" if words else "primary",
        )
        self.mapped.put(tr("Mapped: {entities}.", entities=words) if words else tr("Nothing is mapped yet."))

    def _put_boxes(self, draft: Draft) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.boxes = {}
        if "kinds" not in {one.id for one in connector_kinds()[draft.kind].fields}:
            return
        margins(self._grid, 0, 0, 0, 0, 8)
        found = self._abilities.found
        chosen = set(filter(None, draft.options.get("kinds", "").split(",")))
        for place, kind in enumerate(one.kind for one in (found.kinds if found else ()) if one.can_search):
            box = QCheckBox(resource_words(kind))
            a11y.name_widget(box, f"wizard_kind_of_record_{kind}", resource_words(kind))
            box.setChecked(not chosen or kind in chosen)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.boxes[kind] = box
            self._grid.addWidget(box, place // _PER_ROW, place % _PER_ROW)

    def leave(self, draft: Draft) -> Draft:
        """All kinds need no list: what a server offers later is pulled too."""
        if not self.boxes:
            return draft
        wanted = [kind for kind, box in self.boxes.items() if box.isChecked()]
        options = {key: value for key, value in draft.options.items() if key != "kinds"}
        if len(wanted) < len(self.boxes):
            options["kinds"] = ",".join(wanted)
        return replace(draft, options=options)

    def first(self) -> QWidget | None:
        """What has to be done here, where there is something."""
        if self._draft.kind == "csv" and not self._draft.columns:
            return self.map
        return next(iter(self.boxes.values()), None)

    @property
    def is_ready(self) -> bool:
        """Something is pulled."""
        if self._draft.kind == "csv":
            return bool(self._draft.columns)
        return not self.boxes or any(box.isChecked() for box in self.boxes.values())

    @property
    def hint(self) -> str:
        """What to do first."""
        if self.is_ready:
            return ""
        return tr("Map at least one kind of file") if self._draft.kind == "csv" else tr("Tick at least one kind")


class LimitsStep(Step):
    """When it is pulled, how fast, and whether corrections are sent."""

    word = "Schedule and limits"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "wizard_limits", tr("Schedule and limits"))
        self.schedule = Label("", "body", is_wrapped=True)
        self.schedule.put(
            tr(
                "It is pulled when somebody presses Pull now, and by each “chartmend run”: let this computer's "
                "task scheduler call that, for example every night."
            )
        )
        self.fields = ConnectionFields("wizard_limit")
        self.write = Pick(tr("Sending corrections"), write_options(), "wizard_write")
        self.write.picked.connect(lambda _mode: self._say())
        self.about = Label("", "body", "muted", is_wrapped=True)
        self._minutes: int | None = None
        self._draft = Draft("csv")
        self.column.addSpacing(px(8))
        self._pace = Label(tr("How fast"), "section")
        for part in (Label(tr("When"), "section"), self.schedule, self._pace, self.fields):
            self.column.addWidget(part)
        self.column.addWidget(Label(tr("Corrections"), "section"))
        self.column.addWidget(self.write, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.about)
        self.column.addStretch(1)

    def enter(self, draft: Draft) -> None:
        """The limits that this kind keeps to."""
        self._draft = draft
        kind = connector_kinds()[draft.kind]
        self.fields.ask(kind, ("rate", "timeout"), Given(options=draft.options))
        self.fields.setVisible(bool(self.fields.names))
        self._pace.setVisible(bool(self.fields.names))
        self.fields.setMaximumWidth(px(INPUT_WIDTH))
        self.write.setVisible(_can_write(draft))
        self.write.set_value(draft.options.get("write", "off"))
        desk = self.context.desk

        def put(minutes: int) -> None:
            self._minutes = minutes
            self._say()

        self.context.tasks.run(lambda: hold_minutes(desk), done=put, owner=self)
        self._say()

    def _say(self) -> None:
        if not _can_write(self._draft):
            self.about.put(tr("Files take no corrections: they come as steps by hand, with the record numbers."))
            return
        words = {
            "off": tr("Off: nothing is sent. Corrections come as steps by hand."),
            "dry-run": tr("Shown, not sent: each request can be looked at before it would be sent."),
            "on": tr("On: what was decided and approved is sent, and read back."),
        }[self.write.value]
        held = self._minutes
        if held is not None and self.write.value == "on":
            words = tr("{words} A decision is held for {count} minutes before it is sent.", words=words, count=held)
        self.about.put(words)

    def leave(self, draft: Draft) -> Draft:
        """With the limits, and whether corrections are sent."""
        options = {key: value for key, value in draft.options.items() if key not in ("rate", "timeout", "write")}
        options |= self.fields.given().options
        if _can_write(draft) and self.write.value != "off":
            options["write"] = self.write.value
        return replace(draft, options=options)


class ReviewStep(Step):
    """Everything once more, before it is saved."""

    word = "Review"

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context, "wizard_review", tr("Review"), tr("Nothing was saved so far. Back changes any of it.")
        )
        self.facts = Facts("wizard_review_facts", tr("Review"), label_width=200)
        self.mistake = Label("", "body", "bad", is_wrapped=True)
        self.mistake.setObjectName("wizard_review_label")
        self.column.addSpacing(px(8))
        self.column.addWidget(self.facts)
        self.column.addWidget(self.mistake)
        self.column.addStretch(1)

    def enter(self, draft: Draft) -> None:
        """All that was said, no secret among it."""
        self.mistake.put("")
        self.facts.put(review_facts(draft))

    def refuse(self, words: str) -> None:
        """Why it could not be saved."""
        self.mistake.put(words)


def review_facts(draft: Draft) -> list[tuple[str, str]]:
    """A draft as pairs of words; a secret only by how it is kept."""
    words, options = field_words(), draft.options
    found = [
        (tr("Kind"), kind_words(draft.kind)),
        (tr("Name"), draft.name),
        (tr("What it is"), dict(role_options())[draft.role]),
    ]
    found += [(words[name], text) for name, text in (("url", draft.url), ("path", draft.path)) if text]
    for name, value in options.items():
        if name == "auth":
            found.append((words["auth"], dict(sign_in_options([value]))[value]))
        elif name == "kinds":
            found.append((tr("Pulls"), ", ".join(map(resource_words, value.split(",")))))
        elif name != "write":
            found.append((words.get(name, name), value))
    found += [(words[name], place) for name, place in draft.secrets.items()]
    found += [(words[name], tr("goes into this computer's secret store")) for name in draft.typed]
    if draft.columns:
        found.append((tr("Columns"), ", ".join(entity_words(mapping.entity) for mapping in draft.columns)))
    found.append((tr("Sending corrections"), write_words(options.get("write", "off"))))
    return found


def _can_write(draft: Draft) -> bool:
    return "write" in connector_kinds()[draft.kind].checks


def _tick(can: bool) -> tuple[str, str, str]:
    return (tr("yes"), "ok", "check") if can else (tr("no"), "neutral", "x")


def _known_by(kind: Capability) -> str:
    return tr("asked the server") if kind.is_asked else tr("assumed")


def _says_something(kind: Capability) -> bool:
    return any((kind.can_read, kind.can_search, kind.can_create, kind.can_update, kind.can_patch))


def _fact_words(found: Capabilities) -> str:
    """Software, version and the like, as far as they are single values."""
    shown = {k: v for k, v in found.facts.items() if isinstance(v, str | int) and not isinstance(v, bool) and v != ""}
    return " · ".join(f"{name.replace('_', ' ')}: {value}" for name, value in shown.items())
