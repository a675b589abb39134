"""A number of the same assigner."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine
from matching.clean.columns import Columns, of_codes


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    places = range(columns.identifier.shape[1])
    return tuple(combine(of_codes(columns.identifier[:, place], columns.identifier_marks)) for place in places)


KEY = BlockingKey(
    id="record_number",
    order=50,
    words="a record number",
    hashes=_hashes,
    agrees={"identifiers": {"same": 0.99}},
)
