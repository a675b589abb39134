"""Who works here: setting people up, giving them another role, and ending their access. Nobody is deleted."""

from __future__ import annotations

from sqlalchemy import insert, update

from core.changes import Changes
from core.desk import Desk
from core.errors import BadInput, Refused
from core.security.roles import GIVEN_ROLES, require
from core.security.sign_in import write_names
from core.security.staff import Member, members
from core.store.tables.staff import staff
from core.store.unit import Unit

ADMINISTRATOR = "administrator"
LONGEST_NAME = 60


def add_person(desk: Desk, name: str, role: str) -> Changes[None]:
    """Set somebody up. The first one is an administrator: from then on nobody works here without being set up.

    Raises BadInput for a name or role that cannot be used, Refused for a role that may not do this.
    """
    require(desk.role, "people")
    _check_role(role)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(f"A name has 1 to {LONGEST_NAME} letters.", code="CM-STF-03")
    with desk.store.write(desk.actor) as unit:
        known = members(unit.connection)
        if any(one.name.casefold() == name.casefold() for one in known):
            raise BadInput("Somebody of this name is set up already.", todo="Tell them apart.", code="CM-STF-04")
        if not known and role != ADMINISTRATOR:
            raise BadInput(
                "The first person is an administrator.",
                todo="Set one up first, who adds the others.",
                code="CM-STF-05",
            )
        by = {"added_at": unit.now, "added_by": unit.actor, "changed_at": unit.now, "changed_by": unit.actor}
        unit.connection.execute(insert(staff).values(name=name, role=role, is_active=1, **by))
        unit.audit("add-person", name, role=role)
        changes = _done(unit)
    write_names(desk.store)
    return changes


def change_role(desk: Desk, name: str, role: str) -> Changes[None]:
    """Give somebody another role; it holds from their next sign-in. The last administrator stays one."""
    require(desk.role, "people")
    _check_role(role)
    with desk.store.write(desk.actor) as unit:
        before = _member(unit, name)
        if role != ADMINISTRATOR:
            _keep_an_administrator(unit, name)
        _set(unit, name, role=role)
        unit.audit("change-role", name, before=before.role, after=role)
        return _done(unit)


def deactivate(desk: Desk, name: str) -> Changes[None]:
    """End somebody's access: they cannot sign in any more. What they did keeps their name."""
    require(desk.role, "people")
    with desk.store.write(desk.actor) as unit:
        _member(unit, name)
        _keep_an_administrator(unit, name)
        _set(unit, name, is_active=0)
        unit.audit("deactivate-person", name)
        changes = _done(unit)
    write_names(desk.store)
    return changes


def reactivate(desk: Desk, name: str) -> Changes[None]:
    """Let somebody sign in again, with the role they had."""
    require(desk.role, "people")
    with desk.store.write(desk.actor) as unit:
        role = _member(unit, name).role
        _set(unit, name, is_active=1)
        unit.audit("reactivate-person", name, role=role)
        changes = _done(unit)
    write_names(desk.store)
    return changes


def _member(unit: Unit, name: str) -> Member:
    found = next((one for one in members(unit.connection) if one.name == name), None)
    if found is None:
        raise BadInput("Nobody of this name is set up.", code="CM-STF-01")
    return found


def _keep_an_administrator(unit: Unit, name: str) -> None:
    """Refuse what would leave nobody who can set people up."""
    others = [one for one in members(unit.connection) if one.is_active and one.role == ADMINISTRATOR]
    if {one.name for one in others} == {name}:
        raise Refused(
            "This is the last administrator.", todo="Make somebody else an administrator first.", code="CM-STF-02"
        )


def _set(unit: Unit, name: str, **values: object) -> None:
    changed = {"changed_at": unit.now, "changed_by": unit.actor}
    unit.connection.execute(update(staff).where(staff.c.name == name).values(**values, **changed))


def _check_role(role: str) -> None:
    if role not in GIVEN_ROLES:
        raise BadInput(f"A role is one of {', '.join(GIVEN_ROLES)}.", code="CM-STF-06")


def _done(unit: Unit) -> Changes[None]:
    unit.touch("settings")
    return unit.changes(None)
