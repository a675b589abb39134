"""All fields together: identical records always meet."""

from __future__ import annotations

import numpy as np

from matching.block._base import BlockingKey, Hashes, combine, number_of
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names = columns.names
    parts = (names.given, names.middle, names.family, columns.email.codes, columns.house.codes, columns.street.codes)
    rest = (columns.zip.codes, columns.city.codes, *columns.birth.T, columns.suffix, columns.phone[:, 0])
    number = number_of(columns.ssn, columns.ssn_digits > 0)
    return (combine(*(part.astype(np.int64) + 1 for part in (*parts, *rest, number))),)


KEY = BlockingKey(
    id="everything",
    order=190,
    words="every field",
    hashes=_hashes,
    agrees={},
)
