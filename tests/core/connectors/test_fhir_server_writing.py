"""Writing to FHIR servers: guarded by the version, sent once, and refused where the record does not allow it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from connector_makers import order_for
from fakes.misbehaving import EVERYTHING, Faults, MisbehavingServer
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from core.connectors._fhir_charge import CHARGE_EDITS
from core.connectors._fhir_json import dump
from core.connectors._fhir_write import edited
from core.connectors._port import RawItem
from core.demo.profile import ServerProfile, TypeProfile, writable
from core.errors import (
    NoAnswer,
    NotAllowed,
    NotFound,
    NotPossible,
    Rejected,
    SlowDown,
    Unavailable,
    VersionConflict,
)
from core.ingest.read import read_item

CPT = "http://www.ama-assn.org/go/cpt"
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Diaz", "given": ["Ana"]}]}
OTHER = {"resourceType": "Patient", "id": "p2", "name": [{"family": "Diaz"}]}
DOCTOR = {"resourceType": "Practitioner", "id": "d1"}
CHARGE = {
    "resourceType": "ChargeItem", "id": "c1", "status": "billable", "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"system": CPT, "code": "99213", "display": "Visit"}], "text": "Visit"},
    "occurrenceDateTime": "2026-03-01T10:00:00-05:00", "quantity": {"value": 1},
    "priceOverride": {"value": 120.5, "currency": "USD"},
    "extension": [{"url": "urn:practice:charge-modifier", "valueString": "25"}],
    "performer": [{"actor": {"reference": "Practitioner/d1", "display": "Dr One"}}],
}  # fmt: skip
NEW = {"patient": "Patient/p1", "code": "99214", "dos_from": "2026-03-01", "dos_to": "2026-03-01", "units": 2,
       "amount": 25001, "rendering": "Practitioner/d1", "modifiers": ["25", "59"], "visit_number": "V7",
       "diagnoses": [{"code": "I10", "rank": 1}, {"code": "E119", "rank": 2}], "status": "ready",
       "kind": "professional"}  # fmt: skip


def holding(faults: Faults | None = None, profile: ServerProfile = EVERYTHING, *more: dict[str, Any]):
    return MisbehavingServer.holding([PATIENT, OTHER, DOCTOR, CHARGE, *more], faults, profile=profile)


def charge_fields(item: RawItem) -> dict[str, Any]:
    (record,) = read_item(item)
    return dict(record.fields)


def test_patient_change_is_sent_once_with_the_version_that_was_read(connect):
    order = order_for("update-patient", "Patient/p1", family_name="Diez")
    with holding() as server:
        connector = connect(server.base)
        accepted = connector.write(order, connector.read("Patient/p1"))
        assert orjson.loads(connector.read("Patient/p1").payload)["name"] == [{"family": "Diez", "given": ["Ana"]}]
    assert (accepted.target, accepted.version) == ("Patient/p1", "2")
    (sent,) = [request for request in server.seen if request.method == "PUT"]
    assert sent.header("if-match") == 'W/"1"'


def test_plan_is_what_is_sent(connect):
    order = order_for("update-patient", "Patient/p1", phone="555-0100")
    with holding() as server:
        connector = connect(server.base)
        current = connector.read("Patient/p1")
        planned = connector.plan(order, current)
        connector.write(order, current)
        (sent,) = [request for request in server.seen if request.method == "PUT"]
        assert planned.address == f"{server.base}/Patient/p1"
    assert sent.body == planned.body
    assert "authorization" not in {name.lower() for name in planned.headers}


def test_patch_is_used_only_where_there_is_no_update(connect):
    profile = ServerProfile("patching", (writable("Patient", "patch"),))
    with holding(profile=profile) as server:
        connector = connect(server.base)
        connector.write(
            order_for("update-patient", "Patient/p1", sex="female", given_name="Anna"), connector.read("Patient/p1")
        )
        found = orjson.loads(connector.read("Patient/p1").payload)
    assert found["gender"] == "female" and found["name"] == [{"family": "Diaz", "given": ["Anna"]}]
    (sent,) = [request for request in server.seen if request.method == "PATCH"]
    assert {"op": "test", "path": "/name", "value": PATIENT["name"]} in orjson.loads(sent.body)


@pytest.mark.parametrize("status", [409, 412])
def test_stale_version_is_a_conflict(connect, status):
    with holding(Faults(conflict_status=status)) as server:
        connector = connect(server.base)
        with pytest.raises(VersionConflict):
            connector.write(order_for("update-patient", "Patient/p1", sex="female"), connector.read("Patient/p1"))


def test_record_that_changed_since_it_was_read_is_not_overwritten(connect):
    with holding() as server:
        connector = connect(server.base)
        seen = connector.read("Patient/p1")
        connector.write(order_for("update-patient", "Patient/p1", sex="male"), seen)
        with pytest.raises(VersionConflict):
            connector.write(order_for("update-patient", "Patient/p1", phone="1"), replace(seen))


def test_server_without_versions_is_compared_by_content_right_before(connect, httpserver: HTTPServer):
    now = [PATIENT]
    serve_writes(httpserver, lambda request: Response(b"", 200))
    httpserver.expect_request("/Patient/p1", method="GET").respond_with_handler(
        lambda _: Response(orjson.dumps(now[0]), content_type="application/fhir+json")
    )
    connector = connect(httpserver.url_for("/"))
    seen = connector.read("Patient/p1")
    order = order_for("update-patient", "Patient/p1", phone="1")
    assert connector.write(order, seen).target == "Patient/p1"
    now[0] = PATIENT | {"gender": "female"}
    with pytest.raises(VersionConflict):
        connector.write(order, seen)


def serve_writes(server: HTTPServer, answer: Any) -> None:
    rows = [{"type": kind, "interaction": [{"code": code} for code in ("read", "search-type", "create", "update")]}
            for kind in ("Patient", "ChargeItem")]  # fmt: skip
    statement = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": rows}]}
    server.expect_request("/metadata").respond_with_json(statement)
    server.expect_request("/Patient/p1", method="PUT").respond_with_handler(answer)
    server.expect_request("/ChargeItem", method="POST").respond_with_handler(answer)


SEEN = RawItem("fhir-r4", "Patient", "p1", orjson.dumps(PATIENT), "Patient/p1", "1")


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (400, {}, b'{"resourceType":"OperationOutcome","issue":[{"details":{"text":"No such city"}}]}', Rejected),
        (422, {}, b"<html>", Rejected),
        (422, {}, b'{"issue":[{"code":"not-supported"}]}', NotAllowed),
        (403, {}, b"", NotAllowed),
        (405, {}, b"", NotAllowed),
        (501, {}, b"", NotAllowed),
        (404, {}, b"", VersionConflict),
        (410, {}, b"", VersionConflict),
        (428, {}, b"", Rejected),
        (423, {}, b"", Unavailable),
        (429, {"Retry-After": "7"}, b"", SlowDown),
        (503, {}, b"", Unavailable),
        (500, {}, b"", NoAnswer),
        (502, {}, b"<html>", NoAnswer),
        (504, {}, b"", NoAnswer),
        (307, {"Location": "/elsewhere"}, b"", Rejected),
    ],
)
def test_each_refusal_of_a_change_is_one_clear_error_and_is_sent_once(
    connect, httpserver: HTTPServer, status, headers, body, error
):
    serve_writes(httpserver, lambda _: Response(body, status, headers))
    with pytest.raises(error) as caught:
        connect(httpserver.url_for("/")).write(order_for("update-patient", "Patient/p1", phone="1"), SEEN)
    assert len([1 for request, _ in httpserver.log if request.method == "PUT"]) == 1
    if isinstance(caught.value, SlowDown):
        assert caught.value.wait_s == 7
    if status == 400:
        assert caught.value.details == "No such city"


@pytest.mark.parametrize("fault", [{"cut_after_write": 1}, {"hangs": 1}, {"cut_in_body": 1}])
def test_change_without_an_answer_is_neither_done_nor_undone(connect, fault):
    with holding() as server:
        connector = connect(server.base, timeout="0.3")
        current = connector.read("Patient/p1")
        connector.capabilities()
        server.faults = Faults(**fault)
        with pytest.raises(NoAnswer):
            connector.write(order_for("update-patient", "Patient/p1", sex="female"), current)
        server.faults = Faults()
        assert len([r for r in server.seen if r.method == "PUT"]) == 1
        assert connector.read("Patient/p1").version == "2"  # it was done; only reading could tell


def test_server_that_is_not_there_did_certainly_nothing(connect, httpserver: HTTPServer):
    serve_writes(httpserver, lambda _: Response(b""))
    connector = connect(httpserver.url_for("/"))
    connector.capabilities()
    httpserver.stop()
    try:
        with pytest.raises(Unavailable):
            connector.write(order_for("update-patient", "Patient/p1", phone="1"), SEEN)
    finally:
        httpserver.start()


def test_new_charge_is_made_once_even_when_its_answer_is_lost(connect):
    order = order_for("create-charge", None, **NEW)
    with holding() as server:
        connector = connect(server.base)
        assert connector.find(order) is None
        server.faults = Faults(cut_after_write=1)
        with pytest.raises(NoAnswer):
            connector.write(order, None)
        server.faults = Faults()
        made = connector.find(order)
        again = connector.write(order, None)
    assert made is not None and again.target == f"ChargeItem/{made.id}"
    sent = [request for request in server.seen if request.method == "POST" and request.path.endswith("/ChargeItem")]
    assert sent[0].header("if-none-exist") == "identifier=urn:chartmend:correction|chartmend-co1"
    read = charge_fields(made)
    assert {name: read.get(name) for name in NEW} == NEW


def test_condition_on_a_new_record_is_sent_only_where_the_server_knows_it(connect, httpserver: HTTPServer):
    serve_writes(httpserver, lambda _: Response(b"", 201, {"Location": "ChargeItem/x/_history/1"}))
    accepted = connect(httpserver.url_for("/")).write(order_for("create-charge", None, **NEW), None)
    assert (accepted.target, accepted.version) == ("ChargeItem/x", "1")
    (sent,) = [request for request, _ in httpserver.log if request.method == "POST"]
    assert "If-None-Exist" not in sent.headers


def test_new_record_whose_place_nobody_tells_has_to_be_looked_up(connect, httpserver: HTTPServer):
    serve_writes(httpserver, lambda _: Response(b"", 201))
    with pytest.raises(NoAnswer):
        connect(httpserver.url_for("/")).write(order_for("create-charge", None, **NEW), None)


@pytest.mark.parametrize("missing", ["code", "patient", "dos_from"])
def test_new_charge_that_lacks_something_is_a_task(connect, missing):
    fields = {name: value for name, value in NEW.items() if name != missing}
    with holding() as server, pytest.raises(NotPossible, match=missing):
        connect(server.base).plan(order_for("create-charge", None, **fields), None)


def change_charge(connect, **after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The charge after a change: as JSON and in field names."""
    with holding() as server:
        connector = connect(server.base)
        order = order_for("void-charge" if after == {"status": "void"} else "amend-charge", "ChargeItem/c1", **after)
        connector.write(order, connector.read("ChargeItem/c1"))
        item = connector.read("ChargeItem/c1")
    return orjson.loads(item.payload), charge_fields(item)


@pytest.mark.parametrize(
    "after",
    [
        {"status": "void"},
        {"code": "99214"},
        {"code": "G0439"},
        {"units": 3},
        {"units": 3, "amount": 30000},
        {"amount": 9999},
        {"modifiers": []},
        {"modifiers": ["59", "25"]},
        {"dos_from": "2026-03-02"},
        {"dos_from": "2026-03-02", "dos_to": "2026-03-04"},
        {"rendering": "Practitioner/d1", "units": 2},
        {"supervising": "Practitioner/d1"},
        {"diagnoses": [{"code": "I10", "rank": 1}]},
        {"visit_number": "V1"},
        {"patient": "Patient/p2"},
    ],
    ids=",".join,
)
def test_charge_change_is_taken_and_reads_back(connect, after):
    _, read = change_charge(connect, **after)
    assert {name: read.get(name) or None for name in after} == {name: value or None for name, value in after.items()}


def test_void_touches_nothing_but_the_status(connect):
    body, _ = change_charge(connect, status="void")
    assert {k: v for k, v in body.items() if k != "meta"} == CHARGE | {"status": "entered-in-error"}


def test_new_code_drops_the_words_of_the_old_one_and_the_time_of_day_stays(connect):
    body, _ = change_charge(connect, code="99214", dos_from="2026-03-02")
    assert body["code"] == {"coding": [{"system": CPT, "code": "99214"}]}
    assert body["occurrenceDateTime"] == "2026-03-02T10:00:00-05:00"


@pytest.mark.parametrize(
    ("charge", "after", "why"),
    [
        ({"modifierExtension": [{"url": "x"}]}, {"status": "void"}, "rules of its own"),
        ({"occurrenceTiming": {"event": ["2026"]}}, {"dos_from": "2026-03-02"}, "cannot be changed here"),
        ({"priceOverride": {"value": 1, "currency": "EUR"}}, {"amount": 100}, "US dollars"),
        ({"quantity": {"value": 0}}, {"amount": 100}, "no units"),
        ({"code": "99213"}, {"code": "99214"}, "as the standard says"),
        ({}, {"entered_by": "me"}, "entered_by cannot be written"),
        ({}, {"status": "paid"}, "no such state"),
    ],
)
def test_charge_that_cannot_be_changed_faithfully_is_a_task(charge, after, why):
    body = {k: v for k, v in CHARGE.items() if not (k == "occurrenceDateTime" and "occurrenceTiming" in charge)}
    with pytest.raises(NotPossible, match=why):
        edited(order_for("amend-charge", "ChargeItem/c1", **after), {**body, **charge})


def test_value_that_would_not_read_back_is_a_task(connect):
    with holding() as server:
        connector = connect(server.base)
        with pytest.raises(NotPossible, match="as approved"):
            connector.plan(order_for("update-patient", "Patient/p1", phone="1;1"), connector.read("Patient/p1"))


def test_merge_is_asked_of_the_server_where_it_offers_it(connect):
    order = order_for("merge-patient", "Patient/p2", other="Patient/p1", active=False, merged_into="Patient/p1")
    with holding() as server:
        connector = connect(server.base)
        assert connector.write(order, connector.read("Patient/p2")).target == "Patient/p2"
        folded = orjson.loads(connector.read("Patient/p2").payload)
        kept = orjson.loads(connector.read("Patient/p1").payload)
    assert folded["active"] is False and folded["link"][0]["type"] == "replaced-by"
    assert kept["link"] == [{"other": {"reference": "Patient/p2"}, "type": "replaces"}]


def test_merge_that_goes_on_in_the_background_is_not_asked_for_twice(connect, httpserver: HTTPServer):
    rows = [{"type": "Patient", "interaction": [{"code": "read"}], "operation": [{"name": "merge"}]}]
    httpserver.expect_request("/metadata").respond_with_json(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": rows}]}
    )
    httpserver.expect_request("/Patient/$merge").respond_with_data(b"", 202)
    order = order_for("merge-patient", "Patient/p2", other="Patient/p1")
    with pytest.raises(NoAnswer):
        connect(httpserver.url_for("/")).write(order, SEEN)


def test_both_halves_of_a_fold_are_sent_where_there_is_no_merge(connect):
    profile = ServerProfile("no merge", (writable("Patient", "update"),))
    with holding(profile=profile) as server:
        connector = connect(server.base)
        keep = order_for("keep-patient", "Patient/p1", other="Patient/p2", replaces=["Patient/p2"])
        fold = order_for("fold-patient", "Patient/p2", other="Patient/p1", active=False, merged_into="Patient/p1")
        for order in (keep, fold):
            connector.write(order, connector.read(str(order.target)))
        kept, folded = (orjson.loads(connector.read(f"Patient/{one}").payload) for one in ("p1", "p2"))
        with pytest.raises(NotPossible):
            connector.plan(order_for("merge-patient", "Patient/p2", other="Patient/p1"), None)
    assert kept["link"] == [{"other": {"reference": "Patient/p2"}, "type": "replaces"}]
    assert (folded["active"], folded["link"][0]["type"]) == (False, "replaced-by")


def test_server_that_takes_no_changes_leads_to_steps_by_hand(connect):
    profile = ServerProfile("read only", (TypeProfile("Patient"), TypeProfile("ChargeItem")))
    with holding(profile=profile) as server:
        connector = connect(server.base)
        for order in (
            order_for("update-patient", "Patient/p1", sex="female"),
            order_for("create-charge", None, **NEW),
            order_for("fold-patient", "Patient/p2", other="Patient/p1", active=False),
        ):
            current = connector.read(order.target) if order.target else None
            with pytest.raises(NotPossible):
                connector.plan(order, current)
            assert connector.hand_steps(order)


def test_invalid_result_is_refused_at_the_place_that_would_be_our_doing(connect):
    with holding() as server:
        connector = connect(server.base)
        with pytest.raises(NotPossible):
            connector.plan(order_for("update-patient", "Patient/p1", birth_date="soon"), connector.read("Patient/p1"))


def test_oddities_of_the_record_itself_do_not_stop_a_change(connect):
    odd = PATIENT | {"id": "p_9", "unknownElement": {"x": 1}}
    with holding(None, EVERYTHING, odd) as server:
        connector = connect(server.base)
        planned = connector.plan(
            order_for("update-patient", "Patient/p_9", sex="female"), connector.read("Patient/p_9")
        )
    assert orjson.loads(planned.body)["unknownElement"] == {"x": 1}


def test_steps_by_hand_speak_of_records_and_values(connect):
    base = orjson.dumps(
        {"resourceType": "Patient", "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "77"}]}
    )
    order = replace(order_for("update-patient", "Patient/p1", phone="555"), base=base)
    with holding() as server:
        steps = connect(server.base).hand_steps(order)
        merge = connect(server.base).hand_steps(
            order_for("merge-patient", "Patient/p2", other="Patient/p1", active=False)
        )
    assert steps[0] == "In ehr, open the patient record number p1 (record number 77)."
    assert steps[1] == "Set phone to 555."
    assert "Keep number p1" in merge[1]


def test_unknown_record_is_not_found(connect):
    with holding() as server, pytest.raises(NotFound):
        connect(server.base).find(order_for("update-patient", "Patient/nobody", sex="male"))


_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from(["99214", "G0439", "36415"]),
        "units": st.integers(1, 99) | st.just(0.5),
        "amount": st.integers(0, 10**7),
        "modifiers": st.lists(st.sampled_from(["25", "59", "LT"]), unique=True, max_size=3),
        "dos_from": st.just("2026-05-05"),
        "rendering": st.sampled_from(["Practitioner/d1", "Practitioner/d2"]),
        "status": st.sampled_from(["draft", "ready", "hold", "billed", "void"]),
        "diagnoses": st.lists(st.sampled_from(["I10", "E119"]), unique=True, max_size=2).map(
            lambda codes: [{"code": code, "rank": place} for place, code in enumerate(codes, 1)]
        ),
        "patient": st.just("Patient/p9"),
    },
).filter(bool)


@settings(max_examples=300, deadline=None)
@given(_CHANGES)
def test_any_change_of_a_charge_reads_back_exactly(after):
    changed = edited(order_for("amend-charge", "ChargeItem/c1", **after), CHARGE)
    read = charge_fields(RawItem("fhir-r4", "ChargeItem", "c1", dump(changed), "x"))
    for name, value in after.items():
        assert (read.get(name) or None) == (value or None), name
    untouched = (
        {k: v for k, v in CHARGE.items() if k in ("resourceType", "id", "subject")} if "patient" not in after else {}
    )
    assert all(changed[key] == value for key, value in untouched.items())


def test_every_charge_field_that_is_edited_is_one_that_is_read():
    assert set(CHARGE_EDITS) >= set(NEW) - {"kind"}
