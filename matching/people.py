"""People as columns: distinct values and codes per field, never one object per person. What linkage reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.texts import Texts

FIELDS = (
    "given_name",
    "middle_name",
    "family_name",
    "suffix",
    "former_name",
    "birth_date",
    "sex",
    "ssn",
    "phone",
    "email",
    "street",
    "city",
    "state",
    "zip",
    "deceased_on",
    "identifiers",
)
_ORIGIN = ("systems", "golden")


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """People records by field. `keys` are unique row ids; "" means unknown everywhere.

    `systems` names the system each record comes from. `birth_date` and `deceased_on` are ISO dates (a year or a
    year and month alone are taken), `phone` may hold several numbers joined by ";", `former_name` several names,
    `identifiers` several "assigner|value". `golden` is "index|id" where a source's own patient index says who it is:
    records of one index with two ids are not joined without a person.
    """

    keys: NDArray[np.int64]
    systems: Texts
    golden: Texts
    given_name: Texts
    middle_name: Texts
    family_name: Texts
    suffix: Texts
    former_name: Texts
    birth_date: Texts
    sex: Texts
    ssn: Texts
    phone: Texts
    email: Texts
    street: Texts
    city: Texts
    state: Texts
    zip: Texts
    deceased_on: Texts
    identifiers: Texts

    def __post_init__(self) -> None:
        count = len(self.keys)
        for name in (*_ORIGIN, *FIELDS):
            if len(getattr(self, name)) != count:
                raise ValueError(f"column {name} has another length than keys")
        # Keys that rise need no further look, which takes a second for a million.
        if not self._is_rising() and len(np.unique(self.keys)) != count:
            raise ValueError("keys are not unique")

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> PeopleTable:
        """Build from rows with `key` (else the position), `system`, `golden` and any of FIELDS.

        None and absent mean unknown.
        """
        listed = list(rows)
        keys = np.array([row.get("key", place) for place, row in enumerate(listed)], dtype=np.int64)
        columns = {name: Texts.of(as_text(row.get(name)) for row in listed) for name in FIELDS}
        systems = Texts.of(as_text(row.get("system")) for row in listed)
        return cls(keys=keys, systems=systems, golden=Texts.of(as_text(row.get("golden")) for row in listed), **columns)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[str]], systems: Sequence[str]) -> PeopleTable:
        """Take columns of FIELDS, each as long as `systems`; the other fields are unknown. Keys are the positions.

        Raises ValueError where a column is no field or has another length.
        """
        if strange := set(columns) - set(FIELDS):
            raise ValueError(f"no fields of people: {', '.join(sorted(strange))}")
        unknown = Texts.unknown(len(systems))
        fields = {name: Texts.of(columns[name]) if name in columns else unknown for name in FIELDS}
        return cls(keys=np.arange(len(systems), dtype=np.int64), systems=Texts.of(systems), golden=unknown, **fields)

    def row_of(self, key: int) -> int:
        """The position of a key. Raises KeyError when it is not there."""
        places = np.flatnonzero(self.keys == key)
        if not len(places):
            raise KeyError(key)
        return int(places[0])

    def record(self, row: int) -> dict[str, str]:
        """One record as a mapping, with its system."""
        return {"system": self.systems[row]} | {name: getattr(self, name)[row] for name in FIELDS}

    def take(self, rows: NDArray[np.int64]) -> PeopleTable:
        """The records at these positions, in this order."""
        columns = {name: getattr(self, name).take(rows) for name in (*_ORIGIN, *FIELDS)}
        return PeopleTable(keys=self.keys[rows], **columns)

    def by_key(self) -> PeopleTable:
        """The same records ordered by key, so that nothing computed from them depends on the order of the input."""
        return self if self._is_rising() else self.take(np.argsort(self.keys, kind="stable"))

    def _is_rising(self) -> bool:
        return bool(np.all(self.keys[1:] > self.keys[:-1]))


def as_text(value: Any) -> str:
    """A field's value as the text a column holds: several joined by ";", dates in ISO form, None as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ";".join(as_text(part) for part in value)
    return str(value)
