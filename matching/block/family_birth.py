"""Sound of the last name and birth date."""

from __future__ import annotations

from matching.block._base import LIKE_NAME, BlockingKey, Hashes, combine, per_name, whole_birth_date
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(per_name(columns.names.family, columns.names.sound_mark), whole_birth_date(columns)),)


KEY = BlockingKey(
    id="family_birth",
    order=80,
    words="a last name and a birth date",
    hashes=_hashes,
    agrees={"birth_date": {"same": 0.98}, "family_name": LIKE_NAME},
)
