"""Both names and the ZIP code, or the town."""

from __future__ import annotations

from matching.block._base import SAME_NAME, BlockingKey, Hashes, both_names, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    low, high = both_names(columns)
    return combine(low, high, columns.zip.marks), combine(low, high, columns.city.marks, salt=1)


KEY = BlockingKey(
    id="name_place",
    order=140,
    words="a name and a place",
    hashes=_hashes,
    agrees={"given_name": SAME_NAME, "family_name": SAME_NAME, "place": {"same": 0.95}},
)
