"""Signing in at a FHIR server: nothing, a fixed token, a client secret, or SMART backend services.

Tokens live in memory only, are renewed a minute before they end, and are fetched once for all threads.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.connectors._http import error_of, json_of, make_client
from core.connectors._port import Settings
from core.errors import BadAnswer, ConnectorError, SignInNeeded, SlowDown, Unavailable

_LOG = logging.getLogger(__name__)
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_EARLY_S = 60.0
AUTHS = ("none", "bearer", "basic", "client-secret", "backend-jwt")
V1_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


class NoSignIn:
    """A server inside the practice's own network that asks for nothing."""

    def headers(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def forget(self) -> bool:
        """There is nothing to renew."""
        return False


class Fixed:
    """A token, or name and password, that somebody gave us once."""

    def __init__(self, header: Callable[[], str]) -> None:
        self._header = header

    def headers(self) -> Mapping[str, str]:
        """The fixed header; the secret is fetched each time and not kept."""
        return {"Authorization": self._header()}

    def forget(self) -> bool:
        """A fixed token cannot be renewed by us."""
        return False


class Token:
    """Short-lived tokens by client credentials: with a secret, or with a signed assertion (backend services)."""

    def __init__(self, settings: Settings, discover: Callable[[], Mapping[str, Any]]) -> None:
        self._settings, self._discover = settings, discover
        self._lock = threading.Lock()
        self._value: str | None = None
        self._ends_at = 0.0
        self.granted: tuple[str, ...] = ()

    def headers(self) -> Mapping[str, str]:
        """The bearer header, with a fresh token when the old one ends within a minute."""
        with self._lock:
            if self._value is None or time.monotonic() > self._ends_at:
                self._fetch()
            return {"Authorization": f"Bearer {self._value}"}

    def forget(self) -> bool:
        """Drop the token; the next request signs in anew."""
        with self._lock:
            self._value = None
        return True

    def _fetch(self) -> None:
        options = self._settings.options
        smart = self._discover() if not options.get("token_url") else {}
        address = options.get("token_url") or smart.get("token_endpoint")
        if not address:
            raise SignInNeeded("The system does not say where to sign in.", todo="Give its token_url.")
        wanted = options.get("scope") or "system/*.rs"
        try:
            answer = self._ask(str(address), wanted)
        except _InvalidScope:
            offered = smart.get("scopes_supported") or ()
            fewer = " ".join(scope for scope in wanted.split() if scope in offered)
            if not fewer:
                raise SignInNeeded("The system grants none of the rights that were asked for.") from None
            answer = self._ask(str(address), fewer)
        token, life = answer.get("access_token"), answer.get("expires_in", 300)
        if not isinstance(token, str) or str(answer.get("token_type", "bearer")).lower() != "bearer":
            raise SignInNeeded("The system's answer to the sign-in holds no token.")
        seconds = float(life) if str(life).replace(".", "", 1).isdigit() else 300.0
        self._value = token
        self._ends_at = time.monotonic() + max(seconds - _EARLY_S, seconds / 2)
        self.granted = tuple(str(answer.get("scope") or wanted).split())
        _LOG.info("signed in life_s=%d", seconds)

    def _ask(self, address: str, scope: str) -> dict[str, Any]:
        form = {"grant_type": "client_credentials", "scope": scope}
        headers: dict[str, str] = {"Accept": "application/json"}
        if self._settings.options.get("auth") == "backend-jwt":
            form |= {"client_assertion_type": _JWT_BEARER, "client_assertion": assertion(self._settings, address)}
        else:
            form |= {"client_id": _client_id(self._settings), "client_secret": _secret(self._settings, "client_secret")}
        try:
            with make_client(self._settings) as client:
                answer = client.post(address, data=form, headers=headers)
        except httpx.TransportError as why:
            raise Unavailable("The place to sign in cannot be reached.") from why
        if answer.is_success:
            return json_of(answer)
        raise _refusal(answer)


class _InvalidScope(SignInNeeded):
    """The server grants fewer rights than were asked for."""


def sign_in_for(settings: Settings, discover: Callable[[], Mapping[str, Any]]) -> NoSignIn | Fixed | Token:
    """The way to sign in that a connection's settings name. Raises SignInNeeded for an unknown one."""
    auth = settings.options.get("auth", "none")
    if auth == "none":
        return NoSignIn()
    if auth == "bearer":
        return Fixed(lambda: f"Bearer {_secret(settings, 'bearer')}")
    if auth == "basic":
        return Fixed(lambda: httpx.BasicAuth(_client_id(settings), _secret(settings, "client_secret"))._auth_header)
    if auth in ("client-secret", "backend-jwt"):
        return Token(settings, discover)
    raise SignInNeeded(f"The way to sign in, {auth}, is not known.", todo=f"Choose one of {', '.join(AUTHS)}.")


def assertion(settings: Settings, audience: str) -> str:
    """The signed assertion of SMART backend services: RS384 or ES384 by the kind of key, five minutes long."""
    pem = _secret(settings, "private_key")
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as why:
        raise SignInNeeded("The private key cannot be read (PEM without a password is needed).") from why
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm = "RS384"
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        algorithm = "ES384"
    else:
        raise SignInNeeded("The private key is neither RSA nor elliptic curve P-384.")
    client_id = _client_id(settings)
    now = int(time.time())
    # A little in the past: the server's clock may be behind ours.
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(24),
              "iat": now - 10, "nbf": now - 10, "exp": now + 240}  # fmt: skip
    headers = {"kid": settings.options["key_id"]} if settings.options.get("key_id") else None
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def allows(granted: tuple[str, ...], kind: str, letter: str) -> bool:
    """Whether granted scopes (v1, v2, or mixed; nothing known counts as yes) allow c, r, u, d or s on a type."""
    if not granted:
        return True
    for scope in granted:
        context, _, rest = scope.partition("/")
        resource, _, rights = rest.partition(".")
        if context not in ("system", "user", "patient") or resource not in (kind, "*"):
            continue
        letters = rights.partition("?")[0]
        letters = V1_LETTERS.get(letters, {"create": "c", "update": "u"}.get(letters, letters))
        if letter in letters:
            return True
    return not any("/" in scope for scope in granted)


def _refusal(answer: httpx.Response) -> ConnectorError:
    try:
        code = str(json_of(answer).get("error", ""))
    except BadAnswer:
        code = ""
    if code == "invalid_scope":
        return _InvalidScope("The system grants fewer rights than were asked for.")
    if answer.status_code in (429, 502, 503, 504):
        found = error_of(answer)
        return found if isinstance(found, SlowDown | Unavailable) else Unavailable("The sign-in is not possible now.")
    said = f" ({code})" if code.isidentifier() else ""
    return SignInNeeded(f"The system refused the sign-in{said}.")


def _client_id(settings: Settings) -> str:
    found = settings.options.get("client_id")
    if not found:
        raise SignInNeeded("The client id is missing.", todo="Give client_id.")
    return found


def _secret(settings: Settings, name: str) -> str:
    found = settings.secret(name)
    if not found:
        raise SignInNeeded(
            f"The secret {name} is missing.", todo=f"Give it: --secret {name}=file:PATH or env:VARIABLE."
        )
    return found
