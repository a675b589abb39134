"""Both names and the day of birth, whatever the year."""

from __future__ import annotations

from matching.block._base import SAME_DAY, SAME_NAME, BlockingKey, Hashes, birth_day, both_names, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    low, high = both_names(columns)
    return (combine(low, high, birth_day(columns)),)


KEY = BlockingKey(
    id="name_day",
    order=130,
    words="a name and a birthday",
    hashes=_hashes,
    agrees={"given_name": SAME_NAME, "family_name": SAME_NAME, "birth_date": SAME_DAY},
)
