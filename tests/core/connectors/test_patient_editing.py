"""The Patient editor: only the approved places change, everything else stays as it was written."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from connector_makers import order_for
from hypothesis import given, settings
from hypothesis import strategies as st

from core.connectors._fhir_json import dump, load
from core.connectors._fhir_patient import PATIENT_EDITS
from core.connectors._fhir_write import edited, patch
from core.connectors._port import RawItem
from core.demo.json_patch import apply_patch
from core.errors import NotPossible
from core.ingest.read import read_item

OFFICIAL = Path(__file__).parents[2] / "data" / "fhir-official-r4"


def exact(payload: bytes) -> Any:
    """JSON values with numbers as they are written."""
    return json.loads(payload, parse_float=lambda text: ("number", text), parse_int=lambda text: ("number", text))


def edit(resource: dict[str, Any], **after: Any) -> dict[str, Any]:
    return edited(order_for("update-patient", "Patient/p", **after), {"resourceType": "Patient", "id": "p", **resource})


def fields(resource: dict[str, Any]) -> dict[str, Any]:
    (record,) = read_item(RawItem("fhir-r4", "Patient", "p", dump(resource), "Patient/p"))
    return dict(record.fields)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
WORD = st.from_regex(r"[A-Za-z0-9 '-]{0,6}[A-Za-z0-9]", fullmatch=True).map(str.strip).filter(bool)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
EXTENSIONS = st.lists(st.fixed_dictionaries({"url": TEXT, "valueDecimal": st.decimals(0, 1000, places=2)}), max_size=2)
NAMES = st.fixed_dictionaries(
    {"family": WORD, "given": st.lists(WORD, min_size=1, max_size=3)},
    optional={
        "use": st.sampled_from(["official", "usual", "nickname", "maiden", "old", "temp"]),
        "text": TEXT,
        "extension": EXTENSIONS,
        "period": st.fixed_dictionaries({"end": st.just("2001-01-01")}),
    },
)
POINTS = st.fixed_dictionaries(
    {"system": st.sampled_from(["phone", "email", "fax"]), "value": WORD},
    optional={"use": st.sampled_from(["home", "mobile", "work", "old"]), "rank": st.integers(1, 3)},
)
ADDRESSES = st.fixed_dictionaries(
    {"line": st.lists(WORD, min_size=1, max_size=2), "city": WORD, "postalCode": WORD},
    optional={"use": st.sampled_from(["home", "work", "old", "billing"]), "state": WORD, "extension": EXTENSIONS},
)
NUMBERS = st.fixed_dictionaries(
    {"value": WORD}, optional={"system": st.sampled_from(["urn:mrn", "http://hl7.org/fhir/sid/us-ssn"])}
)
PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.just("p")},
    optional={
        "name": st.lists(NAMES, max_size=3),
        "telecom": st.lists(POINTS, max_size=4),
        "address": st.lists(ADDRESSES, max_size=2),
        "identifier": st.lists(NUMBERS, max_size=3),
        "birthDate": st.sampled_from(["1980-02-01", "1980"]),
        "gender": st.sampled_from(["male", "female", "unknown"]),
        "active": st.booleans(),
        "deceasedBoolean": st.booleans(),
        "link": st.lists(
            st.fixed_dictionaries(
                {
                    "other": st.fixed_dictionaries({"reference": st.sampled_from(["Patient/a", "Patient/b"])}),
                    "type": st.sampled_from(["replaces", "replaced-by", "seealso"]),
                }
            ),
            max_size=2,
        ),
        "extension": EXTENSIONS,
        "unknownElement": ANYTHING,
        "contained": st.lists(st.dictionaries(TEXT, ANYTHING, max_size=2), max_size=1),
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "family_name": WORD,
        "given_name": WORD,
        "middle_name": WORD | st.none(),
        "birth_date": st.just("1999-12-31"),
        "sex": st.sampled_from(["male", "female", "other"]),
        "phone": WORD | st.none(),
        "email": WORD | st.none(),
        "street": WORD,
        "city": WORD,
        "state": WORD | st.none(),
        "zip": WORD,
        "ssn": WORD,
        "active": st.booleans(),
        "merged_into": st.just("Patient/kept"),
        "replaces": st.just(["Patient/b", "Patient/folded"]),
    },
).filter(bool)
# The elements that a field may touch: everything outside of them has to stay as it is.
PLACES = {
    "family_name": "name", "given_name": "name", "middle_name": "name", "birth_date": "birthDate", "sex": "gender",
    "phone": "telecom", "email": "telecom", "street": "address", "city": "address", "state": "address",
    "zip": "address", "ssn": "identifier", "active": "active", "merged_into": "link", "replaces": "link",
}  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(PATIENTS, CHANGES)
def test_nothing_outside_the_approved_places_changes(patient, changes):
    received = dump(patient)
    before = load(received)
    kept = copy.deepcopy(before)
    try:
        after = edited(order_for("update-patient", "Patient/p", **changes), before)
    except NotPossible:
        return
    assert before == kept  # what was received is never changed itself
    places = {PLACES[name] for name in changes}
    old, new = exact(received), exact(dump(after))
    for key in {*old, *new} - places:
        assert old.get(key) == new.get(key) and (key in old) == (key in new)


@settings(max_examples=400, deadline=None)
@given(PATIENTS, CHANGES)
def test_what_was_approved_reads_back_or_the_change_is_refused_before_it_is_sent(patient, changes):
    try:
        after = edited(order_for("update-patient", "Patient/p", **changes), patient)
    except NotPossible:
        return
    read = fields(after)
    single = {"family_name", "given_name", "birth_date", "sex", "street", "city", "zip", "ssn", "active", "merged_into"}
    for name in single & set(changes):
        assert read.get(name) == changes[name]


@settings(max_examples=200, deadline=None)
@given(PATIENTS, CHANGES)
def test_patch_leads_to_the_same_record_as_the_whole_one(patient, changes):
    before = load(dump(patient))
    try:
        after = edited(order_for("update-patient", "Patient/p", **changes), before)
    except NotPossible:
        return
    steps = orjson.loads(dump(patch(before, after)))
    assert apply_patch(orjson.loads(dump(before)), steps) == orjson.loads(dump(after))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXT, ANYTHING, max_size=4))
def test_loading_and_writing_keeps_every_value_as_it_is_written(resource):
    text = dump(resource)
    assert exact(dump(load(text))) == exact(text)


@pytest.mark.parametrize("number", ["120.10", "1e2", "1E-7", "0.000", "-0.0", "1.0", "123456789012345678901234567890"])
def test_numbers_stay_as_they_are_written(number):
    text = f'{{"resourceType":"Patient","id":"p","extension":[{{"valueDecimal":{number}}}]}}'.encode()
    assert dump(edited(order_for("update-patient", "Patient/p", sex="male"), load(text))).startswith(text[:-1])


@pytest.mark.parametrize("path", sorted(OFFICIAL.glob("Patient-*.json")), ids=lambda path: path.name)
def test_official_examples_take_a_change_of_birth_date_and_nothing_else(path):
    received = path.read_bytes()
    after = dump(edited(order_for("update-patient", "Patient/p", birth_date="1999-12-31"), load(received)))
    assert exact(after) == exact(received) | {"birthDate": "1999-12-31"}


def test_name_that_is_read_is_the_name_that_is_changed():
    names = [{"use": "old", "family": "Then"}, {"use": "nickname", "family": "Nick"},
             {"use": "official", "family": "Now", "given": ["Ana", "Maria"], "text": "Ana Maria Now"}]  # fmt: skip
    after = edit({"name": names}, family_name="Diaz", middle_name="Luz")
    assert after["name"][:2] == names[:2]
    assert after["name"][2] == {
        "use": "official", "family": "Diaz", "given": ["Ana", "Luz"], "text": "Ana Maria Diaz"
    }  # fmt: skip


def test_phone_is_replaced_in_its_place_with_its_use():
    points = [{"system": "fax", "value": "1"}, {"system": "phone", "value": "2", "use": "work"},
              {"system": "phone", "value": "3", "use": "mobile"}, {"system": "email", "value": "a@b"}]  # fmt: skip
    after = edit({"telecom": points}, phone="9;2")
    assert after["telecom"][2] == {"system": "phone", "value": "9", "use": "mobile"}
    assert [after["telecom"][n] for n in (0, 1, 3)] == [points[n] for n in (0, 1, 3)]


def test_fold_marks_the_record_and_leaves_other_links():
    see = {"other": {"reference": "Patient/z"}, "type": "seealso"}
    after = edit({"link": [see]}, active=False, merged_into="Patient/kept")
    assert after["active"] is False
    assert after["link"] == [see, {"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    assert edit(after, active=True, merged_into=None)["link"] == [see]


@pytest.mark.parametrize(
    ("resource", "change", "why"),
    [
        ({"modifierExtension": [{"url": "x"}]}, {"sex": "male"}, "rules of its own"),
        ({"implicitRules": "urn:x"}, {"sex": "male"}, "rules of its own"),
        ({"meta": {"tag": [{"code": "SUBSETTED"}]}}, {"sex": "male"}, "only a part"),
        ({"name": [{"text": "Ana Diaz"}]}, {"family_name": "Diez"}, "one text"),
        ({"name": "Ana"}, {"family_name": "Diez"}, "as the standard says"),
        ({"address": [{"text": "1 Main St"}]}, {"city": "Larkmoor"}, "one text"),
        ({"_birthDate": {"extension": [{"url": "urn:data-absent-reason", "valueCode": "masked"}]}},
         {"birth_date": "1999-01-01"}, "hides"),
        ({}, {"sex": "M"}, "no such word"),
        ({}, {"golden_id": "7"}, "golden_id cannot be written"),
        ({}, {"mrn": "7"}, "given by the system"),
    ],
)  # fmt: skip
def test_what_must_not_be_written_back_becomes_a_task_in_words(resource, change, why):
    with pytest.raises(NotPossible, match=why):
        edit(resource, **change)


def test_record_that_says_something_twice_is_not_written_back():
    with pytest.raises(NotPossible, match="twice"):
        load(b'{"resourceType":"Patient","active":true,"active":false}')


def test_every_people_column_that_is_edited_is_one_that_is_read():
    whole = {
        "name": [{"family": "A", "given": ["B", "C"], "suffix": ["Jr"]}],
        "telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "a@b"}],
        "address": [{"line": ["x"], "city": "y", "state": "z", "postalCode": "1"}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "1"}, {"system": "urn:m", "value": "2"}],
        "birthDate": "1980-01-01", "gender": "male", "active": True, "deceasedDateTime": "2020-01-01",
        "link": [{"other": {"reference": "Patient/a"}, "type": t} for t in ("replaces", "replaced-by")],
    }  # fmt: skip
    assert set(PATIENT_EDITS) <= set(fields({"resourceType": "Patient", "id": "p", **whole}))


def test_decimal_of_ours_is_written_plainly():
    assert dump({"value": Decimal("1E+2"), "small": Decimal("0.50")}) == b'{"value":100,"small":0.50}'
