"""The draft charge in the drawer: lines from documented codes, or from a template that the person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from core.days.draft import DraftLine, warnings_of
from core.queries.charge_draft import DraftView
from desktop import a11y
from desktop.pages.charges.words import warning_words
from desktop.theme import px
from desktop.widgets.banner import Banner
from desktop.widgets.button import Button, IconButton
from desktop.widgets.draw import Left, Right
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import dollars

_WIDTHS = {"code": 68, "modifiers": 58, "diagnoses": 56, "units": 44, "amount": 76}


class DraftForm(Themed, QWidget):
    """Nothing is invented: an empty form stays empty until a person types or chooses. `changed` after each key."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        a11y.name_widget(self, "charges_draft_form", tr("Draft charge"))
        self._view: DraftView | None = None
        self._rows: list[tuple[dict[str, QLineEdit], str]] = []
        self._column = QVBoxLayout(self)
        self.documented = Label("", is_wrapped=True)
        self.diagnoses = Label("", "helper", "muted", is_wrapped=True)
        self.habit = Label("", "helper", "muted", is_wrapped=True)
        self.template = Pick(tr("Add"), [("", tr("a code or template"))], "charges_template_pick")
        self.template.picked.connect(self._use)
        grid = QWidget()
        self._grid = QGridLayout(grid)
        self.add = Button(tr("Add a line"), "charges_add_line_button", size="row", icon="plus")
        self.add.clicked.connect(lambda: self._add(DraftLine(""), focus=True))
        self.total = Label("", "number_semibold", align=Right)
        self.warnings = Banner("", "charges_draft_warnings", kind="warn", is_narrow=True)
        for part in (self.documented, self.diagnoses, self.habit, self.template, grid, self.add, self.total,
                     self.warnings):  # fmt: skip
            self._column.addWidget(part)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 0, 0, 0, 0, 6)
        margins(self._grid, 0, 0, 0, 0, 4)
        for edits, _ in self._rows:
            for name, edit in edits.items():
                edit.setFixedWidth(px(_WIDTHS[name]))

    def put(self, view: DraftView) -> None:
        """Start from what is documented."""
        self._view = view
        named = [f"{code} {words}".strip() for code, words in view.documented]
        self.documented.put(", ".join(named) if named else tr("The visit’s documentation names no billing code."))
        letters = [f"{letter} {_dotted(code)}" for letter, code in zip(ascii_uppercase, view.diagnoses, strict=False)]
        self.diagnoses.put(
            tr("Diagnoses: {listed}", listed=" · ".join(letters)) if letters else tr("No diagnosis is documented.")
        )
        best = view.templates[0] if view.templates else None
        self.habit.setVisible(best is not None)
        if best is not None:
            self.habit.put(
                tr("For “{type}” at this site, {count} of {all} visits were billed with {codes}.",
                   type=view.visit_type, count=best.count, all=best.of, codes=", ".join(best.codes))
            )  # fmt: skip
        codes = [(code, tr("{code}, usual for {what}", code=code, what=words)) for code, words in view.usual]
        sets = [
            (" ".join(t.codes), tr("{codes} ({count} of {all})", codes=", ".join(t.codes), count=t.count, all=t.of))
            for t in view.templates
        ]
        self.template.set_options([("", tr("a code or template")), *codes, *sets])
        self.template.setVisible(bool(codes or sets))
        self._show(view.lines)

    def lines(self) -> list[DraftLine]:
        """The lines as they are written now; a line without a code is left out."""
        return [self._line(edits, origin) for edits, origin in self._rows if edits["code"].text().strip()]

    def focus_code(self) -> None:
        """Ask for a code."""
        empty = next((e["code"] for e, _ in self._rows if not e["code"].text().strip()), None)
        if empty is None:
            self._add(DraftLine(""), focus=True)
        else:
            empty.setFocus()

    def _use(self, codes: str) -> None:
        kept = self.lines()
        known = {line.code for line in kept}
        self._show([*kept, *(self._made(code) for code in codes.split() if code not in known)])
        self.template.set_value("")

    def _made(self, code: str) -> DraftLine:
        view = self._view
        assert view is not None
        origin = "documented" if code in {known for known, _ in view.documented} else "template"
        return DraftLine(code, 1, (), view.diagnoses[:4], view.fees.get(code), origin)

    def _show(self, lines: Sequence[DraftLine]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._rows = []
        titles = (tr("Code"), tr("Modifier"), tr("For"), tr("Units"), tr("Fee"))
        for column, title in enumerate(titles):
            side = Right if column > 2 else Left
            self._grid.addWidget(Label(title, "helper_medium", "muted", align=side), 0, column)
        for line in lines or (DraftLine(""),):
            self._add(line)
        self._tell()

    def _add(self, line: DraftLine, *, focus: bool = False) -> None:
        place = len(self._rows)
        fee = "" if line.amount is None else f"{line.amount / 100:.2f}"
        texts = {
            "code": line.code, "modifiers": " ".join(line.modifiers), "diagnoses": self._letters(line.diagnoses),
            "units": f"{line.units:g}", "amount": fee,
        }  # fmt: skip
        words = {
            "code": tr("Code, line {number}", number=place + 1),
            "modifiers": tr("Modifiers, line {number}", number=place + 1),
            "diagnoses": tr("Diagnosis letters, line {number}", number=place + 1),
            "units": tr("Units, line {number}", number=place + 1),
            "amount": tr("Fee in dollars, line {number}", number=place + 1),
        }
        edits: dict[str, QLineEdit] = {}
        for column, (name, text) in enumerate(texts.items()):
            edit = QLineEdit(text)
            a11y.name_widget(edit, f"charges_draft_{name}_{place}", words[name])
            edit.setFixedWidth(px(_WIDTHS[name]))
            if name in ("units", "amount"):
                edit.setAlignment(Right)
            edit.textEdited.connect(lambda _text: self._tell())
            edits[name] = edit
            self._grid.addWidget(edit, place + 1, column)
        edits["code"].textEdited.connect(lambda _text, edits=edits: self._priced(edits))
        edits["units"].textEdited.connect(lambda _text, edits=edits: self._priced(edits))
        drop = IconButton("x", tr("Leave line {number} out", number=place + 1), f"charges_draft_drop_{place}")
        drop.clicked.connect(lambda _on=False, edits=edits: self._drop(edits))
        self._grid.addWidget(drop, place + 1, len(texts))
        self._rows.append((edits, line.origin))
        if focus:
            edits["code"].setFocus()

    def _drop(self, edits: dict[str, QLineEdit]) -> None:
        self._show([self._line(other, origin) for other, origin in self._rows if other is not edits])

    def _priced(self, edits: dict[str, QLineEdit]) -> None:
        """The practice's own fee for the code, times the units; none where it has none."""
        fees = self._view.fees if self._view else {}
        fee, units = fees.get(edits["code"].text().strip().upper()), _number(edits["units"].text())
        edits["amount"].setText("" if fee is None or not units else f"{fee * units / 100:.2f}")
        self._tell()

    def _line(self, edits: dict[str, QLineEdit], origin: str) -> DraftLine:
        code = edits["code"].text().strip().upper()
        known = {code for code, _ in self._view.documented} if self._view else set()
        fee = _number(edits["amount"].text())
        told = origin if origin != "documented" or code in known else "typed"
        return DraftLine(
            code,
            _number(edits["units"].text()) or 0,
            tuple(edits["modifiers"].text().upper().replace(",", " ").split()),
            self._codes(edits["diagnoses"].text()),
            None if fee is None else round(fee * 100),
            "documented" if code in known else told,
        )

    def _letters(self, codes: Sequence[str]) -> str:
        known = self._view.diagnoses if self._view else ()
        return "".join(ascii_uppercase[known.index(code)] for code in codes if code in known[:12])

    def _codes(self, letters: str) -> tuple[str, ...]:
        """Letters to codes; a letter without a diagnosis stays as it is, so that it is refused instead of dropped."""
        known = dict(zip(ascii_uppercase, self._view.diagnoses if self._view else (), strict=False))
        return tuple(known.get(letter, letter) for letter in letters.upper() if letter not in " ,")

    def _tell(self) -> None:
        lines, view = self.lines(), self._view
        total = sum(line.amount or 0 for line in lines)
        self.total.put(tr("Total {money}", money=dollars(total)) if lines else "")
        documented = [code for code, _ in view.documented] if view else []
        found = warnings_of(lines, documented, view.billed if view else (), view.fees if view else {})
        self.warnings.setVisible(bool(found))
        self.warnings.put(" ".join(warning_words(one) for one in found))
        self.changed.emit()


def _dotted(code: str) -> str:
    """A diagnosis as it is printed: J45.909."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace("$", "").replace(",", ""))
    except ValueError:
        return None
