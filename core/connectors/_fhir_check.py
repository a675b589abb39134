"""The test of a FHIR R4 connection, a line at a time, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.connectors._fhir_kinds import WANTED
from core.connectors._fhir_search import Question
from core.connectors._port import Capabilities, Check
from core.errors import ConnectorError, SignInNeeded
from core.jobs import Job

if TYPE_CHECKING:
    from core.connectors.fhir_r4 import FhirR4

_CLOCK_MAY_DIFFER_S = 120


def check_connection(server: FhirR4) -> Iterator[Check]:
    """Reach and certificate, version, sign-in, clock, rights, a sample, what can be written."""
    try:
        found = server.probe()
    except ConnectorError as why:
        is_trust = "certificate" in why.what
        yield Check("certificate" if is_trust else "reach", "failed", why.what, why.todo)
        return
    yield Check("reach", "ok", f"Reached: {found.facts.get('software') or 'a FHIR R4 server'}.")
    if server.http.base.startswith("https://"):
        yield Check("certificate", "ok", "The certificate is trusted.")
    else:
        yield Check(
            "certificate", "warning", "The line is not encrypted.", "Use an https:// address where there is one."
        )
    try:
        if server.http.sign_in is not None:
            server.http.sign_in.headers()
    except ConnectorError as why:
        yield Check("sign-in", "failed", why.what, why.todo)
        return
    yield from _read_something(server, found)


def _read_something(server: FhirR4, found: Capabilities) -> Iterator[Check]:
    kinds = server.streams()
    if not kinds:
        yield Check("permission", "failed", "Nothing can be read here.", "Ask for the right to search patients.")
        return
    kind = "Patient" if "Patient" in kinds else kinds[0]
    try:
        first = server.searcher.ask(Question(kind, {"_count": "5"}), Job())
    except SignInNeeded as why:
        yield Check("sign-in", "failed", why.what, why.todo)
        return
    except ConnectorError as why:
        yield Check("sign-in", "ok", "The sign-in was accepted.")
        yield Check("sample", "failed", why.what, why.todo)
        return
    yield Check("sign-in", "ok", "The sign-in was accepted.")
    yield _clock(first.server_time)
    missing = [one for one in WANTED if one not in kinds]
    said = f"Can be read: {', '.join(kinds)}."
    yield Check("permission", "ok", said + (f" Not offered: {', '.join(missing)}." if missing else ""))
    yield Check("sample", "ok", f"Read as a sample: {len(first.items)} {kind} records.")
    yield _writing(found)


def _writing(found: Capabilities) -> Check:
    writable = [one.kind for one in found.kinds if (one.can_update or one.can_create or one.can_patch)]
    writable = [kind for kind in WANTED if kind in writable]
    if writable:
        return Check("write", "ok", f"The server takes changes of: {', '.join(writable)}.")
    return Check("write", "warning", "The server takes no changes.", "Corrections come as steps by hand.")


def _clock(server_time: datetime | None) -> Check:
    if server_time is None:
        return Check("clock", "warning", "The server does not say what time it has.", "Each pull reads everything.")
    apart_s = abs((datetime.now(UTC) - server_time).total_seconds())
    if apart_s > _CLOCK_MAY_DIFFER_S:
        return Check(
            "clock", "warning", f"The clocks differ by {apart_s / 60:.0f} minutes.", "Set this computer's clock."
        )
    return Check("clock", "ok", "The clocks agree.")
