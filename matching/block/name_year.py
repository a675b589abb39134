"""Both names in either order and the birth year."""

from __future__ import annotations

from matching.block._base import SAME_NAME, SAME_YEAR, BlockingKey, Hashes, birth_year, both_names, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    low, high = both_names(columns)
    return (combine(low, high, birth_year(columns)),)


KEY = BlockingKey(
    id="name_year",
    order=120,
    words="a name and a birth year",
    hashes=_hashes,
    agrees={"given_name": SAME_NAME, "family_name": SAME_NAME, "birth_date": SAME_YEAR},
)
