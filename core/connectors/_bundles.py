"""A FHIR document (a Bundle or one resource) becomes raw items, what cannot be used, and what was deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.connectors._fhir_kinds import FORM, WANTED, is_id, is_kind, sign_of_other_version, version_of
from core.connectors._json_text import ExactParts, JsonFault, read_json
from core.connectors._port import RawItem, Unreadable

NO_RESOURCE, NO_ID, BAD_ID, BAD_ENTRY, BAD_JSON, OTHER_VERSION, BAD_BUNDLE = (
    f"CM-FHIR-0{n}" for n in (1, 2, 3, 4, 5, 6, 7)
)
KEPT_OF_REFUSED = 256 * 1024  # of a refused document so many bytes are kept to look at
_DEEPEST = 3  # bundles inside bundles
_WANTED = frozenset(WANTED)
# References that do not say Kind/id by themselves. The text is compact JSON, so no blanks need to be allowed for.
_INDIRECT = re.compile(rb'"reference":"((?:urn:|https?://|[A-Z][A-Za-z]*\?)[^"\\]*)"')
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?identifier=(.+)\Z")

Lookup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that the document says was deleted."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Unused:
    """A resource of a type that nobody here reads."""

    kind: str


Piece = RawItem | Unreadable | Gone | Unused


class OtherVersion(Exception):
    """The document is not R4; `sign` says what shows it."""

    def __init__(self, sign: str) -> None:
        super().__init__(sign)
        self.sign = sign

    def reason(self) -> str:
        """The refusal in words."""
        return f"This is not FHIR R4 but another version (STU3 or other), as {self.sign} shows. It was not read."


def read_document(text: bytes, place: str, lookup: Lookup | None = None) -> list[Piece]:
    """All pieces of a document, one for each entry in their order.

    `place` begins every position. `lookup` answers conditional references that the document itself does not.
    Raises JsonFault for text that is no JSON, OtherVersion for a document that is not R4.
    """
    return Document(text, read_json(text), place, lookup).pieces()


def refuse(place: str, text: bytes, reason: str, code: str, kind: str = "") -> Unreadable:
    """A refusal that keeps the beginning of what was refused."""
    return Unreadable(place, reason, code, text[:KEPT_OF_REFUSED], FORM, kind if is_kind(kind) else "")


def refuse_json(place: str, text: bytes, fault: JsonFault) -> Unreadable:
    """A document that is no JSON, with the place of the fault."""
    return refuse(f"{place} {fault.place()}".rstrip(), text, fault.reason, BAD_JSON)


class Document:
    """A parsed document and the text it came from."""

    def __init__(self, text: bytes, whole: Any, place: str, lookup: Lookup | None = None) -> None:
        self.place, self.text, self.whole = place, text, whole
        self.exact = ExactParts(text, whole)
        self.lookup = lookup
        self.names: dict[str, str] = {}

    def pieces(self) -> list[Piece]:
        """All pieces, one for each entry in their order. Raises OtherVersion."""
        whole = self.whole
        if not isinstance(whole, dict) or not is_kind(whole.get("resourceType")):
            reason = "This is JSON, but no FHIR resource: it names no resource type."
            return [refuse(self.place, self.text, reason, NO_RESOURCE)]
        self._refuse_other_versions(whole, 0)
        if whole["resourceType"] != "Bundle":
            return [self._resource(whole, (), self.place, None)]
        return list(self._bundle(whole, (), self.place, 0))

    def _refuse_other_versions(self, resource: Mapping[str, Any], depth: int) -> None:
        sign = sign_of_other_version(resource)
        if sign:
            raise OtherVersion(sign)
        entries = resource.get("entry")
        if resource.get("resourceType") == "Bundle" and isinstance(entries, list) and depth < _DEEPEST:
            for entry in entries:
                inner = entry.get("resource") if isinstance(entry, dict) else None
                if isinstance(inner, dict):
                    self._refuse_other_versions(inner, depth + 1)

    def _bundle(self, bundle: dict[str, Any], path: tuple[str | int, ...], place: str, depth: int) -> Iterator[Piece]:
        entries = bundle.get("entry", [])
        if not isinstance(entries, list):
            yield refuse(place, orjson.dumps(bundle), "The entries of this bundle are no list.", BAD_BUNDLE, "Bundle")
            return
        self._learn_names(entries)
        for index, entry in enumerate(entries):
            here = f"{place} entry {index + 1}"
            resource = entry.get("resource") if isinstance(entry, dict) else None
            inside = (*path, "entry", index, "resource")
            if isinstance(resource, dict) and resource.get("resourceType") == "Bundle" and depth < _DEEPEST:
                yield from self._bundle(resource, inside, here, depth + 1)
            else:
                piece = self._entry(entry, inside, here)
                if piece is not None:
                    yield piece

    def _entry(self, entry: Any, inside: tuple[str | int, ...], here: str) -> Piece | None:
        if not isinstance(entry, dict):
            return refuse(here, orjson.dumps(entry), "This entry is no object.", BAD_ENTRY)
        resource, request = entry.get("resource"), entry.get("request")
        if isinstance(request, dict) and request.get("method") == "DELETE":
            kind, _, resource_id = str(request.get("url", "")).rstrip("/").rpartition("/")
            kind = kind.rpartition("/")[2]
            return Gone(kind, resource_id) if kind in _WANTED and is_id(resource_id) else None
        if resource is None and ("response" in entry or "request" in entry):
            return None  # an answer or a question without a record in it
        if not isinstance(resource, dict):
            return refuse(here, orjson.dumps(entry), "This entry holds no resource.", BAD_ENTRY)
        return self._resource(resource, inside, here, entry.get("fullUrl"))

    def _resource(self, resource: dict[str, Any], path: tuple[str | int, ...], here: str, full_url: Any) -> Piece:
        kind = resource.get("resourceType")
        if not is_kind(kind):
            reason = "This entry names no resource type." if path else "This names no resource type."
            return refuse(here, orjson.dumps(resource), reason, NO_RESOURCE)
        if kind not in _WANTED:
            return Unused(str(kind))
        payload = self.exact.dump(resource, path)
        resource_id = _id_of(resource, full_url)
        if resource_id is None:
            reason = f"This {kind} has no id." if "id" not in resource else f"The id of this {kind} is none of FHIR's."
            return refuse(here, payload, reason, NO_ID if "id" not in resource else BAD_ID, str(kind))
        context = self._context(payload)
        return RawItem(FORM, str(kind), resource_id, payload, here, version_of(resource), context or None)

    def _learn_names(self, entries: list[Any]) -> None:
        has_conditional = b"?identifier=" in self.text
        for entry in entries:
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(resource, dict):
                continue
            resource_id, full_url = _id_of(resource, entry.get("fullUrl")), entry.get("fullUrl")
            if resource_id is None or not is_kind(resource.get("resourceType")):
                continue
            name = f"{resource['resourceType']}/{resource_id}"
            if isinstance(full_url, str) and not full_url.endswith(name):
                self.names[full_url] = name
            if has_conditional:
                self.names.update(dict.fromkeys(names_by_identifier(resource), name))

    def _context(self, payload: bytes) -> dict[str, str]:
        found = {}
        for literal in {match.decode("utf-8", "replace") for match in _INDIRECT.findall(payload)}:
            name = self.names.get(literal)
            if name is None and self.lookup is not None and _CONDITIONAL.match(literal):
                name = self.lookup(literal)
            if name is not None:
                found[literal] = name
        return found


def names_by_identifier(resource: Mapping[str, Any]) -> Iterator[str]:
    """The conditional references that lead to a resource: Practitioner?identifier=system|value."""
    identifiers = resource.get("identifier")
    for one in identifiers if isinstance(identifiers, list) else [identifiers]:
        if isinstance(one, dict) and one.get("value"):
            yield f"{resource.get('resourceType')}?identifier={one.get('system') or ''}|{one['value']}"


def _id_of(resource: Mapping[str, Any], full_url: Any) -> str | None:
    found = resource.get("id")
    if found is None and isinstance(full_url, str):
        found = full_url.removeprefix("urn:uuid:").rpartition("/")[2]
    return found if is_id(found) else None
