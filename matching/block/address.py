"""House number and street, with the ZIP code, or with the sound of either name where the ZIP code is mistyped."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names, house, street = columns.names, columns.house.marks, columns.street.marks
    return (
        combine(house, street, columns.zip.marks),
        combine(house, street, per_name(names.family, names.sound_mark), salt=1),
        combine(house, street, per_name(names.given, names.sound_mark), salt=2),
    )


KEY = BlockingKey(
    id="address",
    order=60,
    words="an address",
    hashes=_hashes,
    agrees={"street": {"same": 0.95}, "place": {"same": 0.95}},
)
