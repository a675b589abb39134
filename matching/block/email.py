"""The e-mail address."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, combine
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    return (combine(columns.email.marks),)


KEY = BlockingKey(
    id="email",
    order=40,
    words="an e-mail address",
    hashes=_hashes,
    agrees={"email": {"same": 0.98}},
)
