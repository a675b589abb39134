"""Reading from FHIR servers that do what real ones do wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
from connector_makers import Pulled, patients
from fakes.misbehaving import Faults, MisbehavingServer
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core.connectors.fhir_r4 import FhirR4
from core.errors import BadAnswer, Cancelled, Gone, NotAllowed, NotFound, SignInNeeded, SlowDown, Unavailable
from core.jobs import Job

PAST = "2020-01-01T00:00:00Z"
COUNT = 450  # three pages


def pull(connector: FhirR4, since: str | None = None, cursor: str | None = None, stream: str = "Patient") -> Pulled:
    return Pulled(tuple(connector.pull(stream, since, cursor, Job())))


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(repeats_entries=True),
        Faults(empty_pages=True),
        Faults(relative_next=True),
        Faults(outcome_entries=True),
        Faults(missing_meta=True),
        Faults(partial_dates=True),
        Faults(unavailable=1),
        Faults(html_errors=1),
        Faults(cut_in_body=1),
        Faults(cut_at_once=1),
        Faults(throttled=1, retry_after="1"),
        Faults(throttled=1, retry_after="date"),
        Faults(throttled=1, retry_after=""),
    ],
    ids=lambda faults: ",".join(f"{n}={v}" for n, v in vars(faults).items() if v != getattr(Faults(), n)) or "well",
)
def test_every_record_comes_exactly_once_whatever_the_weather(connect, faults):
    with MisbehavingServer.holding(patients(COUNT), faults) as server:
        pulled = pull(connect(server.base))
    assert sorted(pulled.ids) == [f"p{n:04}" for n in range(COUNT)]
    assert pulled.last.is_last and pulled.last.is_snapshot and pulled.last.cursor is None
    assert sum(page.requests for page in pulled.pages) == len([r for r in server.seen if "metadata" not in r.path])


@pytest.mark.parametrize("status", [404, 410, 400])
def test_forgotten_page_link_starts_the_search_again(connect, status):
    with MisbehavingServer.holding(patients(COUNT), Faults(expired_next=1, expired_status=status)) as server:
        pulled = pull(connect(server.base))
    assert set(pulled.ids) == {f"p{n:04}" for n in range(COUNT)}
    assert pulled.last.is_snapshot


def test_server_that_forgets_every_link_is_given_up(connect):
    with (
        MisbehavingServer.holding(patients(COUNT), Faults(expired_next=99)) as server,
        pytest.raises(BadAnswer, match="forgets its page links"),
    ):
        pull(connect(server.base))


def test_pages_in_a_circle_end_with_words(connect):
    with (
        MisbehavingServer.holding(patients(COUNT), Faults(looping_next=True)) as server,
        pytest.raises(BadAnswer, match="circle"),
    ):
        pull(connect(server.base))


def test_next_page_on_another_host_gets_no_token_and_no_visit(connect, httpserver: HTTPServer):
    httpserver.expect_request("/fhir").respond_with_json({"resourceType": "Bundle"})
    foreign = httpserver.url_for("").rstrip("/")
    with MisbehavingServer.holding(patients(COUNT), Faults(foreign_next=foreign)) as server:
        connector = connect(server.base, auth="bearer", secrets={"bearer": "tok-secret"})
        with pytest.raises(BadAnswer, match="another host"):
            pull(connector)
    assert all(request.header("authorization") == "Bearer tok-secret" for request in server.seen[1:])
    assert httpserver.log == []


def test_cut_off_reading_goes_on_and_remembers_when_it_began(connect):
    with MisbehavingServer.holding(patients(COUNT)) as server:
        connector = connect(server.base)
        first = next(iter(connector.pull("Patient", None, None, Job())))
        began = datetime.now(UTC)
        rest = pull(connector, cursor=first.cursor)
    assert len({item.id for item in first.items} | set(rest.ids)) == COUNT
    assert not {item.id for item in first.items} & set(rest.ids)
    assert rest.last.is_snapshot
    watermark = datetime.fromisoformat(rest.last.watermark)
    assert watermark <= began - timedelta(minutes=10) + timedelta(seconds=1)


def test_changes_only_are_read_where_the_server_truly_filters(connect):
    with MisbehavingServer.holding(patients(5)) as server:
        pulled = pull(connect(server.base), since="2190-01-01T00:00:00Z")
        assert pulled.items == () and not pulled.last.is_snapshot
        assert set(pull(connect(server.base), since=PAST).ids) == {f"p{n:04}" for n in range(5)}


@pytest.mark.parametrize("claims", [False, True], ids=["self link shows it", "self link lies"])
def test_filter_that_is_ignored_is_noticed_and_everything_is_read(connect, claims):
    faults = Faults(ignored_filters=frozenset({"_lastUpdated"}), claims_all_filters=claims)
    with MisbehavingServer.holding(patients(5), faults) as server:
        pulled = pull(connect(server.base), since="2190-01-01T00:00:00Z")
    assert len(pulled.items) == 5
    assert pulled.last.is_snapshot  # nothing was filtered, so what is missing is gone


def test_server_whose_self_link_misses_the_filter_is_read_whole_and_asked_again_without(
    connect, httpserver: HTTPServer
):
    asked: list[dict[str, str]] = []

    def search(request: Request) -> Response:
        asked.append(dict(parse_qsl(request.query_string.decode())))
        is_future = "ge2199" in asked[-1].get("_lastUpdated", "")
        entries = [] if is_future else [{"resource": one} for one in patients(2)]
        body = {"resourceType": "Bundle", "link": [{"relation": "self", "url": "Patient?x=1"}], "entry": entries}
        return Response(orjson.dumps(body), content_type="application/fhir+json")

    serve(httpserver, search)
    pulled = pull(connect(httpserver.url_for("/")), since=PAST)
    assert pulled.last.is_snapshot and len(pulled.items) == 2
    assert "_lastUpdated" not in asked[-1]


def serve(server: HTTPServer, search: Callable[[Request], Response], kinds: tuple[str, ...] = ("Patient",)) -> None:
    rows = [{"type": kind, "interaction": [{"code": "search-type"}, {"code": "read"}]} for kind in kinds]
    server.expect_request("/metadata").respond_with_json(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"mode": "server", "resource": rows}]}
    )
    for kind in kinds:
        server.expect_request(f"/{kind}").respond_with_handler(search)
        server.expect_request(f"/{kind}/_search").respond_with_handler(search)


def answer(*resources: dict[str, Any], status: int = 200, **headers: str) -> Response:
    body = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}
    return Response(orjson.dumps(body), status, headers, content_type="application/fhir+json")


def test_watermark_is_the_servers_time_less_the_overlap(connect, httpserver: HTTPServer):
    body = {"resourceType": "Bundle", "meta": {"lastUpdated": "2026-03-03T10:00:00Z"}, "entry": []}
    serve(httpserver, lambda _: Response(orjson.dumps(body), content_type="application/fhir+json"))
    assert pull(connect(httpserver.url_for("/"))).last.watermark == "2026-03-03T09:50:00Z"


def test_population_search_that_is_refused_is_done_person_by_person(connect, httpserver: HTTPServer):
    asked: list[tuple[str, str]] = []

    def search(request: Request) -> Response:
        kind = request.path.split("/")[1]
        if kind == "Patient":
            return answer(*patients(3))
        wanted = request.form.get("patient") or request.args.get("patient")
        asked.append((request.method, str(wanted)))
        if wanted is None:
            return Response(b"", 400)
        return answer({"resourceType": "Encounter", "id": f"e-{wanted[8:]}", "subject": {"reference": wanted}})

    serve(httpserver, search, ("Patient", "Encounter"))
    connector = connect(httpserver.url_for("/"))
    pulled = pull(connector, stream="Encounter")
    assert pulled.ids == ["e-p0000", "e-p0001", "e-p0002"]
    assert pulled.last.is_snapshot
    assert [method for method, wanted in asked if wanted != "None"] == ["POST"] * 3
    rest = pull(connector, stream="Encounter", cursor=pulled.pages[0].cursor)
    assert rest.ids == ["e-p0001", "e-p0002"]


def test_search_by_post_that_is_not_taken_becomes_a_get_and_stays_one(connect, httpserver: HTTPServer):
    def search(request: Request) -> Response:
        if request.method == "POST":
            return Response(b"", 405)
        if request.path == "/Patient":
            return answer(*patients(2))
        if "patient" not in request.args:
            return Response(b"", 400)
        return answer({"resourceType": "Encounter", "id": f"e-{request.args['patient'][8:]}"})

    serve(httpserver, search, ("Patient", "Encounter"))
    pulled = pull(connect(httpserver.url_for("/")), stream="Encounter")
    assert pulled.ids == ["e-p0000", "e-p0001"]
    assert len([1 for request, _ in httpserver.log if request.method == "POST"]) == 1


def test_piece_without_an_id_is_refused_alone_and_nothing_counts_as_gone(connect, httpserver: HTTPServer):
    serve(httpserver, lambda _: answer(*patients(1), {"resourceType": "Patient"}))
    pulled = pull(connect(httpserver.url_for("/")))
    assert pulled.ids == ["p0000"]
    assert [piece.reason for piece in pulled.unreadable] == ["This Patient has no id."]
    assert not pulled.last.is_snapshot


def test_server_that_shows_not_everything_deletes_nothing(connect, httpserver: HTTPServer):
    issue = {"severity": "warning", "code": "suppressed", "details": {"text": "Some are hidden."}}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    serve(httpserver, lambda _: answer(*patients(1), outcome))
    pulled = pull(connect(httpserver.url_for("/")))
    assert not pulled.last.is_snapshot
    assert pulled.last.notes == ("The system says: Some are hidden.",)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"", SignInNeeded),
        (403, b"<html>no</html>", NotAllowed),
        (404, b"{}", NotFound),
        (200, b"<html>Please sign in</html>", BadAnswer),
        (200, b"", BadAnswer),
        (200, b"garbage", BadAnswer),
        (200, b"[]", BadAnswer),
        (200, b'{"resourceType":"Patient"}', BadAnswer),
        (200, b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a","animal":{}}}]}',
         BadAnswer),
        (302, b"", BadAnswer),
    ],
)  # fmt: skip
def test_answer_that_is_no_use_becomes_one_clear_error(connect, httpserver: HTTPServer, status, body, error):
    serve(httpserver, lambda _: Response(body, status))
    with pytest.raises(error):
        pull(connect(httpserver.url_for("/")))


def test_server_that_is_down_is_asked_a_bounded_number_of_times(connect):
    with MisbehavingServer.holding(patients(1), Faults(only="Patient", unavailable=99)) as server:
        connector = connect(server.base, timeout="0.3")
        with pytest.raises(Unavailable):
            pull(connector)
    assert 1 < len(server.seen) < 9


def test_server_that_hangs_is_left_in_bounded_time(connect):
    with (
        MisbehavingServer.holding(patients(1), Faults(only="Patient", hangs=99)) as server,
        pytest.raises(Unavailable),
    ):
        pull(connect(server.base, timeout="0.2"))


def test_pause_longer_than_we_wait_is_handed_on_with_its_length(connect, httpserver: HTTPServer):
    serve(httpserver, lambda _: Response(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(SlowDown) as caught:
        pull(connect(httpserver.url_for("/")))
    assert caught.value.wait_s == 3600


def test_waiting_ends_when_a_person_stops_it(connect, httpserver: HTTPServer):
    serve(httpserver, lambda _: Response(b"", 429, {"Retry-After": "15"}))
    job = Job()
    connector = connect(httpserver.url_for("/"))
    connector.capabilities()
    job.cancel()
    with pytest.raises(Cancelled):
        list(connector.pull("Patient", None, None, job))


def test_money_is_delivered_as_it_is_written_and_read_back_alike(connect, httpserver: HTTPServer):
    charge = b'{"resourceType": "ChargeItem", "id": "c", "priceOverride": {"value": 120.10, "currency": "USD"}}'
    body = b'{"resourceType": "Bundle", "entry": [{"resource": ' + charge + b"}]}"
    serve(httpserver, lambda _: Response(body, content_type="application/fhir+json"), ("ChargeItem",))
    httpserver.expect_request("/ChargeItem/c").respond_with_data(charge, content_type="application/fhir+json")
    connector = connect(httpserver.url_for("/"))
    (item,) = pull(connector, stream="ChargeItem").items
    assert b"120.10" in item.payload
    assert connector.read("ChargeItem/c").payload == item.payload  # or each read-back would look like a change


def test_read_tells_deleted_from_unknown_and_from_merged(connect):
    faults = Faults(moved={"p0001": "p0002"})
    with MisbehavingServer.holding(patients(3), faults) as server:
        connector = connect(server.base)
        assert connector.read("Patient/p0000").version == "1"
        with pytest.raises(NotFound):
            connector.read("Patient/nobody")
        with pytest.raises(Gone, match="joined"):
            connector.read("Patient/p0001")


def test_streams_are_what_the_server_searches_in_an_order_that_fits(connect):
    with MisbehavingServer.holding([]) as server:
        streams = connect(server.base).streams()
        assert streams.index("Patient") < streams.index("Encounter") < streams.index("ChargeItem")
        assert connect(server.base, kinds="Patient, Claim").streams() == ("Patient", "Claim")


def test_another_version_of_fhir_is_refused(connect):
    with MisbehavingServer.holding([], Faults(fhir_version="3.0.2")) as server:
        connector = connect(server.base)
        with pytest.raises(BadAnswer, match="only R4"):
            connector.streams()
        checks = list(connector.test())
    assert [(check.id, check.outcome) for check in checks] == [("reach", "failed")]


def test_connection_test_says_what_works(connect):
    with MisbehavingServer.holding(patients(3)) as server:
        checks = {check.id: check for check in connect(server.base).test()}
    assert {name: check.outcome for name, check in checks.items()} == {
        "reach": "ok", "certificate": "warning", "sign-in": "ok", "clock": "ok", "permission": "ok", "sample": "ok",
        "write": "ok",
    }  # fmt: skip


def test_log_holds_no_token_and_no_patient(connect, caplog):
    people = [{"resourceType": "Patient", "id": "secret-id", "name": [{"family": "Secretname"}]}]
    with (
        caplog.at_level(logging.DEBUG, logger="core"),
        MisbehavingServer.holding(people, Faults(unavailable=1)) as server,
    ):
        connector = connect(server.base, auth="bearer", secrets={"bearer": "tok-secret"})
        pull(connector)
        connector.read("Patient/secret-id")
    assert "asking again" in caplog.text
    for word in ("secret", "Secretname", "127.0.0.1", "Patient"):
        assert word not in caplog.text
