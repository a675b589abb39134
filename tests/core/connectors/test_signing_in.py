"""Signing in: every way, tokens that end, rights that are fewer than asked for."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import parse_qs

import orjson
import pytest
from connector_makers import patients, settings_for
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fakes.misbehaving import Faults, MisbehavingServer
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core.connectors._scopes import allows, fewer, wanted_scopes
from core.connectors._smart import Token
from core.demo.sign_in import Client, SignIn
from core.errors import ConnectorError, SignInNeeded, SlowDown, Unavailable
from core.jobs import Job

SCOPES = ("system/*.rs", "system/Patient.u")


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@pytest.fixture
def sign_in(rsa_key, ec_key) -> SignIn:
    keys = [key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in (rsa_key, ec_key)]
    client = Client("us", tuple(key.decode() for key in keys), SCOPES)
    return SignIn((client,), lambda: datetime.now(UTC))


@pytest.fixture
def guarded(sign_in) -> Iterator[MisbehavingServer]:
    with MisbehavingServer.holding(patients(450), sign_in=sign_in) as server:
        yield server


def signed(connect, server, key, **options):
    return connect(
        server.base, auth="backend-jwt", client_id="us", secrets={"private_key": pem(key)},
        **{"scope": " ".join(SCOPES), **options},
    )  # fmt: skip


def count(connector) -> int:
    return sum(len(page.items) for page in connector.pull("Patient", None, None, Job()))


@pytest.mark.parametrize("kind", ["rsa_key", "ec_key"])
def test_signed_assertion_opens_the_door(connect, guarded, kind, request):
    assert count(signed(connect, guarded, request.getfixturevalue(kind))) == 450


def test_token_that_ends_in_the_middle_is_renewed(connect, guarded, ec_key):
    guarded.faults = Faults(only="/fhir", signs_out_after=4)
    assert count(signed(connect, guarded, ec_key)) == 450
    assert len([r for r in guarded.seen if r.path == "/auth/token"]) == 2


def test_client_that_is_refused_is_told_and_not_tried_for_ever(connect, guarded, ec_key, sign_in):
    sign_in.refuse(True)
    with pytest.raises(SignInNeeded, match="invalid_client"):
        count(signed(connect, guarded, ec_key))
    assert len([r for r in guarded.seen if r.path == "/auth/token"]) <= 2


@pytest.mark.parametrize("in_v1", [False, True])
def test_rights_that_were_not_granted_are_not_offered(connect, guarded, ec_key, sign_in, in_v1):
    sign_in.answers_in_v1 = in_v1
    found = signed(connect, guarded, ec_key).probe()
    assert found.of("Patient").can_update and found.of("Patient").can_search
    assert found.of("ChargeItem").can_search
    assert not found.of("ChargeItem").can_create and not found.of("ChargeItem").can_update


def test_many_threads_share_one_sign_in(httpserver: HTTPServer):
    starts = threading.Barrier(8)
    httpserver.expect_request("/token").respond_with_json({"access_token": "t", "token_type": "Bearer"})
    options = {"auth": "client-secret", "client_id": "us", "token_url": httpserver.url_for("/token")}
    settings = settings_for("fhir-r4", url=httpserver.url_for("/"), secrets={"client_secret": "s"}, **options)
    token = Token(settings, dict)

    def ask(_: int) -> str:
        starts.wait(5)
        return token.headers()["Authorization"]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"Bearer t"}
    assert len(httpserver.log) == 1
    # A late 401 for an older token leaves the newer one alone: many servers end the old token with the new.
    token.forget({"Authorization": "Bearer older"})
    token.headers()
    assert len(httpserver.log) == 1
    token.forget({"Authorization": "Bearer t"})
    token.headers()
    assert len(httpserver.log) == 2


def token_for(server: HTTPServer, **options: str) -> Token:
    given = {"auth": "client-secret", "client_id": "us", **options}
    settings = settings_for("fhir-r4", url=server.url_for("/"), secrets={"client_secret": "s:s"}, **given)
    offered = {
        "token_endpoint": server.url_for("/token"),
        "scopes_supported": ["system/*.read", "system/Patient.write"],
    }
    return Token(settings, lambda: offered)


def test_refused_scope_is_asked_for_once_more_in_the_servers_words(httpserver: HTTPServer):
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.form["scope"])
        if len(asked) == 1:
            return Response(orjson.dumps({"error": "invalid_scope"}), 400, content_type="application/json")
        return Response(orjson.dumps({"access_token": "t", "token_type": "bearer"}), content_type="application/json")

    httpserver.expect_request("/token").respond_with_handler(answer)
    token = token_for(httpserver, scope="system/*.rs system/Patient.u system/ChargeItem.cu")
    token.headers()
    assert asked[1] == "system/*.read system/Patient.write"
    assert token.granted == ("system/*.read", "system/Patient.write")


def test_client_secret_goes_in_the_header_and_nowhere_else(httpserver: HTTPServer):
    httpserver.expect_request("/token").respond_with_json({"access_token": "t", "token_type": "bearer"})
    token_for(httpserver).headers()
    request = httpserver.log[0][0]
    assert base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"us:s:s"
    assert "client_secret" not in parse_qs(request.get_data(as_text=True))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>", ConnectorError),
        (200, b"{}", SignInNeeded),
        (200, b'{"access_token":"t","token_type":"mac"}', SignInNeeded),
        (400, b'{"error":"invalid_client"}', SignInNeeded),
        (401, b"", SignInNeeded),
        (404, b"no", SignInNeeded),
        (429, b"", SlowDown),
        (503, b"", Unavailable),
    ],
)
def test_answer_to_the_sign_in_that_is_no_token_is_told(httpserver: HTTPServer, status, body, error):
    httpserver.expect_request("/token").respond_with_data(body, status)
    with pytest.raises(error):
        token_for(httpserver).headers()


@pytest.mark.parametrize("missing", ["client_id", "private_key", "address"])
def test_what_is_missing_for_the_sign_in_is_named(connect, guarded, ec_key, missing):
    options = {"auth": "backend-jwt", "client_id": "us", "scope": "system/*.rs"}
    secrets = {"private_key": pem(ec_key)}
    if missing == "client_id":
        del options["client_id"]
    elif missing == "private_key":
        secrets = {}
    else:
        options["token_url"] = "http://elsewhere.invalid/token"
    with pytest.raises(SignInNeeded, match={"address": "https"}.get(missing, missing.replace("_", ".?"))):
        count(connect(guarded.base, secrets=secrets, **options))


def test_key_of_another_kind_is_refused_before_anything_is_sent(connect, guarded):
    with pytest.raises(SignInNeeded, match="neither RSA nor"):
        count(signed(connect, guarded, ec.generate_private_key(ec.SECP256R1())))
    assert not [r for r in guarded.seen if r.path == "/auth/token"]


@pytest.mark.parametrize(
    ("granted", "kind", "letter", "may"),
    [
        ("system/*.rs", "Patient", "s", True),
        ("system/*.rs", "Patient", "u", False),
        ("system/Patient.write", "Patient", "u", True),
        ("system/Patient.write", "ChargeItem", "u", False),
        ("system/Patient.read user/ChargeItem.cu", "ChargeItem", "c", True),
        ("system/*.*", "Claim", "d", True),
        ("system/Patient.update", "Patient", "u", True),
        ("system/Observation.rs?category=laboratory", "Observation", "r", True),
        ("openid fhirUser", "Patient", "u", True),
        ("", "Patient", "u", True),
    ],
)
def test_granted_rights_are_understood_in_both_languages(granted, kind, letter, may):
    assert allows(granted.split(), kind, letter) is may


_SCOPE = st.builds(
    lambda kind, rights: f"system/{kind}.{rights}",
    st.sampled_from(["*", "Patient", "ChargeItem"]),
    st.sampled_from(["rs", "cud", "u", "cruds", "read", "write", "*", "r"]),
)


@given(st.lists(_SCOPE, max_size=4), st.lists(_SCOPE, max_size=4))
def test_second_try_asks_only_for_what_is_offered_and_reads_no_more_than_wanted(wanted, offered):
    less = fewer(" ".join(wanted), offered).split()
    assert set(less) <= set(offered)
    wanted_writes = (
        any(allows(wanted, kind, x) for kind in ("Patient", "ChargeItem") for x in "cud") if wanted else False
    )
    if less and not wanted_writes:
        assert not any(allows(less, kind, x) for kind in ("Patient", "ChargeItem") for x in "cud")


def test_writing_rights_are_asked_for_only_where_writing_is_on():
    assert wanted_scopes(can_write=False) == "system/*.rs"
    assert "system/Patient.u" in wanted_scopes(can_write=True)
