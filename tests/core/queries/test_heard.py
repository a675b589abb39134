"""What a caller says becomes fields to look up; too little becomes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from core.queries.heard import heard, name_parts

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "given", "family"),
    [
        ("Rosa Quiroz", "Rosa", "Quiroz"),
        ("Quiroz, Rosa Maria", "Rosa Maria", "Quiroz"),
        ("Ana de la Cruz", "Ana", "de la Cruz"),
        ("Van Nguyen", "Van", "Nguyen"),
        ("Jan van der Berg", "Jan", "van der Berg"),
    ],
)
def test_names_as_people_write_them(said: str, given: str, family: str) -> None:
    assert name_parts(said) == {"given_name": given, "family_name": family}


@pytest.mark.parametrize("born", ["9/30/1951", "1951-09-30", "sep 30 51", "30/9/1951", "09301951"])
def test_birth_dates_as_people_say_them(born: str) -> None:
    assert heard("Quiroz", born, "", TODAY) == {"family_name": "Quiroz", "birth_date": "1951-09-30"}


@pytest.mark.parametrize(
    "typed", [("", "", ""), ("Rosa", "", ""), ("R Q", "", ""), ("", "9/30/1951", ""), ("", "", "555")]
)
def test_too_little_asks_nothing(typed: tuple[str, str, str]) -> None:
    assert heard(*typed, TODAY) == {}


def test_a_phone_number_alone_is_enough() -> None:
    assert heard("", "", "617 555 0142", TODAY) == {"phone": "617 555 0142"}
