"""SMART backend-services sign-in at a demo server, with both kinds of key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from core.demo.fhir_server import FhirServer
from core.demo.profile import ServerProfile, TypeProfile, writable
from core.demo.sign_in import ASSERTION_TYPE, Client, SignIn
from core.demo.versions import VersionedStore

KEYS = {"RS384": rsa.generate_private_key(65537, 2048), "ES384": ec.generate_private_key(ec.SECP384R1())}
SCOPES = ("system/Patient.rsu", "system/Encounter.rs")


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


def public_pem(key: Any) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form).decode()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sign_in(clock: SetClock) -> SignIn:
    return SignIn((Client("chartmend", tuple(public_pem(key) for key in KEYS.values()), SCOPES),), clock)


@pytest.fixture
def server(sign_in: SignIn, clock: SetClock):
    store = VersionedStore(clock)
    store.seed([{"resourceType": "Patient", "id": "p1", "birthDate": "1984-03-05"}])
    profile = ServerProfile("Test", (writable("Patient", "update"), TypeProfile("Encounter"), TypeProfile("Coverage")))
    with FhirServer.over(store, profile, sign_in=sign_in, clock=clock) as server:
        yield server


def token_url(server: FhirServer) -> str:
    return httpx.get(f"{server.base}/.well-known/smart-configuration").json()["token_endpoint"]


def assertion(server: FhirServer, alg: str = "ES384", **changed: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": "chartmend",
        "sub": "chartmend",
        "aud": token_url(server),
        "exp": int((now + timedelta(minutes=4)).timestamp()),
        "jti": str(uuid4()),
    } | changed
    key = KEYS.get(alg) or "x" * 48
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, alg)


def ask(server: FhirServer, signed: str, scope: str = "system/Patient.rs") -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": signed,
    }
    return httpx.post(token_url(server), data=form)


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize("alg", ["RS384", "ES384"])
def test_a_signed_assertion_opens_the_server(server: FhirServer, alg: str) -> None:
    assert httpx.get(f"{server.base}/Patient").status_code == 401
    answer = ask(server, assertion(server, alg))
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 300
    assert httpx.get(f"{server.base}/Patient/p1", headers=bearer(answer)).json()["id"] == "p1"


def test_discovery_needs_no_token(server: FhirServer) -> None:
    configuration = httpx.get(f"{server.base}/.well-known/smart-configuration").json()
    assert configuration["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    security = httpx.get(f"{server.base}/metadata").json()["rest"][0]["security"]
    assert security["extension"][0]["extension"] == [{"url": "token", "valueUri": configuration["token_endpoint"]}]


def test_a_used_assertion_is_refused(server: FhirServer) -> None:
    signed = assertion(server)
    assert ask(server, signed).status_code == 200
    again = ask(server, signed)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "http://elsewhere/token"},
        {"iss": "stranger"},
        {"sub": "stranger"},
        {"exp": 1_000_000_000},
        {"exp": int((datetime.now(UTC) + timedelta(hours=1)).timestamp())},
        {"jti": None},
    ],
)
def test_a_wrong_claim_is_refused(server: FhirServer, changed: dict[str, Any]) -> None:
    answer = ask(server, assertion(server, **changed))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_key_that_was_not_registered_is_refused(server: FhirServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KEYS, "ES384", ec.generate_private_key(ec.SECP384R1()))
    assert ask(server, assertion(server)).status_code == 401
    assert ask(server, assertion(server, "HS384")).status_code == 401
    assert ask(server, "not a token").status_code == 400


def test_a_token_ends_after_its_time(server: FhirServer, clock: SetClock) -> None:
    headers = bearer(ask(server, assertion(server)))
    clock.at += timedelta(seconds=299)
    assert httpx.get(f"{server.base}/Patient", headers=headers).status_code == 200
    clock.at += timedelta(seconds=2)
    expired = httpx.get(f"{server.base}/Patient", headers=headers)
    assert expired.status_code == 401
    assert expired.headers["www-authenticate"].startswith("Bearer")


def test_all_tokens_can_be_ended_and_the_client_refused(server: FhirServer, sign_in: SignIn) -> None:
    headers = bearer(ask(server, assertion(server)))
    sign_in.expire_all()
    assert httpx.get(f"{server.base}/Patient", headers=headers).status_code == 401
    headers = bearer(ask(server, assertion(server)))
    sign_in.refuse(True)
    assert httpx.get(f"{server.base}/Patient", headers=headers).status_code == 401
    assert ask(server, assertion(server)).status_code == 401
    sign_in.refuse(False)
    assert ask(server, assertion(server)).status_code == 200


def test_only_allowed_scopes_are_granted_and_enforced(server: FhirServer) -> None:
    answer = ask(server, assertion(server), "system/Patient.rs system/Coverage.rs system/Encounter.cruds")
    assert answer.json()["scope"] == "system/Patient.rs system/Encounter.rs"
    headers = bearer(answer)
    assert httpx.get(f"{server.base}/Coverage", headers=headers).status_code == 403
    body = {"resourceType": "Patient", "id": "p1"}
    written = httpx.put(f"{server.base}/Patient/p1", json=body, headers=headers | {"If-Match": 'W/"1"'})
    assert written.status_code == 403
    nothing = ask(server, assertion(server), "system/Coverage.rs")
    assert (nothing.status_code, nothing.json()["error"]) == (400, "invalid_scope")


def test_older_scope_words_are_understood_and_spoken(server: FhirServer, sign_in: SignIn) -> None:
    sign_in.answers_in_v1 = True
    answer = ask(server, assertion(server), "system/Patient.read system/Patient.write")
    assert answer.json()["scope"] == "system/Patient.read system/Patient.write"
    body = {"resourceType": "Patient", "id": "p1", "gender": "female"}
    headers = bearer(answer) | {"If-Match": 'W/"1"'}
    assert httpx.put(f"{server.base}/Patient/p1", json=body, headers=headers).status_code == 200
