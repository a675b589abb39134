"""Cleaning takes any text, gives the same for what it gave, and knows placeholders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.clean.addresses import clean_city, clean_street, clean_zip
from matching.clean.dates import date_parts
from matching.clean.identifiers import clean_identifiers, clean_sex, clean_ssn
from matching.clean.names import clean_family, clean_given, clean_name, clean_suffix, fold, sound
from matching.clean.phones import clean_email, clean_phone, clean_phones


@given(st.text())
def test_names_of_any_text_are_stable(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once
    assert fold(fold(text)) == fold(text)
    assert isinstance(sound(once), str)


@given(st.text())
def test_any_text_is_taken_everywhere(text: str) -> None:
    for clean in (clean_given, clean_family, clean_street, clean_phones, clean_identifiers, date_parts):
        assert isinstance(clean(text), tuple)
    for clean in (clean_suffix, clean_zip, clean_city, clean_phone, clean_email, clean_ssn, clean_sex):
        assert isinstance(clean(text), str)


@given(st.text())
def test_phone_zip_and_ssn_are_stable(text: str) -> None:
    for clean in (clean_phone, clean_zip, clean_ssn, clean_email):
        once = clean(text)
        assert clean(once) == once


@pytest.mark.parametrize(
    ("clean", "raw"),
    [
        (clean_name, "BABY GIRL"),
        (clean_name, "Unknown"),
        (clean_ssn, "123-45-6789"),
        (clean_ssn, "999999999"),
        (clean_phone, "555-555-5555"),
        (clean_phone, "000-123-4567"),
        (clean_email, "none@none.com"),
        (clean_zip, "00000"),
    ],
)
def test_placeholders_are_unknown(clean: object, raw: str) -> None:
    assert callable(clean)
    assert clean(raw) == ""


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("318-19-0049", "318190049"),
        ("318 19 0049", "318190049"),
        ("0049", "0049"),
        ("-0049", "0049"),
        ("xxx-xx-0049", "0049"),
        ("***190049", "0049"),
        ("31819004", "031819004"),  # a spreadsheet ate the zeros
        ("318-19", ""),
        ("318-1", ""),
        ("318-19-004", ""),
        ("31819", ""),
        ("318190", ""),
        ("318", ""),
        ("19", ""),
    ],
)
def test_a_social_security_number_is_whole_or_its_last_four(raw: str, cleaned: str) -> None:
    assert clean_ssn(raw) == cleaned


def test_a_street_falls_into_number_words_and_unit() -> None:
    assert clean_street("0123 N. Main Street, Apt. 4B") == ("123", "n main", "4b")
    assert clean_street("P.O. Box 77") == ("77", "po box", "")
    assert clean_street("Saint James Court") == ("", "st james", "")


def test_scripts_other_than_latin_are_kept() -> None:
    assert clean_name("Иванова") == "иванова"
    assert clean_name("अनीता") == "अनीता"
    assert clean_name("がく") == "がく"
