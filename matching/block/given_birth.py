"""Sound of the first name and birth date."""

from __future__ import annotations

from matching.block._base import LIKE_NAME, BlockingKey, Hashes, combine, per_name, whole_birth_date
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(per_name(columns.names.given, columns.names.sound_mark), whole_birth_date(columns)),)


KEY = BlockingKey(
    id="given_birth",
    order=90,
    words="a first name and a birth date",
    hashes=_hashes,
    agrees={"birth_date": {"same": 0.98}, "given_name": LIKE_NAME},
)
