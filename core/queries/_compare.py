"""Two or more patient records laid side by side: what is the same, nearly the same, different, or only on one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from matching.clean.addresses import clean_street, clean_zip
from matching.clean.names import clean_name, fold
from matching.clean.phones import clean_email, clean_phones
from matching.people import as_text
from matching.survive import Kept

SAME, NEAR, DIFFERENT, ONLY, BOTH, HIDDEN, HISTORY = "same", "near", "different", "only", "both", "hidden", "history"

# Field, label, and whether several values may stand side by side.
_FIELDS = (
    ("family_name", "Last name"),
    ("given_name", "First name"),
    ("middle_name", "Middle name"),
    ("suffix", "Suffix"),
    ("former_name", "Former name"),
    ("birth_date", "Birth date"),
    ("sex", "Sex"),
    ("number", "MRN"),
    ("ssn", "SSN, last 4"),
    ("member_id", "Member id"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("street", "Address"),
    ("city", "City"),
    ("state", "State"),
    ("zip", "ZIP"),
    ("payer", "Insurance"),
    ("deceased_on", "Deceased"),
    ("last_visit_on", "Last visit"),
    ("next_visit_on", "Next visit"),
    ("open_orders", "Open orders"),
)
_ADD_UP = frozenset({"number", "member_id", "payer", "last_visit_on", "next_visit_on", "open_orders"})
_SEVERAL = frozenset({"phone", "email"})
MASKED = frozenset({"ssn", "member_id"})
"""Fields whose values leave this layer shortened; the whole value is asked for one at a time."""
_NEAR_RATIO = 0.75
_SHOWN_END, _SHOWN_START = 4, 3


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One field: a value per record ("" where it has none), what kind of row it is, and which value is kept and why.

    `marks` gives per value the ranges of letters that differ. `kept` is the place of the record whose value the kept
    record will carry, None where all are kept. `can_choose` says whether a person may pick another side,
    `can_keep_both` whether the values may stand side by side. The values of a masked row are shortened already.
    """

    field: str
    label: str
    kind: str
    values: tuple[str, ...]
    marks: tuple[tuple[tuple[int, int], ...], ...]
    kept: int | None
    rule: str
    can_choose: bool
    is_masked: bool = False
    can_keep_both: bool = False


def compare_rows(records: Sequence[Mapping[str, Any]], golden: Mapping[str, Kept]) -> tuple[CompareRow, ...]:
    """All fields that some record knows, in the order a person looks at them."""
    found = []
    for field, label in _FIELDS:
        values = tuple(as_text(record.get(field)) for record in records)
        if any(values):
            found.append(_row(field, label, values, golden.get(field)))
    return tuple(found)


def _row(field: str, label: str, values: tuple[str, ...], kept: Kept | None) -> CompareRow:
    kind = _kind(field, values)
    if field in _ADD_UP:
        kind = SAME if kind == SAME and field not in ("number", "last_visit_on", "next_visit_on") else BOTH
    elif field == "former_name":
        kind = HISTORY
    is_masked = field in MASKED
    if is_masked:
        # Which letters differ is not said of a value that is hidden.
        kind = {SAME: HIDDEN, NEAR: DIFFERENT}.get(kind, kind)
    adds_up = kind in (BOTH, HISTORY)
    return CompareRow(
        field=field,
        label=label,
        kind=kind,
        values=tuple(mask(field, value) for value in values) if is_masked else values,
        marks=_marks(values) if kind == NEAR else tuple(() for _ in values),
        kept=None if adds_up or kept is None else kept.from_index,
        rule="both are kept" if adds_up else kept.rule if kept else "",
        can_choose=kind in (NEAR, DIFFERENT, ONLY),
        is_masked=is_masked,
        can_keep_both=field in _SEVERAL and kind in (NEAR, DIFFERENT),
    )


def mask(field: str, value: str) -> str:
    """A hidden value as it may be shown: the last four of a Social Security number, the ends of a member id."""
    if field not in MASKED or not value:
        return value
    if field == "ssn":
        return f"••• {''.join(ch for ch in value if ch.isalnum())[-_SHOWN_END:]}"
    parts = [part.strip() for part in value.split(",")]
    return ", ".join(f"{part[:_SHOWN_START]} ••• {part[-_SHOWN_END:]}" if len(part) > 8 else "•••" for part in parts)


def plain(field: str, value: Any) -> str:
    """Any value of a record as one line of text, shortened where the field is hidden."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(field, one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(plain(field, one) for one in value.values() if one is not None)
    return mask(field, as_text(value))


def _kind(field: str, values: tuple[str, ...]) -> str:
    known = [value for value in values if value]
    cleaned = {_clean(field, value) for value in known}
    if len(cleaned) == 1:
        return SAME if len(known) == len(values) else ONLY
    if len(known) < 2:
        return ONLY
    pairs = [(a, b) for i, a in enumerate(known) for b in known[i + 1 :]]
    return NEAR if all(_is_near(a, b) for a, b in pairs) else DIFFERENT


def _clean(field: str, value: str) -> str:
    if field in ("family_name", "given_name", "middle_name"):
        return str(clean_name(value))
    if field == "phone":
        return ";".join(clean_phones(value))
    if field == "street":
        return " ".join(clean_street(value)).strip()
    if field == "zip":
        return str(clean_zip(value))
    if field == "email":
        return str(clean_email(value))
    if field == "ssn":
        return "".join(ch for ch in value if ch.isdigit())
    return str(fold(value))


def _is_near(a: str, b: str) -> bool:
    one, other = fold(a), fold(b)
    if len(one) > 1 and len(other) > 1 and (one.startswith(other) or other.startswith(one)):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR_RATIO


def _marks(values: tuple[str, ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The letters in each value that the first other value does not have at that place."""
    known = [value for value in values if value]
    marks = []
    for value in values:
        other = next((v for v in known if v != value), value)
        matcher = SequenceMatcher(None, value.casefold(), other.casefold(), autojunk=False)
        ranges = [(i, j) for op, i, j, _, _ in matcher.get_opcodes() if op != "equal" and j > i]
        marks.append(tuple(ranges) if value else ())
    return tuple(marks)
