"""Changing records at a demo server: create, update, patch, delete, with versions, idempotency and checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import orjson

from core.demo.json_patch import apply_patch
from core.demo.messages import Answer, Problem, Request, Resource, json_answer, outcome
from core.demo.profile import ServerProfile
from core.demo.search import parameters_of, tests_for
from core.demo.versions import Change, Version, VersionedStore

CORRECTION_SYSTEM = "urn:chartmend:correction"
_ETAG = re.compile(r'^(?:W/)?"?(\d+)"?$')
_LOCAL = re.compile(r"^([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})$")


def require_interaction(profile: ServerProfile, kind: str, code: str) -> None:
    """404 for a type the server does not have, 405 for something it does not do with it."""
    found = profile.type_of(kind)
    if found is None:
        raise Problem(404, "not-supported", f"this server has no {kind}")
    if code not in found.interactions:
        raise Problem(405, "not-supported", f"{code} of {kind} is not offered")


def idempotency_key(request: Request) -> str:
    """The client's key for this write, or an empty text."""
    return request.header("x-idempotency-key") or request.header("x-transaction-id")


def existing(store: VersionedStore, kind: str, resource_id: str) -> Version:
    """The newest version: 404 when there never was one, 410 when it was deleted."""
    version = store.latest(kind, resource_id)
    if version is None:
        raise Problem(404, "not-found", f"no {kind} with this id")
    if version.is_deleted:
        raise Problem(410, "deleted", f"this {kind} was deleted")
    return version


class Writes:
    """The writing half of one server. Each write is decided and stored under the store's lock."""

    def __init__(self, store: VersionedStore, profile: ServerProfile) -> None:
        self._store = store
        self._profile = profile

    def create(self, request: Request, base: str, kind: str) -> Answer:
        """POST of a new record; the same key, business identifier or If-None-Exist leads to the one record."""
        require_interaction(self._profile, kind, "create")
        resource = request.resource()
        self._check(kind, resource)
        key = idempotency_key(request)
        with self._store.lock:
            found = self._first_result(key, kind) or self._same_business(kind, resource)
            found = found or self._if_none_exist(kind, request.header("if-none-exist"))
            if found is not None:
                return self.answer(request, base, found, 200)
            (version,) = self._store.commit([Change(kind, str(uuid4()), resource)], key)
        return self.answer(request, base, version, 201)

    def update(self, request: Request, base: str, kind: str, resource_id: str) -> Answer:
        """PUT of a whole record over the version that If-Match names."""
        require_interaction(self._profile, kind, "update")
        resource = request.resource()
        if resource.get("id") != resource_id:
            raise Problem(400, "value", "the id in the body is not the id in the address")
        self._check(kind, resource)
        return self._replace(request, base, kind, resource_id, lambda _: resource)

    def patch(self, request: Request, base: str, kind: str, resource_id: str) -> Answer:
        """PATCH with a JSON Patch."""
        require_interaction(self._profile, kind, "patch")
        if not request.header("content-type").startswith("application/json-patch+json"):
            raise Problem(415, "not-supported", "send application/json-patch+json")
        try:
            operations = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "structure", f"the body is not JSON: {error}") from error

        def patched(before: Version) -> Resource:
            resource = apply_patch(before.resource, operations)
            if resource.get("id") != resource_id:
                raise Problem(422, "value", "a patch must not change the id")
            self._check(kind, resource)
            return resource

        return self._replace(request, base, kind, resource_id, patched)

    def delete(self, kind: str, resource_id: str) -> Answer:
        """DELETE; deleting twice is no error."""
        require_interaction(self._profile, kind, "delete")
        with self._store.lock:
            version = self._store.latest(kind, resource_id)
            if version is not None and not version.is_deleted:
                self._store.commit([Change(kind, resource_id, None)])
        return Answer(204)

    def answer(self, request: Request, base: str, version: Version, status: int) -> Answer:
        """The answer to a write, in the size that Prefer asks for."""
        location = f"{base}/{version.kind}/{version.id}/_history/{version.number}"
        headers = (
            ("ETag", version.etag),
            ("Last-Modified", version.updated_at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
            ("Location", location),
            ("X-Transaction-Id", idempotency_key(request) or f"{version.kind}-{version.id}-{version.number}"),
        )
        wish = request.header("prefer").replace(" ", "")
        if "return=minimal" in wish:
            return Answer(status, b"", headers)
        if "return=OperationOutcome" in wish:
            return json_answer(status, outcome("informational", "stored", "information"), headers)
        return Answer(status, version.body, headers)

    def _replace(
        self, request: Request, base: str, kind: str, resource_id: str, make: Callable[[Version], Resource]
    ) -> Answer:
        key = idempotency_key(request)
        with self._store.lock:
            done = self._first_result(key, kind, resource_id)
            if done is not None:
                return self.answer(request, base, done, 200)
            before = existing(self._store, kind, resource_id)
            self._require_match(request.header("if-match"), before)
            (version,) = self._store.commit([Change(kind, resource_id, make(before))], key)
        return self.answer(request, base, version, 200)

    @staticmethod
    def _require_match(if_match: str, before: Version) -> None:
        if not if_match:
            raise Problem(428, "required", "send If-Match with the version that was read")
        found = _ETAG.match(if_match.strip())
        if found is None or int(found.group(1)) != before.number:
            raise Problem(412, "conflict", f"the record is at version {before.number}", (("ETag", before.etag),))

    def _first_result(self, key: str, kind: str, resource_id: str = "") -> Version | None:
        found = self._store.first_result(key) if key else None
        if found is not None and (found.kind != kind or resource_id not in ("", found.id)):
            raise Problem(422, "business-rule", "this idempotency key was used for another record")
        return found

    def _same_business(self, kind: str, resource: Resource) -> Version | None:
        wanted = {
            entry.get("value")
            for entry in resource.get("identifier") or ()
            if isinstance(entry, dict) and entry.get("system") == CORRECTION_SYSTEM
        }
        if not wanted:
            return None
        return next(
            (
                version
                for version in self._store.living(kind)
                for entry in version.resource.get("identifier") or ()
                if entry.get("system") == CORRECTION_SYSTEM and entry.get("value") in wanted
            ),
            None,
        )

    def _if_none_exist(self, kind: str, query: str) -> Version | None:
        if not query:
            return None
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)
        unknown = [name for name, _ in pairs if name not in parameters_of(kind)]
        if unknown or not pairs:
            raise Problem(400, "not-supported", "If-None-Exist needs search parameters of this type")
        tests = tests_for(kind, pairs, self._profile.zone)
        found = [version for version in self._store.living(kind) if all(test(version) for test in tests)]
        if len(found) > 1:
            raise Problem(412, "multiple-matches", "If-None-Exist fits more than one record")
        return found[0] if found else None

    def _check(self, kind: str, resource: Resource) -> None:
        if resource.get("resourceType") != kind:
            raise Problem(400, "structure", f"the body is not a {kind}")
        check_model(kind, resource)
        for reference in references_in(resource):
            local = _LOCAL.match(reference)
            if local and self._profile.type_of(local.group(1)):
                target = self._store.latest(local.group(1), local.group(2))
                if target is None or target.is_deleted:
                    raise Problem(422, "business-rule", f"the reference to a {local.group(1)} leads to no record here")


def check_model(kind: str, resource: Resource) -> None:
    """422 with the place of each fault when the resource is not valid."""
    # Imported at the first write: the models are slow to load and a demo that is only looked at never needs them.
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise Problem(422, "structure", f"not a valid {kind}: {'; '.join(faults[:5])}") from error


def references_in(value: Any) -> Iterator[str]:
    """All literal references inside a resource."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from references_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references_in(inner)
