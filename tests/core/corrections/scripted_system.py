"""A system with patients whose every answer a test chooses: what no real server can be made to do on command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson

from core import errors
from core.connectors._port import Accepted, Capabilities, Order, RawItem, Request

BEHAVIOURS = (
    "takes it", "commits, answer lost", "answer lost, not done", "somebody was faster", "rejects", "not allowed",
    "down", "asks for a pause", "ignores fields", "refuses the sign-in",
)  # fmt: skip


@dataclass
class ScriptedSystem:
    """Patients by id with a phone number and a version; `behaviour` decides what the next write does."""

    phones: dict[str, str]
    versions: Counter[str] = field(default_factory=Counter)
    behaviour: str = "takes it"
    reads_fail: bool = False
    applied: Counter[str] = field(default_factory=Counter)

    def edit(self, patient: str, phone: str) -> None:
        """Somebody else changes the record there."""
        self.phones[patient] = phone
        self.versions[patient] += 1

    @contextmanager
    def connect(self, _desk: object, _name: str) -> Iterator[ScriptedSystem]:
        yield self

    def read(self, target: str) -> RawItem:
        if self.reads_fail:
            raise errors.Unavailable("It does not answer.")
        patient = target.partition("/")[2]
        body = {
            "resourceType": "Patient",
            "id": patient,
            "meta": {"versionId": str(self.versions[patient])},
            "telecom": [{"system": "phone", "value": self.phones[patient]}],
        }
        return RawItem("fhir-r4", "Patient", patient, orjson.dumps(body), target, str(self.versions[patient]))

    def find(self, order: Order) -> RawItem | None:
        return None

    def plan(self, order: Order, current: RawItem | None) -> Request:
        return Request("PUT", f"https://ehr.invalid/{order.target}", {}, b"")

    def write(self, order: Order, current: RawItem | None) -> Accepted:
        assert order.target and current
        patient = order.target.partition("/")[2]
        refusals = {
            "rejects": errors.Rejected("It said no."),
            "not allowed": errors.NotAllowed("Not allowed."),
            "down": errors.Unavailable("Down."),
            "asks for a pause": errors.SlowDown("Later.", wait_s=1),
            "refuses the sign-in": errors.SignInNeeded("Sign in."),
            "answer lost, not done": errors.NoAnswer("No answer."),
        }
        if self.behaviour in refusals:
            raise refusals[self.behaviour]
        if self.behaviour == "somebody was faster":
            self.edit(patient, "555-0000")
        if current.version != str(self.versions[patient]):
            self.behaviour = "takes it"
            raise errors.VersionConflict("Changed meanwhile.")
        if self.behaviour != "ignores fields":
            for change in order.changes:
                self.phones[patient] = change.after
        self.applied[order.idempotency_key] += 1
        self.versions[patient] += 1
        if self.behaviour == "commits, answer lost":
            raise errors.NoAnswer("No answer.")
        return Accepted(order.target, str(self.versions[patient]), "200")

    def hand_steps(self, order: Order) -> tuple[str, ...]:
        return ("Open the record.", "Change the phone number.")

    def probe(self) -> Capabilities:
        return Capabilities()
