"""Who works here, as the store knows them: names, roles, and who may still sign in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.errors import Refused
from core.store.tables.staff import staff

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the practice. Somebody who is not active any more keeps their name in everything they did."""

    name: str
    role: str
    is_active: bool
    added_at: str


def members(connection: Connection) -> tuple[Member, ...]:
    """Everybody who was ever set up: the active ones first, each by name."""
    rows = connection.execute(select(staff.c.name, staff.c.role, staff.c.is_active, staff.c.added_at)).all()
    found = [Member(row.name, row.role, bool(row.is_active), row.added_at) for row in rows]
    return tuple(sorted(found, key=lambda one: (not one.is_active, one.name.casefold())))


def role_of(connection: Connection, name: str) -> str:
    """The role that the practice gave somebody; before people are set up, whoever opens the store is its owner.

    Raises Refused for a name that is not set up, and for somebody who was deactivated.
    """
    found = members(connection)
    if not found:
        return OWNER
    member = next((one for one in found if one.name == name), None)
    if member is None:
        raise Refused(
            "This person is not set up in this practice.",
            todo="Sign in with a name that is, or ask an administrator.",
            code="CM-REF-03",
        )
    if not member.is_active:
        raise Refused("This person no longer works with this store.", todo="Ask an administrator.", code="CM-REF-04")
    return member.role
