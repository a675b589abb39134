"""Whatever a server sends, a normaliser either gives records that can be stored or refuses the record in words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.connectors._port import RawItem
from core.errors import BadInput
from core.ingest.read import _all, read_item
from core.records import Reading, decode
from matching.records import ENTITIES

SAMPLES = [
    orjson.loads(path.read_bytes())
    for path in sorted((Path(__file__).parents[2] / "data" / "fhir-official-r4").glob("*.json"))
]
NEW_YORK = Reading("EHR", ZoneInfo("America/New_York"))
_STRANGE: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["2026-13-45", "0001-01-01T00:00:00Z", "#", "a/b/c", "Patient/", "urn:uuid:", "9999-12-31T23:59:59Z"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    document = copy.deepcopy(document)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


def must_be_storable(item: RawItem) -> None:
    try:
        records = read_item(item)
    except BadInput as refused:
        assert refused.what
        return
    for record in records:
        body = orjson.loads(orjson.dumps(record.fields))
        orjson.dumps([record.notes, record.patient, record.on])
        decode(ENTITIES[record.entity], record.ref, body, NEW_YORK)


@given(st.data())
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_anywhere_in_a_resource_is_survived(data):
    sample = data.draw(st.sampled_from(SAMPLES))
    path = data.draw(st.sampled_from(places(sample)))
    document = changed(sample, path, data.draw(_STRANGE))
    payload = orjson.dumps(document)
    must_be_storable(RawItem("fhir-r4", sample["resourceType"], sample["id"], payload, "x"))


@given(
    kind=st.sampled_from(sorted(ENTITIES)),
    row=st.dictionaries(st.text(max_size=8), _STRANGE, max_size=4),
    data=st.data(),
)
@settings(max_examples=400, deadline=None)
def test_any_value_anywhere_in_a_row_is_survived(kind, row, data):
    from core.ingest.normalise._table import shape_of

    names = sorted(shape_of(kind).known)
    row |= {name: data.draw(_STRANGE) for name in data.draw(st.lists(st.sampled_from(names), max_size=8))}
    must_be_storable(RawItem("table", kind, "1", orjson.dumps(row), "x"))


@given(
    payload=st.binary(max_size=60), kind=st.sampled_from(sorted(n.kind for n in _all().values() if n.form == "fhir-r4"))
)
def test_any_bytes_are_refused_in_words(payload, kind):
    with pytest.raises(BadInput):
        read_item(RawItem("fhir-r4", kind, "1", payload, "x"))


def test_half_a_surrogate_pair_is_refused_before_it_reaches_the_store():
    payload = b'{"resourceType": "ChargeItem", "id": "c", "enterer": {"display": "\\ud800"}}'
    with pytest.raises(BadInput):
        read_item(RawItem("fhir-r4", "ChargeItem", "c", payload, "x"))


@pytest.mark.parametrize("kind", ["Patient", "ChargeItem"])
def test_endless_nesting_is_refused(kind):
    payload = b'{"resourceType": "%s", "id": "1", "extension": ' % kind.encode() + b"[" * 100_000
    with pytest.raises(BadInput):
        read_item(RawItem("fhir-r4", kind, "1", payload, "x"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s['resourceType']}-{s['id']}")
def test_official_examples_are_read(sample):
    for record in read_item(RawItem("fhir-r4", sample["resourceType"], sample["id"], orjson.dumps(sample), "x")):
        assert record.ref == f"{sample['resourceType']}/{sample['id']}"
        assert record.entity in ENTITIES


def test_the_same_payload_is_always_read_the_same():
    for sample in SAMPLES:
        item = RawItem("fhir-r4", sample["resourceType"], sample["id"], orjson.dumps(sample), "x")
        assert read_item(item) == read_item(item)
