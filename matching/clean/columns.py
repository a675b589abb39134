"""A people table made comparable: codes into lists of distinct values, digits as byte matrices. -1 means unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.clean._nicknames import in_names
from matching.clean.addresses import clean_city, clean_streets, clean_zip
from matching.clean.carried import Carried
from matching.clean.dates import date_parts
from matching.clean.digits import (
    LENGTH_UNIT,
    NONE,
    digit_rows,
    numbers_of_texts,
)
from matching.clean.identifiers import clean_sex
from matching.clean.marks import Marks, marks_of
from matching.clean.names import clean_family, clean_given, clean_name, clean_suffix, parts_of, sound
from matching.clean.packed import Places
from matching.clean.record_numbers import record_numbers
from matching.people import PeopleTable
from matching.texts import Codes, Texts

_Number = TypeVar("_Number", bound=np.generic)
SUFFIXES = ("", "sr", "jr", "iii", "iv")
_PHONES_KEPT, _IDENTIFIERS_KEPT = 3, 6
# Names below this count are rare anyway and are not kept as frequencies.
COUNT_KEPT = 3


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
    # The same as compact codes, -1 too where the name is a single letter: what two records hold in another column.
    whole_given: Codes
    whole_middle: Codes
    whole_family: Codes
    whole_former: Codes
    middle_letter: Codes  # place of the letter where the middle name is just one, else -1
    free_letter: Codes  # of the first letter of the given name where there is no middle name, else -1
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
    carried = Carried.of(table)
    shared = frequencies.shared if frequencies else carried.shared(len(table))
    names, suffix = _names(table, nicknames, frequencies)
    house, street, unit = clean_streets(table.street.values)
    mail = _without(carried.emails, shared["email"])
    ssn = np.where(np.isin(carried.ssns, numbers_of_texts(shared["ssn"])), NONE, carried.ssns)
    phone, phone_digits = _phones(table.phone, carried, shared["phone"])
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
        ssn=_gathered(table.ssn, digit_rows(ssn, 9), unknown=ord(" ")),
        ssn_digits=_gathered(table.ssn, np.maximum(ssn // LENGTH_UNIT, 0).astype(np.int8)),
        phone=phone,
        phone_digits=phone_digits,
        email=recoded(table.email, mail),
        mailbox=recoded(table.email, _mailboxes(mail)),
        house=recoded(table.street, house),
        street=recoded(table.street, street),
        unit=recoded(table.street, unit),
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
    return np.append(per_value, np.int64(-1))[codes]


def _gathered(column: Texts, per_value: NDArray[_Number], unknown: int = 0) -> NDArray[_Number]:
    """Each record's row of what was found per value, `unknown` in every place where the record has no value."""
    last = np.full((1, *per_value.shape[1:]), unknown, dtype=per_value.dtype)
    return np.concatenate([per_value, last])[column.codes]


def _without(texts: Texts, unwanted: frozenset[str]) -> Texts:
    """The same column with some values unknown."""
    if not unwanted:
        return texts
    becomes = [-1 if value in unwanted else code for code, value in enumerate(texts.values)]
    return Texts(texts.values, np.array([*becomes, -1], dtype=np.int32)[texts.codes])


def _mailboxes(mail: Texts) -> Texts:
    boxes = Texts.of(address.partition("@")[0] for address in mail.values)
    return Texts(boxes.values, np.append(boxes.codes, np.int32(-1))[mail.codes])


def _side_by_side(owners: Places, codes: Codes, size: int, most: int) -> Codes:
    """(size, most found): the codes of each of `size` owners, which rise, `most` at most; -1 where there are fewer."""
    firsts = np.searchsorted(owners, owners)
    places = np.arange(len(owners)) - firsts
    width = min(int(places.max(initial=0)) + 1, most)
    filled = np.full((size, width), -1, dtype=np.int32)
    kept = np.flatnonzero(places < width)
    filled[owners[kept], places[kept]] = codes[kept]
    return filled


def _phones(column: Texts, carried: Carried, shared: frozenset[str]) -> tuple[Codes, NDArray[np.uint8]]:
    owners, codes = carried.phone_owners, carried.phone_codes
    if shared:
        kept = np.flatnonzero(~np.isin(carried.phones, numbers_of_texts(shared))[codes])
        owners, codes = owners[kept], codes[kept]
    per_value = _side_by_side(owners, codes, len(column.values), _PHONES_KEPT)
    return _gathered(column, per_value, unknown=-1), digit_rows(carried.phones, 10)


def _identifiers(column: Texts) -> tuple[Codes, Marks, Codes]:
    found, size = record_numbers(column.values), len(column.values)
    codes, assigners = (
        _side_by_side(found.owners, each, size, _IDENTIFIERS_KEPT) for each in (found.codes, found.assigners)
    )
    return _gathered(column, codes, unknown=-1), found.marks, _gathered(column, assigners, unknown=-1)


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
    middle = np.where(stated >= 0, stated, typed)
    compact = [value.replace(" ", "") for value in values]
    compact_code, letters = Texts.of(compact).codes, Texts.of(value[:1] for value in compact)
    length = np.array([len(value) for value in compact], dtype=np.int16)
    nickname_pairs, roots = in_names(values, nicknames)

    def per_record(codes: Codes, per_name: Codes) -> Codes:
        return np.append(per_name, np.int32(-1))[codes]

    whole = np.where(length > 1, compact_code, np.int32(-1))
    found = Names(
        values=values,
        compact=compact,
        compact_code=compact_code,
        compact_mark=marks_of(compact),
        length=length,
        initial=np.append(marks_of(letters.values), -1)[letters.codes],
        parts=[parts_of(value) for value in values],
        is_double=np.array([" " in value for value in values], dtype=bool),
        sound_mark=marks_of(map(sound, values)),
        given=given,
        middle=middle,
        family=family,
        former=former,
        whole_given=per_record(given, whole),
        whole_middle=per_record(middle, whole),
        whole_family=per_record(family, whole),
        whole_former=per_record(former, whole),
        middle_letter=per_record(middle, np.where(length == 1, letters.codes, np.int32(-1))),
        free_letter=np.where(middle < 0, per_record(given, letters.codes), np.int32(-1)),
        given_count=_counts(given, compact, compact_code, frequencies.given_name if frequencies else None),
        family_count=_counts(family, compact, compact_code, frequencies.family_name if frequencies else None),
        counted=frequencies.records if frequencies else len(table),
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
