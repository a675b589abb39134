"""Any phone number."""

from __future__ import annotations

import numpy as np

from matching.block._base import BlockingKey, Hashes, combine, number_of
from matching.clean.columns import Columns, of_codes


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    numbers = number_of(columns.phone_digits, np.ones(len(columns.phone_digits), dtype=bool))
    return tuple(combine(of_codes(columns.phone[:, place], numbers)) for place in range(columns.phone.shape[1]))


KEY = BlockingKey(
    id="phone",
    order=30,
    words="a phone number",
    hashes=_hashes,
    agrees={"phone": {"same": 0.99}},
)
