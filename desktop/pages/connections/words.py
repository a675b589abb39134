"""Kinds of connections, their fields, checks and abilities as people say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.connectors._port import Capability
from desktop.words import tr

ICONS = {"fhir-r4": "link", "fhir-files": "folder-open", "csv": "file-text", "tables": "stack"}


def kind_words(kind: str) -> str:
    """The name of a kind."""
    return {
        "fhir-r4": tr("FHIR R4 server"),
        "fhir-files": tr("FHIR files"),
        "csv": tr("Spreadsheet files"),
        "tables": tr("Tables in a folder"),
    }.get(kind, kind)


def kind_sentence(kind: str) -> str:
    """What a kind is for."""
    return {
        "fhir-r4": tr("The record system answers over the network. It is read, and takes corrections where it can."),
        "csv": tr("CSV or TSV exports of people, visits or charges. You say once what each column holds."),
        "fhir-files": tr("A folder of FHIR bundles or NDJSON, as bulk exports give them."),
        "tables": tr("A folder in Chartmend's own table format: patients.csv, charges.ndjson and so on."),
    }.get(kind, "")


def role_options() -> list[tuple[str, str]]:
    """What a system is to the practice."""
    return [
        ("ehr", tr("Record system (EHR)")),
        ("pm", tr("Practice management, billing")),
        ("lab", tr("Laboratory")),
        ("imaging", tr("Imaging")),
        ("payer", tr("Payer")),
        ("other", tr("Other")),
    ]


def sign_in_options(choices: Sequence[str]) -> list[tuple[str, str]]:
    """Ways to sign in."""
    words = {
        "none": tr("nothing (open inside your network)"),
        "bearer": tr("a token"),
        "basic": tr("name and password"),
        "client-secret": tr("client id and secret"),
        "backend-jwt": tr("client id and private key"),
    }
    return [(choice, words.get(choice, choice)) for choice in choices]


# What each way to sign in asks for.
SIGN_IN_ASKS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "bearer": ("bearer",),
    "basic": ("client_id", "client_secret"),
    "client-secret": ("client_id", "client_secret", "token_url", "scope"),
    "backend-jwt": ("client_id", "private_key", "key_id", "token_url", "scope"),
}


def field_words() -> Mapping[str, str]:
    """What a connection asks for."""
    return {
        "url": tr("Address"),
        "path": tr("Folder or file"),
        "auth": tr("Signs in with"),
        "client_id": tr("Client id"),
        "client_secret": tr("Client secret"),
        "bearer": tr("Token"),
        "private_key": tr("Private key"),
        "token_url": tr("Address to sign in (when the server does not say)"),
        "scope": tr("Rights to ask for (when not the usual ones)"),
        "key_id": tr("Key id"),
        "ca_file": tr("File with your own certificates"),
        "rate": tr("Requests per second, at most"),
        "timeout": tr("Seconds to wait for an answer"),
        "kinds": tr("Only these kinds"),
    }


def check_words(check: str) -> tuple[str, str]:
    """A line of the test: its name, and what it will do."""
    return {
        "reach": (tr("Reach"), tr("Looks whether it is there.")),
        "certificate": (tr("Certificate"), tr("Looks whether the line is encrypted and the server is the right one.")),
        "sign-in": (tr("Sign-in"), tr("Signs in.")),
        "clock": (tr("Clock"), tr("Compares this computer's clock with the server's.")),
        "permission": (tr("Permission"), tr("Asks what may be read.")),
        "sample": (tr("Sample read"), tr("Reads a few records, and keeps none.")),
        "write": (tr("Write check"), tr("Asks if writing is allowed, without writing anything.")),
        "mapping": (tr("Columns"), tr("Looks whether the columns of each file are known.")),
        "unread": (tr("Not used"), ""),
    }.get(check, (check, ""))


def resource_words(kind: str) -> str:
    """A kind of record, by its FHIR name or its table."""
    return {
        "Patient": tr("Patients"),
        "Encounter": tr("Visits"),
        "Appointment": tr("Appointments"),
        "ChargeItem": tr("Charges"),
        "Claim": tr("Claims"),
        "Coverage": tr("Insurances"),
        "Organization": tr("Organizations"),
        "encounters": tr("Visits"),
        "service_events": tr("Services done"),
        "coverages": tr("Insurances"),
        "locations": tr("Places"),
        "Account": tr("Accounts"),
        "Practitioner": tr("Providers"),
        "PractitionerRole": tr("Roles of providers"),
        "Location": tr("Places"),
        "Procedure": tr("Procedures"),
        "Immunization": tr("Immunizations"),
        "Condition": tr("Diagnoses"),
        "DiagnosticReport": tr("Results"),
        "ImagingStudy": tr("Imaging studies"),
        "MedicationAdministration": tr("Drugs given"),
        "ServiceRequest": tr("Orders"),
    }.get(kind, kind.replace("_", " ").capitalize())


def can_read(kind: Capability) -> bool:
    """Whether records of a kind come with a pull: a server is searched, files are only read."""
    return kind.can_read or kind.can_search


def write_words(mode: str) -> str:
    """Whether corrections are sent."""
    return {"off": tr("off"), "dry-run": tr("shown, not sent"), "on": tr("on")}.get(mode, mode)


def write_options() -> list[tuple[str, str]]:
    """The modes of writing, for a menu."""
    return [(mode, write_words(mode)) for mode in ("off", "dry-run", "on")]


def record_words(entity: str, count: int) -> str:
    """So many records of an entity: 48,212 patients."""
    words = {
        "patients": tr("{count} patients"),
        "encounters": tr("{count} visits"),
        "appointments": tr("{count} appointments"),
        "charges": tr("{count} charges"),
        "claims": tr("{count} claims"),
    }
    return words[entity].format(count=f"{count:,}")
