"""The golden record and the record to keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.people import FIELDS
from matching.plan import Plan
from matching.survive import compose, suggest_keep

EHR = {"system": "ehr", "updated_at": "2024-01-01", "given_name": "Ana", "family_name": "García", "zip": "02139"}
PM = {"system": "pm", "updated_at": "2025-06-01", "given_name": "ANA", "family_name": "GARCIA", "zip": "60601"}


def test_the_owner_of_a_field_comes_first() -> None:
    plan = Plan(owners={"family_name": ("pm", "ehr")})
    assert compose([EHR | {"family_name": "Lopez"}, PM], plan)["family_name"].from_index == 1
    assert compose([EHR, PM], Plan(owners={"*": ("ehr",)}))["zip"].value == "02139"


def test_the_newest_value_wins_where_no_other_rule_speaks() -> None:
    kept = compose([EHR, PM])["zip"]
    assert (kept.value, kept.from_index, kept.rule) == ("60601", 1, "newest")


def test_spelling_with_accents_and_case_is_kept() -> None:
    kept = compose([PM, EHR])
    assert kept["family_name"].value == "García"
    assert kept["family_name"].rule == "all agree"


def test_a_whole_middle_name_comes_before_an_initial() -> None:
    kept = compose([EHR | {"middle_name": "Maria"}, PM | {"middle_name": "M"}])["middle_name"]
    assert (kept.value, kept.rule) == ("Maria", "most complete")


def test_what_most_records_hold_wins() -> None:
    rows = [EHR | {"phone": "617-555-0142"}, PM | {"phone": "508-555-0100"}, EHR | {"phone": "(617) 555 0142"}]
    assert compose(rows)["phone"].value.startswith("617") or compose(rows)["phone"].value.startswith("(617)")
    assert compose(rows)["phone"].rule == "held by most records"


def test_a_verified_value_wins() -> None:
    kept = compose([EHR | {"phone": "617-555-0142", "verified": ("phone",)}, PM | {"phone": "508-555-0100"}])
    assert (kept["phone"].from_index, kept["phone"].rule) == (0, "verified")


def test_an_address_is_not_mixed_from_two_records() -> None:
    moved = PM | {"street": "9 Elm Rd", "city": "Chicago", "state": "IL"}
    kept = compose([EHR | {"street": "12 Oak St", "city": "Boston", "state": "MA"}, moved])
    assert {kept[name].from_index for name in ("street", "city", "state", "zip")} == {1}
    kept = compose([EHR | {"street": "12 Oak St", "city": "Boston"}, moved | {"city": ""}])
    assert "city" not in kept or kept["city"].from_index == kept["street"].from_index


def test_identifiers_add_up() -> None:
    kept = compose([EHR | {"identifiers": "ehr|1"}, PM | {"identifiers": "pm|9;ehr|1"}])["identifiers"]
    assert kept.value == "ehr|1;pm|9"


def test_placeholders_never_become_golden() -> None:
    assert "ssn" not in compose([EHR | {"ssn": "000-00-0000"}, PM])
    assert compose([EHR | {"given_name": "BABYBOY"}, PM])["given_name"].value == "ANA"


record = st.fixed_dictionaries(
    {"system": st.sampled_from(["ehr", "pm"]), "updated_at": st.dates().map(str)}
    | {name: st.sampled_from(["", "A", "b", "1984-03-07", "617-555-0142"]) for name in FIELDS}
)


@given(st.lists(record, min_size=1, max_size=4))
def test_every_golden_value_is_one_of_the_records_own(rows: list[dict[str, str]]) -> None:
    for name, kept in compose(rows).items():
        if name in {"identifiers", "former_name"}:
            continue
        assert kept.value == rows[kept.from_index][name]
        assert kept.rule


@given(record)
def test_composing_one_record_gives_itself(row: dict[str, str]) -> None:
    assert all(kept.from_index == 0 for kept in compose([row]).values())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([EHR, PM | {"merged_into": "x"}], (0, "not merged into another record")),
        ([EHR | {"active": False}, PM], (1, "the active record")),
        ([EHR | {"last_visit_on": "2024-01-01"}, PM | {"last_visit_on": "2025-01-01"}], (1, "most recent visit")),
        ([EHR | {"has_portal": True}, PM], (0, "has the portal account")),
        ([EHR | {"phone": "617-555-0142"}, PM], (0, "most complete")),
        ([EHR, PM], (1, "most recently updated")),
        ([EHR, EHR], (0, "first of equal records")),
    ],
)
def test_the_record_to_keep_is_suggested_with_its_reason(
    rows: list[dict[str, object]], expected: tuple[int, str]
) -> None:
    assert suggest_keep(rows) == expected


def test_the_master_system_comes_before_the_last_visit() -> None:
    plan = Plan(owners={"*": ("ehr", "pm")})
    assert suggest_keep([PM | {"last_visit_on": "2025-01-01"}, EHR], plan) == (1, "in the master system")
