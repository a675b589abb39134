"""Words of the settings: tabs, roles, and what a second person can be asked for."""

from __future__ import annotations

from core.corrections.approval import CHARGES, MERGES, PATIENT_DATA, STOP_SIGNS
from desktop.words import tr

SECTIONS = ("people", "practice", "holds", "privacy", "look", "about")
PRACTICE_WIDE = ("people", "practice", "holds")


def section_words() -> dict[str, str]:
    """Tabs in words."""
    return {
        "people": tr("People and roles"),
        "practice": tr("Practice"),
        "holds": tr("Holds and approvals"),
        "privacy": tr("Privacy"),
        "look": tr("Appearance"),
        "about": tr("About"),
    }


def role_acts(role: str) -> str:
    """What a role may do, as people say it."""
    return {
        "front-desk": tr("Decide pairs, pull"),
        "biller": tr("Decide charges and close days, pull"),
        "reviewer": tr("Decide pairs and charges, check a batch"),
        "approver": tr("What a reviewer may; agree to what others decided, send, read the trail"),
        "administrator": tr("Connections, people, settings, sending, the trail; sees no patient"),
        "auditor": tr("Read the trail and reports without names"),
    }[role]


def asked_words() -> tuple[tuple[str, str, str], ...]:
    """What a second person can be asked for: key, words, helper."""
    return (
        (STOP_SIGNS, tr("Pairs with a stop sign"), tr("Called one person although something speaks against it.")),
        (MERGES, tr("All pairs"), tr("Each time two records become one.")),
        (PATIENT_DATA, tr("Changes to a patient's data"), tr("A phone number, an address, a name.")),
        (CHARGES, tr("Charges"), tr("New, changed and voided ones.")),
    )


def hold_words(minutes: int) -> str:
    """A hold time in words."""
    if not minutes:
        return tr("Not held")
    return tr("1 hour") if minutes == 60 else tr("{minutes} minutes", minutes=minutes)


def mode_words() -> tuple[tuple[str, str], ...]:
    """Looks that can be chosen."""
    return (
        ("system", tr("Like the system")),
        ("light", tr("Light")),
        ("dark", tr("Dark")),
        ("contrast", tr("High contrast")),
    )
