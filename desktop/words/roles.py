"""Roles as people say them."""

from __future__ import annotations

from desktop.words import tr


def role_words(role: str) -> str:
    """A role as people say it."""
    return {
        "owner": tr("Owner"),
        "front-desk": tr("Front desk"),
        "biller": tr("Biller"),
        "reviewer": tr("Reviewer"),
        "approver": tr("Approver"),
        "administrator": tr("Administrator"),
        "auditor": tr("Auditor"),
    }.get(role, role)
