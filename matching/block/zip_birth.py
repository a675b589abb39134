"""ZIP code and birth date."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine, whole_birth_date
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return combine(columns.zip.marks, whole_birth_date(columns)), combine(
        columns.city.marks, whole_birth_date(columns), salt=1
    )


KEY = BlockingKey(
    id="zip_birth",
    order=110,
    words="a ZIP code and a birth date",
    hashes=_hashes,
    agrees={"birth_date": {"same": 0.98}, "place": {"same": 0.98}},
)
