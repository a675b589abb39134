"""Any phone number."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return tuple(combine(columns.phone[:, place]) for place in range(columns.phone.shape[1]))


KEY = BlockingKey(
    id="phone",
    order=30,
    words="a phone number",
    hashes=_hashes,
    agrees={"phone": {"same": 0.99}},
)
