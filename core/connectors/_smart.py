"""Signing in at a FHIR server: nothing, a fixed token, a client secret, or SMART backend services.

Tokens live in memory only, are renewed a minute before they end, and are fetched once for all threads.
"""

from __future__ import annotations

import base64
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

from core.connectors._answers import error_of, json_of, no_connection
from core.connectors._line import make_client, origin
from core.connectors._port import Settings
from core.connectors._scopes import fewer, wanted_scopes
from core.errors import BadAnswer, ConnectorError, NotFound, SignInNeeded, SlowDown, Unavailable

_LOG = logging.getLogger(__name__)
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_EARLY_S = 60.0
_ASSERTION_S = 240
_SKEW_S = 10
AUTHS = ("none", "bearer", "basic", "client-secret", "backend-jwt")


class NoSignIn:
    """A server inside the practice's own network that asks for nothing."""

    def headers(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def forget(self, _headers: Mapping[str, str]) -> bool:
        """There is nothing to renew."""
        return False


class Fixed:
    """A token, or name and password, that somebody gave us once."""

    def __init__(self, header: Callable[[], str]) -> None:
        self._header = header

    def headers(self) -> Mapping[str, str]:
        """The fixed header; the secret is fetched each time and not kept."""
        return {"Authorization": self._header()}

    def forget(self, _headers: Mapping[str, str]) -> bool:
        """A fixed token cannot be renewed by us."""
        return False


class Token:
    """Short-lived tokens by client credentials: with a secret, or with a signed assertion (backend services).

    `granted` are the scopes of the last token, empty before the first.
    """

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

    def forget(self, headers: Mapping[str, str]) -> bool:
        """Drop the token that was refused; the next request signs in anew.

        When another thread has a newer one already, that one stays: many servers end the old token with the new.
        """
        with self._lock:
            if headers.get("Authorization") == f"Bearer {self._value}":
                self._value = None
        return True

    def _fetch(self) -> None:
        options = self._settings.options
        smart = {} if options.get("token_url") else self._discover()
        address = str(options.get("token_url") or smart.get("token_endpoint") or "")
        if not address:
            raise SignInNeeded("The system does not say where to sign in.", todo="Give its token_url.")
        if not self._is_safe(address):
            raise SignInNeeded("The place to sign in has no https:// address.", todo="Check the token_url.")
        wanted = options.get("scope") or wanted_scopes(options.get("write", "off") != "off")
        try:
            answer = self._ask(address, wanted, smart)
        except _ScopeRefusedError:
            less = fewer(wanted, (smart or self._discover()).get("scopes_supported") or ())
            if not less or less == wanted:
                raise SignInNeeded(
                    "The system grants none of the rights that were asked for.", todo="Check the scope."
                ) from None
            answer = self._ask(address, less, smart)
            wanted = less
        self._take(answer, wanted)

    def _take(self, answer: Mapping[str, Any], wanted: str) -> None:
        token = answer.get("access_token")
        if not isinstance(token, str) or not token or str(answer.get("token_type", "bearer")).lower() != "bearer":
            raise SignInNeeded("The system's answer to the sign-in holds no token.")
        try:
            life_s = min(max(float(answer.get("expires_in") or 300), 1.0), 86_400.0)
        except (TypeError, ValueError):
            life_s = 300.0
        self._value = token
        self._ends_at = time.monotonic() + max(life_s - _EARLY_S, life_s / 2)
        self.granted = tuple(str(answer.get("scope") or wanted).split())
        _LOG.info("signed in life_s=%d", life_s)

    def _is_safe(self, address: str) -> bool:
        """Secrets go over https, or to the very host that is talked to without it."""
        return address.startswith("https://") or origin(address)[1] == origin(self._settings.url or "")[1]

    def _ask(self, address: str, scope: str, smart: Mapping[str, Any]) -> dict[str, Any]:
        settings = self._settings
        form = {"grant_type": "client_credentials", "scope": scope}
        headers = {"Accept": "application/json"}
        if settings.options.get("auth") == "backend-jwt":
            form |= {"client_assertion_type": _JWT_BEARER, "client_assertion": assertion(settings, address)}
        elif "client_secret_basic" in (smart.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]):
            headers["Authorization"] = _basic(settings)
        else:
            form |= {"client_id": _client_id(settings), "client_secret": _secret(settings, "client_secret")}
        try:
            with make_client(settings) as client:
                answer = client.post(address, data=form, headers=headers)
        except httpx.TransportError as why:
            raise no_connection(why) from why
        if answer.is_success:
            return json_of(answer)
        raise _refusal(answer)


class _ScopeRefusedError(SignInNeeded):
    """The server grants fewer rights than were asked for."""


def sign_in_for(settings: Settings, discover: Callable[[], Mapping[str, Any]]) -> NoSignIn | Fixed | Token:
    """The way to sign in that a connection's settings name. Raises SignInNeeded for an unknown one."""
    auth = settings.options.get("auth") or "none"
    if auth == "none":
        return NoSignIn()
    if auth == "bearer":
        return Fixed(lambda: f"Bearer {_secret(settings, 'bearer')}")
    if auth == "basic":
        return Fixed(lambda: _basic(settings))
    if auth in ("client-secret", "backend-jwt"):
        return Token(settings, discover)
    raise SignInNeeded(f"The way to sign in, {auth}, is not known.", todo=f"Choose one of {', '.join(AUTHS)}.")


def assertion(settings: Settings, audience: str) -> str:
    """The signed assertion of SMART backend services: RS384 or ES384 by the kind of key, four minutes long."""
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
    # Issued a little in the past: the server's clock may be behind ours.
    claims = {
        "iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(24),
        "iat": now - _SKEW_S, "nbf": now - _SKEW_S, "exp": now + _ASSERTION_S,
    }  # fmt: skip
    key_id = settings.options.get("key_id")
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)


def _refusal(answer: httpx.Response) -> ConnectorError:
    try:
        code = str(json_of(answer).get("error", ""))
    except BadAnswer:
        code = ""
    if code == "invalid_scope":
        return _ScopeRefusedError("The system grants fewer rights than were asked for.", todo="Check the scope.")
    error = error_of(answer)
    if isinstance(error, SlowDown | Unavailable):
        return error
    if isinstance(error, NotFound):
        return SignInNeeded("There is no place to sign in at this address.", todo="Check the token_url.")
    said = f" ({code})" if code.isidentifier() and len(code) < 40 else ""
    return SignInNeeded(f"The system refused the sign-in{said}.")


def _basic(settings: Settings) -> str:
    pair = f"{_client_id(settings)}:{_secret(settings, 'client_secret')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


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
