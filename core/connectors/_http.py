"""The shared HTTP client of all connectors over a network.

It signs in, asks again where asking again is safe, waits as the server says, keeps every wait bounded, and turns each
failure into one of our errors. It logs event words and numbers only: an address can carry a patient's name.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

import httpx

from core.connectors._answers import (
    LARGEST_ANSWER,
    error_of,
    no_connection,
    write_error_of,
)
from core.connectors._line import Limits, base_address, make_client, origin
from core.connectors._port import Settings
from core.errors import BadAnswer, ConnectorError, NoAnswer, SignInNeeded, SlowDown, Unavailable
from core.jobs import Job

_LOG = logging.getLogger(__name__)
_TRIES = 6
_REDIRECTS = 5
FHIR_JSON = "application/fhir+json"
_UNAUTHORIZED = httpx.codes.UNAUTHORIZED


class SignIn(Protocol):
    """Gives the headers that open the door; `forget` drops what the server no longer takes."""

    def headers(self) -> Mapping[str, str]:
        """Headers of a signed-in request, signing in when needed."""

    def forget(self, headers: Mapping[str, str]) -> bool:
        """Drop what these headers were made of; whether new ones can be had."""


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
        self._origin = origin(self.base)
        self._limits = Limits.of(settings)
        self._next_at = 0.0
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

    def is_ours(self, address: str) -> bool:
        """Whether an address lies on the connection's own server: only there the sign-in is sent."""
        return origin(address) == self._origin

    def read(self, address: str, *, form: Mapping[str, str] | None = None, job: Job | None = None,
             headers: Mapping[str, str] | None = None) -> httpx.Response:  # fmt: skip
        """A reading request (GET, or a search by POST): asked again through bad weather, within a bounded time."""
        job = job or Job()
        method = "GET" if form is None else "POST"
        ends = time.monotonic() + self._limits.whole_s
        has_renewed = False
        for attempt in range(1, _TRIES + 1):
            signed: Mapping[str, str] = {}
            try:
                signed = self._signed(address)
                answer = self._follow(method, address, signed, ends, job, form=form, headers=headers)
            except (httpx.TransportError, httpx.DecodingError) as why:
                error: ConnectorError = no_connection(why)
            except ConnectorError as why:  # signing in met bad weather
                error = why
            else:
                if answer.status_code == _UNAUTHORIZED and not has_renewed and self._renew(signed):
                    has_renewed = True
                    continue
                if answer.is_success:
                    return answer
                error = error_of(answer)
            wait_s = _wait_s(error, attempt)
            if not error.is_retryable or attempt == _TRIES or time.monotonic() + wait_s > ends:
                raise error
            self.traffic.retries += 1
            _LOG.info("asking again attempt=%d wait_s=%.1f code=%s", attempt, wait_s, error.code)
            job.wait(wait_s)
        raise SignInNeeded("The system refuses the sign-in again and again.")

    def write(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """A writing request, sent once. Only a refused sign-in is repeated: then nothing was done.

        Raises NoAnswer when the request may have arrived and no answer came.
        """
        ends = time.monotonic() + self._limits.whole_s
        for is_last in (False, True):
            signed = self._signed(address)
            try:
                answer = self._send(method, address, signed, ends, Job(), body=body, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as why:
                raise no_connection(why) from why
            except (httpx.TransportError, httpx.DecodingError, Unavailable, BadAnswer) as why:
                raise NoAnswer("The system gave no answer to the change.") from why
            if answer.status_code == _UNAUTHORIZED and not is_last and self._renew(signed):
                continue
            if answer.is_success:
                return answer
            raise write_error_of(answer, method)
        raise SignInNeeded("The system refused the sign-in.")

    def _signed(self, address: str) -> Mapping[str, str]:
        return self.sign_in.headers() if self.sign_in is not None and self.is_ours(address) else {}

    def _renew(self, signed: Mapping[str, str]) -> bool:
        return self.sign_in is not None and self.sign_in.forget(signed)

    def _follow(self, method: str, address: str, signed: Mapping[str, str], ends: float, job: Job, *,
                form: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> httpx.Response:  # fmt: skip
        for _ in range(_REDIRECTS):
            answer = self._send(method, address, signed, ends, job, form=form, headers=headers)
            if not (answer.is_redirect and method == "GET"):
                return answer
            address = urljoin(address, answer.headers.get("Location", ""))
            if not self.is_ours(address):
                raise BadAnswer("The system points to another host; the sign-in is not sent there.")
        raise BadAnswer("The system redirects in a circle.")

    def _send(self, method: str, address: str, signed: Mapping[str, str], ends: float, job: Job, *,
              form: Mapping[str, str] | None = None, body: bytes | None = None,
              headers: Mapping[str, str] | None = None) -> httpx.Response:  # fmt: skip
        self._pace(job)
        request = self._client.build_request(
            method, address, data=form, content=body, headers={"Accept": FHIR_JSON, **signed, **(headers or {})}
        )
        self.traffic.requests += 1
        answer = self._client.send(request, stream=True)
        # Read in pieces: a server that drips a byte a minute never runs into the time limit of a single read.
        try:
            pieces, size = [], 0
            for piece in answer.iter_bytes():
                size += len(piece)
                pieces.append(piece)
                if time.monotonic() > ends:
                    raise Unavailable("The system answers too slowly.")
                if size > LARGEST_ANSWER:
                    raise BadAnswer("The answer of the system is larger than any page should be.")
            self.traffic.bytes += answer.num_bytes_downloaded
        finally:
            answer.close()
        return httpx.Response(
            answer.status_code, headers=_without_encoding(answer.headers), content=b"".join(pieces), request=request
        )

    def _pace(self, job: Job) -> None:
        wait_s = self._next_at - time.monotonic()
        if wait_s > 0:
            job.wait(wait_s)
        self._next_at = time.monotonic() + self._limits.gap_s


def _without_encoding(headers: httpx.Headers) -> httpx.Headers:
    kept = headers.copy()
    kept.pop("Content-Encoding", None)  # the content is unpacked already
    return kept


def _wait_s(error: ConnectorError, attempt: int) -> float:
    """As long as the server says; else longer each time, by chance, so that many clients do not come back together."""
    if isinstance(error, SlowDown):
        return error.wait_s or float(2**attempt) * random.uniform(0.5, 1.0)  # noqa: S311
    return min(30.0, 0.5 * float(2**attempt)) * random.uniform(0.1, 1.0)  # noqa: S311
