"""The demo practice as its practice-management system holds it, in FHIR R4: capitals, no accents, short forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from core.demo import catalogue as c
from core.demo.bookings import Booking
from core.demo.ehr_records import appointment, reference, stamp
from core.demo.messages import Resource
from core.demo.names import name_lists, without_accents
from core.demo.registration import Record
from core.demo.visits import Diary, Posting, Visit

CLAIM_DAYS = 9  # charges go out on a claim so many days after they were entered


def _plain(text: str) -> str:
    return without_accents(text).upper()


class PmRecords:
    """Writes the practice-management system's resources."""

    def __init__(self, diary: Diary, bookings: list[Booking], loose: Sequence[Visit]) -> None:
        self._rng: Random = diary.rng
        self._office = diary.office
        self._registration = diary.registration
        self._bookings = bookings
        self._visits = [*diary.visits, *loose]  # loose: charges of visits that never were
        self._today = diary.today
        self._coverages: dict[str, str] = {}  # account id -> coverage id
        self._last_claim = 1_000_000

    def all(self) -> Iterator[Resource]:
        """Every resource, the referred-to before those that refer."""
        for provider in self._office.providers:
            yield {
                "resourceType": "Practitioner",
                "id": provider.pm_id,
                "meta": {"lastUpdated": stamp(self._today - timedelta(days=400), self._today, 9)},
                "active": True,
                "identifier": [{"system": c.NPI, "value": provider.npi}],
                "name": [{"text": _plain(f"{provider.family} {provider.given[0]}")}],
            }
        records = [record for person in self._registration.people for record in self._registration.accounts[person.key]]
        for record in records:
            yield self._patient(record)
        for record in records:
            yield self._account(record)
            if record.details.payer.id:
                yield self._coverage(record)
        for booking in self._bookings:
            if booking.system == "PM":
                yield appointment(booking, self._today)
        claims = []
        for visit in self._visits:
            claims += self._claims(visit)
            yield from (self._charge(visit, posting) for posting in visit.postings)
        yield from claims

    def _patient(self, record: Record) -> Resource:
        person, rng = record.details, self._rng
        family = _plain(person.family) + (f" {_plain(person.suffix).rstrip('.')}" if person.suffix else "")
        given = [_plain(person.given)]
        if person.middle and rng.random() < 0.7:
            given.append(_plain(person.middle)[:1])
        area, exchange, line = person.phone.split("-")
        phone = rng.choice((f"({area}) {exchange}-{line}", f"{area}{exchange}{line}", f"{area}.{exchange}.{line}"))
        address = person.address
        street = f"{address.number} {address.street} {address.kind[1]}"
        identifier = [typed_account(record.number)]
        if record.linked_mrn:
            identifier.append({"system": c.MRN, "value": record.linked_mrn})
        if person.ssn:
            identifier.append({"system": c.SSN, "value": person.ssn.replace("-", "")})
        return {
            "resourceType": "Patient",
            "id": record.id,
            "meta": {"lastUpdated": stamp(self._today - timedelta(days=rng.randrange(50, 700)), self._today, 14)},
            "identifier": identifier,
            "active": True,
            "name": [{"family": family, "given": given}],
            "telecom": [{"system": "phone", "value": phone}],
            "gender": person.sex,
            "birthDate": person.birth.isoformat(),
            "address": [
                {
                    "line": [_plain(f"{street} {address.unit}".strip())],
                    "city": _plain(address.town),
                    "state": name_lists().state[1],
                    "postalCode": address.zip,
                }
            ],
        }

    def _account(self, record: Record) -> Resource:
        return {
            "resourceType": "Account",
            "id": account_id(record),
            "meta": {"lastUpdated": stamp(self._today - timedelta(days=100), self._today, 14)},
            "identifier": [typed_account(record.number)],
            "status": "active",
            "type": {"text": "insurance" if record.details.payer.id else "self-pay"},
            "subject": [reference("Patient", record.id)],
        }

    def _coverage(self, record: Record) -> Resource:
        person = record.details
        coverage_id = f"cv-{record.number[1:]}"
        self._coverages[record.id] = coverage_id
        return {
            "resourceType": "Coverage",
            "id": coverage_id,
            "meta": {"lastUpdated": stamp(self._today - timedelta(days=90), self._today, 14)},
            "identifier": [{"system": c.MEMBER_ID, "value": person.member_id}],
            "status": "active",
            "subscriberId": person.member_id,
            "beneficiary": reference("Patient", record.id),
            "payor": [{"display": _plain(person.payer.name), "identifier": {"value": person.payer.id}}],
            "order": 1,
        }

    def _charge(self, visit: Visit, posting: Posting) -> Resource:
        charge: Resource = {
            "resourceType": "ChargeItem",
            "id": posting.id,
            "meta": {"lastUpdated": stamp(posting.entered_on, self._today, 21)},
            "identifier": [{"system": c.CHARGE_NUMBER, "value": f"C{posting.id[3:]}"}],
            "status": "billed" if posting.claim_id else "billable",
            "code": {"coding": [{"system": c.CPT, "code": posting.code}]},
            "subject": reference("Patient", visit.account.id),
            "occurrenceDateTime": posting.day.isoformat(),
            "performer": [{"actor": reference("Practitioner", posting.provider.pm_id)}],
            "quantity": {"value": posting.units},
            "priceOverride": money(posting.price),
            "enteredDate": posting.entered_on.isoformat(),
            "reason": [{"coding": [{"system": c.ICD10, "code": diagnosis.icd10}]} for diagnosis in visit.diagnoses],
            "account": [reference("Account", account_id(visit.account))],
        }
        if posting.modifiers:
            charge["extension"] = [{"url": c.MODIFIER_EXTENSION, "valueString": code} for code in posting.modifiers]
        if visit.is_linked:
            charge["context"] = {"identifier": {"system": c.VISIT_NUMBER, "value": visit.number}}
        return charge

    def _claims(self, visit: Visit) -> list[Resource]:
        """One claim per visit, once all of its charges have been there long enough."""
        coverage = self._coverages.get(visit.account.id)
        if not visit.postings or coverage is None:
            return []
        if any((self._today - posting.entered_on).days < CLAIM_DAYS for posting in visit.postings):
            return []
        self._last_claim += self._rng.randrange(1, 9)
        claim_id = f"cl-{self._last_claim}"
        created = max(posting.entered_on for posting in visit.postings) + timedelta(days=CLAIM_DAYS)
        for posting in visit.postings:
            posting.claim_id = claim_id
        days = [posting.day for posting in visit.postings]
        total = sum((posting.price * posting.units for posting in visit.postings), Decimal())
        base = "http://terminology.hl7.org/CodeSystem"
        claim = {
            "resourceType": "Claim",
            "id": claim_id,
            "meta": {"lastUpdated": stamp(created, self._today, 23)},
            "identifier": [{"system": c.CLAIM_NUMBER, "value": claim_id[3:]}],
            "status": "active",
            "type": {"coding": [{"system": f"{base}/claim-type", "code": "professional"}]},
            "use": "claim",
            "patient": reference("Patient", visit.account.id),
            "billablePeriod": {"start": min(days).isoformat(), "end": max(days).isoformat()},
            "created": min(created, self._today).isoformat(),
            "provider": reference("Practitioner", visit.postings[0].provider.pm_id),
            "priority": {"coding": [{"system": f"{base}/processpriority", "code": "normal"}]},
            "insurance": [{"sequence": 1, "focal": True, "coverage": reference("Coverage", coverage)}],
            "diagnosis": [
                {
                    "sequence": rank,
                    "diagnosisCodeableConcept": {"coding": [{"system": c.ICD10, "code": diagnosis.icd10}]},
                }
                for rank, diagnosis in enumerate(visit.diagnoses, start=1)
            ],
            "item": [self._claim_item(at, posting) for at, posting in enumerate(visit.postings, start=1)],
            "total": money(total),
        }
        return [claim]

    @staticmethod
    def _claim_item(sequence: int, posting: Posting) -> Resource:
        item: Resource = {
            "extension": [{"url": c.CHARGE_EXTENSION, "valueReference": reference("ChargeItem", posting.id)}],
            "sequence": sequence,
            "diagnosisSequence": [1],
            "productOrService": {"coding": [{"system": c.CPT, "code": posting.code}]},
            "servicedDate": posting.day.isoformat(),
            "quantity": {"value": posting.units},
            "unitPrice": money(posting.price),
            "net": money(posting.price * posting.units),
        }
        if posting.modifiers:
            item["modifier"] = [{"coding": [{"code": code}]} for code in posting.modifiers]
        return item


def account_id(record: Record) -> str:
    """The billing account of a patient record."""
    return f"ac-{record.number[1:]}"


def typed_account(number: str) -> Resource:
    """The account number as an identifier."""
    return {"type": {"coding": [{"system": c.V2_0203, "code": "AN"}]}, "system": c.ACCOUNT_NUMBER, "value": number}


def money(amount: Decimal) -> Resource:
    """An amount in dollars."""
    return {"value": float(amount), "currency": "USD"}
