"""The first name with a former or present last name, and the birth year."""

from __future__ import annotations

from matching.block._base import SAME_NAME, SAME_YEAR, BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names = columns.names
    given = per_name(names.given, names.compact_mark)
    year = birth_year(columns)
    return tuple(combine(given, per_name(last, names.compact_mark), year) for last in (names.former, names.family))


KEY = BlockingKey(
    id="former_name",
    order=180,
    words="a first name and a former name",
    hashes=_hashes,
    agrees={"given_name": SAME_NAME, "birth_date": SAME_YEAR},
)
