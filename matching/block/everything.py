"""All fields together: identical records always meet."""

from __future__ import annotations

import numpy as np

from matching.block._base import BlockingKey, Hashes, combine, number_of, per_name
from matching.clean.columns import Columns, of_codes


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names = columns.names
    parts = tuple(per_name(codes, names.compact_mark) for codes in (names.given, names.middle, names.family))
    home = (columns.email.marks, columns.house.marks, columns.street.marks, columns.zip.marks, columns.city.marks)
    phone = number_of(columns.phone_digits, np.ones(len(columns.phone_digits), dtype=bool))
    rest = (*home, *columns.birth.T, columns.suffix, of_codes(columns.phone[:, 0], phone))
    number = number_of(columns.ssn, columns.ssn_digits > 0)
    return (combine(*(part.astype(np.int64) + 1 for part in (*parts, *rest, number))),)


KEY = BlockingKey(
    id="everything",
    order=190,
    words="every field",
    hashes=_hashes,
    agrees={},
)
