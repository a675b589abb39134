"""What the demo practice does and what it charges: visit kinds, services, diagnoses, fees.

Billing codes stand as bare numbers; the words beside them are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

CPT = "http://www.ama-assn.org/go/cpt"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
CVX = "http://hl7.org/fhir/sid/cvx"
LOINC = "http://loinc.org"
NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = "http://hl7.org/fhir/sid/us-ssn"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"

# Identifier systems of the two demo systems. Both write the EHR's visit number and record number the same way.
MRN = "https://ehr.larkmoor.example/record-number"
VISIT_NUMBER = "https://ehr.larkmoor.example/visit-number"
BOOKING_NUMBER = "https://ehr.larkmoor.example/booking-number"
LOCAL_CODE = "https://ehr.larkmoor.example/procedure-code"
ACCOUNT_NUMBER = "https://pm.larkmoor.example/account-number"
CHARGE_NUMBER = "https://pm.larkmoor.example/charge-number"
CLAIM_NUMBER = "https://pm.larkmoor.example/claim-number"
MEMBER_ID = "https://payers.larkmoor.example/member-id"
MODIFIER_EXTENSION = "urn:practice:charge-modifier"
CHARGE_EXTENSION = "urn:practice:charge-item"


class ServiceKind(StrEnum):
    """What was done besides the talk."""

    PROCEDURE = "procedure"
    VACCINE = "vaccine"
    LAB = "lab"
    IMAGE = "image"


@dataclass(frozen=True)
class Service:
    """Something that is done and charged. `system`/`code` are the EHR's, `charge` is the billing code."""

    kind: ServiceKind
    system: str
    code: str
    text: str
    charge: str
    shows_charge_code: bool = True  # the EHR writes the billing code beside its own
    needs_modifier_25: bool = False  # on the visit's line when both are charged
    modality: str = ""


@dataclass(frozen=True)
class VisitKind:
    """A kind of visit: the EHR's type, the levels it is charged at with their shares, its length and class."""

    id: str
    code: str
    text: str
    levels: tuple[tuple[str, int], ...]
    length_min: int
    encounter_class: str = "AMB"
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """A diagnosis in the EHR's two code systems."""

    icd10: str
    snomed: str
    text: str


def _procedure(
    code: str, text: str, charge: str, *, system: str = SNOMED, shows: bool = True, minor: bool = True
) -> Service:
    return Service(ServiceKind.PROCEDURE, system, code, text, charge, shows, minor)


def _vaccine(cvx: str, text: str, charge: str) -> Service:
    return Service(ServiceKind.VACCINE, CVX, cvx, text, charge, shows_charge_code=False, needs_modifier_25=True)


def _lab(loinc: str, text: str, charge: str) -> Service:
    return Service(ServiceKind.LAB, LOINC, loinc, text, charge, shows_charge_code=False)


def _image(body_part: str, charge: str) -> Service:
    return Service(ServiceKind.IMAGE, CPT, charge, body_part, charge, modality="DX")


# The EHR knows this one by its own code alone: which charge it leads to has to be learned from the bills.
ECG = _procedure("29303009", "Heart tracing, 12 leads", "93000", shows=False, minor=False)
INJECTION = _procedure("76601001", "Injection into a muscle", "96372")
SPIROMETRY = _procedure("127783003", "Breathing test", "94010", minor=False)
EAR_WASH = _procedure("EARWASH", "Ear wax removed", "69210", system=LOCAL_CODE)
SUTURE = _procedure("288086009", "Small wound closed", "12001")
BIOPSY = _procedure("240977001", "Skin sample taken", "11102")
FLU = _vaccine("140", "Influenza vaccine", "90656")
TDAP = _vaccine("115", "Tetanus, diphtheria and whooping cough vaccine", "90715")
ZOSTER = _vaccine("187", "Shingles vaccine", "90750")
MMR = _vaccine("03", "Measles, mumps and rubella vaccine", "90707")
VARICELLA = _vaccine("21", "Chickenpox vaccine", "90716")
BLOOD_COUNT = _lab("58410-2", "Blood count", "85025")
LIPIDS = _lab("57698-3", "Blood fats", "80061")
METABOLIC = _lab("24323-8", "Metabolic panel", "80053")
CHEST = _image("Chest", "71046")
WRIST = _image("Wrist", "73110")
KNEE = _image("Knee", "73562")

FIRST_SHOT, FURTHER_SHOT, BLOOD_DRAW = "90471", "90472", "36415"

OFFICE = VisitKind("office", "185345009", "Office visit, new problem", (("99213", 80), ("99214", 20)), 20)
FOLLOW_UP = VisitKind("follow-up", "390906007", "Follow-up visit", (("99214", 80), ("99213", 20)), 20)
CHECK_UP = VisitKind("check-up", "162673000", "Yearly check-up", (("99396", 100),), 40)
WELL_CHILD = VisitKind("well-child", "410620009", "Well-child visit", (("99393", 100),), 20)
VIDEO = VisitKind("video", "448337001", "Video visit", (("99213", 100),), 20, "VR", ("95",))

# What the visits of grown-ups bring along, as shares of all their visits; each may come together with another.
ADULT_SERVICES = (
    (ECG, 0.15),
    (FLU, 0.15),
    (TDAP, 0.14),
    (BLOOD_COUNT, 0.15),
    (LIPIDS, 0.14),
    (METABOLIC, 0.08),
    (INJECTION, 0.06),
    (SPIROMETRY, 0.06),
    (EAR_WASH, 0.04),
    (SUTURE, 0.03),
    (BIOPSY, 0.03),
    (ZOSTER, 0.03),
    (CHEST, 0.04),
    (WRIST, 0.03),
    (KNEE, 0.03),
)
CHILD_SERVICES = ((FLU, 0.35), (MMR, 0.25), (VARICELLA, 0.2))

DIAGNOSES = (
    Diagnosis("I10", "59621000", "High blood pressure"),
    Diagnosis("E11.9", "44054006", "Type 2 diabetes"),
    Diagnosis("E78.5", "55822004", "High blood fats"),
    Diagnosis("J45.909", "195967001", "Asthma"),
    Diagnosis("J02.9", "405737000", "Sore throat"),
    Diagnosis("J20.9", "10509002", "Bronchitis"),
    Diagnosis("M17.9", "239873007", "Worn knee joint"),
    Diagnosis("J30.89", "446096008", "Allergic cold"),
    Diagnosis("K21.9", "235595009", "Heartburn"),
    Diagnosis("L20.9", "24079001", "Eczema"),
    Diagnosis("M81.0", "64859006", "Brittle bones"),
    Diagnosis("D64.9", "271737000", "Low blood count"),
    Diagnosis("F41.9", "80583007", "Anxiety"),
    Diagnosis("R73.03", "714628002", "Raised blood sugar"),
)
WELL_DIAGNOSES = {
    "check-up": Diagnosis("Z00.00", "", "Check-up"),
    "well-child": Diagnosis("Z00.129", "", "Check-up of a child"),
}

FEES = {
    code: Decimal(fee)
    for code, fee in {
        "99213": "158.00",
        "99214": "224.00",
        "99215": "314.00",
        "99393": "189.00",
        "99396": "225.00",
        "93000": "48.00",
        "96372": "42.00",
        "94010": "76.00",
        "94060": "118.00",
        "69210": "95.00",
        "12001": "212.00",
        "11102": "238.00",
        "90656": "54.00",
        "90715": "88.00",
        "90750": "246.00",
        "90707": "121.00",
        "90716": "186.00",
        "90471": "34.00",
        "90472": "24.00",
        "85025": "31.00",
        "80061": "52.00",
        "80053": "41.00",
        "36415": "12.00",
        "71046": "92.00",
        "73110": "84.00",
        "73562": "98.00",
    }.items()
}


@dataclass(frozen=True)
class Payer:
    """Who pays; `id` is empty for people who pay themselves."""

    name: str
    id: str


MEDICARE = Payer("Medicare Part B", "MCR01")
SELF_PAY = Payer("Self pay", "")
INSURERS = (
    Payer("Northlake Health Plan", "NLK22"),
    Payer("Granite Mutual", "GRM40"),
    Payer("Prairie Employers Trust", "PET88"),
    Payer("State Medicaid", "MCD01"),
)


def npi(nine_digits: str) -> str:
    """A national provider number: nine digits and the check digit (Luhn over 80840 and the number)."""
    total = 0
    for at, letter in enumerate(reversed("80840" + nine_digits)):
        digit = int(letter) * (2 if at % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return nine_digits + str(-total % 10)
