"""SMART backend-services sign-in of a demo server: signed assertions in, short-lived tokens out."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import jwt

from core.demo.messages import Answer, Problem, Request, json_answer

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS384", "ES384"]
LONGEST_ASSERTION = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=60)
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}

Rights = dict[str, frozenset[str]]


def rights_of(scopes: str) -> Rights:
    """Letters of create, read, update, delete, search per resource type, from v1 and v2 system scopes."""
    rights: Rights = {}
    for scope in scopes.split():
        context, _, rest = scope.partition("/")
        kind, _, access = rest.partition("?")[0].partition(".")
        if context == "system" and kind and access:
            rights[kind] = rights.get(kind, frozenset()) | frozenset(_V1.get(access, access))
    return rights


def allows(rights: Rights, kind: str, letter: str) -> bool:
    """Whether the rights let somebody do this to this type."""
    return letter in rights.get(kind, ()) or letter in rights.get("*", ())


@dataclass(frozen=True)
class Client:
    """A registered client: its public keys (PEM) and the scopes it may get."""

    id: str
    public_keys: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class _Token:
    rights: Rights
    expires_at: datetime


class SignIn:
    """Checks assertions, hands out tokens, checks tokens. Safe to use from many threads."""

    def __init__(self, clients: tuple[Client, ...], clock: Callable[[], datetime], lifetime_s: int = 300) -> None:
        self.clients = {client.id: client for client in clients}
        self.lifetime_s = lifetime_s
        self.answers_in_v1 = False
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}
        self._used: dict[str, datetime] = {}
        self._is_refusing = False

    def expire_all(self) -> None:
        """Make every token that was handed out invalid at once."""
        with self._lock:
            self._tokens.clear()

    def refuse(self, is_refusing: bool) -> None:
        """From now on refuse all clients (True) or accept them again (False); tokens out there end when refusing."""
        with self._lock:
            self._is_refusing = is_refusing
            if is_refusing:
                self._tokens.clear()

    def scopes(self) -> tuple[str, ...]:
        """All scopes that some client may get."""
        return tuple(dict.fromkeys(scope for client in self.clients.values() for scope in client.scopes))

    def token_answer(self, request: Request, token_url: str) -> Answer:
        """The token endpoint."""
        try:
            form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
            if form.get("grant_type") != "client_credentials":
                raise _Refusal(400, "unsupported_grant_type", "only client_credentials")
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise _Refusal(400, "invalid_request", "client_assertion_type is missing or unknown")
            client = self._client(form.get("client_assertion", ""), token_url)
            granted = self._granted(client, form.get("scope", ""))
        except _Refusal as refusal:
            said_no = {"error": refusal.error, "error_description": refusal.text}
            return json_answer(refusal.status, said_no, (("Cache-Control", "no-store"),), fhir=False)
        token = secrets.token_urlsafe(24)
        with self._lock:
            now = self._clock()
            self._tokens = {text: kept for text, kept in self._tokens.items() if kept.expires_at > now}
            self._tokens[token] = _Token(rights_of(granted), now + timedelta(seconds=self.lifetime_s))
        said = as_v1(granted) if self.answers_in_v1 else granted
        words = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.lifetime_s,
            "scope": said,
        }
        return json_answer(200, words, (("Cache-Control", "no-store"),), fhir=False)

    def rights(self, headers: Mapping[str, str]) -> Rights:
        """The rights of the bearer token in a request's headers; 401 when there is no valid one."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        with self._lock:
            found = self._tokens.get(token.strip())
        if kind.lower() != "bearer" or found is None or found.expires_at <= self._clock():
            ask = (("WWW-Authenticate", 'Bearer realm="demo", error="invalid_token"'),)
            raise Problem(401, "login", "the access token is missing, unknown or expired", ask)
        return found.rights

    def _client(self, assertion: str, token_url: str) -> Client:
        try:
            claimed = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise _Refusal(400, "invalid_request", "client_assertion is not a JWT") from error
        client = self.clients.get(str(claimed.get("iss")))
        if client is None or self._is_refusing:
            raise _Refusal(401, "invalid_client", "this client is not registered, or is blocked")
        claims = self._verified(assertion, client, token_url)
        now = self._clock()
        expires_at = datetime.fromtimestamp(claims["exp"], tz=now.tzinfo)
        if expires_at <= now - CLOCK_SKEW:
            raise _Refusal(401, "invalid_client", "the assertion has expired")
        if expires_at > now + LONGEST_ASSERTION + CLOCK_SKEW:
            raise _Refusal(401, "invalid_client", "the assertion lives longer than five minutes")
        jti = str(claims["jti"])
        with self._lock:
            self._used = {used: until for used, until in self._used.items() if until > now - CLOCK_SKEW}
            if jti in self._used:
                raise _Refusal(401, "invalid_client", "the assertion was used before (jti)")
            self._used[jti] = expires_at
        return client

    @staticmethod
    def _verified(assertion: str, client: Client, token_url: str) -> dict[str, Any]:
        options: dict[str, Any] = {
            "require": ["iss", "sub", "aud", "exp", "jti"],
            "verify_exp": False,
            "verify_iat": False,
        }
        reason = "no key is registered"
        for key in client.public_keys:
            try:
                found: dict[str, Any] = jwt.decode(
                    assertion,
                    key,
                    algorithms=ALGORITHMS,
                    audience=token_url,
                    issuer=client.id,
                    subject=client.id,
                    options=options,  # type: ignore[arg-type]
                )
            except (jwt.PyJWTError, TypeError) as error:  # a key of the other kind, too
                reason = str(error)
            else:
                return found
        raise _Refusal(401, "invalid_client", f"the assertion is not valid: {reason}")

    @staticmethod
    def _granted(client: Client, wanted: str) -> str:
        may = rights_of(" ".join(client.scopes))
        granted: list[str] = []
        for scope in wanted.split():
            for kind, letters in rights_of(scope).items():
                # Whoever asks for every type gets the types that are allowed.
                for covered in may if kind == "*" else [kind]:
                    got = "".join(x for x in "cruds" if x in letters and allows(may, covered, x))
                    granted += [f"system/{covered}.{got}"] if got else []
        if not granted:
            raise _Refusal(400, "invalid_scope", "none of these scopes is allowed for this client")
        return " ".join(dict.fromkeys(granted))


def as_v1(scopes: str) -> str:
    """v2 scopes in the older words, as some servers answer."""
    said = []
    for kind, letters in rights_of(scopes).items():
        said += [f"system/{kind}.read"] if letters & set("rs") else []
        said += [f"system/{kind}.write"] if letters & set("cud") else []
    return " ".join(said)


class _Refusal(Exception):
    def __init__(self, status: int, error: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.error = error
        self.text = text
