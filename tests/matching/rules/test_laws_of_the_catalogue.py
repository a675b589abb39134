"""What holds for the whole catalogue, whatever the day: order, copies, removals, shifts, money."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import Any

from fakes.small_days import DAY, OTHER_PM_DOC, PM_DOC, a_booking, a_case, a_charge, a_context, a_visit, an_event, said
from fakes.small_days import moment as at
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.findings import SEVERITIES, Finding, finding_key
from matching.precedence import settle
from matching.records import Moment, Ref

CTX = a_context()
SEEDS = st.integers(0, 2**32)


def a_month(seed: int) -> list[Any]:
    """A person's visits, services and charges, some of them wrong."""
    dice = Random(seed)
    records: list[Any] = []
    for n in range(dice.randrange(1, 5)):
        on = DAY + timedelta(days=dice.randrange(0, 20))
        start = at(on, 8 + n)
        records.append(a_visit(f"e{n}", start=start, end=at(on, 9 + n), type_codes=(dice.choice(["99213", "99214"]),)))
        if dice.random() < 0.5:
            records.append(an_event(f"s{n}", encounter=Ref("ehr", "Encounter", f"e{n}"), performed_start=start))
        if dice.random() < 0.8:
            number = {"visit_number": f"V-e{n}", "visit_number_system": "urn:visits"} if dice.random() < 0.5 else {}
            day = on + timedelta(days=dice.choice([0, 0, 0, 1, 7]))
            who = dice.choice([PM_DOC, PM_DOC, OTHER_PM_DOC])
            code = dice.choice(["99213", "99214"])
            records.append(a_charge(f"c{n}", day, superbill=f"b{n}", rendering=who, code=code, **number))
            if dice.random() < 0.5:
                records.append(a_charge(f"d{n}", day, superbill=f"b{n}", rendering=who, code="12001", **number))
        if dice.random() < 0.4:
            records.append(a_booking(f"a{n}", start=start, status=dice.choice(["fulfilled", "noshow", "cancelled"])))
    return records


def found(*records: Any) -> list[Finding]:
    return said(a_case(CTX, *records))


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    records = a_month(seed)
    shuffled = records[:]
    Random(seed + 1).shuffle(shuffled)
    assert found(*records) == found(*shuffled)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_keys_are_unique_and_made_of_rule_and_first_subject(seed: int) -> None:
    findings = found(*a_month(seed))
    assert len({finding.key for finding in findings}) == len(findings)
    assert all(f.key == finding_key(f.rule, str(f.subjects[0])) for f in findings)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_money_is_never_negative_and_every_finding_shows_proof(seed: int) -> None:
    for finding in found(*a_month(seed)):
        assert finding.at_risk_cents is None or finding.at_risk_cents >= 0
        assert finding.evidence and finding.severity in SEVERITIES and 0 <= finding.confidence <= 1


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_taking_a_bill_away_never_makes_an_orphan_of_one_that_has_its_visit(seed: int) -> None:
    records = a_month(seed)
    case = a_case(CTX, *records)
    # Not those that came to a visit by what they hold alone (another bill may prove to be the right one), nor copies
    # of another bill (without it, they may be all that is left).
    placed = {line.ref for visit in case.visits for bill, _, how in visit.bills for line in bill.lines
              if how not in ("codes", "repeat")}  # fmt: skip
    for gone in sorted({record.superbill for record in records if getattr(record, "superbill", None)}):
        rest = [record for record in records if getattr(record, "superbill", None) != gone]
        orphans = {f.subjects[0] for f in found(*rest) if f.rule.startswith("orphan-")}
        assert not orphans & placed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), st.booleans(), st.booleans())
def test_an_exact_copy_of_a_bill_is_exactly_one_duplicate(later: int, is_linked: bool, is_next_free: bool) -> None:
    number = {"visit_number": "V-e1", "visit_number_system": "urn:visits"} if is_linked else {}
    records: list[Any] = [a_visit(), a_charge("c1", superbill="1", **number)]
    if is_next_free:
        day = DAY + timedelta(days=1)
        records.append(a_visit("e2", day, start=at(day), end=at(day, 10)))
    copy = a_charge("c2", superbill="2", entered_at=Moment(DAY + timedelta(days=1 + later)))
    before, case = a_case(CTX, *records), a_case(CTX, *records, copy)
    first = [line.ref.id for line in before.visits[0].lines]
    assert first == ["c1"] and set(first) <= {line.ref.id for line in case.visits[0].lines}
    twice = [f for f in said(case) if f.rule.startswith("dup-")]
    assert [[ref.id for ref in f.subjects] for f in twice] == [["c2", "c1"]]
    others = [f.rule for f in said(before)]
    assert sorted(f.rule for f in said(case) if f not in twice) == sorted(others)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(-400, 400))
def test_shifting_every_day_alike_changes_nothing_else(seed: int, days: int) -> None:
    records = a_month(seed)
    moved = a_context(CTX.today + timedelta(days=days))
    there = said(a_case(moved, *(_shifted(record, timedelta(days=days)) for record in records)), moved)
    assert [(f.rule, f.subjects, f.at_risk_cents) for f in found(*records)] == [
        (f.rule, f.subjects, f.at_risk_cents) for f in there
    ]


def _shifted(record: Any, by: timedelta) -> Any:
    changes: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Moment):
            changes[field.name] = Moment(value.on + by, value.at, value.utc_on + by if value.utc_on else None)
        elif hasattr(value, "toordinal"):
            changes[field.name] = value + by
    return replace(record, **changes)


def _finding(rule: str, subject: str, **more: Any) -> Finding:
    known: dict[str, Any] = {"severity": "medium", "confidence": 0.9, **more}
    subjects = (Ref("pm", "ChargeItem", subject), *known.pop("others", ()))
    return Finding(rule=rule, key=finding_key(rule, subject), subjects=subjects, **known)


def test_what_speaks_first_on_one_subject() -> None:
    def standing(*rules: str) -> list[str]:
        return [f.rule for f in settle(_finding(rule, "c1") for rule in rules)]

    assert standing("orphan-charge-no-visit", "orphan-charge-cancelled") == ["orphan-charge-cancelled"]
    assert standing("mm-units", "dup-charge-exact", "mm-dos") == ["dup-charge-exact"]
    assert standing("orphan-charge-no-visit", "dup-charge-exact") == ["dup-charge-exact"]
    assert standing("orphan-charge-no-visit", "match-review") == ["match-review"]
    assert standing("mm-units", "mm-dos") == ["mm-dos", "mm-units"]


def test_a_whole_missing_bill_takes_its_lines_with_it() -> None:
    whole = [_finding("miss-visit-charge", "e1"), _finding("miss-imaging", "e1"), _finding("miss-imaging", "e2")]
    assert [(f.rule, f.subjects[0].id) for f in settle(whole)] == [("miss-imaging", "e2"), ("miss-visit-charge", "e1")]


def test_a_question_about_a_visit_replaces_its_gap() -> None:
    asked = _finding("match-review", "c1", others=(Ref("pm", "ChargeItem", "e1"),))
    assert [f.rule for f in settle([_finding("miss-visit-charge", "e1"), asked])] == ["match-review"]


def test_money_raises_and_doubt_lowers_by_one_step() -> None:
    def graded(**more: Any) -> str:
        return settle([_finding("mm-units", "c1", **more)])[0].severity

    assert graded(severity="low") == "low"
    assert graded(severity="low", at_risk_cents=99_99) == "medium"
    assert graded(severity="low", at_risk_cents=500_00) == "medium"
    assert graded(severity="medium", at_risk_cents=100_00) == "high"
    assert graded(severity="high", at_risk_cents=900_00) == "high"
    assert graded(severity="medium", at_risk_cents=900_00, at_risk_basis="exposure") == "medium"
    assert graded(severity="high", confidence=0.74) == "medium"
    assert graded(severity="low", confidence=0.5) == "low"
