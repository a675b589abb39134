"""Stop signs seen from two people records."""

from __future__ import annotations

import pytest

from matching.stops import STOP_WORDS, stops

ANN = {
    "system": "ehr",
    "given_name": "Ann",
    "family_name": "Lee",
    "birth_date": "1984-03-07",
    "sex": "female",
    "street": "12 Oak St",
    "zip": "02139",
    "ssn": "900-12-3456",
}


def codes(change: dict[str, object], **base: object) -> list[str]:
    a = ANN | base
    one, other = stops(a, a | change), stops(a | change, a)
    assert {stop.code for stop in one} == {stop.code for stop in other}
    return [stop.code for stop in one]


def test_two_records_that_agree_show_no_stop_sign() -> None:
    assert codes({"system": "pm", "phone": "617-555-0142", "given_name": "ANN"}) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ssn": "812-77-9012"}, "verified_ids"),
        ({"given_name": "Rosa", "birth_date": "1951-11-21", "ssn": ""}, "birth_date_and_name"),
        ({"given_name": "Peter", "sex": "male", "ssn": ""}, "siblings"),
        ({"given_name": "Jane", "ssn": ""}, "twins"),
        ({"birth_date": "1951-11-21", "ssn": ""}, "generation"),
    ],
)
def test_a_stop_sign_shows(change: dict[str, object], code: str) -> None:
    assert code in codes(change)


def test_one_digit_in_a_number_is_a_typing_error_not_a_second_number() -> None:
    assert codes({"ssn": "900-12-3457"}) == []


@pytest.mark.parametrize(
    "change", [{"birth_date": "1984-03-08"}, {"family_name": "Quiroz"}, {"birth_date": "1978-11-21"}]
)
def test_a_number_and_something_else_that_differ_are_no_typing_error(change: dict[str, object]) -> None:
    assert "number_and_who" in codes({"ssn": "900-12-3457"} | change)
    assert "number_and_who" not in codes(change)


def test_twins_with_one_number_are_twins_and_a_misspelled_name_is_not() -> None:
    assert codes({"given_name": "Rosa"}) == ["twins"]
    assert codes({"given_name": "Peter", "sex": "male"}) == ["siblings"]
    assert codes({"given_name": "Rosalie"}, given_name="Rosalind") == []
    assert codes({"given_name": "Rosalie", "ssn": ""}, given_name="Rosalind") == ["twins"]


@pytest.mark.parametrize("name", ["", "Unknown", "ANON", "Baby Boy"])
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_name_that_nobody_knows(field: str, name: str) -> None:
    assert codes({field: name, "ssn": ""}) == ["name_unknown"]
    assert codes({field: name, "ssn": ""}, **{field: name}) == ["name_unknown"]
    # One name, the number and the birth date are enough, unless one of them is not the same.
    assert codes({field: name}) == []
    assert codes({"given_name": name, "family_name": name}) == ["name_unknown"]
    assert "name_unknown" in codes({field: name, "birth_date": "1984-03-08"})
    assert "name_unknown" in codes({field: name, "ssn": "900-12-3457"})


def test_swapped_names_are_known_names() -> None:
    assert codes({"given_name": "Lee", "family_name": "Ann", "ssn": ""}) == []


def test_father_and_son_of_one_name() -> None:
    assert "father_and_son" in codes({"suffix": "Jr"}, suffix="Sr")
    assert "father_and_son" not in codes({"suffix": "Jr"}, suffix="Jr.")


def test_activity_after_death() -> None:
    assert codes({"deceased_on": "", "last_activity_on": "2024-05-01"}, deceased_on="2024-02-01") == ["deceased"]
    assert codes({"deceased_on": "", "last_activity_on": "2024-01-01"}, deceased_on="2024-02-01") == []
    assert codes({"deceased_on": "2023-02-01"}, deceased_on="2024-02-01") == ["death_dates"]


def test_a_shared_record_number_of_two_different_people() -> None:
    found = codes(
        {"given_name": "Rosa", "family_name": "Quiroz", "birth_date": "1951-11-21", "ssn": "", "system": "pm"},
        identifiers="ehr|E1",
    )
    assert "record_number" in found


def test_a_nickname_is_no_twin() -> None:
    a, b = ANN | {"given_name": "Elizabeth", "ssn": ""}, ANN | {"given_name": "Betty", "ssn": ""}
    assert stops(a, b, nicknames={"elizabeth": ["betty"]}) == ()


def test_every_stop_sign_has_words() -> None:
    assert all(words.endswith(".") for words in STOP_WORDS.values())
