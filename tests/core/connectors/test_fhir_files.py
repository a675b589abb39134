"""FHIR in files: everything is either read or refused with file, place and reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from connector_makers import Pulled, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st

from core.connectors._bundles import Gone, Unused, read_document
from core.connectors._json_text import JsonFault
from core.connectors._port import RawItem, Unreadable
from core.connectors.fhir_files import FhirFiles
from core.errors import BadAnswer, BadInput, NotFound
from core.jobs import Job

DATA = Path(__file__).parents[2] / "data"
ODD = DATA / "fhir-odd"


def bundle(*resources: dict[str, Any], kind: str = "collection") -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{r.get('id', 'none')}", "resource": r} for r in resources]
    return orjson.dumps({"resourceType": "Bundle", "type": kind, "entry": entries})


def patient(patient_id: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": patient_id, **elements}


def test_every_odd_file_is_read_or_refused_with_place_and_reason(pull_folder):
    pulled = pull_folder(path=ODD)
    files = {path.relative_to(ODD).as_posix() for path in ODD.rglob("*") if path.suffix in (".json", ".ndjson")}
    read = {item.position.partition(" entry ")[0] for item in pulled.items}
    refused = {position.partition(" line ")[0].partition(" entry ")[0] for position in pulled.refusals}
    only_unused = {name.rpartition("/")[2] for name in files - read - refused}
    # What is neither read nor refused holds only types that nobody reads, and the note counts them.
    assert only_unused == {"hakan-se.json", "obs-decimal.json", "med-example.json", "bundle-id-search-2.json",
                           "bundle-url-dash.json"}  # fmt: skip
    assert all(piece.reason.endswith(".") and piece.code for piece in pulled.unreadable)
    assert "Not used:" in pulled.last.notes[0]


@pytest.mark.parametrize(
    ("file", "place", "reason"),
    [
        ("test-cases/bad-json-close-2.json", "line 15 column 11", "comment"),
        ("test-cases/json-comments-1.json", "line 1 column 1", "comment"),
        ("test-cases/json-comma-bad-1.json", "line 7 column 7", "expected ',' or '}'"),
        ("test-cases/json-no-quotes-1.json", "line 2 column 3", "without quotation marks"),
        ("test-cases/observation-with-trailing-dot.json", "line 22 column 22", "decimal point"),
        ("test-cases/patient-duplicate.json", "line 9 column 3", "says active twice"),
        ("carin/c4bb_patient_stub.json", "line 181 column 1", "the rest is missing"),
        ("test-cases/pat-dob-ext.json", "", "has no id"),
        ("test-cases/patient-id-bad-3.json", "", "none of FHIR's"),
        ("test-cases/resource-invalid-id-1.json", "", "none of FHIR's"),
    ],
)
def test_refusal_names_place_and_reason(pull_folder, file, place, reason):
    (piece,) = pull_folder(path=ODD / file).unreadable
    assert piece.position == f"{Path(file).name} {place}".strip()
    assert reason in piece.reason
    assert piece.payload == (ODD / file).read_bytes() or piece.kind


@pytest.mark.parametrize("file", sorted(path.name for path in (ODD / "stu3").iterdir()))
def test_stu3_is_refused_whole_and_in_words(pull_folder, file):
    pulled = pull_folder(path=ODD / "stu3" / file)
    assert pulled.items == ()
    (piece,) = pulled.unreadable
    assert "not FHIR R4" in piece.reason and "It was not read" in piece.reason


@pytest.mark.parametrize("folder", ["fhir-official-r4", "fhir-odd/carin", "fhir-odd/davinci", "synthea-2019"])
def test_no_r4_file_is_taken_for_another_version(pull_folder, folder):
    pulled = pull_folder(path=DATA / folder)
    assert pulled.items
    assert not [reason for reason in pulled.refusals.values() if "not FHIR R4" in reason]


def test_references_inside_a_bundle_are_resolved_beside_the_untouched_record(pull_folder, tmp_path):
    visit = {"resourceType": "Encounter", "id": "e1", "subject": {"reference": "urn:uuid:aaa"}}
    (tmp_path / "b.json").write_bytes(
        orjson.dumps(
            {
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [
                    {"fullUrl": "urn:uuid:eee", "resource": visit},
                    {"fullUrl": "urn:uuid:aaa", "resource": patient("p1")},
                ],
            }
        )
    )
    encounter = next(item for item in pull_folder().items if item.kind == "Encounter")
    assert encounter.context == {"urn:uuid:aaa": "Patient/p1"}
    assert orjson.loads(encounter.payload) == visit


def test_conditional_references_are_answered_over_all_files(pull_folder, tmp_path):
    doctor = {"resourceType": "Practitioner", "id": "d1", "identifier": [{"system": "urn:npi", "value": "77"}]}
    asked = "Practitioner?identifier=urn:npi|77"
    visit = {"resourceType": "Encounter", "id": "e1", "participant": [{"individual": {"reference": asked}}]}
    (tmp_path / "a.json").write_bytes(bundle(visit))
    (tmp_path / "b.ndjson").write_bytes(orjson.dumps(doctor))
    encounter = next(item for item in pull_folder().items if item.kind == "Encounter")
    assert encounter.context == {asked: "Practitioner/d1"}


def test_entry_without_an_id_takes_the_one_its_bundle_gives_it(pull_folder, tmp_path):
    entry = {"fullUrl": "urn:uuid:11-22", "resource": {"resourceType": "Patient"}}
    (tmp_path / "b.json").write_bytes(orjson.dumps({"resourceType": "Bundle", "entry": [entry]}))
    assert pull_folder().names == {"Patient/11-22"}


def test_money_keeps_its_zeros(pull_folder, tmp_path):
    text = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"ChargeItem","id":"c",'
    text += b'"priceOverride":{"value":120.10,"currency":"USD"},"factorOverride":1e2,"big":12345678901234567890123}}]}'
    (tmp_path / "b.json").write_bytes(text)
    payload = pull_folder().items[0].payload
    assert b"120.10" in payload and b"1e2" in payload and b"12345678901234567890123" in payload


def test_one_bad_line_is_refused_alone(pull_folder, tmp_path):
    lines = [b'{"resourceType":"Patient","id":"a"}', b'{"resourceType":"Patient","id":', b"", b"[1]",
             b'{"resourceType":"Patient","id":"b"}']  # fmt: skip
    (tmp_path / "Patient.ndjson").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    pulled = pull_folder()
    assert pulled.ids == ["a", "b"]
    assert list(pulled.refusals) == ["Patient.ndjson line 2", "Patient.ndjson line 4"]


def test_one_bad_entry_is_refused_alone(pull_folder, tmp_path):
    entries: list[Any] = [
        {"resource": patient("a")}, 7, {"fullUrl": "x"}, {"resource": {"id": "q"}}, {"resource": patient("b/c")},
        {"resource": patient("d")},
    ]  # fmt: skip
    (tmp_path / "b.json").write_bytes(orjson.dumps({"resourceType": "Bundle", "entry": entries}))
    pulled = pull_folder()
    assert pulled.ids == ["a", "d"]
    assert list(pulled.refusals) == [f"b.json entry {n}" for n in (2, 3, 4, 5)]


def test_file_of_lines_that_are_no_resources_is_refused_once(pull_folder, tmp_path):
    (tmp_path / "log.ndjson").write_bytes(b'{"event":1}\n{"event":2}\n{"event":3}\n')
    assert pull_folder().refusals == {"log.ndjson": "No line of this file is a FHIR resource."}


def test_lines_in_a_file_that_is_called_json_are_read_as_lines(pull_folder, tmp_path):
    (tmp_path / "export.json").write_bytes(orjson.dumps(patient("a")) + b"\n" + orjson.dumps(patient("b")))
    assert pull_folder().ids == ["a", "b"]


def test_deletions_that_a_bundle_speaks_of_are_delivered(pull_folder, tmp_path):
    entry = {"request": {"method": "DELETE", "url": "Patient/gone"}}
    (tmp_path / "d.json").write_bytes(orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}))
    assert pull_folder().pages[0].deleted == (("Patient", "gone"),)


def test_unknown_types_are_no_error_but_counted(pull_folder, tmp_path):
    (tmp_path / "b.json").write_bytes(bundle({"resourceType": "Observation", "id": "o"}, {"resourceType": "Newish"}))
    pulled = pull_folder()
    assert pulled.unreadable == ()
    assert pulled.last.notes == ("Not used: Newish 1, Observation 1.",)


def test_unchanged_folder_delivers_nothing_and_deletes_nothing(pull_folder, tmp_path):
    (tmp_path / "b.json").write_bytes(bundle(patient("a")))
    first = pull_folder()
    again = pull_folder(since=first.last.watermark)
    assert first.last.is_snapshot
    assert again.items == () and not again.last.is_snapshot
    assert again.last.watermark == first.last.watermark


def test_added_file_is_read_alone(pull_folder, tmp_path):
    (tmp_path / "old.json").write_bytes(bundle(patient("a")))
    os.utime(tmp_path / "old.json", (1, 1))
    first = pull_folder()
    (tmp_path / "new.json").write_bytes(bundle(patient("b")))
    again = pull_folder(since=first.last.watermark)
    assert again.ids == ["b"] and not again.last.is_snapshot


@pytest.mark.parametrize("change", ["rewritten", "removed"])
def test_changed_or_vanished_file_makes_the_reading_whole(pull_folder, tmp_path, change):
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_bytes(bundle(patient(name)))
    first = pull_folder()
    if change == "removed":
        (tmp_path / "a.json").unlink()
    else:
        (tmp_path / "a.json").write_bytes(bundle(patient("a2")))
    again = pull_folder(since=first.last.watermark)
    assert again.last.is_snapshot
    assert set(again.ids) == ({"b"} if change == "removed" else {"a2", "b"})


def many(folder: Path, count: int = 450) -> FhirFiles:
    lines = b"\n".join(orjson.dumps(patient(f"p{n}")) for n in range(count))
    (folder / "a.ndjson").write_bytes(lines)
    (folder / "z.json").write_bytes(bundle(patient("last")))
    return FhirFiles(settings_for("fhir-files", path=str(folder)))


def test_cut_off_reading_goes_on_where_it_was(tmp_path):
    connector = many(tmp_path)
    whole = Pulled(tuple(connector.pull("files", None, None, Job())))
    assert len(whole.pages) > 2
    for cut in range(len(whole.pages) - 1):
        rest = Pulled(tuple(connector.pull("files", None, whole.pages[cut].cursor, Job())))
        before = [item.id for page in whole.pages[: cut + 1] for item in page.items]
        assert before + rest.ids == whole.ids
        assert rest.last.is_snapshot


def test_place_in_files_that_changed_since_is_refused(tmp_path):
    connector = many(tmp_path)
    cursor = next(iter(connector.pull("files", None, None, Job()))).cursor
    (tmp_path / "more.json").write_bytes(bundle(patient("x")))
    with pytest.raises(BadAnswer):
        list(connector.pull("files", None, cursor, Job()))


def test_missing_folder_is_said(tmp_path):
    with pytest.raises(BadInput):
        list(FhirFiles(settings_for("fhir-files", path=str(tmp_path / "nowhere"))).pull("files", None, None, Job()))


def test_record_is_read_back_by_its_name(tmp_path):
    connector = many(tmp_path, 3)
    assert connector.read("Patient/last").position == "z.json entry 1"
    with pytest.raises(NotFound):
        connector.read("Patient/nobody")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
RESOURCES = st.fixed_dictionaries(
    {},
    optional={
        "resourceType": st.sampled_from(["Patient", "Encounter", "Claim", "Observation", "Bundle", "x", 5]),
        "id": st.sampled_from(["a", "b-1", "a/b", "", 5, None]),
        "contained": JSON,
        "identifier": JSON,
        "item": JSON,
        "meta": JSON,
        "entry": JSON,
    },
)
ENTRIES = st.fixed_dictionaries(
    {}, optional={"resource": RESOURCES | JSON, "fullUrl": JSON, "request": JSON, "response": JSON, "search": JSON}
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRIES | JSON, max_size=5))
def test_any_bundle_gives_a_piece_for_each_entry_and_never_a_crash(entries):
    try:
        text = orjson.dumps({"resourceType": "Bundle", "entry": entries})
    except (orjson.JSONEncodeError, TypeError):  # whole numbers that orjson cannot write
        return
    pieces = read_document(text, "b.json")
    for piece in pieces:
        assert isinstance(piece, RawItem | Unreadable | Gone | Unused)
        if isinstance(piece, RawItem):
            assert piece.kind and piece.id and orjson.loads(piece.payload)["resourceType"] == piece.kind


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_reason(text):
    try:
        pieces = read_document(text, "x.json")
    except JsonFault as fault:
        assert fault.reason
        return
    assert all(isinstance(piece, RawItem | Unreadable | Unused) for piece in pieces)
