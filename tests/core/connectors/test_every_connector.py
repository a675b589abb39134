"""What every connector has to do. Whoever adds a kind of connection adds its place below and is held to all of this."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from connector_makers import Pulled, order_for, patients, settings_for
from fakes.misbehaving import MisbehavingServer

from core.connectors._port import Capabilities, Check, Connector, ConnectorKind, RawItem
from core.errors import BadAnswer, BadInput, ChartmendError, NotFound
from core.ingest.read import entities_of, normaliser_of
from core.jobs import Job
from core.resources import root
from core.sync.connections import connector_kinds

COUNT = 450
KINDS = sorted(connector_kinds())


def _place(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Somewhere with 450 patients for a kind of connection."""
    if kind == "fhir-r4":
        with MisbehavingServer.holding(patients(COUNT)) as server:
            yield {"url": server.base}
    elif kind == "fhir-files":
        (folder / "Patient.ndjson").write_bytes(b"\n".join(map(orjson.dumps, patients(COUNT))))
        yield {"path": str(folder)}
    elif kind == "tables":
        rows = [{"id": one["id"], "family_name": "x"} for one in patients(COUNT)]
        (folder / "patients.ndjson").write_bytes(b"\n".join(map(orjson.dumps, rows)))
        yield {"path": str(folder)}
    elif kind == "csv":
        lines = ["Patient ID,Last Name", *(f"{one['id']},x" for one in patients(COUNT))]
        (folder / "people.csv").write_text("\n".join(lines), encoding="utf-8")
        columns = [{"name": "Patient ID", "target": "id"}, {"name": "Last Name", "target": "family_name"}]
        yield {"path": str(folder), "mappings": ({"entity": "patients", "columns": columns},)}
    else:
        pytest.fail(f"{kind} has no place in the shared suite yet")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> ConnectorKind:
    return connector_kinds()[request.param]


@pytest.fixture
def connector(kind: ConnectorKind, tmp_path: Path) -> Iterator[Connector]:
    for place in _place(kind.id, tmp_path):
        made = kind.make(settings_for(kind.id, **place))
        yield made
        made.close()


def pull_all(connector: Connector, since: str | None = None) -> Pulled:
    stream = connector.streams()[0]
    return Pulled(tuple(connector.pull(stream, since, None, Job())))


def test_everything_comes_once_in_bounded_pages_and_the_last_one_says_so(connector):
    pulled = pull_all(connector)
    assert len(pulled.ids) == len(set(pulled.ids)) == COUNT
    assert len(pulled.pages) > 1
    assert [page.is_last for page in pulled.pages] == [False] * (len(pulled.pages) - 1) + [True]
    assert pulled.last.is_snapshot and pulled.last.watermark and pulled.last.cursor is None
    assert all(page.cursor for page in pulled.pages[:-1])


def test_reading_goes_on_after_a_cut_and_loses_nothing(connector):
    whole = pull_all(connector)
    stream = connector.streams()[0]
    rest = Pulled(tuple(connector.pull(stream, None, whole.pages[0].cursor, Job())))
    assert [item.id for item in whole.pages[0].items] + rest.ids == whole.ids
    assert rest.last.is_last


def test_same_pull_twice_delivers_the_same_bytes(connector):
    def delivered(pulled: Pulled) -> list[tuple[str, bytes, Any]]:
        return [(item.id, item.payload, item.context) for item in pulled.items]

    assert delivered(pull_all(connector)) == delivered(pull_all(connector))


def test_pull_of_changes_ends_and_keeps_a_watermark(connector):
    again = pull_all(connector, pull_all(connector).last.watermark)
    assert again.last.is_last and again.last.watermark


def test_every_item_has_a_normaliser_and_an_entity(connector, kind):
    for item in pull_all(connector).items[:5]:
        assert isinstance(item, RawItem) and item.form == kind.form and item.position
        assert normaliser_of(item.form, item.kind) is not None
        assert entities_of(item.kind)


def test_cursor_that_is_none_is_refused_in_words(connector):
    with pytest.raises((BadAnswer, BadInput)):
        list(connector.pull(connector.streams()[0], None, "nonsense", Job()))


def test_record_that_is_not_there_is_not_found(connector):
    with pytest.raises(NotFound):
        connector.read("Patient/nobody")


def test_record_is_read_back_as_it_was_delivered(connector):
    item = pull_all(connector).items[0]
    assert connector.read(f"Patient/{item.id}").payload == item.payload


def test_what_it_can_do_is_said_and_tested(connector):
    assert isinstance(connector.probe(), Capabilities) and connector.probe().kinds
    checks = list(connector.test())
    assert all(isinstance(check, Check) and check.sentence.endswith(".") for check in checks)
    assert not [check for check in checks if check.outcome == "failed"]
    assert {check.id for check in checks} <= set(connector_kinds()[connector.settings.kind].checks)


def test_steps_by_hand_are_sentences_that_name_the_record(connector):
    orders = [
        order_for("update-patient", "Patient/p7", phone="555", family_name=None),
        order_for("merge-patient", "Patient/p7", other="Patient/p8", active=False),
        order_for("keep-patient", "Patient/p7", other="Patient/p8", replaces=["Patient/p8"]),
        order_for("void-charge", "ChargeItem/p7", status="void"),
        order_for("create-charge", None, code="99213", amount=1250, diagnoses=[{"code": "I10", "rank": 1}]),
    ]
    for order in orders:
        steps = connector.hand_steps(order)
        assert steps and all(isinstance(step, str) and step for step in steps)
        assert order.target is None or any("p7" in step for step in steps)


def test_nothing_of_a_patient_or_a_secret_is_logged(connector, caplog):
    with caplog.at_level(logging.DEBUG, logger="core"):
        pull_all(connector)
        list(connector.test())
    assert not [word for word in ("Family1", "p0001", "Patient/") if word in caplog.text]


def test_place_that_is_not_there_is_one_of_our_errors(kind):
    place = (
        {"url": "http://127.0.0.1:9/fhir", "timeout": "0.2"} if kind.id == "fhir-r4" else {"path": "/nowhere/at/all"}
    )
    connector = kind.make(settings_for(kind.id, **place))
    try:
        with pytest.raises(ChartmendError) as caught:
            pull_all(connector)
        assert caught.value.sentence()
        assert any(check.outcome == "failed" for check in connector.test())
    finally:
        connector.close()


def test_each_kind_asks_for_something_and_has_its_help_page(kind):
    assert any(one.is_required for one in kind.fields)
    assert (root() / "help" / f"{kind.help_page}.md").is_file()
