"""A people table made comparable: codes into lists of distinct values, digits as byte matrices. -1 means unknown."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.clean.addresses import clean_city, clean_street, clean_zip
from matching.clean.dates import date_parts
from matching.clean.identifiers import clean_identifiers, clean_sex, clean_ssn
from matching.clean.names import clean_family, clean_given, clean_name, clean_suffix, parts_of, sound
from matching.clean.phones import clean_email, clean_phones
from matching.people import PeopleTable

T = TypeVar("T")
Codes = NDArray[np.int32]
Marks = NDArray[np.int64]  # numbers that a value has in every table, -1 unknown; two values may share one
SUFFIXES = ("", "sr", "jr", "iii", "iv")
_PHONES_KEPT, _IDENTIFIERS_KEPT = 3, 6
# Names below this count are rare anyway and are not kept as frequencies.
_COUNT_KEPT = 3
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
    phone: Codes  # (n, 3) into phone_digits
    phone_digits: NDArray[np.uint8]  # (values, 10)
    email: Distinct
    mailbox: Distinct
    house: Distinct
    street: Distinct
    unit: Distinct
    zip: Distinct
    city: Distinct
    identifier: Codes  # (n, 6) code of assigner and value
    identifier_marks: Marks  # per code of an identifier
    assigner: Codes  # (n, 6) code of the assigner
    shared: Mapping[str, frozenset[str]]  # values treated as unknown because too many records carry them


def columns_of(
    table: PeopleTable, nicknames: Mapping[str, Sequence[str]], frequencies: Frequencies | None = None
) -> Columns:
    """Clean every column of a table.

    `nicknames` maps a full given name to its short forms. Without `frequencies` they are counted in this table.
    """
    emails, ssns = _cleaned(table.email, clean_email), _cleaned(table.ssn, clean_ssn)
    phones = _cleaned(table.phone, clean_phones)
    shared = frequencies.shared if frequencies else _shared_values(emails, ssns, phones)
    names, suffix = _names(table, nicknames, frequencies)
    addresses = _cleaned(table.street, clean_street)
    mail = distinct("" if value in shared["email"] else value for value in emails)
    phone, phone_digits = _phones(phones, shared["phone"])
    numbers = ["" if value in shared["ssn"] else value for value in ssns]
    identifier, identifier_marks, assigner = _identifiers(table.identifiers)
    return Columns(
        size=len(table),
        system=distinct(table.systems).codes,
        names=names,
        suffix=suffix,
        birth=np.array(_cleaned(table.birth_date, date_parts), dtype=np.int16).reshape(len(table), 3),
        sex=np.array([" fm".index(sex or " ") for sex in _cleaned(table.sex, clean_sex)], dtype=np.int8),
        ssn=_digits(numbers, 9),
        ssn_digits=np.array([len(number) for number in numbers], dtype=np.int8),
        phone=phone,
        phone_digits=phone_digits,
        email=mail,
        mailbox=_mailboxes(mail),
        house=distinct([number for number, _, _ in addresses]),
        street=distinct([words for _, words, _ in addresses]),
        unit=distinct([unit for _, _, unit in addresses]),
        zip=distinct(_cleaned(table.zip, clean_zip)),
        city=distinct(_cleaned(table.city, clean_city)),
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
        if counts[code] >= _COUNT_KEPT
    }


def _shared_values(emails: list[str], ssns: list[str], phones: list[tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Values that far more records carry than one person or family could."""
    limit = max(_SHARED_AT_LEAST, int(_SHARED_SHARE * len(emails)))
    each = {"email": emails, "ssn": ssns, "phone": [number for listed in phones for number in listed]}
    return {
        name: frozenset(value for value, count in Counter(values).items() if value and count > limit)
        for name, values in each.items()
    }


def distinct(values: Iterable[str]) -> Distinct:
    """Codes by first appearance; "" becomes -1."""
    places: dict[str, int] = {"": -1}
    codes = np.array([places.setdefault(value, len(places) - 1) for value in values], dtype=np.int32)
    listed = list(places)[1:]
    return Distinct(listed, codes, marks_of(listed))


def marks_of(values: Iterable[str]) -> Marks:
    """A mark per value, -1 for "". The same in every table and on every machine, so that keys can be kept and shared.

    Two values with one mark cost a comparison, never a wrong result: marks only bring records together.
    """
    return np.array([zlib.crc32(value.encode()) if value else -1 for value in values], dtype=np.int64)


def of_codes(codes: Codes, per_value: Marks) -> Marks:
    """What each record's value has, -1 where the value is unknown."""
    found = np.full(codes.shape, -1, dtype=np.int64)
    known = codes >= 0
    found[known] = per_value[codes[known]]
    return found


def _cleaned(raw: list[str], clean: Callable[[str], T]) -> list[T]:
    """Clean each distinct value once."""
    once = {value: clean(value) for value in set(raw)}
    return [once[value] for value in raw]


def _mailboxes(mail: Distinct) -> Distinct:
    boxes = distinct(address.partition("@")[0] for address in mail.values)
    codes = np.full(len(mail.codes), -1, dtype=np.int32)
    codes[mail.known] = boxes.codes[mail.codes[mail.known]]
    return Distinct(boxes.values, codes, boxes.value_marks)


def _matrix(rows: list[tuple[int, ...]], width: int) -> Codes:
    filled = np.full((len(rows), width), -1, dtype=np.int32)
    for place, row in enumerate(rows):
        if row:
            filled[place, : len(row)] = row[:width]
    return filled


def _phones(numbers: list[tuple[str, ...]], shared: frozenset[str]) -> tuple[Codes, NDArray[np.uint8]]:
    places: dict[str, int] = {}
    once = {
        listed: tuple(places.setdefault(number, len(places)) for number in listed if number not in shared)
        for listed in dict.fromkeys(numbers)
    }
    return _matrix([once[listed] for listed in numbers], _PHONES_KEPT), _digits(list(places), 10)


def _digits(values: list[str], width: int) -> NDArray[np.uint8]:
    text = "".join(value.rjust(width) for value in values).encode("ascii", "replace")
    return np.frombuffer(text, dtype=np.uint8).reshape(len(values), width)


def _identifiers(raw: list[str]) -> tuple[Codes, Marks, Codes]:
    listed = _cleaned(raw, clean_identifiers)
    numbers: dict[tuple[str, str], int] = {}
    assigners: dict[str, int] = {}
    once = {
        row: (
            tuple(numbers.setdefault(pair, len(numbers)) for pair in row),
            tuple(assigners.setdefault(assigner, len(assigners)) for assigner, _ in row),
        )
        for row in dict.fromkeys(listed)
    }
    return (
        _matrix([once[row][0] for row in listed], _IDENTIFIERS_KEPT),
        marks_of("|".join(pair) for pair in numbers),
        _matrix([once[row][1] for row in listed], _IDENTIFIERS_KEPT),
    )


def _names(
    table: PeopleTable, nicknames: Mapping[str, Sequence[str]], frequencies: Frequencies | None
) -> tuple[Names, NDArray[np.int8]]:
    given_parts = _cleaned(table.given_name, clean_given)
    family_parts = _cleaned(table.family_name, clean_family)
    middle = [
        stated or typed for stated, (_, typed) in zip(_cleaned(table.middle_name, clean_name), given_parts, strict=True)
    ]
    former = _cleaned(table.former_name, lambda text: clean_family(text.split(";")[0])[0])
    suffixes = [
        SUFFIXES.index(stated or typed)
        for stated, (_, typed) in zip(_cleaned(table.suffix, clean_suffix), family_parts, strict=True)
    ]
    size = len(table)
    every = distinct([g for g, _ in given_parts] + middle + [f for f, _ in family_parts] + former)
    given, middle_codes, family, former_codes = (every.codes[start * size : (start + 1) * size] for start in range(4))
    compact = [value.replace(" ", "") for value in every.values]
    compact_code = distinct(compact).codes
    nickname_pairs, roots = _nicknames(every.values, nicknames)
    found = Names(
        values=every.values,
        compact=compact,
        compact_code=compact_code,
        compact_mark=marks_of(compact),
        length=np.array([len(value) for value in compact], dtype=np.int16),
        initial=marks_of(value[:1] for value in compact),
        parts=[parts_of(value) for value in every.values],
        is_double=np.array([" " in value for value in every.values], dtype=bool),
        sound_mark=marks_of(map(sound, every.values)),
        given=given,
        middle=middle_codes,
        family=family,
        former=former_codes,
        given_count=_counts(given, compact, compact_code, frequencies.given_name if frequencies else None),
        family_count=_counts(family, compact, compact_code, frequencies.family_name if frequencies else None),
        counted=frequencies.records if frequencies else size,
        nickname_pairs=nickname_pairs,
        roots=roots,
    )
    return found, np.array(suffixes, dtype=np.int8)


def _counts(
    codes: Codes, compact: list[str], compact_code: Codes, known: Mapping[str, int] | None
) -> NDArray[np.int64]:
    if known is None:
        return np.bincount(compact_code[codes[codes >= 0]], minlength=len(compact_code) + 1).astype(np.int64)
    counts = np.zeros(len(compact_code) + 1, dtype=np.int64)
    for name, code in zip(compact, compact_code.tolist(), strict=True):
        counts[code] = known.get(name, 0)
    return counts


def _nicknames(values: list[str], nicknames: Mapping[str, Sequence[str]]) -> tuple[NDArray[np.int64], Marks]:
    code = {value: place for place, value in enumerate(values)}
    full_forms: dict[str, list[str]] = {}
    for full, shorts in nicknames.items():
        for short in shorts:
            full_forms.setdefault(short, []).append(full)
    pairs: set[tuple[int, int]] = set()
    named = sorted({name for full, shorts in nicknames.items() for name in (full, *shorts)})
    root_mark = dict(zip(named, marks_of(named).tolist(), strict=True))
    roots = np.full((len(values), 3), -1, dtype=np.int64)
    for name, place in code.items():
        first = name.split(" ", 1)[0]
        fulls = full_forms.get(first, [])
        if first in root_mark:
            known = (first, *(full for full in fulls if full != first))[:3]
            roots[place, : len(known)] = [root_mark[form] for form in known]
        for full in fulls:
            for other in (full, *nicknames[full]):
                if other in code and other != name:
                    pairs.update(((place, code[other]), (code[other], place)))
    keyed = np.array(sorted(a * len(values) + b for a, b in pairs), dtype=np.int64)
    return keyed, roots
