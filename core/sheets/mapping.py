"""A mapping: what each column of a kind of file becomes. Files are of one kind when their headings are the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.dedupe.headings import compact
from core.errors import BadInput
from core.sheets.targets import IGNORE, SHEET_ENTITIES, Target, meets, needs_of, targets_of

BAD_MAPPING = "CM-CSV-02"


def signature_of(names: Sequence[str]) -> str:
    """What tells files with these headings from others: accents, capitals and blanks do not."""
    return hashlib.sha256("\x1f".join(map(compact, names)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One column: its heading, what it feeds ("" while nobody decided, "ignore", or a field), and its format.

    `format` is one of `values.FORMATS` for the field's kind. `is_suggested`: nobody confirmed it; not kept.
    """

    name: str
    target: str = ""
    format: str = ""
    is_suggested: bool = False


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All columns in their order. `fixed`: field -> what every row has there. `words`: field -> their word -> ours."""

    entity: str
    columns: tuple[ColumnMap, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """The signature of the files it reads."""
        return signature_of([column.name for column in self.columns])

    def target_of(self, place: int) -> Target | None:
        """What a column feeds, None for one that is ignored or undecided."""
        return targets_of(self.entity).get(self.columns[place].target)

    def undecided(self) -> tuple[int, ...]:
        """Columns that are neither mapped nor ignored. A column without a heading may be left."""
        return tuple(place for place, column in enumerate(self.columns) if column.name and not column.target)

    def doubled(self) -> tuple[str, ...]:
        """Fields that more than one column feeds."""
        counts = Counter(column.target for column in self.columns if column.target not in ("", IGNORE))
        return tuple(name for name, count in counts.items() if count > 1)

    def missing(self) -> tuple[tuple[str, ...], ...]:
        """Groups of needed fields of which none is fed."""
        fed = frozenset({column.target for column in self.columns} | set(self.fixed))
        return tuple(group for group in needs_of(self.entity) if not meets(self.entity, group, fed))

    @property
    def is_complete(self) -> bool:
        """Whether files can be read by it."""
        return not (self.undecided() or self.doubled() or self.missing())

    def with_column(self, place: int, **changes: Any) -> FileMapping:
        """The same with one column changed by a person."""
        columns = list(self.columns)
        columns[place] = replace(columns[place], is_suggested=False, **changes)
        return replace(self, columns=tuple(columns))

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        columns = [{"name": c.name, "target": c.target, "format": c.format} for c in self.columns]
        words = {name: dict(pairs) for name, pairs in self.words.items()}
        return {"entity": self.entity, "columns": columns, "fixed": dict(self.fixed), "words": words}


def mapping_from(document: Any) -> FileMapping:
    """A mapping as it was kept or written by hand. Raises BadInput where it is none."""
    try:
        columns = tuple(
            ColumnMap(str(c["name"]), str(c.get("target", "")), str(c.get("format", ""))) for c in document["columns"]
        )
        words = {str(name): {str(k): str(v) for k, v in pairs.items()} for name, pairs in
                 document.get("words", {}).items()}  # fmt: skip
        fixed = {str(name): str(value) for name, value in document.get("fixed", {}).items()}
        found = FileMapping(str(document["entity"]), columns, fixed, words)
    except (KeyError, TypeError, AttributeError) as why:
        raise BadInput("This is no mapping of columns.", code=BAD_MAPPING) from why
    if found.entity not in SHEET_ENTITIES:
        raise BadInput(f"A mapping is for one of {', '.join(SHEET_ENTITIES)}.", code=BAD_MAPPING)
    known = targets_of(found.entity)
    for name in [c.target for c in found.columns] + [*found.fixed, *found.words]:
        if name not in known and name not in ("", IGNORE):
            raise BadInput(f"{found.entity} have no field {name}.", place=name, code=BAD_MAPPING)
    return found


def require_complete(mapping: FileMapping) -> None:
    """Raise BadInput, saying what is open, unless files can be read by the mapping."""
    if undecided := mapping.undecided():
        names = ", ".join(mapping.columns[place].name for place in undecided)
        raise BadInput(f"These columns are neither mapped nor ignored: {names}.", code=BAD_MAPPING)
    if doubled := mapping.doubled():
        raise BadInput(f"More than one column feeds: {', '.join(doubled)}.", code=BAD_MAPPING)
    if missing := mapping.missing():
        wanted = "; ".join(" or ".join(group) for group in missing)
        raise BadInput(f"Nothing feeds what {mapping.entity} need: {wanted}.", code=BAD_MAPPING)
