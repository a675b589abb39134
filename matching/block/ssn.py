"""The whole Social Security number."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine, number_of
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(number_of(columns.ssn, columns.ssn_digits == 9)),)


KEY = BlockingKey(
    id="ssn",
    order=10,
    words="a Social Security number",
    hashes=_hashes,
    agrees={"ssn": {"same": 0.97}},
)
