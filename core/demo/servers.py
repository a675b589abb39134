"""The two servers of the demo practice: made or continued in a folder, started, found, stopped.

The folder holds practice.json (who and where), truth.json (what was planted), client.pem (the key that opens the EHR,
made for this folder and worth nothing elsewhere), and one log of versions for each system.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from core.clock import Clock
from core.demo.controls import ArrangedConflict, Controls, RemoteControls
from core.demo.fhir_server import HOST, FhirServer
from core.demo.practice import make_practice
from core.demo.profile import ServerProfile, TypeProfile, writable
from core.demo.service import ROOT, FhirService
from core.demo.sign_in import Client, SignIn
from core.demo.versions import VersionedStore
from core.errors import BadInput, NotPossible

CLIENT_ID = "chartmend-demo"
SCOPES = ("system/*.rs", "system/Patient.u")
_READ_IN_EHR = (
    *("Practitioner", "Organization", "Location", "Coverage", "Appointment", "Encounter", "Condition", "Procedure"),
    *("Immunization", "ImagingStudy", "ServiceRequest", "DiagnosticReport"),
)
_READ_IN_PM = ("Practitioner", "Account", "Appointment", "Claim")
PROFILES = {
    "EHR": ServerProfile(
        "Larkmoor Family Practice, EHR (demo)",
        (writable("Patient", "update"), *(TypeProfile(kind) for kind in _READ_IN_EHR)),
    ),
    "PM": ServerProfile(
        "Larkmoor Family Practice, practice management (demo)",
        (
            writable("Patient", "update", "patch", operations=("merge",)),
            writable("ChargeItem", "create", "update", "patch"),
            writable("Coverage", "update"),
            *(TypeProfile(kind) for kind in _READ_IN_PM),
        ),
    ),
}
_SYSTEM_CLOCK = Clock()


@dataclass(frozen=True)
class _Place:
    """What practice.json says."""

    practice_id: str
    seed: int
    patients: int
    today: str
    ports: dict[str, int]

    def origins(self) -> dict[str, str]:
        return {system: f"http://{HOST}:{port}" for system, port in self.ports.items()}

    @classmethod
    def read(cls, folder: Path) -> _Place | None:
        path = folder / "practice.json"
        try:
            return cls(**orjson.loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (orjson.JSONDecodeError, TypeError) as error:
            raise BadInput(f"{path.name} of the demo practice cannot be read.", place=str(path)) from error

    def write(self, folder: Path) -> None:
        draft = folder / "practice.json.new"
        draft.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        draft.replace(folder / "practice.json")


def find_running(folder: Path) -> dict[str, str] | None:
    """The FHIR addresses by system name when some process already serves this folder, else None."""
    found = _running(folder)
    return None if found is None else {system: origin + ROOT for system, origin in found[0].origins().items()}


def remote_controls(folder: Path) -> RemoteControls:
    """The controls of the servers that another process runs over this folder."""
    found = _running(folder)
    if found is None:
        raise NotPossible("No process serves this demo practice.", todo="Start the demo first.")
    return found[1]


def _running(folder: Path) -> tuple[_Place, RemoteControls] | None:
    place = _Place.read(folder)
    if place is None or not place.ports:
        return None
    controls = RemoteControls(place.origins(), place.practice_id)
    return (place, controls) if all(controls.is_there(system) for system in place.ports) else None


class DemoServers:
    """Both demo servers over one folder; also a context manager.

    A folder that holds a practice is continued as it is: its own seed, size and date win over the arguments.
    """

    def __init__(
        self,
        folder: Path,
        seed: int = 7,
        patients: int = 120,
        today: date | None = None,
        *,
        clock: Callable[[], datetime] = _SYSTEM_CLOCK.now,
    ) -> None:
        self.folder = folder
        self._wanted = (seed, patients, today or clock().astimezone().date())
        self._clock = clock
        self._servers: dict[str, FhirServer] = {}
        self._controls: Controls | None = None
        self._place: _Place | None = None

    def start(self) -> DemoServers:
        """Make the practice, or continue it, and listen; at the ports of the last time where they are free."""
        if find_running(self.folder) is not None:
            raise NotPossible(
                "This demo practice is already being served.", todo="Use the running one, or end it first."
            )
        place = _Place.read(self.folder) or self._make()
        stores = {system: VersionedStore(self._clock, self._log(system)) for system in PROFILES}
        sign_in = SignIn((Client(CLIENT_ID, (self._public_key_pem(),), SCOPES),), self._clock)
        controls = Controls(stores, sign_in, self.truth())
        for system, profile in PROFILES.items():
            service = FhirService(
                stores[system],
                profile,
                self._clock,
                sign_in=sign_in if system == "EHR" else None,
                controls=controls.over_http(system, place.practice_id),
                control_key=place.practice_id,
            )
            self._servers[system] = FhirServer(service, place.ports.get(system, 0)).start()
        self._controls = controls
        self._place = replace(place, ports={system: server.port for system, server in self._servers.items()})
        self._place.write(self.folder)
        return self

    def stop(self) -> None:
        """Stop both servers; the practice stays in its folder."""
        for server in self._servers.values():
            server.stop()
        self._servers = {}
        self._controls = None

    def __enter__(self) -> DemoServers:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def addresses(self) -> dict[str, str]:
        """The FHIR base addresses by system name."""
        return {system: server.base for system, server in self._servers.items()}

    @property
    def private_key_pem(self) -> str:
        """The client key that signs in at the EHR (ES384)."""
        return self.key_path.read_text(encoding="ascii")

    @property
    def key_path(self) -> Path:
        """Where the client key lies."""
        return self.folder / "client.pem"

    @property
    def today(self) -> date:
        """The date that the practice was made for."""
        place = self._place or _Place.read(self.folder)
        return date.fromisoformat(place.today) if place else self._wanted[2]

    def truth(self) -> dict[str, Any]:
        """What was planted: faults to be found, traps to be left alone."""
        found: dict[str, Any] = orjson.loads((self.folder / "truth.json").read_bytes())
        return found

    def colleague_edits(self, system: str, kind: str, resource_id: str, fields: Sequence[str] = ("phone",)) -> int:
        """Somebody changes these fields of a record right now; returns the new version number."""
        return self._started().colleague_edits(system, kind, resource_id, fields)

    def expire_sign_in(self) -> None:
        """Every access token that is out there ends now."""
        self._started().expire_sign_in()

    def refuse_sign_in(self, is_refusing: bool) -> None:
        """Refuse the client from now on, or accept it again."""
        self._started().refuse_sign_in(is_refusing)

    def arrange_conflict(self) -> ArrangedConflict:
        """The difference that is kept for a conflict: decide on it, then `let_conflict_happen()`, then send."""
        return self._started().arrange_conflict()

    def let_conflict_happen(self) -> int:
        """A colleague changes the arranged record in the very field that is being decided on."""
        return self._started().let_conflict_happen()

    def _started(self) -> Controls:
        if self._controls is None:
            raise NotPossible("The demo servers are not running.", todo="Start them first.")
        return self._controls

    def _log(self, system: str) -> Path:
        return self.folder / f"{system}.ndjson"

    def _make(self) -> _Place:
        """A new practice. practice.json comes last: without it, whatever lies here is half made and made anew."""
        seed, patients, today = self._wanted
        practice = make_practice(seed, patients, today=today)
        self.folder.mkdir(parents=True, exist_ok=True)
        for system, resources in practice.systems.items():
            self._log(system).unlink(missing_ok=True)
            VersionedStore(self._clock, self._log(system)).seed(resources)
        truth = json.dumps(practice.truth(), indent=1, ensure_ascii=False)
        (self.folder / "truth.json").write_text(truth, encoding="utf-8")
        key = ec.generate_private_key(ec.SECP384R1())
        self.key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with contextlib.suppress(NotImplementedError):  # a file system without rights
            self.key_path.chmod(0o600)
        place = _Place(secrets.token_hex(16), seed, patients, today.isoformat(), {})
        place.write(self.folder)
        return place

    def _public_key_pem(self) -> str:
        key = load_pem_private_key(self.key_path.read_bytes(), None)
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
