"""A folder of spreadsheet files, and what the program makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.connectors._port import RawPage, Settings
from core.connectors.csv_files import CsvFiles
from core.jobs import Job
from core.sheets.check import Checked, SheetKind, check_files, look_through
from core.sheets.mapping import FileMapping
from core.sheets.suggest import suggest
from core.sheets.targets import IGNORE

TODAY = date(2026, 6, 30)


@dataclass
class SheetFolder:
    """Files in a folder, with the mappings that a person accepted."""

    path: Path
    mappings: tuple[FileMapping, ...] = ()

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> None:
        (self.path / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))

    @property
    def settings(self) -> Settings:
        kept = tuple(mapping.as_json() for mapping in self.mappings)
        return Settings(
            name="desk", kind="csv", role="pm", path=str(self.path), mappings=kept, today=lambda: TODAY
        )  # fmt: skip

    def kinds(self) -> tuple[SheetKind, ...]:
        return look_through(self.settings, Job()).kinds

    def suggested(self, entity: str = "", **fixed: str) -> FileMapping:
        """The suggestion for the only kind of file, everything that was not recognised ignored."""
        (kind,) = self.kinds()
        return ignoring_rest(suggest(kind.names, kind.rows, TODAY, entity, fixed))

    def accept(self, mapping: FileMapping | None = None) -> FileMapping:
        found = mapping or self.suggested()
        self.mappings = (*(one for one in self.mappings if one.signature != found.signature), found)
        return found

    def check(self, mapping: FileMapping | None = None) -> Checked:
        return check_files(self.settings, mapping or self.suggested(), TODAY, Job())

    def pages(self, since: str | None = None, cursor: str | None = None) -> list[RawPage]:
        return list(CsvFiles(self.settings).pull("files", since, cursor, Job()))

    def pulled(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Rows by kind and id, and reasons by position."""
        import orjson

        pages = self.pages()
        rows = {f"{i.kind}/{i.id}": orjson.loads(i.payload) for page in pages for i in page.items}
        return rows, {piece.position: piece.reason for page in pages for piece in page.unreadable}


def ignoring_rest(mapping: FileMapping) -> FileMapping:
    for place in mapping.undecided():
        mapping = mapping.with_column(place, target=IGNORE)
    return replace(mapping)
