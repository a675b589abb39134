"""Adding, changing, testing and removing connections. Secrets stay where they are kept; the store knows the place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from core.changes import Changes
from core.connectors._port import WRITE_MODES, AskFor, Check, ConnectorKind
from core.desk import Desk
from core.errors import BadInput, NotPossible
from core.security import secrets as secret_store
from core.security.roles import require
from core.sheets.mapping import FileMapping, require_complete
from core.store.tables.intake import connections
from core.store.tables.outbox import corrections
from core.store.unit import Unit
from core.sync import capabilities, mappings
from core.sync.connections import connection_row, kind_of, open_connector

ROLES = ("ehr", "pm", "lab", "imaging", "payer", "other")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")  # part of every reference, so without blanks and slashes
_WRITE = AskFor("write", "choice", WRITE_MODES, default="off")
_UNDER_WAY = ("sending", "unknown", "accepted")


def add_connection(
    desk: Desk,
    *,
    name: str,
    kind: str,
    role: str = "other",
    url: str | None = None,
    path: str | None = None,
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    columns: Sequence[FileMapping] = (),
) -> Changes[dict[str, Any]]:
    """Add a connection. Writing is off until somebody switches it on. A removed one of this name and kind comes back.

    `secrets`: name -> env:VAR or file:PATH. `typed`: name -> the secret itself, kept in the system's secret store.
    `columns`: mappings of the files that it reads. Raises BadInput for what does not fit the kind, NotPossible where
    this computer has no secret store.
    """
    require(desk.role, "connections")
    given = {"write": "off", **(options or {})}
    places = {**(secrets or {}), **dict.fromkeys(typed or (), secret_store.SYSTEM)}
    check_new(desk, name=name, kind=kind, role=role, url=url, path=path, options=given, secrets=places)
    for mapping in columns:
        require_complete(mapping)
    with desk.store.write(desk.actor) as unit:
        known = _free(unit.connection, name, kind)
        values = {"role": role, "url": url, "path": path, "settings": given, "secrets": places | _kept(typed)}
        if known is not None:
            back = update(connections).where(connections.c.id == known["id"])
            unit.connection.execute(back.values(**values, removed_at=None, capabilities=None, is_paused=0))
        else:
            unit.connection.execute(insert(connections).values(name=name, kind=kind, created_at=unit.now, **values))
        row = connection_row(unit.connection, name)
        for mapping in columns:
            mappings.keep(unit, row["id"], mapping)
        unit.audit("add-connection", name, kind=kind, role=role, write=given["write"])
        unit.touch("connections")
        return unit.changes({"name": name, "kind": kind, "role": role, "url": url, "path": path, "settings": given})


def check_new(
    desk: Desk,
    *,
    name: str,
    kind: str,
    role: str,
    url: str | None,
    path: str | None,
    options: Mapping[str, str],
    secrets: Mapping[str, str],
) -> None:
    """Raise BadInput unless a connection can be added so; nothing is changed. `secrets` are places."""
    if not _NAME.match(name):
        raise BadInput(
            "A connection's name has letters, digits, dots, dashes and no blanks.", place="name", code="CM-INP-32"
        )
    if role not in ROLES:
        raise BadInput(f"There is no role {role}. Roles: {', '.join(ROLES)}.", code="CM-INP-33")
    _check(kind_of(kind), url=url, path=path, options=options, secrets=secrets)
    with desk.store.read() as connection:
        _free(connection, name, kind)


def _free(connection: Connection, name: str, kind: str) -> RowMapping | None:
    """The removed connection of this name, which may come back; None where there never was one."""
    known = connection.execute(select(connections).where(connections.c.name == name)).mappings().one_or_none()
    if known is not None and (known["removed_at"] is None or known["kind"] != kind):
        raise BadInput(
            "There is a connection of this name already.", place="name", todo="Choose another name.", code="CM-INP-34"
        )
    return known


def change_connection(
    desk: Desk,
    name: str,
    *,
    role: str | None = None,
    url: str | None = None,
    path: str | None = None,
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    is_paused: bool | None = None,
) -> Changes[None]:
    """Change what is given, leave the rest. An option of "" is taken out. Switching writing on or off goes here too."""
    require(desk.role, "connections")
    with desk.store.write(desk.actor) as unit:
        row = connection_row(unit.connection, name)
        merged = {**row["settings"], **(options or {})}
        merged = {key: value for key, value in merged.items() if value != ""}
        kept = {**row["secrets"], **(secrets or {}), **dict.fromkeys(typed or (), secret_store.SYSTEM)}
        new_url, new_path = url or row["url"], path or row["path"]
        plain = {key: value for key, value in merged.items() if isinstance(value, str)}
        _check(kind_of(row["kind"]), url=new_url, path=new_path, options=plain, secrets=kept)
        if role is not None and role not in ROLES:
            raise BadInput(f"There is no role {role}. Roles: {', '.join(ROLES)}.", code="CM-INP-33")
        kept |= _kept(typed)
        values: dict[str, Any] = {"settings": merged, "secrets": kept, "url": new_url, "path": new_path}
        if role is not None:
            values["role"] = role
        if is_paused is not None:
            values["is_paused"] = int(is_paused)
        unit.connection.execute(update(connections).where(connections.c.id == row["id"]).values(**values))
        changed = sorted(key for key, value in values.items() if value != row[key])
        unit.audit("change-connection", name, changed=changed, write=merged.get("write", "off"))
        unit.touch("connections")
        changes = unit.changes(None)
    _forget(place for which, place in row["secrets"].items() if kept[which] != place)
    return changes


def remove_connection(desk: Desk, name: str) -> Changes[None]:
    """Stop using a connection. What it delivered is kept, and so are the audit trail and its corrections; its secrets
    are forgotten.

    Whoever calls this has asked the person. Refused while a correction to it is under way.
    """
    require(desk.role, "connections")
    with desk.store.write(desk.actor) as unit:
        row = connection_row(unit.connection, name)
        _refuse_under_way(unit, row["id"])
        values = {"removed_at": unit.now, "secrets": {}}
        unit.connection.execute(update(connections).where(connections.c.id == row["id"]).values(**values))
        unit.audit("remove-connection", name)
        unit.touch("connections")
        changes = unit.changes(None)
    _forget(row["secrets"].values())
    return changes


def test_connection(desk: Desk, name: str) -> Iterator[Check]:
    """Run the connection's test, a line at a time; at its end the capabilities found are kept."""
    require(desk.role, "connections")
    with open_connector(desk, name) as connector:
        outcomes = []
        for check in connector.test():
            outcomes.append(check.outcome)
            yield check
        is_good = "failed" not in outcomes
        found = connector.probe() if is_good else None
    with desk.store.write(desk.actor) as unit:
        if found is not None:
            capabilities.keep(unit, connection_row(unit.connection, name)["id"], found)
        unit.audit("test-connection", name, outcome="ok" if is_good else "failed")


def ask_capabilities(desk: Desk, name: str) -> Changes[dict[str, Any]]:
    """Ask a connection what it can do, and keep the answer."""
    require(desk.role, "connections")
    with open_connector(desk, name) as connector:
        found = connector.probe()
    with desk.store.write(desk.actor) as unit:
        kept = capabilities.keep(unit, connection_row(unit.connection, name)["id"], found)
        unit.audit("ask-capabilities", name)
        return unit.changes(kept)


def _kept(typed: Mapping[str, str] | None) -> dict[str, str]:
    return {which: secret_store.keep(secret) for which, secret in (typed or {}).items()}


def _forget(places: Iterable[str]) -> None:
    for place in places:
        secret_store.forget(place)


def _check(
    kind: ConnectorKind,
    *,
    url: str | None,
    path: str | None,
    options: Mapping[str, str],
    secrets: Mapping[str, str],
) -> None:
    """Everything a kind asks for is there, and nothing it does not know."""
    asked = {one.id: one for one in (*kind.fields, _WRITE)}
    given = {"url": url, "path": path, **options, **secrets}
    for name in options:
        one = asked.get(name)
        if one is None or one.kind == "secret" or name in ("url", "path"):
            known = ", ".join(o.id for o in asked.values() if o.kind != "secret" and o.id not in ("url", "path"))
            raise BadInput(f"{kind.id} has no setting {name}. Settings: {known}.", place=name, code="CM-INP-35")
        if one.choices and options[name] not in one.choices:
            raise BadInput(f"{name} is one of {', '.join(one.choices)}.", place=name, code="CM-INP-36")
    for name, place in secrets.items():
        if name not in asked or asked[name].kind != "secret":
            known = ", ".join(o.id for o in asked.values() if o.kind == "secret") or "none"
            raise BadInput(f"{kind.id} has no secret {name}. Secrets: {known}.", place=name, code="CM-INP-37")
        if place.partition(":")[0] not in ("env", "file", secret_store.SYSTEM):
            raise BadInput("A secret is given as env:VARIABLE or file:PATH.", place=name, code="CM-INP-38")
    for one in kind.fields:
        if one.is_required and not given.get(one.id):
            raise BadInput(f"{kind.id} needs {one.id}.", place=one.id, code="CM-INP-39")


def _refuse_under_way(unit: Unit, connection_id: int) -> None:
    query = select(corrections.c.id).where(
        corrections.c.connection_id == connection_id, corrections.c.state.in_(_UNDER_WAY)
    )
    if unit.connection.execute(query.limit(1)).first() is not None:
        raise NotPossible(
            "A correction to this system is under way.",
            todo="Push again first, so that it is settled.",
            code="CM-NOT-10",
        )
