"""Who may do what: one table, asked by every use case before it does anything."""

from __future__ import annotations

from core.errors import Refused

GIVEN_ROLES = ("front-desk", "biller", "reviewer", "approver", "administrator", "auditor")
"""Roles that an administrator gives to people."""
ROLES = ("owner", *GIVEN_ROLES)

_MAY: dict[str, frozenset[str]] = {
    "decide-pairs": frozenset({"front-desk", "reviewer", "approver"}),
    "decide-charges": frozenset({"biller", "reviewer", "approver"}),
    "close-days": frozenset({"biller", "reviewer", "approver"}),
    "reopen-days": frozenset({"reviewer", "approver"}),
    "approve": frozenset({"approver"}),
    "batch": frozenset({"reviewer", "approver"}),
    "send": frozenset({"approver", "administrator"}),
    "pull": frozenset({"front-desk", "biller", "reviewer", "approver", "administrator"}),
    "connections": frozenset({"administrator"}),
    "settings": frozenset({"administrator"}),
    "people": frozenset({"administrator"}),
    "see-patients": frozenset({"front-desk", "biller", "reviewer", "approver"}),
    "reveal": frozenset({"front-desk", "biller", "reviewer", "approver"}),
    # Record numbers and states, also for those who send and connect and see no patient.
    "see-work": frozenset({"front-desk", "biller", "reviewer", "approver", "administrator"}),
    "export": frozenset({"biller", "reviewer", "approver", "administrator", "auditor"}),
    "audit": frozenset({"approver", "administrator", "auditor"}),
    # What one did oneself.
    "own-audit": frozenset({"biller", "reviewer", "approver", "administrator", "auditor"}),
    # The look of the window and the like: everybody's own.
    "own-settings": frozenset(ROLES),
}


def may(role: str, act: str) -> bool:
    """Whether a role may do an act. The owner of a store without people set up yet may do everything."""
    return role == "owner" or role in _MAY[act]


def roles_that_may(act: str) -> tuple[str, ...]:
    """The roles that may do an act, in the order of ROLES: for words like "ask an approver"."""
    return tuple(role for role in ROLES if role in _MAY[act])


def require(role: str, act: str) -> None:
    """Raise Refused unless the role may do the act."""
    if not may(role, act):
        raise Refused(f"The role {role} may not do this ({act}).", code="CM-REF-02")
