"""Cells in every format that a column may have."""

from __future__ import annotations

from typing import Any

import pytest
from sheet_folders import TODAY

from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST
from core.sheets.suggest import format_of
from core.sheets.targets import SHEET_ENTITIES, WORDS, Target, needs_of, targets_of
from core.sheets.values import CENTS, COMMA_DOLLARS, DAY_NUMBERS, DOLLARS, FORMATS, convert
from matching.records import ENTITIES


def value(text: str, kind: str, form: str = "", field: str = "dos_from") -> Any:
    found, wrong = convert(text, Target(field, kind), form, {}, TODAY)
    return wrong if found is None and wrong else found


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("3/4/2026", MONTH_FIRST, "2026-03-04"),
        ("3/4/2026", DAY_FIRST, "2026-04-03"),
        ("2026-03-04", DAY_FIRST, "2026-03-04"),
        ("04.03.26", DAY_FIRST, "2026-03-04"),
        ("20260304", MONTH_FIRST, "2026-03-04"),
        ("4 Mar 2026", MONTH_FIRST, "2026-03-04"),
        ("3/4/31", MONTH_FIRST, "2031-03-04"),
        ("46085", DAY_NUMBERS, "2026-03-04"),
        ("2/30/2026", MONTH_FIRST, "is no date"),
        ("2026", MONTH_FIRST, "is no date"),
        ("soon", MONTH_FIRST, "is no date"),
        ("N/A", MONTH_FIRST, None),
    ],
)
def test_dates(text: str, form: str, expected: str | None) -> None:
    assert value(text, "date", form) == expected


def test_a_birth_year_of_two_digits_lies_in_the_past_and_may_stand_alone() -> None:
    assert value("3/4/31", "date", MONTH_FIRST, "birth_date") == "1931-03-04"
    assert value("1931", "date", MONTH_FIRST, "birth_date") == "1931"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/4/2026 9:20 PM", "2026-03-04T21:20:00"),
        ("2026-03-04T09:20:30-05:00", "2026-03-04T09:20:30-05:00"),
        ("2026-03-04 09:20:30Z", "2026-03-04T09:20:30+00:00"),
        ("3/4/2026 12:05 am", "2026-03-04T00:05:00"),
        ("3/4/2026", "2026-03-04"),
    ],
)
def test_moments_keep_their_time(text: str, expected: str) -> None:
    assert value(text, "moment", MONTH_FIRST, "start") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9:20 AM", "09:20:00"), ("0930", "09:30:00"), ("14:05:09", "14:05:09"), ("2 p.m.", "14:00:00"),
     ("25:00", "is no time of day"), ("13 pm", "is no time of day"), ("9", "is no time of day")],
)  # fmt: skip
def test_times(text: str, expected: str) -> None:
    assert value(text, "time") == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("$1,240.50", DOLLARS, 124050), ("85", DOLLARS, 8500), ("(12.50)", DOLLARS, -1250), ("12.5-", DOLLARS, -1250),
        ("1.240,50", COMMA_DOLLARS, 124050), ("8500", CENTS, 8500), ("0.005", DOLLARS, "is no amount of money"),
        ("free", DOLLARS, "is no amount of money"), ("1.2.3", DOLLARS, "is no amount of money"),
    ],
)  # fmt: skip
def test_money_is_exact_cents(text: str, form: str, expected: Any) -> None:
    assert value(text, "money", form) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [("1,200", "whole", 1200), ("1.5", "whole", "is no whole number"), ("1.5", "number", 1.5), ("2.0", "number", 2),
     ("Y", "truth", True), ("no", "truth", False), ("maybe", "truth", "says neither yes nor no"),
     ('="0071"', "text", "0071"), ("7.0", "reference", "7"), ("1.0", "text", "1.0"),
     ("25, 59 LT", "list", "25;59;LT"), ("  x ", "text", "x"), ("NULL", "text", None)],
)  # fmt: skip
def test_numbers_truths_and_lists(text: str, kind: str, expected: Any) -> None:
    assert value(text, kind) == expected


def test_words_of_other_systems_have_a_meaning_and_a_person_may_give_another() -> None:
    status = targets_of("charges")["status"]
    assert convert("Posted", status, "", {}, TODAY) == ("billed", "")
    assert convert("Posted", status, "", {"posted": "ready"}, TODAY) == ("ready", "")
    assert convert("Weird", status, "", {}, TODAY) == (None, "is a word without a meaning")


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["13/01/2026", "02/01/2026"], "date", (DAY_FIRST, False)),
        (["01/13/2026", "02/01/2026"], "date", (MONTH_FIRST, False)),
        (["01/02/2026"], "date", (MONTH_FIRST, True)),
        (["46085", "46086"], "moment", (DAY_NUMBERS, False)),
        (["2026-01-02"], "date", (MONTH_FIRST, False)),
        (["85,00", "1.240,50"], "money", (COMMA_DOLLARS, False)),
        (["$85.00"], "money", (DOLLARS, False)),
        (["8500", "138"], "money", (DOLLARS, True)),
        (["x"], "text", ("", False)),
    ],
)
def test_formats_are_found_in_real_values(values: list[str], kind: str, expected: tuple[str, bool]) -> None:
    found = format_of(Target("dos_from", kind), values, TODAY)
    assert (found.name, found.is_guess) == expected


@pytest.mark.parametrize("entity", SHEET_ENTITIES)
def test_every_target_has_a_kind_and_what_a_row_needs_can_be_fed(entity: str) -> None:
    targets = targets_of(entity)
    assert next(iter(targets)) == "id" and entity in ENTITIES
    for group in needs_of(entity):
        assert set(group) & set(targets), group
    for name, target in targets.items():
        assert target.id == name and (target.kind != "word" or target.words)
        assert target.kind in {*FORMATS, "text", "time", "number", "whole", "truth", "list", "reference", "word"}


def test_no_word_of_another_system_has_two_meanings_in_one_field() -> None:
    for place, table in WORDS.items():
        words = [word for text in table.values() for word in text.split()]
        assert sorted(words) == sorted(set(words)), place


def test_a_zip_code_gets_its_zero_back_and_a_record_number_loses_what_a_program_hung_on() -> None:
    assert value("1701", "text", field="zip") == "01701"
    assert value("4711.0", "text", field="id") == value("4711.0", "reference", field="patient") == "4711"
