"""`chartmend connections columns`: what the columns of a connection's files hold, checked over all rows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from core.cli._port import DONE, PARTIAL, Call, table
from core.errors import BadInput, NotPossible

if TYPE_CHECKING:
    from core.sheets.check import SheetKind
    from core.sheets.mapping import FileMapping
    from core.usecases.drafts import Draft

_SHOWN = 20  # problems of one kind of file


def add_columns(parser: argparse.ArgumentParser) -> None:
    """The options of `columns`."""
    parser.add_argument("name", metavar="NAME")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--suggested", action="store_true", help="accept what is suggested, and ignore the columns that are left"
    )
    how.add_argument("--save", metavar="FILE", help="save the mappings in this JSON file, as --json shows them")


def run_columns(call: Call) -> int:
    """Show each kind of file with its mapping; save the suggested ones, or those of a file."""
    from core.usecases.drafts import draft_of, look_into  # noqa: PLC0415

    desk, args = call.desk, call.args
    draft = draft_of(desk, args.name)
    if draft.kind != "csv":
        raise NotPossible("Only connections to spreadsheet files have mappings of columns.", code="CM-CSV-08")
    if args.save:
        for mapping in _read(Path(args.save)):
            _save(call, mapping)
        draft = draft_of(desk, args.name)
    with call.job("Looking into the files") as job:
        folder, earlier = look_into(desk, draft, job)
    own = {mapping.signature: mapping for mapping in draft.columns}
    rows = [_row(call, draft, kind, own.get(kind.signature), earlier.get(kind.signature)) for kind in folder.kinds]
    rows += [{"files": [name], "state": "unreadable", "reason": reason} for name, reason in folder.unreadable]
    call.answer(rows, [line for row in rows for line in _lines(row)])
    is_whole = all(row["state"] == "mapped" and not row.get("must_fix") for row in rows)
    return DONE if rows and is_whole else PARTIAL


def _row(
    call: Call, draft: Draft, kind: SheetKind, own: FileMapping | None, earlier: FileMapping | None
) -> dict[str, Any]:
    from core.sheets.suggest import suggest  # noqa: PLC0415
    from core.sheets.targets import IGNORE  # noqa: PLC0415
    from core.usecases.drafts import check_mapping  # noqa: PLC0415

    mapping = own or earlier or suggest(kind.names, kind.rows, call.desk.clock.today())
    state = "mapped" if own else "saved-earlier" if earlier else "suggested"
    if call.args.suggested and own is None:
        for place in mapping.undecided():
            mapping = mapping.with_column(place, target=IGNORE)
        if mapping.is_complete:
            _save(call, mapping)
            state = "mapped"
    row: dict[str, Any] = {
        "files": list(kind.files),
        "state": state,
        "mapping": mapping.as_json(),
        "undecided": [mapping.columns[place].name for place in mapping.undecided()],
        "missing": [list(group) for group in mapping.missing()],
    }
    if mapping.is_complete:
        with call.job("Checking the rows") as job:
            found = check_mapping(call.desk, draft, mapping, job)
        row |= {"rows": found.rows, "ready": found.ready, "warnings": found.warnings, "must_fix": found.must_fix}
        row["problems"] = [
            {"file": one.file, "line": one.line, "column": one.column, "what": one.sentence(), "must_fix": one.is_bad}
            for one in sorted(found.problems, key=lambda one: not one.is_bad)[:_SHOWN]
        ]
    return row


def _save(call: Call, mapping: FileMapping) -> None:
    from core.usecases.drafts import save_mapping  # noqa: PLC0415

    save_mapping(call.desk, call.args.name, mapping)


def _read(path: Path) -> list[FileMapping]:
    from core.sheets.mapping import mapping_from  # noqa: PLC0415

    try:
        document = orjson.loads(path.read_bytes())
    except OSError as why:
        raise BadInput("The file with the mapping cannot be read.", place=path.name, code="CM-CSV-09") from why
    except orjson.JSONDecodeError as why:
        raise BadInput("The file with the mapping is no JSON.", place=path.name, code="CM-CSV-09") from why
    listed = document if isinstance(document, list) else [document]
    return [mapping_from(one.get("mapping", one) if isinstance(one, dict) else one) for one in listed]


def _lines(row: dict[str, Any]) -> list[str]:
    """A kind of file for people."""
    if "mapping" not in row:
        return [f"{row['files'][0]}: {row['reason']}", ""]
    mapping = row["mapping"]
    head = f"{', '.join(row['files'])}: {mapping['entity'].replace('_', ' ')}, {row['state'].replace('-', ' ')}"
    columns = [{**column, "target": column["target"] or "?"} for column in mapping["columns"]]
    lines = [head, *table(columns, (("name", "Column"), ("target", "Becomes"), ("format", "Read as")))]
    lines += [f"Neither mapped nor ignored: {', '.join(row['undecided'])}."] if row["undecided"] else []
    lines += [f"Nothing says: {' or '.join(group)}." for group in row["missing"]]
    if "rows" in row:
        lines.append(f"{row['ready']:,} rows ready, {row['warnings']:,} warnings, {row['must_fix']:,} must be fixed.")
        lines += [f"  {one['file']} line {one['line']}: {one['what']}" for one in row["problems"]]
    return [*lines, ""]
