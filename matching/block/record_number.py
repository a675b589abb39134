"""A number of the same assigner."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return tuple(combine(columns.identifier[:, place]) for place in range(columns.identifier.shape[1]))


KEY = BlockingKey(
    id="record_number",
    order=50,
    words="a record number",
    hashes=_hashes,
    agrees={"identifiers": {"same": 0.99}},
)
