"""What an HTTP answer means: JSON or not, an OperationOutcome's words, and which of our errors a refusal is."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from core.errors import (
    BadAnswer,
    ConnectorError,
    Gone,
    NoAnswer,
    NotAllowed,
    NotFound,
    Rejected,
    SignInNeeded,
    SlowDown,
    Unavailable,
    VersionConflict,
)

LARGEST_ANSWER = 256 * 1024 * 1024
_UNSUPPORTED = ("not-supported", "forbidden", "suppressed")


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises BadAnswer for HTML, plain text, nothing, or JSON of another shape."""
    try:
        found = orjson.loads(answer.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as why:
        raise not_json(answer) from why
    if not isinstance(found, dict):
        raise BadAnswer("The system answered with JSON of an unexpected shape.")
    return found


def not_json(answer: httpx.Response) -> BadAnswer:
    """What came instead of JSON, in words."""
    begin = answer.content[:200].lstrip().lower()
    what = "a web page" if begin.startswith(b"<") else "nothing" if not begin else "something that is not JSON"
    return BadAnswer(f"The system answered with {what} instead of data.")


def outcome_text(answer: httpx.Response) -> str:
    """What an OperationOutcome says, in its own words; empty when there is none."""
    texts = []
    for issue in _issues(answer):
        details = issue.get("details")
        text = details.get("text") if isinstance(details, dict) else None
        texts.append(str(text or issue.get("diagnostics") or issue.get("code") or ""))
    return "; ".join(dict.fromkeys(text for text in texts if text))[:500]


def outcome_codes(answer: httpx.Response) -> frozenset[str]:
    """The codes of an OperationOutcome's issues."""
    return frozenset(str(issue.get("code")) for issue in _issues(answer))


def _issues(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    try:
        issues = json_of(answer).get("issue")
    except BadAnswer:
        return
    yield from (issue for issue in issues if isinstance(issue, dict)) if isinstance(issues, list) else ()


def error_of(answer: httpx.Response) -> ConnectorError:
    """The error for an answer to a reading request that is no success."""
    status = answer.status_code
    plain: dict[int, ConnectorError] = {
        401: SignInNeeded("The system refused the sign-in."),
        403: NotAllowed("The system does not allow this."),
        404: NotFound("The system has no such record or address."),
        405: NotAllowed("The system does not offer this."),
        409: VersionConflict("The record was changed meanwhile."),
        410: Gone("The record was deleted in the system."),
        412: VersionConflict("The record was changed meanwhile."),
        501: NotAllowed("The system does not offer this."),
    }
    if status in plain:
        return plain[status]
    wait_s = retry_after_s(answer)
    if status == 429 or (status >= 500 and wait_s):
        return SlowDown("The system asks for a pause.", wait_s=wait_s)
    if status in (408, 423, 425) or status >= 500:
        return Unavailable(f"The system answered {status}.")
    if status == 422 and outcome_codes(answer) & set(_UNSUPPORTED):
        return NotAllowed("The system does not support this.")
    if 400 <= status < 500:
        return Rejected(f"The system rejected it ({status}).", details=outcome_text(answer))
    return BadAnswer(f"The system answered {status}.")


def write_error_of(answer: httpx.Response, method: str) -> ConnectorError:
    """The error for an answer to a writing request that is no success."""
    status = answer.status_code
    if status >= 500 and status not in (501, 503):
        # A gateway may answer for a server that went on working.
        return NoAnswer(f"The system answered {status}; whether it did the change is not known.")
    if answer.is_redirect:
        return Rejected("The system keeps this record at another address now.")
    if method == "POST" and status in (404, 410):
        return NotAllowed("The system does not offer this.")
    if method != "POST" and status in (404, 410):
        return VersionConflict("The record is no longer there.")
    if method == "POST" and status in (409, 412):
        return Rejected("The system has such a record already, more than once.", details=outcome_text(answer))
    error = error_of(answer)
    return Rejected(error.what) if isinstance(error, BadAnswer) else error


def retry_after_s(answer: httpx.Response) -> float:
    """How long to wait, in seconds, as the server says by number or date; 0 when it does not say."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0.0
    now = server_date(answer) or datetime.now(UTC)
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


def server_date(answer: httpx.Response) -> datetime | None:
    """The time of the server as its Date header says it."""
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def no_connection(why: Exception) -> ConnectorError:
    """The error for a request that got no answer."""
    cause: BaseException | None = why
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return BadAnswer(
                "The certificate of the system is not trusted here.",
                todo="Give your organisation's certificates as ca_file.",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(why, httpx.TimeoutException):
        return Unavailable("The system does not answer in time.")
    return Unavailable("The connection to the system failed.")
