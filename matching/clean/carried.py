"""How many records carry each value: what is frequent says little about one of them, and what most share nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.clean.digits import NONE, phone_numbers, ssn_numbers, text_of_number
from matching.clean.names import clean_family, clean_given
from matching.clean.packed import Places
from matching.clean.phones import clean_email
from matching.people import PeopleTable
from matching.texts import Codes, Texts, coded

# A value that this many records share says nothing about one of them (the practice's own phone, a shelter's address).
_SHARED_AT_LEAST, _SHARED_SHARE = 24, 0.002


def shared_limit(records: int) -> int:
    """A value that more than so many of `records` carry says nothing about one of them."""
    return max(_SHARED_AT_LEAST, int(_SHARED_SHARE * records))


def value_counts(table: PeopleTable) -> dict[str, dict[str, int]]:
    """How many records have each value that `Frequencies` speak of: by field given_name and family_name (compact
    form), phone, email, ssn. What is counted in parts of a table adds up to what is counted in the whole.
    """
    given = Texts.of(name.replace(" ", "") for name, _ in table.given_name.each(clean_given))
    family = Texts.of(name.replace(" ", "") for name, _ in table.family_name.each(clean_family))
    counted: dict[str, _Counted] = {
        "given_name": (given.values, _added_up(given.codes, table.given_name.counts(), len(given.values))),
        "family_name": (family.values, _added_up(family.codes, table.family_name.counts(), len(family.values))),
        **Carried.of(table).counts(),
    }
    return {
        field: {value: count for value, count in zip(_as_texts(values), records.tolist(), strict=True) if count}
        for field, (values, records) in counted.items()
    }


_Counted = tuple[Sequence[str] | Places, Places]
"""Values (numbers as in `digits`), and how many records carry each."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What several records may carry, cleaned, per value of its column.

    `emails` and `ssns` (as in `digits`) have a place per value; of all phone numbers `phone_owners` is the place of
    the value that each stands in, rising, and `phone_codes` its place in `phones`. The records are those of a value.
    """

    emails: Texts
    email_records: Places
    ssns: Places
    ssn_records: Places
    phones: Places
    phone_owners: Places
    phone_codes: Codes
    phone_records: Places

    @classmethod
    def of(cls, table: PeopleTable) -> Carried:
        """Of a table's columns."""
        owners, numbers = phone_numbers(table.phone.values)
        first, codes = coded(numbers.view(np.uint64))
        return cls(
            emails=Texts.of(table.email.each(clean_email)),
            email_records=table.email.counts(),
            ssns=ssn_numbers(table.ssn.values),
            ssn_records=table.ssn.counts(),
            phones=numbers[first],
            phone_owners=owners,
            phone_codes=codes,
            phone_records=table.phone.counts(),
        )

    def counts(self) -> dict[str, _Counted]:
        """By field: phone, email and ssn."""
        is_known = self.ssns != NONE
        ssns = self.ssns[is_known]
        first, codes = coded(ssns.view(np.uint64))
        emails, phones = self.emails, self.phones
        return {
            "email": (emails.values, _added_up(emails.codes, self.email_records, len(emails.values))),
            "ssn": (ssns[first], _added_up(codes, self.ssn_records[is_known], len(first))),
            "phone": (phones, _added_up(self.phone_codes, self.phone_records[self.phone_owners], len(phones))),
        }

    def shared(self, size: int) -> dict[str, frozenset[str]]:
        """Values that far more of `size` records carry than one person or family could, by field."""
        limit, found = shared_limit(size), {}
        for field, (values, records) in self.counts().items():
            found[field] = frozenset(
                value if isinstance(value := values[place], str) else text_of_number(int(value))
                for place in np.flatnonzero(records > limit).tolist()
            )
        return found


def _as_texts(values: Sequence[str] | Places) -> Sequence[str]:
    return list(map(text_of_number, values.tolist())) if isinstance(values, np.ndarray) else values


def _added_up(codes: Codes, counts: Places, size: int) -> Places:
    """The records of each code below `size`. `counts`: those of each entry of `codes`, of which -1 is unknown."""
    known = codes >= 0
    return np.bincount(codes[known], weights=counts[known], minlength=size).astype(np.int64)
