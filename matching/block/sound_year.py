"""Sound of both names and the birth year."""

from __future__ import annotations

from matching.block._base import LIKE_NAME, SAME_YEAR, BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    given = per_name(columns.names.given, columns.names.sound_mark)
    family = per_name(columns.names.family, columns.names.sound_mark)
    return (combine(given, family, birth_year(columns)),)


KEY = BlockingKey(
    id="sound_year",
    order=160,
    words="similar names and a birth year",
    hashes=_hashes,
    agrees={"given_name": LIKE_NAME, "family_name": LIKE_NAME, "birth_date": SAME_YEAR},
)
