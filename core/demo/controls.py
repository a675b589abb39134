"""What can be made to happen at the demo servers, from this process or, by HTTP, from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from core.demo.colleague import edited
from core.demo.messages import Problem
from core.demo.service import CONTROL_PREFIX, Control
from core.demo.sign_in import SignIn
from core.demo.versions import Change, VersionedStore
from core.demo.writes import existing
from core.errors import NotPossible

CONTROL_WAIT_S = 5.0


@dataclass(frozen=True)
class ArrangedConflict:
    """A planted difference whose record a colleague changes when told to: the record, its counterpart, the field."""

    system: str
    kind: str
    id: str
    counterpart: str  # "EHR/Patient/id"
    field: str


class Controls:
    """The controls of a running demo practice. Safe to use from any thread."""

    def __init__(self, stores: Mapping[str, VersionedStore], sign_in: SignIn, truth: Mapping[str, Any]) -> None:
        self._stores = stores
        self._sign_in = sign_in
        self._truth = truth

    def colleague_edits(self, system: str, kind: str, resource_id: str, fields: Sequence[str] = ("phone",)) -> int:
        """Somebody changes these fields of a record right now; returns the new version number."""
        store = self._stores[system]
        with store.lock:
            before = existing(store, kind, resource_id)
            (after,) = store.commit([Change(kind, resource_id, edited(before.resource, fields))])
        return after.number

    def expire_sign_in(self) -> None:
        """Every access token that is out there ends now."""
        self._sign_in.expire_all()

    def refuse_sign_in(self, is_refusing: bool) -> None:
        """Refuse the client from now on, or accept it again."""
        self._sign_in.refuse(is_refusing)

    def arrange_conflict(self) -> ArrangedConflict:
        """The difference that is kept for this: decide on it, then `let_conflict_happen()`, then send."""
        fault = next((fault for fault in self._truth["faults"] if fault["subtype"] == "phone-conflict"), None)
        if fault is None:
            raise NotPossible("This demo practice has no difference kept for a conflict.")
        counterpart, record = fault["entities"]
        system, kind, resource_id = record.split("/")
        return ArrangedConflict(system, kind, resource_id, counterpart, fault["field"])

    def let_conflict_happen(self) -> int:
        """A colleague changes the arranged record in the very field that is being decided on."""
        arranged = self.arrange_conflict()
        return self.colleague_edits(arranged.system, arranged.kind, arranged.id, [arranged.field])

    def over_http(self, system: str, practice_id: str) -> dict[str, Control]:
        """The same controls as functions of a JSON object, for the private paths of one server."""
        return {
            "practice": lambda _: {"practice": practice_id, "system": system},
            "colleague-edits": lambda words: {"version": self._edits(system, words)},
            "expire-sign-in": lambda _: _done(self.expire_sign_in),
            "refuse-sign-in": lambda words: _done(lambda: self.refuse_sign_in(words.get("refuse") is not False)),
            "arrange-conflict": lambda _: asdict(self.arrange_conflict()),
            "let-conflict-happen": lambda _: {"version": self.let_conflict_happen()},
        }

    def _edits(self, system: str, words: dict[str, object]) -> int:
        fields = words.get("fields", ["phone"])
        if not isinstance(fields, list):
            raise Problem(400, "value", "fields is a list of names")
        return self.colleague_edits(system, str(words.get("kind")), str(words.get("id")), [str(f) for f in fields])


def _done(act: Callable[[], None]) -> dict[str, object]:
    act()
    return {"done": True}


class RemoteControls:
    """The controls of a demo practice that another process serves."""

    def __init__(self, origins: Mapping[str, str], practice_id: str) -> None:
        self._origins = origins
        self._practice_id = practice_id

    def colleague_edits(self, system: str, kind: str, resource_id: str, fields: Sequence[str] = ("phone",)) -> int:
        """As `Controls.colleague_edits`."""
        words: dict[str, object] = {"kind": kind, "id": resource_id, "fields": list(fields)}
        return int(self._tell(system, "colleague-edits", words)["version"])

    def expire_sign_in(self) -> None:
        """As `Controls.expire_sign_in`."""
        self._tell("EHR", "expire-sign-in", {})

    def refuse_sign_in(self, is_refusing: bool) -> None:
        """As `Controls.refuse_sign_in`."""
        self._tell("EHR", "refuse-sign-in", {"refuse": is_refusing})

    def arrange_conflict(self) -> ArrangedConflict:
        """As `Controls.arrange_conflict`."""
        return ArrangedConflict(**self._tell("PM", "arrange-conflict", {}))

    def let_conflict_happen(self) -> int:
        """As `Controls.let_conflict_happen`."""
        return int(self._tell("PM", "let-conflict-happen", {})["version"])

    def is_there(self, system: str) -> bool:
        """Whether this server answers and serves this very practice."""
        try:
            return bool(self._tell(system, "practice", {})["practice"] == self._practice_id)
        except NotPossible:
            return False

    def _tell(self, system: str, name: str, words: dict[str, object]) -> dict[str, Any]:
        url, headers = f"{self._origins[system]}{CONTROL_PREFIX}{name}", {"X-Demo-Key": self._practice_id}
        try:
            # The way to this computer itself never goes through a proxy.
            answer = httpx.post(url, json=words, headers=headers, timeout=CONTROL_WAIT_S, trust_env=False)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotPossible("The demo servers do not answer.") from error
        return found
