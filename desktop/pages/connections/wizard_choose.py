"""Steps 1 and 2: which kind of system, and where it is and how to sign in there."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLineEdit, QSizePolicy, QWidget

from core.errors import BadInput, ChartmendError
from core.sync.connections import connector_kinds
from core.usecases.drafts import Draft, check_draft
from desktop import a11y, theme
from desktop.pages._page import PageContext, words_of
from desktop.pages.connections.fields import ConnectionFields, Given
from desktop.pages.connections.wizard_step import INPUT_WIDTH, Step
from desktop.pages.connections.words import ICONS, kind_sentence, kind_words, role_options
from desktop.theme import px
from desktop.widgets.draw import draw_text, rounded, text_width
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed
from desktop.words import tr

# Asked in later steps.
LATER = ("kinds", "rate", "timeout")
_NO_NAME = re.compile(r"[^a-z0-9._-]+")


class Choice(Themed, QAbstractButton):
    """A kind of connection as a large radio: icon, name, and what it is for."""

    moved = Signal(int)

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ringRadius", 10)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(kind_words(kind))
        a11y.name_widget(self, f"wizard_kind_{kind}", f"{kind_words(kind)}. {kind_sentence(kind)}")

    def sizeHint(self) -> QSize:
        """72 px high."""
        return QSize(px(560), px(72))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go through the kinds."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Card, radio, icon, words."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        fill = "accent_soft" if self.isChecked() else "hover" if self.underMouse() else "surface"
        rounded(painter, box, px(10), fill, "accent" if self.isChecked() else "border")
        ring = QRectF(px(16), box.center().y() - px(8), px(16), px(16))
        rounded(painter, ring, px(8), "surface", "accent" if self.isChecked() else "control")
        if self.isChecked():
            rounded(painter, ring.adjusted(px(4), px(4), -px(4), -px(4)), px(4), "accent")
        theme.paint_icon_at(painter, QPointF(px(60), box.center().y()), px(24), ICONS.get(self.kind, "link"), "accent")
        room = QRectF(px(88), 0, box.width() - px(104), box.height())
        draw_text(painter, QRectF(room.x(), px(12), room.width(), px(24)), self.text(), "semibold", "text")
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("muted"))
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        painter.drawText(room.adjusted(0, px(34), 0, -px(8)), flags, kind_sentence(self.kind))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as its sentence needs at this width."""
        room = max(1.0, event.size().width() - px(104))
        lines = math.ceil(text_width(kind_sentence(self.kind), "body") * 1.05 / room)
        self.setFixedHeight(px(72) + (max(1, lines) - 1) * theme.line_height("body"))
        super().resizeEvent(event)


class ChooseStep(Step):
    """Which kind of system."""

    word = "Choose"

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context, "wizard_choose", tr("What do you connect?"),
            tr("Chartmend only reads, until you switch writing on."),
        )  # fmt: skip
        self._group = QButtonGroup(self)
        self.choices = [Choice(kind) for kind in connector_kinds()]
        self.column.addSpacing(px(8))
        for choice in self.choices:
            self._group.addButton(choice)
            choice.moved.connect(lambda step, choice=choice: self._move(choice, step))
            self.column.addWidget(choice)
        self._group.buttonToggled.connect(lambda *_: self.changed.emit())
        self.column.addStretch(1)

    def _move(self, choice: Choice, step: int) -> None:
        other = self.choices[(self.choices.index(choice) + step) % len(self.choices)]
        other.setChecked(True)
        other.setFocus(Qt.FocusReason.TabFocusReason)

    def enter(self, draft: Draft) -> None:
        """Tick the kind."""
        for choice in self.choices:
            choice.setChecked(choice.kind == draft.kind)

    def leave(self, draft: Draft) -> Draft:
        """Another kind begins anew, but for the name."""
        chosen = next(choice.kind for choice in self.choices if choice.isChecked())
        return draft if chosen == draft.kind else Draft(chosen, draft.name, draft.role, path=draft.path)

    def first(self) -> QWidget | None:
        """The ticked kind."""
        return next((choice for choice in self.choices if choice.isChecked()), self.choices[0])


class SignInStep(Step):
    """Where it is, how to sign in, and what it is called here."""

    word = "Address and sign-in"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "wizard_sign_in", tr("Where is it?"))
        self.name = QLineEdit()
        self.name.textEdited.connect(lambda _text: self._typed())
        words = tr("Short, without blanks: ehr, billing. It stands in front of each record number.")
        self.name_field = Field(tr("Name"), self.name, "wizard_name", helper=words)
        self.role = Pick(tr("What it is"), role_options(), "wizard_role")
        self.fields = ConnectionFields("wizard")
        self.fields.changed.connect(self._filled)
        self.mistake = Label("", "body", "bad", is_wrapped=True)
        self.mistake.setObjectName("wizard_mistake_label")
        self._is_named = False
        self.restyle()
        self.column.addSpacing(px(8))
        self.column.addWidget(self.name_field)
        self.column.addSpacing(px(4))
        self.column.addWidget(self.role, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(px(4))
        for part in (self.fields, self.mistake):
            self.column.addWidget(part)
        self.column.addStretch(1)

    def enter(self, draft: Draft) -> None:
        """The fields of the kind, filled with what was said before."""
        kind = connector_kinds()[draft.kind]
        self.title.put(tr("Where is it?") if "url" not in {f.id for f in kind.fields} else tr("Address and sign-in"))
        self.say(kind_sentence(draft.kind))
        self.name.setText(draft.name)
        self._is_named = bool(draft.name)
        self.role.set_value(draft.role)
        given = Given(draft.url or "", draft.path or "", draft.options, draft.secrets, draft.typed)
        self.fields.ask(kind, [one.id for one in kind.fields if one.id not in LATER], given)
        self._say("")

    def leave(self, draft: Draft) -> Draft:
        """With what was typed; what later steps ask stays."""
        given = self.fields.given()
        later = {key: value for key, value in draft.options.items() if key in LATER or key == "write"}
        return replace(
            draft, name=self.name.text().strip(), role=self.role.value, url=given.url or None, path=given.path or None,
            options={**given.options, **later}, secrets=given.secrets, typed=given.typed,
            columns=draft.columns if given.path == draft.path else (),
        )  # fmt: skip

    def verify(self, draft: Draft, on: Callable[[], None]) -> None:
        """The name is free, and everything fits the kind."""
        desk = self.context.desk

        def fail(error: BaseException) -> None:
            self._blame(words_of(error))

        self._say("")
        self.context.tasks.run(lambda: check_draft(desk, draft), done=lambda _none: on(), failed=fail, owner=self)

    def _blame(self, error: ChartmendError) -> None:
        place = error.place if isinstance(error, BadInput) else ""
        if place == "name":
            self.name_field.set_mistake(f"{error.what} {error.todo}")
            self.name.setFocus()
        elif not self.fields.set_mistake(place, error.what):
            self._say(error.sentence())

    def _say(self, words: str) -> None:
        self.mistake.put(words)
        self.mistake.setVisible(bool(words))
        if not words:
            self.name_field.set_mistake("")
            self.fields.clear_mistakes()

    def _typed(self) -> None:
        self._is_named = True
        self.name_field.set_mistake("")
        self.changed.emit()

    def _filled(self) -> None:
        if not self._is_named:  # a name from the address or folder, until somebody types one
            given = self.fields.given()
            self.name.setText(_name_from_address(given.url) if given.url else _name_from(given.path))
        self.changed.emit()

    def restyle(self) -> None:
        """Inputs are no longer than can be read well."""
        super().restyle()
        for part in (getattr(self, "fields", None), getattr(self, "name_field", None)):
            if part is not None:
                part.setMaximumWidth(px(INPUT_WIDTH))

    @property
    def is_ready(self) -> bool:
        """Everything that is needed is there."""
        return bool(self.name.text().strip()) and not self.fields.lacks

    @property
    def hint(self) -> str:
        """What is still empty."""
        return "" if self.is_ready else tr("Fill in the name and the place first")

    def first(self) -> QWidget | None:
        """The address or the folder."""
        return next((self.fields.edit(name) for name in ("url", "path") if name in self.fields.names), self.name)


def _name_from_address(url: str) -> str:
    """The first word of a host's name; a number is none."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    first = host.partition(".")[0]
    return "" if first.isdigit() else _name_from(first)


def _name_from(place: str) -> str:
    """A name made of an address or a path: the last word of it that says something."""
    last = place.replace("\\", "/").rstrip("/").rpartition("/")[2].partition(":")[0].lower()
    return _NO_NAME.sub("-", last).strip("-._")[:40]
