"""What a person chose per field of a conflict, and the rows that show it."""

from __future__ import annotations

from core.queries.conflicts import ConflictField, ConflictView
from desktop.widgets.compare_model import CompareRow, Fold, RecordHead
from desktop.widgets.letters import letters_that_differ
from desktop.words import tr
from desktop.words.moments import clock_time

MINE, THEIRS, OTHER = 0, 1, 2
_PICKS = ("mine", "theirs")
AGREED = "agreed"
# Beyond this many letters two values are different rather than nearly the same.
_MOST_LETTERS = 4


class Settling:
    """`picks`: field -> mine or theirs; `typed`: field -> another value, with its reason in `reasons`."""

    def __init__(self, view: ConflictView) -> None:
        self.view = view
        self.picks: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def choose(self, field: str, option: int) -> None:
        """Keep mine or take theirs."""
        self.typed.pop(field, None)
        self.reasons.pop(field, None)
        self.picks[field] = _PICKS[option]

    def type(self, field: str, value: str, reason: str) -> None:
        """Another value, and why."""
        self.picks.pop(field, None)
        self.typed[field] = value
        self.reasons[field] = reason

    @property
    def left(self) -> int:
        """How many fields still wait for a choice."""
        return sum(found.field not in self.picks and found.field not in self.typed for found in self.view.fields)

    @property
    def is_all_theirs(self) -> bool:
        """Whether nothing would be left to send."""
        return not self.view.agreed and not self.typed and set(self.picks.values()) == {"theirs"}

    def heads(self) -> tuple[RecordHead, ...]:
        """The three columns."""
        view = self.view
        decided = clock_time(view.decided_at)
        return (
            RecordHead(tr("When you decided"), decided, icon="clock"),
            RecordHead(tr("Your correction"), f"{view.decided_by}, {decided}", icon="note-pencil"),
            RecordHead(
                tr("{system} now", system=view.system),
                tr("read {when}", when=clock_time(view.checked_at)),
                icon="database",
            ),
        )

    def rows(self) -> tuple[CompareRow, ...]:
        """Fields to choose for, then those that nobody disagrees on under a fold."""
        return (*(self.row(found) for found in self.view.fields), *(_agreed(found) for found in self.view.agreed))

    def row_of(self, field: str) -> CompareRow:
        """One open row by its field."""
        return self.row(next(found for found in self.view.fields if found.field == field))

    def row(self, found: ConflictField) -> CompareRow:
        """A row with its choice in parts."""
        typed = self.typed.get(found.field)
        option = OTHER if typed is not None else -1
        if found.field in self.picks:
            option = _PICKS.index(self.picks[found.field])
        letters = letters_that_differ((found.mine, found.theirs))
        kind = "near" if found.mine and found.theirs and letters <= _MOST_LETTERS else "different"
        words = [tr("Keep mine"), tr("Take theirs")]
        if found.is_text:
            words.append(tr("Other") if typed is None else typed)
        return CompareRow(
            key=found.field,
            field=field_words(found.field),
            kind=kind,  # type: ignore[arg-type]
            values=(found.base, found.mine, found.theirs),
            taken=frozenset({option + 1}) if option in (MINE, THEIRS) else frozenset(),
            plain=frozenset({0}),
            options=tuple(words),
            option=option,
        )

    def folds(self) -> tuple[Fold, ...]:
        """One fold over the changes that stay as they were decided."""
        if not self.view.agreed:
            return ()
        count = len(self.view.agreed)
        text = tr("1 change nobody disagrees on") if count == 1 else tr("{n} changes nobody disagrees on", n=count)
        return (Fold(AGREED, text, ", ".join(field_words(found.field).lower() for found in self.view.agreed)),)


def _agreed(found: ConflictField) -> CompareRow:
    return CompareRow(
        key=found.field,
        field=field_words(found.field),
        kind="both",
        values=(found.base, found.mine, found.theirs),
        taken=frozenset({1}),
        source=tr("yours, nobody else changed it"),
        fold=AGREED,
    )


def field_words(name: str) -> str:
    """A field's name at the head of a row."""
    words = {
        "family_name": tr("Last name"), "given_name": tr("First name"), "middle_name": tr("Middle name"),
        "birth_date": tr("Birth date"), "sex": tr("Sex"), "ssn": tr("SSN, last 4"), "phone": tr("Phone"),
        "email": tr("Email"), "street": tr("Address"), "city": tr("City"), "state": tr("State"), "zip": tr("ZIP"),
        "deceased_on": tr("Deceased"), "merged_into": tr("Folded into"), "replaces": tr("Takes the place of"),
        "active": tr("In use"), "units": tr("Units"), "code": tr("Code"), "dos_from": tr("Date of service"),
        "rendering": tr("Provider"), "encounter": tr("Visit"), "status": tr("Status"), "amount": tr("Amount"),
    }  # fmt: skip
    return words.get(name, name.replace("_", " ").capitalize())
