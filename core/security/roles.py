"""Who may do what: one table, asked by every use case before it does anything."""

from __future__ import annotations

from core.errors import Refused

ROLES = ("owner", "front-desk", "biller", "reviewer", "approver", "administrator", "auditor")

_MAY: dict[str, frozenset[str]] = {
    "decide-pairs": frozenset({"front-desk", "reviewer", "approver"}),
    "decide-charges": frozenset({"biller", "reviewer", "approver"}),
    "approve": frozenset({"approver"}),
    "send": frozenset({"approver", "administrator"}),
    "pull": frozenset({"front-desk", "biller", "reviewer", "approver", "administrator"}),
    "connections": frozenset({"administrator"}),
    "settings": frozenset({"administrator"}),
    "see-patients": frozenset({"front-desk", "biller", "reviewer", "approver"}),
    "audit": frozenset({"approver", "administrator", "auditor"}),
}


def may(role: str, act: str) -> bool:
    """Whether a role may do an act. The owner of a store without people set up yet may do everything."""
    return role == "owner" or role in _MAY[act]


def require(role: str, act: str) -> None:
    """Raise Refused unless the role may do the act."""
    if not may(role, act):
        raise Refused(f"The role {role} may not do this ({act}).", code="CM-REF-02")
