"""Runs the FHIR server sekmet-fhir, written by others, in a virtual environment and a folder of its own."""

import gzip
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

import dev

START_WAIT_S = 60
STOP_WAIT_S = 15
FHIR_JSON = {"Content-Type": "application/fhir+json"}


class PeerError(Exception):
    """The peer could not be installed, started or filled; the text says which and why."""


@dataclass(frozen=True)
class Peer:
    """A running peer: where it answers, and where it keeps its records."""

    base_url: str
    folder: Path

    def client(self) -> httpx.Client:
        """A bare client that asks no proxy; the caller closes it."""
        return httpx.Client(base_url=self.base_url + "/", timeout=30, trust_env=False)


@dataclass(frozen=True)
class SmartClient:
    """What a backend client registered at the peer knows about itself."""

    client_id: str
    key_id: str
    algorithm: str
    private_key_pem: bytes
    token_url: str


@dataclass(frozen=True)
class SmartPeer:
    """The peer behind SMART Backend Services sign-in, with one registered client per algorithm."""

    peer: Peer
    clients: dict[str, SmartClient]


def installed() -> Path:
    """The peer's command, installed on first use and kept in `.tools/peers/<version>` for the next run."""
    version = dev.PEER_WISH.read_text(encoding="utf-8").strip().replace("==", "-")
    fingerprint = hashlib.sha256(dev.PEER_LOCK.read_bytes()).hexdigest()[:8]
    venv = dev.TOOLS / "peers" / f"{version}-{fingerprint}"
    is_complete = venv / "complete"
    with dev.only_one(dev.TOOLS / "peers.lock"):  # parallel test workers arrive here together
        if not is_complete.exists():
            try:
                dev.install_locked(venv, dev.PEER_LOCK)
            except dev.SetupError as error:
                raise PeerError(
                    f"The FHIR server {version}, which these tests talk to, did not install: {error}"
                ) from error
            is_complete.touch()
    return dev.venv_python(venv).with_name("sekmet.exe" if os.name == "nt" else "sekmet")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{base_url}/metadata", trust_env=False, timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        try:
            code = process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        raise PeerError(
            f"The FHIR server ended with code {code} at its start: {log.read_text(errors='replace')[-600:]}"
        )
    raise PeerError(f"The FHIR server did not answer within {START_WAIT_S} seconds.")


@contextmanager
def serving(folder: Path, server_auth: dict[str, object] | None = None) -> Iterator[Peer]:
    """Serve the records kept in a folder on a free loopback port until the block ends."""
    command = installed()
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    base_url = f"http://127.0.0.1:{port}/fhir"
    settings: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "base_url": base_url,
        "data_dir": str(folder / "records"),
        # It would otherwise answer orders and claims by itself and change records while a test looks at them.
        "simulator": {"enabled": False},
        "server_auth": server_auth or {"types": ["none"]},
    }
    settings_file = folder / "settings.yaml"
    settings_file.write_text(json.dumps(settings), encoding="utf-8")  # YAML reads JSON
    log = folder / "server.log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SEKMET_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [command, "serve", "--config", settings_file], cwd=folder, env=environment, stdout=output, stderr=output
        )
        try:
            _wait_until_it_answers(process, base_url, log)
            yield Peer(base_url, folder)
        finally:
            process.terminate()
            try:
                process.wait(STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def load(peer: Peer, bundles: Path) -> None:
    """Send every transaction bundle of a folder, in the order of the file names."""
    with peer.client() as client:
        for file in sorted(bundles.glob("*.json*")):
            content = file.read_bytes()
            bundle = gzip.decompress(content) if file.suffix == ".gz" else content
            answer = client.post(peer.base_url, content=bundle, headers=FHIR_JSON)
            if answer.status_code != httpx.codes.OK:
                raise PeerError(f"The FHIR server refused {file.name} with {answer.status_code}: {answer.text[:300]}")


def copy_of(filled: Path, folder: Path) -> Path:
    """A folder with the same records, for a test that may change them; the server of `filled` must have ended."""
    shutil.copytree(filled / "records", folder / "records")
    return folder
