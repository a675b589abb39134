"""Initial of the first name, sound of the last name, ZIP code: for a mangled first name with another birth date."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names = columns.names
    first = per_name(names.given, names.initial)
    return (combine(first, per_name(names.family, names.sound_mark), columns.zip.marks),)


KEY = BlockingKey(
    id="initial_place",
    order=167,
    words="a last name, an initial and a ZIP code",
    hashes=_hashes,
    agrees={
        "given_name": {"same": 0.2, "near": 0.15},
        "family_name": {"same": 0.7, "near": 0.15},
        "place": {"same": 0.98},
    },
)
