"""Picking values out of FHIR resources: nothing here raises on odd data, it leaves a note instead.

Notes name the element and what is odd about it, never the value: they are shown and may be logged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import orjson

from core.connectors._port import RawItem
from core.errors import BadInput
from core.ingest.normalise import CanonicalRecord

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
BILLING = frozenset(
    {
        CPT,
        HCPCS,
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes",
        "urn:oid:2.16.840.1.113883.6.12",  # CPT
        "urn:oid:2.16.840.1.113883.6.285",  # HCPCS level II
    }
)
ICD10 = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/icd-10",
        "urn:oid:2.16.840.1.113883.6.90",
    }
)
CVX = frozenset({"http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292"})
NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = frozenset({"http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1"})
TAXONOMY = frozenset({"http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101"})

_ABSENT = "data-absent-reason"
_TYPE = re.compile(r"[A-Z][A-Za-z]+$")
_BILLING_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]$")
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?$")
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}($|[T ])")
_BOM = b"\xef\xbb\xbf"
_MOST_CENTS = 10**13  # a hundred billion dollars: more is a mistake in the data


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; one object alone counts as a list of one, anything else is left out."""
    if not value:
        return []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def text(value: Any) -> str | None:
    """Text without blanks around it, None when there is none."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def texts(value: Any) -> list[str]:
    """The texts of a list (nulls left out); one text alone counts as a list of one."""
    return [found for item in (value if isinstance(value, list) else [value]) if (found := text(item))]


def number(value: Any) -> float | int | None:
    """A number, whole where it is whole; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(found):
        return None
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def decimal(value: Any) -> Decimal | None:
    """An exact number of a size that money and quantities have."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        # A float gives back the decimal it was written as: amounts have far fewer digits than the 15 it holds.
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found.adjusted() < 12 else None


class Coding(NamedTuple):
    """A code with the system it belongs to; system and display are "" where they are not given."""

    system: str
    code: str
    display: str


def codings(concept: Any) -> list[Coding]:
    """All codings of a CodeableConcept (or of a list of them, or a bare Coding) that carry a code."""
    found = []
    for coding in _all_codings(concept):
        code, system = text(coding.get("code")), text(coding.get("system")) or ""
        if code and _ABSENT not in system:
            found.append(Coding(system, code, text(coding.get("display")) or ""))
    return found


def code_in(concept: Any, systems: Collection[str]) -> str | None:
    """The first code of one of these systems, as the source writes it."""
    return next((c.code for c in codings(concept) if c.system in systems), None)


def first_code(concept: Any) -> str | None:
    """The first code, whatever its system."""
    return next((c.code for c in codings(concept)), None)


def plain(code: str | None) -> str | None:
    """A code made comparable: upper case, without dots and blanks."""
    return code.upper().replace(".", "").replace(" ", "") or None if code else None


def billing_code(concept: Any) -> str | None:
    """The CPT or HCPCS code: by its system, else a coding without a system that has the shape of one."""
    found = code_in(concept, BILLING)
    if found is None:
        shaped = (c.code for c in codings(concept) if not c.system)
        found = next((code for code in shaped if _BILLING_CODE.match(code.upper())), None)
    return plain(found)


def billing_codes(concepts: Any) -> list[str]:
    """All CPT and HCPCS codes of a list of concepts, each once, in their order."""
    found = (plain(c.code) for c in codings(concepts) if c.system in BILLING)
    return list(dict.fromkeys(code for code in found if code))


def icd_codes(concepts: Any) -> list[str]:
    """All ICD-10 codes of a list of concepts, without dots, each once."""
    found = (plain(c.code) for c in codings(concepts) if c.system in ICD10)
    return list(dict.fromkeys(code for code in found if code))


def words(concept: Any) -> str | None:
    """What people call it: the concept's own text, else a coding's display."""
    for one in rows(concept):
        if found := text(one.get("text")):
            return found
    return next((found for coding in _all_codings(concept) if (found := text(coding.get("display")))), None)


def _all_codings(concept: Any) -> list[dict[str, Any]]:
    if not concept:
        return []
    return [c for one in rows(concept) for c in (rows(one["coding"]) if "coding" in one else [one])]


def extensions(element: Any, word: str) -> list[dict[str, Any]]:
    """Extensions of an element whose address contains a word (case aside)."""
    if not isinstance(element, dict):
        return []
    return [e for e in rows(element.get("extension")) if word in str(e.get("url", "")).lower()]


def extension_value(extension: Mapping[str, Any]) -> Any:
    """The value of an extension, whatever its type."""
    return next((value for key, value in extension.items() if key.startswith("value")), None)


class Resource:
    """One FHIR resource being read. `notes` collects what could not be understood."""

    __slots__ = ("_contained", "body", "context", "get", "id", "kind", "notes", "updated_at")

    def __init__(self, item: RawItem, body: dict[str, Any]) -> None:
        self.kind = item.kind
        self.id = text(body.get("id")) or item.id
        self.body = body
        self.get = body.get  # an element as it is
        self.context: Mapping[str, str] = item.context or {}
        self.notes: list[str] = []
        meta = body.get("meta")
        self.updated_at = text(meta.get("lastUpdated")) if isinstance(meta, dict) else None
        self._contained: dict[str, dict[str, Any]] | None = None

    @classmethod
    def open(cls, item: RawItem) -> Resource:
        """Parse the payload. Raises BadInput when it is no FHIR resource of the item's kind, or has no id."""
        body = _parse(item.payload, item.position)
        if not isinstance(body, dict):
            raise BadInput("This is JSON, but no FHIR resource.", place=item.position, code="CM-INP-11")
        if body.get("resourceType") != item.kind:
            raise BadInput(f"This is no {item.kind} resource.", place=item.position, code="CM-INP-12")
        found = cls(item, body)
        if not found.id:
            raise BadInput(f"This {item.kind} has no id.", place=item.position, code="CM-INP-13")
        return found

    @property
    def ref(self) -> str:
        """Kind/id of this resource."""
        return f"{self.kind}/{self.id}"

    def rows(self, key: str) -> list[dict[str, Any]]:
        """A list element's objects; notes when there is something else instead."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list | dict):
            self.note(key, "is not written as the standard says")
        return rows(value)

    def text(self, key: str) -> str | None:
        """A text element."""
        return text(self.body.get(key))

    def note(self, where: str, what: str) -> None:
        """Remember something odd, once."""
        sentence = f"{where} {what}"
        if sentence not in self.notes:
            self.notes.append(sentence)

    def to(self, reference: Any, where: str) -> str | None:
        """A Reference as Kind/id inside this connection; None (and a note) when it points nowhere we can follow."""
        if reference is None:
            return None
        literal = text(reference.get("reference")) if isinstance(reference, dict) else text(reference)
        if literal is None:
            if isinstance(reference, dict) and isinstance(reference.get("identifier"), dict):
                self.note(where, "names a record by its number only")
            return None
        if literal in self.context:
            return self.context[literal]
        if literal.startswith("#"):
            self.note(where, "points to a record inside this one")
            return None
        base = self.context.get("@base")
        if base and "://" in literal and not literal.startswith(base.rstrip("/") + "/"):
            self.note(where, "points to another server")
            return None
        found = _kind_and_id(literal)
        if found is None:
            self.note(where, "points to a record that did not come with it")
        return found

    def first_to(self, references: Any, kinds: tuple[str, ...], where: str) -> str | None:
        """The first reference of a list that leads to one of these kinds."""
        for one in rows(references):
            found = self.to(one, where)
            if found and found.partition("/")[0] in kinds:
                return found
        return None

    def inside(self, reference: Any) -> dict[str, Any] | None:
        """The contained resource that a reference points to."""
        literal = text(reference.get("reference")) if isinstance(reference, dict) else None
        if not literal or not literal.startswith("#"):
            return None
        if self._contained is None:
            self._contained = {f"#{one.get('id')}": one for one in rows(self.body.get("contained"))}
        return self._contained.get(literal)

    def moment(self, value: Any, where: str) -> str | None:
        """A date or time as ISO text, with its own offset if it has one; partial ones stay as they are, noted."""
        found = text(value)
        if found is None:
            return None
        if _PARTIAL.match(found):
            self.note(where, "is not a full date")
            return found
        if not exists(found):
            self.note(where, "is no date")
            return None
        return found if len(found) == 10 else found[:10] + "T" + found[11:]

    def day(self, value: Any, where: str) -> str | None:
        """The calendar date of a date or time as it is written, without shifting it; partial ones stay, noted."""
        found = self.moment(value, where)
        return found[:10] if found else None

    def cents(self, money: Any, where: str) -> int | None:
        """Money in cents."""
        return self.to_cents(self.amount(money, where), where)

    def amount(self, money: Any, where: str) -> Decimal | None:
        """Money in dollars, exact."""
        if not isinstance(money, dict):
            return None
        if text(money.get("currency")) not in (None, "USD"):
            self.note(where, "is not in US dollars")
        found = decimal(money.get("value"))
        if found is None and money.get("value") is not None:
            self.note(where, "is no amount")
        return found

    def to_cents(self, dollars: Decimal | None, where: str) -> int | None:
        """Dollars to cents, half a cent upwards."""
        if dollars is None:
            return None
        cents = int((dollars * 100).to_integral_value(rounding="ROUND_HALF_UP"))
        if abs(cents) > _MOST_CENTS:
            self.note(where, "is too large for an amount")
            return None
        return cents

    def record(
        self, entity: str, fields: Mapping[str, Any], *, patient: str | None = None, on: str | None = None
    ) -> CanonicalRecord:
        """The canonical record of this resource; what is unknown is left out. Only a full date is a business date."""
        if self.body.get("implicitRules") or self.body.get("modifierExtension"):
            self.note("modifierExtension", "may change what this record means")
        return CanonicalRecord(
            entity=entity,
            ref=self.ref,
            fields={key: value for key, value in fields.items() if value or value is False or value == 0},
            patient=patient,
            on=on[:10] if on and len(on) >= 10 else None,
            updated_at=self.updated_at,
            notes=tuple(self.notes),
        )

    def word(self, value: Any, known: Mapping[str, str], where: str) -> str | None:
        """A code of the standard as the catalogue's word; an unknown one stays as it is, noted."""
        found = text(value)
        if found is None:
            return None
        if found in known:
            return known[found] or None
        self.note(where, "has a value that the standard does not know")
        return found.lower().replace("-", "_")


def _parse(payload: bytes, position: str) -> Any:
    try:
        return orjson.loads(payload.removeprefix(_BOM))
    except orjson.JSONDecodeError as why:
        raise BadInput("This is not readable JSON.", place=position, code="CM-INP-10") from why


def exists(moment: str) -> bool:
    """Whether a date or time is one of the calendar. Year 1 is how some servers write nothing, and no date."""
    shape = _DAY.match(moment)
    if shape is None or not 1850 < int(shape[1]) < 2200:
        return False
    try:
        if len(moment) == 10:
            date.fromisoformat(moment)
        else:
            datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def _kind_and_id(literal: str) -> str | None:
    kind, _, record_id = literal.partition("/")
    if kind.isalpha() and kind[:1].isupper() and record_id.replace("-", "").isalnum():
        return literal  # as nearly all are written
    if ":" in literal and "://" not in literal:  # urn:uuid, urn:oid
        return None
    parts = literal.partition("/_history/")[0].partition("?")[0].rstrip("/").split("/")
    if len(parts) < 2 or "?" in literal or not _TYPE.match(parts[-2]):
        return None
    return f"{parts[-2]}/{parts[-1]}"
