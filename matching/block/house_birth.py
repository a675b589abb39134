"""House number and birth date."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine, whole_birth_date
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(columns.house.marks, whole_birth_date(columns)),)


KEY = BlockingKey(
    id="house_birth",
    order=70,
    words="a house number and a birth date",
    hashes=_hashes,
    agrees={"birth_date": {"same": 0.97}},
)
