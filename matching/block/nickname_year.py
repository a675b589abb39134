"""The full form of a first name, the last name and the birth year."""

from __future__ import annotations

from matching.block._base import SAME_NAME, SAME_YEAR, BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    family = per_name(columns.names.family, columns.names.compact_mark)
    year = birth_year(columns)
    roots = [per_name(columns.names.given, columns.names.roots[:, place]) for place in range(3)]
    return tuple(combine(root, family, year) for root in roots)


KEY = BlockingKey(
    id="nickname_year",
    order=170,
    words="a last name, a birth year and related first names",
    hashes=_hashes,
    agrees={"given_name": {"near": 0.8, "same": 0.15}, "family_name": SAME_NAME, "birth_date": SAME_YEAR},
)
