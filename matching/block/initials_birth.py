"""Both initials in either order and the birth date with month and day in either order."""

from __future__ import annotations

import numpy as np

from matching.block._base import BlockingKey, Hashes, birth_day, birth_year, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    given = per_name(columns.names.given, columns.names.initial)
    family = per_name(columns.names.family, columns.names.initial)
    low, high = np.minimum(given, family), np.maximum(given, family)
    return (combine(low, high, birth_year(columns), birth_day(columns)),)


KEY = BlockingKey(
    id="initials_birth",
    order=100,
    words="initials and a birth date",
    hashes=_hashes,
    agrees={"birth_date": {"same": 0.72, "swapped": 0.25}},
)
