"""House number, street and ZIP code."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(columns.house.codes, columns.street.codes, columns.zip.codes),)


KEY = BlockingKey(
    id="address",
    order=60,
    words="an address",
    hashes=_hashes,
    agrees={"street": 0.95, "place": 0.95},
)
