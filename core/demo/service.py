"""One FHIR server without its socket: a request in, an answer out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import orjson

from core.clock import iso_stamp
from core.demo.merge import merge_patients
from core.demo.messages import Answer, Problem, Request, json_answer, problem_answer
from core.demo.profile import ServerProfile, capability_statement, smart_configuration
from core.demo.search import Search
from core.demo.sign_in import SignIn, allows
from core.demo.versions import Version, VersionedStore
from core.demo.writes import Writes, existing, require_interaction

ROOT = "/fhir"
TOKEN_PATH = "/auth/token"  # noqa: S105 - an address, not a secret
CONTROL_PREFIX = "/demo/"
_LETTERS = {"POST": "c", "PUT": "u", "PATCH": "u", "DELETE": "d"}
_log = logging.getLogger(__name__)

Control = Callable[[dict[str, object]], dict[str, object]]


class FhirService:
    """Answers requests over one store. `control_key` must come with every request below /demo/."""

    def __init__(
        self,
        store: VersionedStore,
        profile: ServerProfile,
        clock: Callable[[], datetime],
        *,
        sign_in: SignIn | None = None,
        controls: Mapping[str, Control] | None = None,
        control_key: str = "",
    ) -> None:
        self.store = store
        self.profile = profile
        self.sign_in = sign_in
        self.clock = clock
        self.controls = dict(controls or {})
        self.control_key = control_key
        self._started_at = clock()
        self._search = Search(store, clock, profile.zone)
        self._writes = Writes(store, profile)

    def answer(self, request: Request, origin: str) -> Answer:
        """The answer to one request; `origin` is the address that the server is reached under."""
        try:
            if request.path == TOKEN_PATH and self.sign_in is not None:
                return self._token(request, origin)
            if request.path.startswith(CONTROL_PREFIX):
                return self._control(request)
            if request.path != ROOT and not request.path.startswith(ROOT + "/"):
                raise Problem(404, "not-found", f"the FHIR base is {ROOT}")
            return self._fhir(request, origin)
        except Problem as problem:
            return problem_answer(problem)
        except Exception as error:  # noqa: BLE001 - the outer edge of a request: the server lives on, the client gets a 500
            _log.error("demo server fault: %s", type(error).__name__)
            return problem_answer(Problem(500, "exception", "the demo server met a fault of its own"))

    def _token(self, request: Request, origin: str) -> Answer:
        if request.method != "POST" or self.sign_in is None:
            raise Problem(405, "not-supported", "POST a client assertion")
        return self.sign_in.token_answer(request, origin + TOKEN_PATH)

    def _control(self, request: Request) -> Answer:
        control = self.controls.get(request.path.removeprefix(CONTROL_PREFIX))
        if control is None or request.method != "POST" or request.header("x-demo-key") != self.control_key:
            raise Problem(404, "not-found", "no such control, or not by POST with the practice's key")
        try:
            words = orjson.loads(request.body or b"{}")
        except orjson.JSONDecodeError as error:
            raise Problem(400, "structure", "the body is not JSON") from error
        return json_answer(200, control(words), fhir=False)

    def _fhir(self, request: Request, origin: str) -> Answer:
        base = origin + ROOT
        parts = tuple(part for part in request.path[len(ROOT) :].split("/") if part)
        token_url = origin + TOKEN_PATH if self.sign_in is not None else ""
        if request.method == "GET" and parts == ("metadata",):
            return json_answer(200, capability_statement(self.profile, base, self._started_at, token_url))
        if request.method == "GET" and parts == (".well-known", "smart-configuration"):
            if self.sign_in is None:
                raise Problem(404, "not-found", "this server asks for no sign-in")
            return json_answer(200, smart_configuration(token_url, self.sign_in.scopes()), fhir=False)
        self._require_right(request, parts)
        self._require_json(request)
        if not parts:
            return self._base(request, base)
        if len(parts) == 1:
            return self._type(request, base, parts[0])
        if len(parts) == 2 and request.method == "POST":
            return self._type_operation(request, base, parts[0], parts[1])
        if len(parts) == 2:
            return self._instance(request, base, parts[0], parts[1])
        if request.method == "GET" and parts[2] == "_history" and len(parts) <= 4:
            return self._history(base, *parts[:2], *parts[3:])
        raise Problem(404, "not-supported", "no such interaction")

    def _require_right(self, request: Request, parts: tuple[str, ...]) -> None:
        if self.sign_in is None:
            return
        rights = self.sign_in.rights(request.headers)
        if not parts:
            return  # a page link: what it shows was allowed when the search was made
        letter = _LETTERS.get(request.method, "r" if len(parts) > 1 else "s")
        if parts[1:] == ("_search",):
            letter = "s"
        elif parts[1:] == ("$merge",):
            letter = "u"
        if not allows(rights, parts[0], letter):
            raise Problem(403, "forbidden", f"the token does not allow this for {parts[0]}")

    @staticmethod
    def _require_json(request: Request) -> None:
        accept = request.header("accept")
        if accept and "json" not in accept and "*/*" not in accept:
            raise Problem(406, "not-supported", "this server answers FHIR JSON only")

    def _base(self, request: Request, base: str) -> Answer:
        token = dict(request.query).get("_page", "")
        if request.method == "GET" and token:
            return Answer(200, self._search.later_page(base, token))
        raise Problem(404, "not-supported", "no system-wide search, batch or transaction here")

    def _type(self, request: Request, base: str, kind: str) -> Answer:
        if request.method == "POST":
            return self._writes.create(request, base, kind)
        if request.method == "GET":
            return self._found(request, base, kind, request.query)
        raise Problem(405, "not-supported", f"{request.method} of a type is not offered")

    def _type_operation(self, request: Request, base: str, kind: str, name: str) -> Answer:
        if name == "_search":
            form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
            return self._found(request, base, kind, (*request.query, *form))
        found = self.profile.type_of(kind)
        if found is None or name.removeprefix("$") not in found.operations or not name.startswith("$"):
            raise Problem(404, "not-supported", "no such operation")
        return merge_patients(self.store, request)

    def _found(self, request: Request, base: str, kind: str, query: tuple[tuple[str, str], ...]) -> Answer:
        require_interaction(self.profile, kind, "search-type")
        strict = "handling=strict" in request.header("prefer").replace(" ", "")
        return Answer(200, self._search.first_page(base, kind, query, strict))

    def _instance(self, request: Request, base: str, kind: str, resource_id: str) -> Answer:
        if request.method == "GET":
            require_interaction(self.profile, kind, "read")
            version = existing(self.store, kind, resource_id)
            if request.header("if-none-match") == version.etag:
                return Answer(304, b"", (("ETag", version.etag),))
            return _shown(version)
        if request.method == "PUT":
            return self._writes.update(request, base, kind, resource_id)
        if request.method == "PATCH":
            return self._writes.patch(request, base, kind, resource_id)
        if request.method == "DELETE":
            return self._writes.delete(kind, resource_id)
        raise Problem(405, "not-supported", f"{request.method} of a record is not offered")

    def _history(self, base: str, kind: str, resource_id: str, number: str = "") -> Answer:
        require_interaction(self.profile, kind, "vread")
        if number:
            found = self.store.version(kind, resource_id, int(number)) if number.isdigit() else None
            if found is None:
                raise Problem(404, "not-found", "no such version")
            if found.is_deleted:
                raise Problem(410, "deleted", "this version is the deletion")
            return _shown(found)
        versions = self.store.history(kind, resource_id)
        if not versions:
            raise Problem(404, "not-found", f"no {kind} with this id")
        entries = [_history_entry(base, version) for version in versions]
        bundle = {
            "resourceType": "Bundle",
            "meta": {"lastUpdated": iso_stamp(self.clock())},
            "type": "history",
            "total": len(entries),
            "entry": entries,
        }
        return json_answer(200, bundle)


def _shown(version: Version) -> Answer:
    changed = version.updated_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Answer(200, version.body, (("ETag", version.etag), ("Last-Modified", changed)))


def _history_entry(base: str, version: Version) -> dict[str, object]:
    url = f"{version.kind}/{version.id}"
    method = "DELETE" if version.is_deleted else "POST" if version.number == 1 else "PUT"
    status = "204" if version.is_deleted else "201" if version.number == 1 else "200"
    entry: dict[str, object] = {
        "fullUrl": f"{base}/{url}",
        "request": {"method": method, "url": version.kind if method == "POST" else url},
        "response": {"status": status, "etag": version.etag, "lastModified": iso_stamp(version.updated_at)},
    }
    if not version.is_deleted:
        entry["resource"] = orjson.Fragment(version.body)
    return entry
