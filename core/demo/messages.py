"""What goes over the wire at the demo servers: request, answer, and the problem that becomes an OperationOutcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

FHIR_JSON = "application/fhir+json"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path` starts with "/" and has no query; header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The header's value, or an empty text."""
        return self.headers.get(name.lower(), "")

    def resource(self) -> Resource:
        """The body as a JSON object, or a problem that says what is wrong with it."""
        content_type = self.header("content-type").partition(";")[0].strip().lower()
        if content_type not in {FHIR_JSON, "application/json"}:
            raise Problem(415, "not-supported", f"send {FHIR_JSON}, not {content_type or 'an untyped body'}")
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "structure", f"the body is not JSON: {error}") from error
        if not isinstance(found, dict) or "resourceType" not in found:
            raise Problem(400, "structure", "the body is not a resource")
        return found


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; Date, Content-Length and Content-Type are added when it is sent."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = FHIR_JSON


class Problem(Exception):
    """A request that the server refuses: HTTP status, FHIR issue code, and a sentence."""

    def __init__(self, status: int, code: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.headers = headers


def outcome(code: str, text: str, severity: str = "error") -> Resource:
    """An OperationOutcome with one issue."""
    issue = {"severity": severity, "code": code, "details": {"text": text}, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def json_answer(status: int, body: Any, headers: tuple[tuple[str, str], ...] = (), fhir: bool = True) -> Answer:
    """An answer with a JSON body, as FHIR or as plain JSON."""
    return Answer(status, orjson.dumps(body), headers, FHIR_JSON if fhir else "application/json")


def problem_answer(problem: Problem) -> Answer:
    """The OperationOutcome answer of a refused request."""
    return json_answer(problem.status, outcome(problem.code, problem.text), problem.headers)
