"""A people table made comparable: codes into lists of distinct values, digits as byte matrices. -1 means unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.clean._nicknames import in_names
from matching.clean.addresses import clean_city, clean_street, clean_zip
from matching.clean.dates import date_parts
from matching.clean.identifiers import clean_identifiers, clean_sex, clean_ssn
from matching.clean.marks import Marks, marks_of
from matching.clean.names import clean_family, clean_given, clean_name, clean_suffix, parts_of, sound
from matching.clean.phones import clean_email, clean_phones
from matching.people import PeopleTable
from matching.texts import Codes, Texts

_Number = TypeVar("_Number", bound=np.generic)
SUFFIXES = ("", "sr", "jr", "iii", "iv")
_PHONES_KEPT, _IDENTIFIERS_KEPT = 3, 6
# Names below this count are rare anyway and are not kept as frequencies.
COUNT_KEPT = 3
# A value that this many records share says nothing about one of them (the practice's own phone, a shelter's address).
_SHARED_AT_LEAST, _SHARED_SHARE = 24, 0.002


@dataclass(frozen=True, slots=True)
class Distinct:
    """A text column as distinct values and one code per record."""

    values: list[str]
    codes: Codes
    value_marks: Marks  # per distinct value

    @property
    def marks(self) -> Marks:
        """One mark per record: what blocking keys are made of."""
        return of_codes(self.codes, self.value_marks)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which records have a value."""
        return self.codes >= 0


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often values occur among `records` records: names (compact form) that are not rare, and values that so many
    records share that they say nothing. Kept with the model, so that two records alone are judged as in their table.
    """

    records: int
    given_name: Mapping[str, int]
    family_name: Mapping[str, int]
    shared: Mapping[str, frozenset[str]]  # by field: phone, email, ssn


@dataclass(frozen=True, slots=True)
class Names:
    """All names of all columns in one vocabulary, so that names of different columns can be compared by code."""

    values: list[str]
    compact: list[str]  # without blanks
    compact_code: Codes  # equal for names that differ in blanks alone
    compact_mark: Marks
    length: NDArray[np.int16]  # letters
    initial: Marks  # of the first letter
    parts: list[frozenset[str]]  # words that can stand for the whole
    is_double: NDArray[np.bool_]  # more than one word
    sound_mark: Marks
    given: Codes
    middle: Codes
    family: Codes
    former: Codes
    given_count: NDArray[np.int64]  # records per compact code
    family_count: NDArray[np.int64]
    counted: int  # records that were counted
    nickname_pairs: NDArray[np.int64]  # sorted a * len(values) + b, both ways
    roots: Marks  # (len(values), 3): full forms that a nickname may stand for


@dataclass(frozen=True, slots=True)
class Columns:
    """What comparators and blocking keys read. All arrays have one row per record, in the table's order."""

    size: int
    system: Codes
    names: Names
    suffix: NDArray[np.int8]  # place in SUFFIXES
    birth: NDArray[np.int16]  # (n, 3): year, month, day; 0 unknown
    sex: NDArray[np.int8]  # 0 unknown, 1 female, 2 male
    ssn: NDArray[np.uint8]  # (n, 9) digits
    ssn_digits: NDArray[np.int8]  # 0, 4 (only the last four are known) or 9
    phone: Codes  # (n, up to 3) into phone_digits
    phone_digits: NDArray[np.uint8]  # (values, 10)
    email: Distinct
    mailbox: Distinct
    house: Distinct
    street: Distinct
    unit: Distinct
    zip: Distinct
    city: Distinct
    identifier: Codes  # (n, up to 6) code of assigner and value
    identifier_marks: Marks  # per code of an identifier
    assigner: Codes  # (n, up to 6) code of the assigner
    shared: Mapping[str, frozenset[str]]  # values treated as unknown because too many records carry them


def columns_of(
    table: PeopleTable, nicknames: Mapping[str, Sequence[str]], frequencies: Frequencies | None = None
) -> Columns:
    """Clean every column of a table.

    `nicknames` maps a full given name to its short forms. Without `frequencies` they are counted in this table.
    """
    emails, ssns = table.email.each(clean_email), table.ssn.each(clean_ssn)
    phones = table.phone.each(clean_phones)
    shared = frequencies.shared if frequencies else _shared_values(table, emails, ssns, phones)
    names, suffix = _names(table, nicknames, frequencies)
    addresses = table.street.each(clean_street)
    mail = recoded(table.email, ("" if value in shared["email"] else value for value in emails))
    phone, phone_digits = _phones(table.phone, phones, shared["phone"])
    numbers = ["" if value in shared["ssn"] else value for value in ssns]
    identifier, identifier_marks, assigner = _identifiers(table.identifiers)
    return Columns(
        size=len(table),
        system=table.systems.codes,
        names=names,
        suffix=suffix,
        birth=_gathered(table.birth_date, np.array(table.birth_date.each(date_parts), dtype=np.int16).reshape(-1, 3)),
        sex=_gathered(
            table.sex, np.array([" fm".index(sex or " ") for sex in table.sex.each(clean_sex)], dtype=np.int8)
        ),
        ssn=_gathered(table.ssn, _digits(numbers, 9), unknown=ord(" ")),
        ssn_digits=_gathered(table.ssn, np.array([len(number) for number in numbers], dtype=np.int8)),
        phone=phone,
        phone_digits=phone_digits,
        email=mail,
        mailbox=_mailboxes(mail),
        house=recoded(table.street, (number for number, _, _ in addresses)),
        street=recoded(table.street, (words for _, words, _ in addresses)),
        unit=recoded(table.street, (unit for _, _, unit in addresses)),
        zip=recoded(table.zip, table.zip.each(clean_zip)),
        city=recoded(table.city, table.city.each(clean_city)),
        identifier=identifier,
        identifier_marks=identifier_marks,
        assigner=assigner,
        shared=shared,
    )


def frequencies_of(columns: Columns) -> Frequencies:
    """What to keep of a table's frequencies."""
    names = columns.names
    return Frequencies(
        records=names.counted,
        given_name=_kept(names.compact, names.compact_code, names.given_count),
        family_name=_kept(names.compact, names.compact_code, names.family_count),
        shared=columns.shared,
    )


def _kept(compact: list[str], compact_code: Codes, counts: NDArray[np.int64]) -> dict[str, int]:
    return {
        name: int(counts[code])
        for name, code in zip(compact, compact_code.tolist(), strict=True)
        if counts[code] >= COUNT_KEPT
    }


def _shared_values(
    table: PeopleTable, emails: list[str], ssns: list[str], phones: list[tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    """Values that far more records carry than one person or family could."""
    limit = shared_limit(len(table))
    return {
        field: frozenset(texts.values[place] for place in np.flatnonzero(records > limit).tolist())
        for field, (texts, records) in _carried(table, emails, ssns, phones).items()
    }


def shared_limit(records: int) -> int:
    """A value that more than so many of `records` carry says nothing about one of them."""
    return max(_SHARED_AT_LEAST, int(_SHARED_SHARE * records))


def value_counts(table: PeopleTable) -> dict[str, dict[str, int]]:
    """How many records have each value that `Frequencies` speak of: by field given_name and family_name (compact
    form), phone, email, ssn. What is counted in parts of a table adds up to what is counted in the whole.
    """
    given = [name.replace(" ", "") for name, _ in table.given_name.each(clean_given)]
    family = [name.replace(" ", "") for name, _ in table.family_name.each(clean_family)]
    carried = _carried(table, table.email.each(clean_email), table.ssn.each(clean_ssn), table.phone.each(clean_phones))
    counted = {
        "given_name": _added_up(given, table.given_name.counts()),
        "family_name": _added_up(family, table.family_name.counts()),
        **carried,
    }
    return {
        field: {value: count for value, count in zip(texts.values, records.tolist(), strict=True) if count}
        for field, (texts, records) in counted.items()
    }


def _carried(
    table: PeopleTable, emails: list[str], ssns: list[str], phones: list[tuple[str, ...]]
) -> dict[str, tuple[Texts, NDArray[np.int64]]]:
    lists = np.repeat(table.phone.counts(), [len(listed) for listed in phones])
    return {
        "email": _added_up(emails, table.email.counts()),
        "ssn": _added_up(ssns, table.ssn.counts()),
        "phone": _added_up([number for listed in phones for number in listed], lists),
    }


def _added_up(values: list[str], counts: NDArray[np.int64]) -> tuple[Texts, NDArray[np.int64]]:
    """The distinct values, and the records that have each. `counts`: the records of each entry of `values`."""
    texts = Texts.of(values)
    known = texts.codes >= 0
    records = np.bincount(texts.codes[known], weights=counts[known], minlength=len(texts.values))
    return texts, records.astype(np.int64)


def distinct(values: Iterable[str]) -> Distinct:
    """Codes by first appearance; "" becomes -1."""
    texts = Texts.of(values)
    return Distinct(texts.values, texts.codes, marks_of(texts.values))


def recoded(column: Texts, changed: Iterable[str]) -> Distinct:
    """A column whose values became others, in the order of its values; "" becomes -1."""
    found = distinct(changed)
    return Distinct(found.values, _gathered(column, found.codes, unknown=-1), found.value_marks)


def of_codes(codes: Codes, per_value: Marks) -> Marks:
    """What each record's value has, -1 where the value is unknown."""
    found = np.full(codes.shape, -1, dtype=np.int64)
    known = codes >= 0
    found[known] = per_value[codes[known]]
    return found


def _gathered(column: Texts, per_value: NDArray[_Number], unknown: int = 0) -> NDArray[_Number]:
    """Each record's row of what was found per value, `unknown` in every place where the record has no value."""
    last = np.full((1, *per_value.shape[1:]), unknown, dtype=per_value.dtype)
    return np.concatenate([per_value, last])[column.codes]


def _mailboxes(mail: Distinct) -> Distinct:
    boxes = distinct(address.partition("@")[0] for address in mail.values)
    codes = np.full(len(mail.codes), -1, dtype=np.int32)
    codes[mail.known] = boxes.codes[mail.codes[mail.known]]
    return Distinct(boxes.values, codes, boxes.value_marks)


def _matrix(rows: list[tuple[int, ...]], most: int) -> Codes:
    """Rows of codes side by side, as wide as the longest, `most` at most; -1 where a row is shorter."""
    width = min(max(map(len, rows), default=0), most)
    if width <= 1:
        return np.array([row[0] if row else -1 for row in rows], dtype=np.int32).reshape(-1, 1)
    filled = np.full((len(rows), width), -1, dtype=np.int32)
    for place, row in enumerate(rows):
        if row:
            filled[place, : len(row)] = row[:width]
    return filled


def _phones(column: Texts, listed: list[tuple[str, ...]], shared: frozenset[str]) -> tuple[Codes, NDArray[np.uint8]]:
    places: dict[str, int] = {}
    per_value = [
        tuple(places.setdefault(number, len(places)) for number in numbers if number not in shared)
        for numbers in listed
    ]
    return _gathered(column, _matrix(per_value, _PHONES_KEPT), unknown=-1), _digits(list(places), 10)


def _digits(values: list[str], width: int) -> NDArray[np.uint8]:
    text = "".join(value.rjust(width) for value in values).encode("ascii", "replace")
    return np.frombuffer(text, dtype=np.uint8).reshape(len(values), width)


def _identifiers(column: Texts) -> tuple[Codes, Marks, Codes]:
    numbers: dict[str, int] = {}
    assigners: dict[str, int] = {}
    rows = column.each(clean_identifiers)
    codes = [tuple(numbers.setdefault("|".join(pair), len(numbers)) for pair in row) for row in rows]
    by = [tuple(assigners.setdefault(assigner, len(assigners)) for assigner, _ in row) for row in rows]
    return (
        _gathered(column, _matrix(codes, _IDENTIFIERS_KEPT), unknown=-1),
        marks_of(numbers),
        _gathered(column, _matrix(by, _IDENTIFIERS_KEPT), unknown=-1),
    )


def _names(
    table: PeopleTable, nicknames: Mapping[str, Sequence[str]], frequencies: Frequencies | None
) -> tuple[Names, NDArray[np.int8]]:
    given_parts, family_parts = table.given_name.each(clean_given), table.family_name.each(clean_family)
    places: dict[str, int] = {"": -1}

    def codes(column: Texts, names: Iterable[str]) -> Codes:
        found = np.array([places.setdefault(name, len(places) - 1) for name in names], dtype=np.int32)
        return _gathered(column, found, unknown=-1)

    given = codes(table.given_name, (name for name, _ in given_parts))
    stated = codes(table.middle_name, table.middle_name.each(clean_name))
    typed = codes(table.given_name, (initial for _, initial in given_parts))
    family = codes(table.family_name, (name for name, _ in family_parts))
    former = codes(table.former_name, table.former_name.each(lambda text: clean_family(text.split(";")[0])[0]))
    del places[""]
    values = list(places)
    suffix = _gathered(table.suffix, _suffixes(table.suffix.each(clean_suffix)))
    typed_suffix = _gathered(table.family_name, _suffixes([suffix for _, suffix in family_parts]))
    size = len(table)
    compact = [value.replace(" ", "") for value in values]
    compact_code = distinct(compact).codes
    nickname_pairs, roots = in_names(values, nicknames)
    found = Names(
        values=values,
        compact=compact,
        compact_code=compact_code,
        compact_mark=marks_of(compact),
        length=np.array([len(value) for value in compact], dtype=np.int16),
        initial=marks_of(value[:1] for value in compact),
        parts=[parts_of(value) for value in values],
        is_double=np.array([" " in value for value in values], dtype=bool),
        sound_mark=marks_of(map(sound, values)),
        given=given,
        middle=np.where(stated >= 0, stated, typed),
        family=family,
        former=former,
        given_count=_counts(given, compact, compact_code, frequencies.given_name if frequencies else None),
        family_count=_counts(family, compact, compact_code, frequencies.family_name if frequencies else None),
        counted=frequencies.records if frequencies else size,
        nickname_pairs=nickname_pairs,
        roots=roots,
    )
    return found, np.where(suffix > 0, suffix, typed_suffix)


def _suffixes(suffixes: list[str]) -> NDArray[np.int8]:
    return np.array([SUFFIXES.index(suffix) for suffix in suffixes], dtype=np.int8)


def _counts(
    codes: Codes, compact: list[str], compact_code: Codes, known: Mapping[str, int] | None
) -> NDArray[np.int64]:
    if known is None:
        return np.bincount(compact_code[codes[codes >= 0]], minlength=len(compact_code) + 1).astype(np.int64)
    counts = np.zeros(len(compact_code) + 1, dtype=np.int64)
    for name, code in zip(compact, compact_code.tolist(), strict=True):
        counts[code] = known.get(name, 0)
    return counts
