"""Exporting a list: with a reason, by those who may, never without a row in the audit trail."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.changes import Changes
from core.desk import Desk
from core.errors import BadInput, NotPossible
from core.export.table import ExportTable
from core.export.write import write_csv, write_xlsx
from core.security.roles import require
from core.settings.store import get_setting

Writer = Callable[[ExportTable, Path], None]
FORMATS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx}
"""Formats that are written here; a caller brings its own writer for others (the window makes PDFs)."""


def export_list(
    desk: Desk, table: ExportTable, path: Path, form: str, reason: str, *, writer: Writer | None = None
) -> Changes[int]:
    """Write a list to a file, whole or not at all. Gives the number of rows.

    Raises Refused for a role that may not, BadInput without a reason, NotPossible where the file cannot be written.
    """
    require(desk.role, "export")
    if table.has_patients:
        require(desk.role, "see-patients")
    if not reason.strip():
        raise BadInput("An export needs a reason.", todo="Say what it is for.", code="CM-EXP-01")
    write = writer or FORMATS.get(form)
    if write is None:
        raise BadInput("There is no such format.", code="CM-EXP-02")
    with desk.store.write(desk.actor) as unit:
        unit.audit(
            "export", table.lane, format=form, reason=reason.strip(), rows=len(table.rows),
            columns=list(table.columns), filters=table.filters, has_patients=table.has_patients,
        )  # fmt: skip
        _write_whole(table, path, write)  # inside the unit: no file without its row, no row without its file
        return unit.changes(len(table.rows))


def practice_name(desk: Desk) -> str:
    """What stands at the head of a printed list; empty where the practice gave itself no name."""
    with desk.store.read() as connection:
        return str(get_setting(connection, "practice.name") or "")


def _write_whole(table: ExportTable, path: Path, write: Writer) -> None:
    """Through a file beside it, so that a full disk leaves no half list; only its owner may read it."""
    try:
        handle, name = tempfile.mkstemp(prefix=".export-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        made = Path(name)
        try:
            write(table, made)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise NotPossible(
            "The file could not be written.", safe="Nothing was exported.", todo="Choose another folder or name.",
            code="CM-EXP-03",
        ) from error  # fmt: skip
