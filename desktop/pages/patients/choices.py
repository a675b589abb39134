"""What a person chose for the pair at hand, before it is decided: which record stays, whose values, who belongs."""

from __future__ import annotations

from collections.abc import Mapping

from core.decisions.decide import BOTH, Answer
from core.queries._compare import CompareRow as FoundRow
from core.queries.pair import NOT_FLAGGED, PairView, SideRecord
from desktop.pages.patients.words import read_words, record_name, rule_words, value_words
from desktop.widgets.compare_model import CompareRow, RecordHead
from desktop.widgets.letters import Piece
from desktop.words import tr


class Choices:
    """Starts with what the rules suggest; `picks` are fields that a person chose a side for."""

    def __init__(self, view: PairView) -> None:
        self.view = view
        self.keep = view.keep
        self.picks: dict[str, int] = {}
        self.both: set[str] = set()
        self.left_out: set[int] = set(range(len(view.records))) - set(view.members)
        self.revealed: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def members(self) -> list[int]:
        """Places of the records that belong to this person."""
        return [place for place in range(len(self.view.records)) if place not in self.left_out]

    @property
    def kept(self) -> SideRecord:
        """The record that stays."""
        return self.view.records[self.keep]

    @property
    def is_stopped(self) -> bool:
        """Whether a stop sign stands."""
        return bool(self.stops)

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop signs on the records that belong, in words."""
        members = set(self.members)
        return tuple(dict.fromkeys(sign.words for sign in self.view.signs if sign.concerns(members)))

    def switch(self) -> None:
        """Keep the next record that belongs."""
        members = self.members
        self.keep = members[(members.index(self.keep) + 1) % len(members)]

    def set_keep(self, place: int) -> None:
        """Keep this record."""
        if place in self.members:
            self.keep = place

    def toggle(self, place: int) -> bool:
        """Leave a record out or take it in; two at least stay. Whether it was done."""
        if place in self.left_out:
            self.left_out.discard(place)
        elif len(self.members) <= 2:
            return False
        else:
            self.left_out.add(place)
        if self.keep in self.left_out:
            self.keep = self.members[0]
        return True

    def pick(self, field: str, place: int) -> bool:
        """Take a side's value for a field. Whether that side has one to give."""
        row = next(row for row in self.view.rows if row.field == field)
        if not row.can_choose or not row.values[place] or place in self.left_out:
            return False
        self.picks[field] = place
        self.both.discard(field)
        return True

    def keep_both(self, field: str) -> bool:
        """Keep the values of all records side by side. Whether the field may have several."""
        row = next(row for row in self.view.rows if row.field == field)
        if row.can_keep_both:
            self.both.add(field)
            self.picks.pop(field, None)
        return row.can_keep_both

    def result_of(self, row: FoundRow) -> int | None:
        """Whose value the kept record will carry; None where all stay."""
        if row.kind == "hidden":
            return self.keep
        if row.kept is None or row.field in self.both:
            return None
        chosen = self.picks.get(row.field)
        if chosen is not None and chosen in self.members:
            return chosen
        # A rule has no say over records that may be two people: nothing moves that nobody chose.
        if self.is_stopped or row.kept in self.left_out:
            return self.keep
        return row.kept

    def takes(self) -> Mapping[str, str]:
        """Field -> the record whose value goes onto the kept one, where it is not there already."""
        found = dict.fromkeys(sorted(self.both), BOTH)
        for row in self.view.rows:
            place = self.result_of(row)
            if row.can_choose and place is not None and place != self.keep and row.values[place]:
                found[row.field] = str(self.view.records[place].ref)
        return found

    def answer(self, answer: str, reason: str = "") -> Answer:
        """The decision in the form that is recorded."""
        if answer != "same-person":
            return Answer(self.view.key, answer, reason=reason)
        left_out = tuple(self.view.records[place].ref for place in sorted(self.left_out))
        return Answer(self.view.key, answer, self.kept.ref, self.takes(), left_out, reason)

    def heads(self) -> tuple[RecordHead, ...]:
        """Heads of the columns; in groups each with its tick."""
        is_group = len(self.view.records) > 2
        is_open = self.view.status in ("open", NOT_FLAGGED)
        is_one_system = len({side.ref.system for side in self.view.records}) == 1
        return tuple(
            RecordHead(
                title=side.number if is_group and is_one_system else record_name(side),
                subtitle=read_words(side.read_at),
                letter=side.letter,
                is_kept=place == self.keep and not (self.is_stopped and is_open),
                is_member=place not in self.left_out if is_group else None,
            )
            for place, side in enumerate(self.view.records)
        )

    def rows(self) -> tuple[CompareRow, ...]:
        """Rows of the comparison as they stand now."""
        return tuple(self.row(row) for row in self.view.rows)

    def row_of(self, field: str) -> CompareRow:
        """One row by its field."""
        return self.row(next(row for row in self.view.rows if row.field == field))

    def row(self, row: FoundRow) -> CompareRow:
        """One row as the table takes it."""
        field, values = self.revealed
        is_shown = field == row.field
        shown = values if is_shown else tuple(value_words(row.field, value) for value in row.values)
        place = self.result_of(row)
        filled = frozenset(p for p, value in enumerate(row.values) if value)
        kind = ("different" if len(set(values)) > 1 else "both") if is_shown and row.kind == "hidden" else row.kind
        return CompareRow(
            key=row.field,
            field=row.label,
            kind=kind,  # type: ignore[arg-type]  # both layers use the same words
            values=shown,
            taken=filled if place is None else frozenset({place}) & filled,
            source=self._source(row),
            is_by_person=row.field in self.picks or row.field in self.both,
            can_keep_both=row.can_keep_both,
            history=filled if row.kind == "history" else frozenset(),
            difference=_difference(row, self.view),
            pieces=tuple((Piece(value, False),) for value in shown) if is_shown else (),
        )

    def _source(self, row: FoundRow) -> str:
        if row.field in self.picks or row.field in self.both:
            return tr("you")
        is_ruled = row.kept is not None and self.result_of(row) == row.kept and not self.is_stopped
        if row.can_choose and not is_ruled:
            return tr("kept record") if row.values[self.keep] else tr("not taken")
        return rule_words(row)


def _difference(row: FoundRow, view: PairView) -> str:
    """In words how two nearly equal values differ, as the matching layer says it."""
    if row.kind != "near" or len(row.values) > 2:
        return ""
    said = next((weight.words for weight in view.weights if weight.field == row.field), "")
    return tr("nearly the same: {words}", words=said) if said else ""
