"""A step of the wizard, and the rail that shows where one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.usecases.drafts import Draft
from desktop import a11y, theme
from desktop.pages._page import PageContext
from desktop.theme import color, px
from desktop.widgets.draw import Centre, draw_text, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

INPUT_WIDTH = 640  # px at 100 %: a longer line is hard to read


class Step(Themed, QWidget):
    """One step: a title, a sentence, and what it asks. `changed` when it may have become ready, or no longer is."""

    word = ""  # in the rail
    changed = Signal()

    def __init__(self, context: PageContext, name: str, title: str, sentence: str = "") -> None:
        super().__init__()
        self.context = context
        a11y.name_widget(self, name, title)
        set_ground(self, "surface")
        self.column = QVBoxLayout(self)
        self.title = Label(title, "title")
        self.sentence = Label(sentence, "body", "muted", is_wrapped=True)
        self.column.addWidget(self.title)
        self.column.addWidget(self.sentence)
        self.sentence.setVisible(bool(sentence))
        self.restyle()

    def say(self, sentence: str) -> None:
        """The sentence below the title."""
        self.sentence.put(sentence)
        self.sentence.setVisible(bool(sentence))

    def enter(self, draft: Draft) -> None:
        """Show what the draft says."""

    def leave(self, draft: Draft) -> Draft:
        """The draft with what was said here."""
        return draft

    def verify(self, draft: Draft, on: Callable[[], None]) -> None:
        """Go on with `on` once what was said here holds."""
        on()

    @property
    def is_ready(self) -> bool:
        """Whether one can go on."""
        return True

    @property
    def hint(self) -> str:
        """Why one cannot go on, or what to know before."""
        return ""

    def first(self) -> QWidget | None:
        """What has the focus when the step is opened."""
        return None

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self.column, 28, 20, 28, 16, 8)
        self.update()


class StepRail(Themed, QWidget):
    """The steps with their numbers: done ones ticked, the one at hand on a wash."""

    def __init__(self, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._at = tuple(words), 0
        a11y.name_widget(self, "wizard_rail", tr("Steps"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.restyle()

    def put(self, at: int) -> None:
        """The step at hand, from 0."""
        self._at = at
        self.setAccessibleDescription(
            tr("Step {at} of {count}: {word}", at=at + 1, count=len(self._words), word=self._words[at])
        )
        self.update()

    def sizeHint(self) -> QSize:
        """248 px wide."""
        return QSize(theme.pane(248), px(38) * (len(self._words) + 2))

    def restyle(self) -> None:
        """Width of the look."""
        self.setFixedWidth(theme.pane(248))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas, the steps, and the promise at the bottom."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("canvas"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), color("border"))
        for number, word in enumerate(self._words):
            line = QRectF(px(12), px(20) + number * px(38), self.width() - px(24), px(36))
            if number == self._at:
                rounded(painter, line, px(8), "accent_soft", "accent" if theme.current().is_contrast else None)
            disc = QRectF(line.x() + px(8), line.center().y() - px(10), px(20), px(20))
            if number < self._at:
                rounded(painter, disc, disc.height() / 2, "accent")
                theme.paint_icon_at(painter, disc.center(), px(12), "check-bold", "on_accent")
            else:
                is_at = number == self._at
                rounded(painter, disc, disc.height() / 2, "surface", "accent" if is_at else "control")
                draw_text(painter, disc, str(number + 1), "key", "accent" if is_at else "muted", Centre)
            role, ink = ("semibold", "accent") if number == self._at else ("body", "text")
            ink = "muted" if number > self._at else ink
            draw_text(painter, line.adjusted(px(38), 0, -px(4), 0), word, role, ink)
        self._paint_promise(painter)

    def _paint_promise(self, painter: QPainter) -> None:
        bottom = self.height() - px(52)
        if bottom < px(20) + px(38) * len(self._words):
            return
        theme.paint_icon_at(painter, QPointF(px(28), bottom + px(10)), px(16), "info", "muted")
        room = QRectF(px(44), bottom, self.width() - px(60), px(40))
        painter.setFont(theme.font("helper"))
        painter.setPen(color("muted"))
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        painter.drawText(room, flags, tr("Nothing is saved before the last step."))
