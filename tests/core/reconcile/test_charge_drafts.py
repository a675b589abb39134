"""Drafting and linking: filled from what is documented, checked before it is staged, taken back whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from table_practice import DAY, TablePractice

from core.days.draft import DraftLine, warnings_of
from core.errors import BadInput, NotPossible
from core.queries.charge_draft import DraftView, draft_of
from core.queries.charge_links import near_matches
from core.queries.charges import day
from core.queries.outbox import list_corrections
from core.usecases.charges import draft_charge, link_charge
from core.usecases.deciding import undo


def _draft(practice: TablePractice) -> tuple[str, DraftView]:
    key = practice.one("miss-visit-charge")["key"]
    view = draft_of(practice.desk, key)
    assert view is not None
    return key, view


def _staged(practice: TablePractice, key: str) -> list[dict[str, Any]]:
    return [
        {change["field"]: change["after"] for change in row["changes"]}
        for row in list_corrections(practice.desk)
        if row["finding"] == key and row["state"] != "dropped"
    ]


def test_a_documented_code_fills_a_line_and_nothing_else_does(practice: TablePractice) -> None:
    practice.visit("v1", type_codes=["99213"], diagnoses=[{"code": "I10", "rank": 1}, {"code": "E119", "rank": 2}])
    practice.look()
    _, view = _draft(practice)
    assert [(line.code, line.origin, line.diagnoses) for line in view.lines] == [
        ("99213", "documented", ("I10", "E119"))
    ]
    assert not view.writes  # a folder of tables takes no charges: a coder enters it


def test_without_a_documented_code_the_draft_is_empty(practice: TablePractice) -> None:
    practice.visit("v1")
    practice.look()
    _, view = _draft(practice)
    assert view.lines == ()
    assert ("99213",) in [template.codes for template in view.templates]  # what others of this type were billed with


def test_each_line_becomes_a_charge_with_its_pointers_in_their_order(practice: TablePractice) -> None:
    practice.visit("v1", diagnoses=[{"code": "I10", "rank": 1}, {"code": "E119", "rank": 2}])
    practice.look()
    key, _ = _draft(practice)
    lines = [
        DraftLine("99213", 1, ("25",), ("E119", "I10"), 15800, "template"),
        DraftLine("J1100", 4, (), ("I10",), None, "typed"),
    ]
    decided = draft_charge(practice.desk, key, lines).value
    first, second = sorted(_staged(practice, key), key=lambda fields: str(fields["code"]))
    assert (first["code"], first["modifiers"], first["amount"]) == ("99213", ["25"], 15800)
    assert [d["code"] for d in first["diagnoses"]] == ["E119", "I10"]
    assert (second["code"], second["units"]) == ("J1100", 4) and "amount" not in second
    assert first["dos_from"] == second["dos_from"] == str(DAY)
    assert day(practice.desk, DAY).totals.coming == 1
    undo(practice.desk, decided.decision)
    assert _staged(practice, key) == []
    assert day(practice.desk, DAY).totals.difference == 1


@pytest.mark.parametrize(
    "line",
    [
        DraftLine("9921"), DraftLine("ABCDE"), DraftLine("99213", 0), DraftLine("99213", modifiers=("2",)),
        DraftLine("99213", modifiers=("25", "59", "76", "77", "91")), DraftLine("99213", diagnoses=("Z00",)),
        DraftLine("99213", amount=-1), DraftLine("99213", origin="guessed"),
    ],
)  # fmt: skip
def test_what_no_system_would_take_is_refused_and_nothing_is_staged(practice: TablePractice, line: DraftLine) -> None:
    practice.visit("v1")
    practice.look()
    key, _ = _draft(practice)
    for lines in ([line], [DraftLine("99213"), line], []):
        with pytest.raises(BadInput):
            draft_charge(practice.desk, key, lines)
    assert list_corrections(practice.desk) == []


def test_warnings_say_what_may_be_questioned() -> None:
    lines = [DraftLine("99213", diagnoses=("I10",), amount=15800), DraftLine("99213"), DraftLine("36415")]
    found = {(one.id, one.code) for one in warnings_of(lines, {"99213"}, {"36415"}, {"99213": 15800})}
    assert found == {
        ("no-diagnosis", "99213"), ("twice", "99213"), ("no-fee", "36415"), ("no-diagnosis", "36415"),
        ("not-documented", "36415"), ("billed-already", "36415"),
    }  # fmt: skip


def test_a_charge_of_another_day_is_offered_with_a_score_and_linked_by_the_visits_number(
    practice: TablePractice,
) -> None:
    practice.visit("v1", visit_number="N1", type_codes=["99213"])
    practice.charge("c1", DAY - timedelta(days=6), rendering="d2", code="99396")
    practice.look()
    key = practice.one("miss-visit-charge")["key"]
    (offered,) = near_matches(practice.desk, key)
    assert offered.is_charge and offered.what == "99396" and 0 < offered.score < 0.55
    decided = link_charge(practice.desk, key, offered.id).value
    (staged,) = _staged(practice, key)
    assert "N1" in staged.values() or "v1" in str(staged.get("encounter"))
    assert day(practice.desk, DAY).totals.charged == 1
    undo(practice.desk, decided.decision)
    with pytest.raises(NotPossible):
        link_charge(practice.desk, key, "E/charges/none")
