"""Both names, first or last in either order."""

from __future__ import annotations

from matching.block._base import SAME_NAME, BlockingKey, Hashes, both_names, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(*both_names(columns)),)


KEY = BlockingKey(
    id="name",
    order=150,
    words="a name",
    hashes=_hashes,
    agrees={"given_name": SAME_NAME, "family_name": SAME_NAME},
)
