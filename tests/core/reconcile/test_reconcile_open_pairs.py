"""Records that may be one person: asked about once, settled by an answer, their visits and charges held together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from table_practice import DAY, TablePractice

from core.decisions.decide import Answer, decide
from core.errors import Refused
from core.match.run import match
from core.queries.findings import list_findings
from core.queries.pair import pair
from core.reconcile.run import reconcile
from core.store.tables.people import judgements, pairs
from core.store.tables.records import patients
from core.sync.pull import pull


@pytest.fixture
def with_pair(practice: TablePractice) -> TablePractice:
    """A second chart record that is probably the first patient's, with a visit; the charge is on the first one's."""
    practice.add("patients", id="e9", source="E", mrn="E9", given_name="Maria", family_name="Ruiz", dob="1980-02-03")
    practice.visit("v9", patient="e9")
    practice.charge("c9")
    practice.write()
    pull(practice.desk, "both")
    match(practice.desk)
    return practice


def hold(practice: TablePractice, probability: float, *, is_judged: bool = False) -> None:
    """What matching would say about the two records."""
    a, b = sorted(ids(practice, "Patient/e1", "Patient/e9"))
    with practice.desk.store.write("ana") as unit:
        unit.connection.execute(pairs.delete())
        unit.connection.execute(
            insert(pairs).values(
                a_id=a, b_id=b, probability=probability, weight=6.0, tier="likely", looks_like=None, may_link=0
            )
        )
        if is_judged:
            unit.connection.execute(insert(judgements).values(a_id=a, b_id=b, is_same=0, by="ana", at="2026-06-15"))


def ids(practice: TablePractice, *refs: str) -> list[int]:
    with practice.desk.store.read() as connection:
        return list(connection.execute(select(patients.c.id).where(patients.c.ref.in_(refs))).scalars())


def test_an_open_pair_is_asked_about_and_holds_visit_and_charge_together(with_pair: TablePractice) -> None:
    hold(with_pair, 0.93)
    reconcile(with_pair.desk)
    assert with_pair.found() == {"duplicate-patient": ["e1"], "orphan-charge-duplicate-patient": ["c9"]}
    pair = with_pair.one("duplicate-patient")
    assert [subject["id"] for subject in pair["subjects"]] == ["e1", "e9"]
    assert pair["probability"] == 0.93
    assert pair["weights"]


def test_below_the_measure_the_gap_and_the_orphan_stand_apart(with_pair: TablePractice) -> None:
    hold(with_pair, 0.84)
    reconcile(with_pair.desk)
    assert with_pair.found() == {
        "duplicate-patient": ["e1"], "miss-visit-charge": ["v9"], "orphan-charge-no-visit": ["c9"],
    }  # fmt: skip


def test_an_answer_that_they_are_different_closes_the_question_and_parts_them(with_pair: TablePractice) -> None:
    hold(with_pair, 0.93)
    reconcile(with_pair.desk)
    hold(with_pair, 0.93, is_judged=True)
    with_pair.add("coverages", id="k1", source="P", patient="p1", payer="y", member_id="1")
    with_pair.write()
    pull(with_pair.desk, "both")
    reconcile(with_pair.desk)
    assert with_pair.one("duplicate-patient")["status"] == "fixed-outside"
    assert with_pair.found()["orphan-charge-no-visit"] == ["c9"]


def test_a_question_about_two_others_stands_while_somebody_else_is_looked_at(with_pair: TablePractice) -> None:
    hold(with_pair, 0.93)
    reconcile(with_pair.desk)
    before = list_findings(with_pair.desk)
    with_pair.visit("v8", DAY - timedelta(days=3), patient="e0")
    with_pair.write()
    pull(with_pair.desk, "both")
    result = reconcile(with_pair.desk)
    assert (result.cases, result.findings_closed) == (1, 0)
    after = [finding for finding in list_findings(with_pair.desk) if finding["rule"] != "miss-visit-charge"]
    assert after == before


def test_findings_have_the_form_of_the_contract(with_pair: TablePractice) -> None:
    hold(with_pair, 0.84)
    reconcile(with_pair.desk)
    keys = {
        "key", "rule", "title", "explanation", "status", "severity", "confidence", "at_risk_cents", "at_risk_basis",
        "deadline", "subjects", "person", "evidence", "proposal", "probability", "weights",
    }  # fmt: skip
    for finding in list_findings(with_pair.desk):
        assert keys <= finding.keys()
        assert all(set(subject) == {"system", "kind", "id"} for subject in finding["subjects"])
        assert finding["title"] and "{" not in finding["explanation"] and "–" not in finding["explanation"]
        assert all({"label", "value", "ref", "seen_at"} == set(line) for line in finding["evidence"])


def test_different_people_are_asked_about_again_only_when_who_they_are_changed(with_pair: TablePractice) -> None:
    desk = with_pair.desk
    hold(with_pair, 0.93)
    reconcile(desk)
    key = with_pair.one("duplicate-patient")["key"]
    decide(desk, Answer(key, "different-people", reason="cousins"))
    (record,) = [row for row in with_pair.rows["patients"] if row["id"] == "e9"]
    for change, status in (({"mrn": "E99"}, "dismissed"), ({"dob": "1980-03-02"}, "open")):
        record |= change
        with_pair.write()
        pull(desk, "both")
        hold(with_pair, 0.95)
        reconcile(desk)
        assert with_pair.one("duplicate-patient")["status"] == status
    (sign,) = [sign for sign in pair(desk, key).signs if sign.code == "said_different"]
    assert "said on" in sign.words and "cousins" in sign.words
    assert sign.words.endswith("Since then changed: birth date.")
    with pytest.raises(Refused):
        decide(desk, Answer(key, "same-person"))
    decide(desk, Answer(key, "different-people", reason="still cousins"))
    reconcile(desk)
    assert with_pair.one("duplicate-patient")["status"] == "dismissed"
