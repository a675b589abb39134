"""Whole columns are cleaned at once to what the cleaning of single values makes of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.clean import packed
from matching.clean.addresses import clean_street, clean_streets
from matching.clean.digits import digit_rows, phone_numbers, ssn_numbers, text_of_number
from matching.clean.identifiers import clean_identifiers, clean_ssn
from matching.clean.marks import marks_of
from matching.clean.packed import Packed
from matching.clean.phones import clean_phones
from matching.clean.record_numbers import record_numbers
from matching.texts import coded

SHAPES = st.one_of(
    st.from_regex(r"[0-9]{2,14}", fullmatch=True),
    st.from_regex(r"[(]?[0-9]{3}[) .-]{0,2}[0-9]{3}[ .-]?[0-9]{4}( ?(x|ext)? ?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"(0{3}|1{3}|9{3})-?(0{2}|1{2})-?(0{4}|1{4}|9{4})", fullmatch=True),
    st.text("0123456789-x*. ;+", min_size=1, max_size=16),
    st.sampled_from(["123-45-6789", "078051120", "(123) 456-7890", "1 555 123 4567", "xxx-xx-1234", "٣٣٣٣٣٣٣٣٣"]),
    st.text(min_size=1, max_size=8),
)
STREETS = st.one_of(
    st.lists(
        st.sampled_from(
            ["12", "0012", "000", "1", "Apt", "#5", "5", "po", "box", "Oak", "St", "N.", "1/2", "É", "", "9th"]
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    st.text(min_size=1, max_size=12),
)
NUMBERS = st.one_of(
    st.lists(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["EHR", "ehr", " EHR", "EHR ", "A B", "É", "", "a|b"]),
            st.sampled_from(["|", "", "||"]),
            st.sampled_from(["A1", "a1", "0", "000", "none", "Test", "A-1", "a 1", "ÄB1", "", "7", "é7"]),
        ),
        min_size=1,
        max_size=4,
    ).map(";".join),
    st.text(min_size=1, max_size=8),
)


def columns(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Distinct values without "", as a column has them."""
    return st.lists(values.filter(bool), max_size=12, unique=True)


@given(columns(SHAPES))
def test_social_security_numbers(values: list[str]) -> None:
    found = ssn_numbers(values)
    assert ["" if number < 0 else text_of_number(number) for number in found.tolist()] == list(map(clean_ssn, values))
    rows = digit_rows(found, 9)
    assert [bytes(row).decode() for row in rows] == [clean_ssn(value).rjust(9) for value in values]


@given(columns(SHAPES))
def test_phone_numbers(values: list[str]) -> None:
    owners, numbers = phone_numbers(values)
    found = list(zip(owners.tolist(), map(text_of_number, numbers.tolist()), strict=True))
    assert found == [(place, phone) for place, value in enumerate(values) for phone in clean_phones(value)]


@given(columns(STREETS))
def test_streets(values: list[str]) -> None:
    assert list(zip(*clean_streets(values), strict=True)) == list(map(clean_street, values))


@given(columns(NUMBERS))
def test_record_numbers(values: list[str]) -> None:
    found = record_numbers(values)
    wanted = [(place, pair) for place, value in enumerate(values) for pair in clean_identifiers(value)]
    assert found.owners.tolist() == [place for place, _ in wanted]
    assert found.marks[found.codes].tolist() == marks_of("|".join(pair) for _, pair in wanted).tolist()
    for codes, texts in (
        (found.codes, ["|".join(pair) for _, pair in wanted]),
        (found.assigners, [assigner for _, (assigner, _) in wanted]),
    ):
        assert len(set(zip(codes.tolist(), texts, strict=True))) == len(set(codes.tolist())) == len(set(texts))


@given(st.lists(st.text(max_size=20), max_size=12))
def test_marks_and_places_of_packed_texts(texts: list[str]) -> None:
    every = Packed.of(texts)
    assert every.marks().tolist() == marks_of(texts).tolist()
    first, codes = every.distinct()
    assert [texts[place] for place in first] == list(dict.fromkeys(texts))
    assert [texts[first[code]] for code in codes] == texts


def test_texts_of_one_hash_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "hashes_of", lambda data, starts, lengths: np.ones(len(starts), np.uint64))
    for texts in (["ab", "cd", "ab"], ["ab", "c", "ab"]):
        first, codes = Packed.of(texts).distinct()
        assert (first.tolist(), codes.tolist()) == ([0, 1], [0, 1, 0])


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(0, 60))
def test_coded_numbers(numbers: list[int], shift: int) -> None:
    hashes = np.array(numbers, dtype=np.uint64) << np.uint64(shift)
    first, codes = coded(hashes)
    assert first.tolist() == sorted({number: numbers.index(number) for number in numbers}.values())
    assert hashes[first][codes].tolist() == hashes.tolist()
