"""A FHIR server that nobody here wrote, filled with synthetic patients; what our connector must get along with."""

import json
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sekmet_server import Peer, PeerError, SmartClient, SmartPeer, copy_of, load, serving

BUNDLES = Path(__file__).parents[2] / "data" / "synthea-2019"


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The peer's records after six patients and two duplicates were sent to it; made once per test worker."""
    folder = tmp_path_factory.mktemp("peer")
    try:
        with serving(folder) as peer:
            load(peer, BUNDLES)
    except PeerError as error:
        pytest.fail(str(error), pytrace=False)  # a peer that is missing must never look like a peer that agrees
    return folder


@pytest.fixture(scope="session")
def peer(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """The peer, open to everybody on this machine; for looking only, since many tests share it."""
    with serving(copy_of(filled_folder, tmp_path_factory.mktemp("peer"))) as running:
        yield running


@pytest.fixture(scope="session")
def peer_to_change(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Another one, shared by tests that each change only records which they made themselves."""
    with serving(copy_of(filled_folder, tmp_path_factory.mktemp("peer"))) as running:
        yield running


@pytest.fixture
def fresh_peer(filled_folder: Path, tmp_path: Path) -> Iterator[Peer]:
    """One for this test alone, for whole stories; starting it takes some seconds."""
    with serving(copy_of(filled_folder, tmp_path / "peer")) as running:
        yield running


@pytest.fixture(scope="session")
def smart_peer(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmartPeer]:
    """The peer refusing everybody but two registered backend clients, `RS384` and `ES384`."""
    keys = {"RS384": rsa.generate_private_key(65537, 2048), "ES384": ec.generate_private_key(ec.SECP384R1())}
    registered = []
    for algorithm, key in keys.items():
        to_jwk = jwt.algorithms.get_default_algorithms()[algorithm].to_jwk
        public = json.loads(to_jwk(key.public_key())) | {"kid": f"key-{algorithm}", "alg": algorithm, "use": "sig"}
        client = {"client_id": f"chartmend-{algorithm}", "jwks": {"keys": [public]}, "scopes": "system/*.*"}
        registered.append(client)
    folder = copy_of(filled_folder, tmp_path_factory.mktemp("peer"))
    with serving(folder, {"types": ["smart"], "smart_clients": registered}) as peer:
        token_url = peer.base_url.removesuffix("/fhir") + "/auth/token"
        clients = {
            algorithm: SmartClient(
                client_id=f"chartmend-{algorithm}",
                key_id=f"key-{algorithm}",
                algorithm=algorithm,
                private_key_pem=key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                ),
                token_url=token_url,
            )
            for algorithm, key in keys.items()
        }
        yield SmartPeer(peer, clients)
