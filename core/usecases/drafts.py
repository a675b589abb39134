"""A connection that is being set up: tested, asked and looked into before anything of it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import update

from core.changes import Changes
from core.connectors._port import Capabilities, Check, Settings
from core.desk import Desk
from core.errors import NotPossible
from core.jobs import Job
from core.security import secrets as secret_store
from core.security.roles import require
from core.sheets.check import Checked, Folder, check_files, look_through, write_rejects
from core.sheets.mapping import FileMapping, mapping_from, require_complete
from core.store.tables.intake import connections
from core.sync import mappings
from core.sync.connections import connection_row, kind_of, settings_of
from core.usecases.connections import add_connection, check_new


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has said so far. `secrets`: name -> place; `typed`: name -> the secret itself, not yet kept."""

    kind: str
    name: str = ""
    role: str = "ehr"
    url: str | None = None
    path: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    columns: tuple[FileMapping, ...] = ()

    def with_mapping(self, mapping: FileMapping) -> Draft:
        """The same with this mapping for its headings."""
        others = (one for one in self.columns if one.signature != mapping.signature)
        return replace(self, columns=(*others, mapping))


def check_draft(desk: Desk, draft: Draft) -> None:
    """Raise BadInput unless it could be saved as far as it is filled in."""
    require(desk.role, "connections")
    check_new(
        desk, name=draft.name, kind=draft.kind, role=draft.role, url=draft.url, path=draft.path,
        options=draft.options, secrets={**draft.secrets, **dict.fromkeys(draft.typed, secret_store.SYSTEM)},
    )  # fmt: skip


def try_draft(desk: Desk, draft: Draft, only: str = "") -> Iterator[Check]:
    """Run the test of a connection that is not saved, a line at a time; with `only`, up to that line."""
    require(desk.role, "connections")
    connector = kind_of(draft.kind).make(settings_of_draft(desk, draft))
    try:
        for check in connector.test():
            yield check
            if check.id == only:
                return
    finally:
        connector.close()


def probe_draft(desk: Desk, draft: Draft) -> Capabilities:
    """Ask what the system can do. Raises ConnectorError."""
    require(desk.role, "connections")
    connector = kind_of(draft.kind).make(settings_of_draft(desk, draft))
    try:
        return connector.probe()
    finally:
        connector.close()


def save_draft(desk: Desk, draft: Draft) -> Changes[str]:
    """Add the connection; gives its name."""
    added = add_connection(
        desk, name=draft.name, kind=draft.kind, role=draft.role, url=draft.url, path=draft.path,
        options=draft.options, secrets=draft.secrets, typed=draft.typed, columns=draft.columns,
    )  # fmt: skip
    return Changes(added.areas, draft.name)


def draft_of(desk: Desk, name: str) -> Draft:
    """A saved connection as a draft, so that its files can be looked into. Its secrets are named by their places."""
    require(desk.role, "connections")
    with desk.store.read() as connection:
        row = connection_row(connection, name)
        kept = mappings.mappings_of(connection, row["id"])
    plain = {key: value for key, value in row["settings"].items() if isinstance(value, str)}
    return Draft(
        row["kind"], name, row["role"], row["url"], row["path"], plain, row["secrets"],
        columns=tuple(map(mapping_from, kept)),
    )  # fmt: skip


def look_into(desk: Desk, draft: Draft, job: Job | None = None) -> tuple[Folder, dict[str, FileMapping]]:
    """The kinds of files in a draft's folder, and the mappings that were saved earlier for such headings."""
    require(desk.role, "connections")
    folder = look_through(settings_of_draft(desk, draft), job or Job())
    with desk.store.read() as connection:
        found = mappings.offered(connection, [kind.signature for kind in folder.kinds])
    return folder, {signature: mapping_from(document) for signature, document in found.items()}


def check_mapping(desk: Desk, draft: Draft, mapping: FileMapping, job: Job | None = None) -> Checked:
    """Judge every row of the files that a mapping is for."""
    require(desk.role, "connections")
    return check_files(settings_of_draft(desk, draft), mapping, desk.clock.today(), job or Job())


def write_rejected(desk: Desk, draft: Draft, mapping: FileMapping, target: Path, job: Job | None = None) -> int:
    """Write the rows that cannot be used into a file of a person's own; gives how many. Leaves a trace: it holds
    patient data."""
    require(desk.role, "connections")
    count = write_rejects(settings_of_draft(desk, draft), mapping, target, desk.clock.today(), job or Job())
    with desk.store.write(desk.actor) as unit:
        unit.audit("write-rejected-rows", draft.name, rows=count)
    return count


def save_mapping(desk: Desk, name: str, mapping: FileMapping) -> Changes[None]:
    """Save what the columns of a connection's files hold; the next pull reads them by it. Raises BadInput."""
    require(desk.role, "connections")
    require_complete(mapping)
    with desk.store.write(desk.actor) as unit:
        row = connection_row(unit.connection, name)
        if row["kind"] != "csv":
            raise NotPossible("Only connections to spreadsheet files have mappings of columns.", code="CM-CSV-08")
        mappings.keep(unit, row["id"], mapping)
        # What it can do may be another thing now: the next pull asks.
        unit.connection.execute(update(connections).where(connections.c.id == row["id"]).values(capabilities=None))
        unit.audit("save-mapping", name, entity=mapping.entity, signature=mapping.signature)
        return unit.changes(None)


def settings_of_draft(desk: Desk, draft: Draft) -> Settings:
    """A draft as its connector receives it: a typed secret comes from the person, a kept one from its place."""
    row = {
        "name": draft.name, "kind": draft.kind, "role": draft.role, "url": draft.url, "path": draft.path,
        "settings": draft.options, "secrets": draft.secrets,
    }  # fmt: skip
    made = settings_of(row, desk.clock.today, tuple(mapping.as_json() for mapping in draft.columns))
    kept = made.secret
    return replace(made, secret=lambda which: draft.typed.get(which) or kept(which))
