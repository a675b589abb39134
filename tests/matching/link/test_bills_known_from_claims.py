"""Bills that only their claim shows: lines without a charge count as charges, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fakes.small_days import DAY, OTHER_PM_DOC, PM_DOC, a_case, a_charge, a_context, a_visit, said
from hypothesis import given
from hypothesis import strategies as st

from matching.learn import Tally, as_plain, from_plain
from matching.link.claimed import charges_of_claims
from matching.records import Claim, ClaimLine, Diagnosis, Moment, Ref

CTX = a_context()


def a_line(code: str = "99213", **more: Any) -> ClaimLine:
    fields: dict[str, Any] = {"code": code, "units": 1.0, "charge": 15800, "dos_from": DAY, "rendering": PM_DOC,
                              "diagnoses": (Diagnosis(code="I10"),)}  # fmt: skip
    return ClaimLine(**{**fields, **more})


def a_claim(number: str = "m1", *lines: ClaimLine, **more: Any) -> Claim:
    fields: dict[str, Any] = {"patient": Ref("pm", "Patient", "y"), "status": "active", "frequency": "1",
                              "says_services": True, "created_at": Moment(DAY + timedelta(days=3))}  # fmt: skip
    return Claim(ref=Ref("pm", "Claim", number), lines=lines or (a_line(),), **{**fields, **more})


def codes(*claims: Claim, charges: tuple[Any, ...] = ()) -> list[tuple[str, str | None]]:
    return [(str(charge.ref), charge.code) for charge in charges_of_claims(claims, charges)]


def test_a_line_is_a_billed_charge_named_by_claim_and_line() -> None:
    (charge,) = charges_of_claims((a_claim("m1", a_line(units=2.0)),), ())
    assert str(charge.ref) == "pm/Claim/m1;line=1"
    assert (charge.patient, charge.dos_from, charge.units, charge.amount) == (
        Ref("pm", "Patient", "y"),
        DAY,
        2.0,
        15800,
    )
    assert (charge.rendering, charge.status, charge.diagnoses) == (PM_DOC, "billed", (Diagnosis(code="I10"),))


@pytest.mark.parametrize(
    "claim",
    [
        a_claim("m1", a_line(charge_id=Ref("pm", "ChargeItem", "c9"))),
        a_claim("m1", a_line(code=None)),
        a_claim("m1", a_line(dos_from=None)),
        a_claim(status="cancelled"),
        a_claim(frequency="8"),
        a_claim(says_services=None),
    ],
    ids=["names its charge", "no code", "no day", "cancelled", "void", "not said by the format"],
)
def test_what_is_no_bill_of_its_own_is_left_out(claim: Claim) -> None:
    assert codes(claim) == []


def test_charges_of_the_day_stand_for_its_claims_whatever_they_say() -> None:
    assert codes(a_claim(), charges=(a_charge(code="99214"),)) == []
    assert codes(a_claim(), charges=(a_charge(on=DAY + timedelta(days=1)),)) != []
    assert codes(a_claim(), charges=(a_charge(patient=Ref("pm", "Patient", "z")),)) != []


def test_of_claims_that_say_the_same_the_last_counts_and_two_equal_lines_stay_two() -> None:
    first, last = a_claim("m2"), a_claim("m1", frequency="7", created_at=Moment(DAY + timedelta(days=9)))
    assert codes(first, last) == [("pm/Claim/m1;line=1", "99213")]
    assert len(codes(a_claim("m1", a_line("96372"), a_line("96372", modifiers=("59",))))) == 2


def test_a_corrected_claim_takes_the_place_of_the_wrong_one_and_of_no_other_providers() -> None:
    wrong, other = a_claim("m1", a_line("99215")), a_claim("m2", a_line("12001", rendering=OTHER_PM_DOC))
    corrected = a_claim("m3", a_line("99213"), frequency="7", created_at=Moment(DAY + timedelta(days=9)))
    assert codes(wrong, other, corrected) == [("pm/Claim/m2;line=1", "12001"), ("pm/Claim/m3;line=1", "99213")]


@given(
    st.lists(st.tuples(st.sampled_from(["99213", "12001"]), st.integers(0, 2), st.booleans()), max_size=6), st.data()
)
def test_order_never_matters_and_no_code_of_a_day_comes_oftener_than_one_claim_says(
    rows: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    claims = [
        a_claim(f"m{n}", *[a_line(code, dos_from=DAY + timedelta(days=day))] * (1 + twice))
        for n, (code, day, twice) in enumerate(rows)
    ]
    found = codes(*claims)
    assert found == codes(*data.draw(st.permutations(claims)))
    days = {(code, day) for code, day, _ in rows}
    assert len({(code, ref) for ref, code in found}) == len(found) <= 2 * len(days)
    assert bool(found) == bool(rows)


def test_a_wrong_code_on_a_claim_is_a_task_on_its_line() -> None:
    case = a_case(CTX, a_visit(), *charges_of_claims((a_claim("m1", a_line("99215")),), ()))
    (finding,) = [f for f in said(case) if f.rule == "mm-code-vs-documented"]
    assert str(finding.subjects[0]) == "pm/Claim/m1;line=1"
    assert finding.proposal is not None and finding.proposal.kind == "task"


def test_a_place_known_only_from_claims_is_learned_and_survives_being_kept() -> None:
    annex = Ref("ehr", "Location", "annex")
    tally = Tally(CTX.practice, CTX.today)
    for n in range(8):
        on = DAY - timedelta(days=n)
        visit = a_visit(f"e{n}", on, location=annex)
        bills = charges_of_claims((a_claim(f"m{n}", a_line(dos_from=on)),), ())
        tally.add(a_case(CTX, visit, *bills))
    practice = tally.practice()
    assert practice.claimed_locations == {annex} and not practice.silent_locations
    assert from_plain(as_plain(practice), CTX.practice).claimed_locations == {annex}
