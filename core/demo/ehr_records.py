"""The demo practice as its EHR holds it, in FHIR R4."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from core.demo import catalogue as c
from core.demo.bookings import Booking
from core.demo.catalogue import Diagnosis, ServiceKind
from core.demo.messages import Resource
from core.demo.names import name_lists
from core.demo.people import Address, Person
from core.demo.registration import Record
from core.demo.visits import Diary, Done, Office, Visit, local_time


def reference(kind: str, resource_id: str) -> dict[str, str]:
    """A literal reference."""
    return {"reference": f"{kind}/{resource_id}"}


def stamp(day: date, today: date, hour: int) -> str:
    """When a record was last changed: on that day, but never after yesterday, so that it lies in the past."""
    last = min(day, today - timedelta(days=1))
    return datetime.combine(last, time(hour), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class EhrRecords:
    """Writes the EHR's resources."""

    def __init__(self, diary: Diary, bookings: list[Booking]) -> None:
        self._rng: Random = diary.rng
        self._diary = diary
        self._office: Office = diary.office
        self._registration = diary.registration
        self._bookings = bookings
        self._today = diary.today

    def all(self) -> Iterator[Resource]:
        """Every resource, the referred-to before those that refer."""
        yield from self._office_records()
        for person in self._registration.people:
            for record in self._registration.charts[person.key]:
                yield self._patient(record)
        for person in self._registration.people:
            charts = self._registration.charts[person.key]
            if charts and person.payer.id:
                yield self._coverage(charts[0])
        for booking in self._bookings:
            if booking.system == "EHR":
                yield appointment(booking, self._today)
        for visit in self._diary.visits:
            yield from self._visit(visit)

    def _office_records(self) -> Iterator[Resource]:
        office, old = self._office, {"lastUpdated": stamp(self._today - timedelta(days=400), self._today, 9)}
        names = ((office.id, office.name), (office.outside_lab_id, office.outside_lab_name))
        for organization_id, name in names:
            yield {"resourceType": "Organization", "id": organization_id, "meta": old, "active": True, "name": name}
        for site in office.sites:
            yield {
                "resourceType": "Location",
                "id": site.id,
                "meta": old,
                "status": "active",
                "name": site.name,
                "managingOrganization": reference("Organization", office.id),
            }
        for provider in office.providers:
            yield {
                "resourceType": "Practitioner",
                "id": provider.id,
                "meta": old,
                "active": True,
                "identifier": [{"system": c.NPI, "value": provider.npi}],
                "name": [{"family": provider.family, "given": [provider.given], "prefix": ["Dr."]}],
            }

    def _patient(self, record: Record) -> Resource:
        person, rng = record.details, self._rng
        name: Resource = {"use": "official", "family": person.family, "given": [person.given]}
        if person.middle:
            name["given"].append(person.middle)
        if person.suffix:
            name["suffix"] = [person.suffix]
        identifier = [typed("MR", c.MRN, record.number)]
        if person.ssn:
            identifier.append(typed("SS", c.SSN, person.ssn))
        patient: Resource = {
            "resourceType": "Patient",
            "id": record.id,
            "meta": {"lastUpdated": stamp(self._today - timedelta(days=rng.randrange(50, 700)), self._today, 15)},
            "identifier": identifier,
            "active": record.is_active,
            "name": [name],
            "telecom": self._telecom(person),
            "gender": person.sex,
            "birthDate": person.birth.isoformat(),
            "address": [_address(person.address)],
        }
        if person.maiden and rng.random() < 0.5:
            patient["name"].append({"use": "maiden", "family": person.maiden, "given": [person.given]})
        if record.replaced_by:
            patient["link"] = [{"other": reference("Patient", record.replaced_by), "type": "replaced-by"}]
        if record.replaces:
            patient["link"] = [{"other": reference("Patient", record.replaces), "type": "replaces"}]
        return patient

    def _telecom(self, person: Person) -> list[Resource]:
        telecom = [{"system": "phone", "value": person.phone, "use": self._rng.choice(("home", "mobile"))}]
        if person.email:
            telecom.append({"system": "email", "value": person.email})
        return telecom

    def _coverage(self, record: Record) -> Resource:
        person = record.details
        return {
            "resourceType": "Coverage",
            "id": self._diary.new_id(),
            "meta": {"lastUpdated": stamp(self._today - timedelta(days=200), self._today, 16)},
            "identifier": [typed("MB", c.MEMBER_ID, person.member_id)],
            "status": "active",
            "subscriberId": person.member_id,
            "beneficiary": reference("Patient", record.id),
            "period": {"start": f"{self._today.year - 1}-01-01"},
            "payor": [{"display": person.payer.name}],
        }

    def _visit(self, visit: Visit) -> Iterator[Resource]:
        conditions = [self._condition(visit, diagnosis) for diagnosis in visit.diagnoses]
        yield from conditions
        ids = [condition["id"] for condition in conditions]
        yield self._encounter(visit, (visit.encounter_id, visit.number), ids)
        if visit.second_encounter[0]:
            yield self._encounter(visit, visit.second_encounter, ids, later_min=4)
        for done in visit.done:
            yield from self._service(visit, done)

    def _condition(self, visit: Visit, diagnosis: Diagnosis) -> Resource:
        coding = [{"system": c.ICD10, "code": diagnosis.icd10}]
        if diagnosis.snomed:
            coding.insert(0, {"system": c.SNOMED, "code": diagnosis.snomed})
        base = "http://terminology.hl7.org/CodeSystem"
        return {
            "resourceType": "Condition",
            "id": self._diary.new_id(),
            "meta": self._meta(visit),
            "clinicalStatus": {"coding": [{"system": f"{base}/condition-clinical", "code": "active"}]},
            "category": [{"coding": [{"system": f"{base}/condition-category", "code": "encounter-diagnosis"}]}],
            "code": {"coding": coding, "text": diagnosis.text},
            "subject": reference("Patient", visit.chart.id),
            "encounter": reference("Encounter", visit.encounter_id),
            "recordedDate": visit.day.isoformat(),
        }

    def _encounter(self, visit: Visit, name: tuple[str, str], conditions: list[str], later_min: int = 0) -> Resource:
        encounter_id, number = name
        coding = [{"system": c.SNOMED, "code": visit.kind.code}]
        if visit.shows_level and visit.status == "finished":
            coding.append({"system": c.CPT, "code": visit.level})
        period = {"start": self._instant(visit, later_min)}
        if visit.status == "finished":
            period["end"] = self._instant(visit, later_min + visit.kind.length_min)
        encounter: Resource = {
            "resourceType": "Encounter",
            "id": encounter_id,
            "meta": self._meta(visit),
            "identifier": [typed("VN", c.VISIT_NUMBER, number)],
            "status": visit.status,
            "class": {"system": c.ACT_CODE, "code": visit.kind.encounter_class},
            "type": [{"coding": coding, "text": visit.kind.text}],
            "subject": reference("Patient", visit.chart.id),
            "participant": [{"individual": reference("Practitioner", visit.provider.id)}],
            "period": period,
            "diagnosis": [
                {"condition": reference("Condition", condition), "rank": rank}
                for rank, condition in enumerate(conditions, start=1)
            ],
            "serviceProvider": reference("Organization", self._office.id),
        }
        if visit.kind.encounter_class == "AMB":
            encounter["location"] = [{"location": reference("Location", visit.site.id)}]
        if visit.ehr_booking and later_min == 0 and self._rng.random() < 0.6:
            encounter["appointment"] = [reference("Appointment", visit.ehr_booking)]
        return encounter

    def _service(self, visit: Visit, done: Done) -> Iterator[Resource]:
        makers = {
            ServiceKind.PROCEDURE: self._procedure,
            ServiceKind.VACCINE: self._immunization,
            ServiceKind.LAB: self._report,
            ServiceKind.IMAGE: self._imaging,
        }
        common = {
            "id": done.id,
            "meta": self._meta(visit),
            "encounter": reference("Encounter", visit.encounter_id),
            "subject": reference("Patient", visit.chart.id),
        }
        yield from makers[done.service.kind](visit, done, common)

    def _procedure(self, visit: Visit, done: Done, common: Resource) -> Iterator[Resource]:
        coding = [{"system": done.service.system, "code": done.service.code}]
        if done.service.shows_charge_code:
            coding.append({"system": c.CPT, "code": done.service.charge})
        yield common | {
            "resourceType": "Procedure",
            "status": done.status,
            "code": {"coding": coding, "text": done.service.text},
            "performedDateTime": self._instant(visit, 8),
            "performer": [{"actor": reference("Practitioner", visit.provider.id)}],
        }

    def _immunization(self, visit: Visit, done: Done, common: Resource) -> Iterator[Resource]:
        long_ago = (visit.day - timedelta(days=430)).isoformat()
        common = {name: value for name, value in common.items() if name != "subject"}
        yield common | {
            "resourceType": "Immunization",
            "status": done.status,
            "vaccineCode": {"coding": [{"system": c.CVX, "code": done.service.code}], "text": done.service.text},
            "patient": reference("Patient", visit.chart.id),
            "occurrenceDateTime": long_ago if done.is_elsewhere else self._instant(visit, 10),
            "primarySource": not done.is_elsewhere,
            "lotNumber": f"L{self._rng.randrange(100000):05d}",
        }

    def _report(self, visit: Visit, done: Done, common: Resource) -> Iterator[Resource]:
        office = self._office
        lab = (office.outside_lab_id, office.outside_lab_name) if done.is_elsewhere else (office.id, office.name)
        category = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}
        yield common | {
            "resourceType": "DiagnosticReport",
            "status": "final" if done.status == "completed" else done.status,
            "category": [category],
            "code": {"coding": [{"system": c.LOINC, "code": done.service.code}], "text": done.service.text},
            "effectiveDateTime": self._instant(visit, 12),
            "issued": self._instant(visit, 90),
            "performer": [reference("Organization", lab[0]) | {"display": lab[1]}],
        }

    def _imaging(self, visit: Visit, done: Done, common: Resource) -> Iterator[Resource]:
        order_id = self._diary.new_id()
        text = f"X-ray of the {done.service.text.lower()}"
        code = {"coding": [{"system": c.CPT, "code": done.service.charge}], "text": text}
        yield common | {
            "resourceType": "ServiceRequest",
            "id": order_id,
            "status": "completed",
            "intent": "order",
            "code": code,
            "authoredOn": self._instant(visit, 6),
            "requester": reference("Practitioner", visit.provider.id),
        }
        yield common | {
            "resourceType": "ImagingStudy",
            "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:2.25.{self._rng.getrandbits(100)}"}],
            "status": "available",
            "modality": [{"system": c.DICOM, "code": done.service.modality}],
            "started": self._instant(visit, 15),
            "basedOn": [reference("ServiceRequest", order_id)],
            "numberOfSeries": 1,
            "numberOfInstances": 2,
            "procedureCode": [code],
            "description": done.service.text,
        }

    def _meta(self, visit: Visit) -> Resource:
        return {"lastUpdated": stamp(visit.day, self._today, 22)}

    def _instant(self, visit: Visit, later_min: int) -> str:
        """Some workplaces of this EHR write local time with its offset, others UTC."""
        when = visit.start() + timedelta(minutes=later_min)
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if visit.is_utc else when.isoformat()


def _address(address: Address) -> Resource:
    line = [f"{address.number} {address.street} {address.kind[0]}"] + ([address.unit] if address.unit else [])
    return {
        "use": "home",
        "line": line,
        "city": address.town,
        "state": name_lists().state[0],
        "postalCode": address.zip,
        "country": "US",
    }


def typed(code: str, system: str, value: str) -> Resource:
    """An identifier with its type."""
    return {"type": {"coding": [{"system": c.V2_0203, "code": code}]}, "system": system, "value": value}


def appointment(booking: Booking, today: date) -> Resource:
    """An appointment; both systems write it alike."""
    when = booking.when
    start = local_time(when.day, when.minute)
    provider = booking.provider.pm_id if booking.system == "PM" else booking.provider.id
    actors = (reference("Patient", booking.record.id), reference("Practitioner", provider))
    found: Resource = {
        "resourceType": "Appointment",
        "id": booking.id,
        "meta": {"lastUpdated": stamp(when.day, today, 21)},
        "status": when.status,
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=when.length_min)).isoformat(),
        "participant": [{"actor": actor, "status": "accepted"} for actor in actors],
    }
    number = booking.number if booking.system == "EHR" else booking.ehr_number
    if number:
        found["identifier"] = [{"system": c.BOOKING_NUMBER, "value": number}]
    return found
