"""The shared HTTP client of all connectors over a network.

It signs in, asks again where asking again is safe, waits as the server says, keeps every wait bounded, and turns each
failure into one of our errors. It logs event words and numbers only: an address can carry a patient's name.
"""

from __future__ import annotations

import logging
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import orjson

from core.connectors._port import Settings
from core.errors import (
    BadAnswer,
    BadInput,
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
from core.jobs import Job

_LOG = logging.getLogger(__name__)
_TRIES = 5
_LONGEST_WAIT_S = 300.0
_REDIRECTS = 5
FHIR_JSON = "application/fhir+json"


class SignIn(Protocol):
    """Gives the headers that open the door; `forget` drops what the server no longer takes."""

    def headers(self) -> Mapping[str, str]:
        """Headers of a signed-in request, signing in when needed."""

    def forget(self) -> bool:
        """Drop the current token; whether a new one can be had."""


@dataclass(slots=True)
class Traffic:
    """What went over the line since it was last taken."""

    bytes: int = 0
    requests: int = 0
    retries: int = 0


class Http:
    """One connection's client. `base` is the address that relative paths hang under."""

    def __init__(self, settings: Settings, sign_in: SignIn | None = None) -> None:
        self.base = base_address(settings)
        self.sign_in = sign_in
        self.traffic = Traffic()
        self._host = _origin(self.base)
        self._total_s = float(settings.options.get("timeout", 60)) * 10
        self._gap_s = 1 / float(settings.options["rate"]) if settings.options.get("rate") else 0.0
        self._last_at = 0.0
        self._client = make_client(settings)

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def take_traffic(self) -> Traffic:
        """What went over the line since the last call."""
        taken, self.traffic = self.traffic, Traffic()
        return taken

    def address(self, path: str) -> str:
        """The full address of a path below the base, or of a link as a server gave it."""
        return urljoin(self.base, path)

    def read(self, address: str, *, form: Mapping[str, str] | None = None, job: Job | None = None,
             headers: Mapping[str, str] | None = None) -> httpx.Response:  # fmt: skip
        """A reading request (GET, or a search by POST): asked again through bad weather, within a bounded time."""
        method = "GET" if form is None else "POST"
        ends = time.monotonic() + self._total_s
        refreshed = False
        for attempt in range(_TRIES):
            try:
                answer = self._send(method, address, form=form, headers=headers)
            except (httpx.TimeoutException, httpx.TransportError) as why:
                error: ConnectorError = _no_connection(why)
            else:
                if answer.status_code == httpx.codes.UNAUTHORIZED and not refreshed and self._renew():
                    refreshed = True
                    continue
                if answer.is_success:
                    return answer
                error = error_of(answer)
            wait = _wait_s(error, attempt)
            if not error.is_retryable or attempt == _TRIES - 1 or time.monotonic() + wait > ends:
                raise error
            self.traffic.retries += 1
            _LOG.info("asking again attempt=%d wait_s=%.1f code=%s", attempt + 1, wait, error.code)
            (job or Job()).wait(wait)
        raise SignInNeeded("The system refused the sign-in again and again.")

    def write(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """A writing request, sent once. Only a refused sign-in is repeated: then nothing was done.

        Raises NoAnswer when the request may have arrived and no answer came.
        """
        for is_last in (False, True):
            try:
                answer = self._send(method, address, body=body, headers=headers)
            except httpx.ConnectError as why:
                raise Unavailable("The system cannot be reached.") from why
            except (httpx.TimeoutException, httpx.TransportError) as why:
                raise NoAnswer("The system gave no answer to the change.") from why
            if answer.status_code == httpx.codes.UNAUTHORIZED and not is_last and self._renew():
                continue
            if answer.is_success:
                return answer
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR and answer.status_code not in (501, 503):
                # A gateway may answer for a server that went on working.
                raise NoAnswer(f"The system answered {answer.status_code}; whether it did the change is not known.")
            raise error_of(answer)
        raise SignInNeeded("The system refused the sign-in.")

    def _renew(self) -> bool:
        return self.sign_in is not None and self.sign_in.forget()

    def _send(self, method: str, address: str, *, form: Mapping[str, str] | None = None, body: bytes | None = None,
              headers: Mapping[str, str] | None = None) -> httpx.Response:  # fmt: skip
        self._pace()
        for _ in range(_REDIRECTS):
            is_ours = _origin(address) == self._host
            signed = self.sign_in.headers() if self.sign_in and is_ours else {}
            request = self._client.build_request(
                method, address, data=form, content=body, headers={"Accept": FHIR_JSON, **signed, **(headers or {})}
            )
            self.traffic.requests += 1
            answer = self._client.send(request)
            self.traffic.bytes += answer.num_bytes_downloaded
            if not (answer.is_redirect and method == "GET"):
                return answer
            address = urljoin(address, answer.headers.get("Location", ""))
            if _origin(address) != self._host:
                raise BadAnswer("The system points to another host; the sign-in is not sent there.")
        raise BadAnswer("The system redirects in a circle.")

    def _pace(self) -> None:
        wait = self._last_at + self._gap_s - time.monotonic()
        if wait > 0:
            Job().wait(wait)
        self._last_at = time.monotonic()


def make_client(settings: Settings) -> httpx.Client:
    """A client with the connection's time-out and trust: the system's certificates, or a file of the practice's own."""
    ca_file = settings.options.get("ca_file")
    try:
        trust = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as why:
        raise BadInput("The file with certificates cannot be read.", place="ca_file") from why
    seconds = float(settings.options.get("timeout", 60))
    return httpx.Client(verify=trust, timeout=httpx.Timeout(seconds, connect=min(seconds, 15)), follow_redirects=False)


def base_address(settings: Settings) -> str:
    """The base address with its final slash. Raises BadInput for something that is no web address."""
    url = (settings.url or "").strip()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("The address must begin with https:// (or http:// inside your own network).", place="url")
    return url.rstrip("/") + "/"


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises BadAnswer for HTML, plain text, nothing, or JSON of another shape."""
    try:
        found = orjson.loads(answer.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as why:
        begin = answer.content[:200].lstrip().lower()
        what = "a web page" if begin.startswith(b"<") else "nothing" if not begin else "something that is not JSON"
        raise BadAnswer(f"The system answered with {what} instead of data.") from why
    if not isinstance(found, dict):
        raise BadAnswer("The system answered with JSON of an unexpected shape.")
    return found


def outcome_text(answer: httpx.Response) -> str:
    """What an OperationOutcome says, in its own words; empty when there is none."""
    try:
        issues = json_of(answer).get("issue") or ()
    except BadAnswer:
        return ""
    texts = []
    for issue in issues if isinstance(issues, list) else ():
        if isinstance(issue, dict):
            details = issue.get("details")
            text = details.get("text") if isinstance(details, dict) else None
            texts.append(str(text or issue.get("diagnostics") or issue.get("code") or ""))
    return "; ".join(text for text in texts if text)[:500]


def error_of(answer: httpx.Response) -> ConnectorError:
    """The error for an answer that is no success."""
    status, text = answer.status_code, outcome_text(answer)
    said = f"The system answered {status}."
    if status == 401:
        return SignInNeeded("The system refused the sign-in.")
    if status in (403, 405, 501):
        return NotAllowed("The system does not allow this." if status == 403 else "The system does not offer this.")
    if status == 404:
        return NotFound("The system has no such record or address.")
    if status == 410:
        return Gone("The record was deleted in the system.")
    if status in (409, 412):
        return VersionConflict("The record was changed meanwhile.")
    if status == 422 and "not-supported" in answer.text:
        return NotAllowed("The system does not support this.")
    if status in (400, 406, 415, 422, 428):
        return Rejected(f"The system rejected it ({status}).", details=text)
    if status == 429:
        return SlowDown("The system asks for a pause.", wait_s=retry_after_s(answer))
    if status in (423, 502, 503, 504) or status >= 500:
        error = Unavailable(said)
        wait = retry_after_s(answer)
        return SlowDown(said, wait_s=wait) if wait else error
    return BadAnswer(said)


def retry_after_s(answer: httpx.Response) -> float:
    """How long to wait, in seconds, as the server says by number or date; 0 when it does not say."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _wait_s(error: ConnectorError, attempt: int) -> float:
    asked = error.wait_s if isinstance(error, SlowDown) else 0.0
    if asked:
        return min(asked, _LONGEST_WAIT_S)
    # Full jitter: many workstations that were cut off together do not come back together.
    return random.uniform(0.2, min(0.5 * 2**attempt, _LONGEST_WAIT_S))  # noqa: S311


def _no_connection(why: Exception) -> ConnectorError:
    if isinstance(why, httpx.ConnectError) and isinstance(why.__context__, ssl.SSLError):
        return BadAnswer("The certificate of the system is not trusted here.", todo="Give your CA file (ca_file).")
    if isinstance(why, httpx.TimeoutException):
        return Unavailable("The system does not answer in time.")
    return Unavailable("The connection to the system failed.")


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port
